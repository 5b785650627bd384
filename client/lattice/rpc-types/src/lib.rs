//! Parameters and results of the methods `lattice_*`, for the node that serves them and for Rust clients.
//!
//! Bytes are hex with `0x`. Balances and all 64-bit numbers are decimal strings, because a JSON number holds 53 bits.
//! Names are camelCase. Optional fields are left out rather than null.

pub mod decimal;

mod account;
mod info;
mod reason;
mod submitted;
mod unit;

pub use account::{AccountReport, NextReport, QuotaReport, UsageReport};
pub use info::{InfoReport, TableReport};
pub use reason::{ReasonCode, ReasonReport};
pub use submitted::SubmittedUnits;
pub use unit::{BlockReport, ChainedUnit, UnitDetails, UnitReport, UnitStatus, VerifyReport, WatchOptions};

/// Units of one call, at most.
pub const MAX_UNITS_PER_CALL: u32 = 1_000;
/// Units that `lattice_units` returns, at most.
pub const MAX_CHAINED_UNITS: u32 = 100;
/// Units that `lattice_units` returns by default.
pub const DEFAULT_CHAINED_UNITS: u32 = 20;

/// The database or the runtime does not answer.
pub const ERROR_INTERNAL: i32 = 8_101;
/// The unit does not exist, or is not final.
pub const ERROR_UNKNOWN_UNIT: i32 = 8_102;
/// The ledger takes no units.
pub const ERROR_NO_LATTICE: i32 = 8_103;
/// The call has too many units.
pub const ERROR_TOO_MANY_UNITS: i32 = 8_104;
/// The node has more to do than it can: ask again in a moment.
pub const ERROR_BUSY: i32 = 8_105;
/// The node's index of units has not reached the newest block, or does not begin with the first: ask again, or ask
/// another node.
pub const ERROR_NOT_INDEXED: i32 = 8_106;
/// The accounts of the ledger are in its trie: `state_getReadProof` proves them.
pub const ERROR_IN_TRIE: i32 = 8_107;
/// The accounts of the ledger are not in its trie: `lattice_accountProof` proves them.
pub const ERROR_NOT_IN_TRIE: i32 = 8_108;
/// The node keeps no index of units: ask another node.
pub const ERROR_NO_INDEX: i32 = 8_110;

#[cfg(test)]
mod tests;
