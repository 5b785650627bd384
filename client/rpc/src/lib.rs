//! JSON-RPC modules for what is not state. Clients read state by runtime APIs, which they find in the metadata.

mod accounts;
mod lattice;
mod log_targets;
mod pbft;
mod transactions;

pub use accounts::{
	AccountProofApiServer, AccountProofError, AccountProofReport, AccountProofs, AccountProver, ReadProofApiServer,
	StoreReport, TrieProver,
};
pub use lattice::{next_index, Lattice, LatticeApiServer, LatticeError};
pub use log_targets::LOG_TARGETS;
pub use pbft::{CertificateReport, CommitteeReport, MemberReport, Pbft, PbftApiServer, PbftError};
pub use transactions::{notify_pool, replace, Included, Place, Transactions, TransactionsApiServer};
