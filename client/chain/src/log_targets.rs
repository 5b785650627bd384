//! Targets of log lines.

/// Target of all log lines of this crate.
pub(crate) const LOG_TARGET: &str = "tc_chain";

/// All log targets of this crate, for a node's log filter.
pub const LOG_TARGETS: &[&str] = &[LOG_TARGET];

/// All log targets of a chain's services by crate, besides those of the SDK.
pub const SERVICE_LOG_TARGETS: &[&[&str]] = &[
	LOG_TARGETS,
	tc_account_store_backend::LOG_TARGETS,
	tc_account_sync::LOG_TARGETS,
	tc_duties::LOG_TARGETS,
	tc_lattice::LOG_TARGETS,
	tc_pbft::LOG_TARGETS,
	tc_rpc::LOG_TARGETS,
];
