//! Weights of the pallet. `scripts/weights.sh` measures them.

mod measured;

pub use measured::SubstrateWeight;

use frame_support::weights::Weight;

/// Weights of the pallet's calls and hooks.
pub trait WeightInfo {
	/// Returns the weight of a report, including the punishment.
	fn report() -> Weight;
	/// Returns the weight of the check of a report before it enters the pool or a block.
	fn authorize_report() -> Weight;
	/// Returns the weight of the removal of the records of `ledgers` ledgers.
	fn prune(ledgers: u32) -> Weight;
}
