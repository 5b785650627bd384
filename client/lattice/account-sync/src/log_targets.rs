//! Log targets of this crate.

/// Accounts that come from other nodes.
pub(crate) const LOG_TARGET: &str = "account-sync";

/// All log targets of this crate, for a node's log filter.
pub const LOG_TARGETS: &[&str] = &[LOG_TARGET];
