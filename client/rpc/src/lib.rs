//! JSON-RPC of TOP's own: what is not state. State is read by runtime APIs, which clients call from metadata.

mod lattice;
mod pbft;

pub use lattice::{Lattice, LatticeApiServer};
pub use pbft::{CertificateReport, CommitteeReport, MemberReport, Pbft, PbftApiServer};
