//! Targets of log lines.

/// Target of all log lines of this crate.
pub(crate) const LOG_TARGET: &str = "tc_chains";

/// All log targets of this crate, for a node's log filter.
pub const LOG_TARGETS: &[&str] = &[LOG_TARGET];
