//! JSON-RPC of TOP's own: what is not state. State is read by runtime APIs, which clients call from metadata.

mod pbft;

pub use pbft::{CertificateReport, CommitteeReport, MemberReport, Pbft, PbftApiServer};
