//! What clients ask of the ledgers of this node: where accounts live, how far messages have come, and receipts.
//!
//! ```text
//! source: states ─▶ block that sent it      zone: heads ─▶ block that sealed it      destination: cursors ─▶ block that took it
//!    └─▶ bodies, proofs ──────────────────────────┴───────────────────────────────────────┴─▶ receipt
//! ```
//!
//! All of it is read from the nodes' databases, on the thread of the caller. The blocks of a message are found by their states, which a
//! node keeps for a while: an archive keeps all.

mod error;
mod handover;
mod ledgers;
mod message;
mod prove;
mod search;
mod sent;
mod zone;

pub use error::ReadError;
pub use handover::handover;
pub use ledgers::Ledgers;
pub use message::{BlockAt, MessageId, MessageOutcome, MessageTrace};
pub(crate) use search::first;
pub use sent::SentMessage;
pub use zone::{Level, SealedHeads};
