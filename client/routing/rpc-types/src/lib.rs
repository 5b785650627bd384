//! Results of the methods `zone_*`, `mailbox_*` and `beacon_*`, for the node that serves them and for Rust clients.
//!
//! Ledgers are their names: `main`, `zone 0`, `shard 0/1`. Heights, counts and places in lanes are numbers, values decimal strings, bytes
//! and hashes hex with `0x`. Names are camelCase. What is not there is null.

mod chain;
mod mailbox;
mod zone;

pub use chain::parse_chain;
pub use mailbox::{
	InboundReport, LaneKind, LaneReport, LanesReport, MessageReport, MessageStage, OutboundReport, Outcome, ProofLevel,
	SentReport, TakenReport,
};
pub use tc_lattice_rpc_types::BlockReport;
pub use zone::{HeadReport, HeadsReport, LedgerReport, LevelReport, LocationReport, TablesReport};

/// The database or the runtime does not answer.
pub const ERROR_INTERNAL: i32 = 8_201;
/// The node does not run the ledger that the answer needs: ask a node that does.
pub const ERROR_NOT_HERE: i32 = 8_202;
/// There is no such block or message, or the node does not keep it.
pub const ERROR_UNKNOWN: i32 = 8_203;
/// The message has not come that far: ask again.
pub const ERROR_NOT_YET: i32 = 8_204;
/// The value of the message has returned.
pub const ERROR_RETURNED: i32 = 8_205;
/// The node does not keep the state that the proof needs: ask an archive.
pub const ERROR_PRUNED: i32 = 8_206;
/// The node has more to do than it can: ask again in a moment.
pub const ERROR_BUSY: i32 = 8_207;

#[cfg(test)]
mod tests;
