//! Log targets of this crate.

/// The account store in the SDK's backend.
pub(crate) const LOG_TARGET: &str = "account-store";

/// All log targets of this crate, for a node's log filter.
pub const LOG_TARGETS: &[&str] = &[LOG_TARGET];
