//! Levels of receipts, as calls name them.

use tc_routing_rpc_types::ProofLevel;
use tp_receipt::Level;

/// Returns the level of a receipt.
pub(crate) fn level_of(level: Option<ProofLevel>) -> Level {
	match level.unwrap_or_default() {
		ProofLevel::Final => Level::Final,
		ProofLevel::Sealed => Level::Sealed,
		ProofLevel::Credited => Level::Taken,
	}
}
