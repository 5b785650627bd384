//! What the pallet's work costs. The figures are measured, by `scripts/weights.sh`.

mod measured;

pub use measured::SubstrateWeight;

use frame_support::weights::Weight;

/// What the pallet's work costs.
pub trait WeightInfo {
	/// Taking a report and punishing.
	fn report() -> Weight;
	/// Checking a report before it enters the pool or a block.
	fn authorize_report() -> Weight;
	/// Removing the records of so many ledgers.
	fn prune(ledgers: u32) -> Weight;
}
