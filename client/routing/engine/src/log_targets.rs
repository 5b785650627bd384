//! Log targets of the crate.

/// Target of the router's log lines.
pub(crate) const LOG_TARGET: &str = "router";

/// All targets of this crate.
pub const LOG_TARGETS: &[&str] = &[LOG_TARGET];
