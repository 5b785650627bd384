//! What the methods `lattice_*` take and give: one definition for the node, which serves them, and for Rust clients.
//!
//! Bytes are hex with `0x`. Balances and all 64-bit numbers are decimal strings, because a JSON number holds 53 bits.
//! Names are camelCase. What is optional is left out rather than null.

pub mod decimal;

mod account;
mod info;
mod reason;
mod unit;

pub use account::{AccountReport, NextReport, QuotaReport, UsageReport};
pub use info::{InfoReport, TableReport};
pub use reason::{ReasonCode, ReasonReport};
pub use unit::{BlockReport, ChainedUnit, UnitDetails, UnitReport, UnitStatus, VerifyReport, WatchOptions};

/// Units that one call takes.
pub const MAX_UNITS_PER_CALL: u32 = 1_000;
/// Units that `lattice_units` gives, at most.
pub const MAX_CHAINED_UNITS: u32 = 100;
/// Units that `lattice_units` gives if it is not told how many.
pub const DEFAULT_CHAINED_UNITS: u32 = 20;

/// The database or the runtime failed.
pub const ERROR_INTERNAL: i32 = 8_101;
/// No such unit, or it is not final.
pub const ERROR_UNKNOWN_UNIT: i32 = 8_102;
/// This ledger takes no units.
pub const ERROR_NO_LATTICE: i32 = 8_103;
/// More units than a call takes.
pub const ERROR_TOO_MANY_UNITS: i32 = 8_104;

#[cfg(test)]
mod tests;
