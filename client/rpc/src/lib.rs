//! JSON-RPC modules for what is not state. Clients read state by runtime APIs, which they find in the metadata.

mod accounts;
mod beacon;
mod lattice;
mod log_targets;
mod mailbox;
mod pbft;
mod routing;
mod transactions;
mod zone;

pub use accounts::{
	AccountProofApiServer, AccountProofError, AccountProofReport, AccountProofs, AccountProver, ReadProofApiServer,
	StoreReport, TrieProver,
};
pub use beacon::{Beacon, BeaconApiServer};
pub use lattice::{next_index, Lattice, LatticeApiServer, LatticeError};
pub use log_targets::LOG_TARGETS;
pub use mailbox::{Mailbox, MailboxApiServer};
pub use pbft::{CertificateReport, CommitteeReport, MemberReport, Pbft, PbftApiServer, PbftError};
pub use routing::{LedgerReader, RoutingError};
pub use transactions::{notify_pool, replace, Included, Place, ShardOf, Transactions, TransactionsApiServer};
pub use zone::{Zone, ZoneApiServer};
