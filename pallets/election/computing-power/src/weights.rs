//! What the pallet's work costs. The figures are measured, by `scripts/weights.sh`.

mod measured;

pub use measured::SubstrateWeight;

use frame_support::weights::Weight;

/// What the pallet's work costs.
pub trait WeightInfo {
	/// The hook of a block that removes so many entries of past epochs.
	fn on_initialize(removed: u32) -> Weight;
	/// Taking a commitment.
	fn commit() -> Weight;
	/// Checking a commitment before it enters the pool or a block.
	fn authorize_commit() -> Weight;
	/// Taking a reveal of the largest shape.
	fn reveal() -> Weight;
	/// Checking a reveal before it enters the pool or a block.
	fn authorize_reveal() -> Weight;
	/// Queueing parameters.
	fn set_parameters() -> Weight;
}
