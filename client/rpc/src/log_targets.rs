//! Target of this crate's log lines.

/// Target of log lines about the RPC methods.
pub(crate) const LOG_TARGET: &str = "lattice::rpc";

/// Target of log lines about what the transaction pool is told.
pub(crate) const POOL_LOG_TARGET: &str = "pool-events";

/// All log targets of this crate, for a node's log filter.
pub const LOG_TARGETS: &[&str] = &[LOG_TARGET, POOL_LOG_TARGET];
