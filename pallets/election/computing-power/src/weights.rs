//! Weights of the pallet. `scripts/weights.sh` measures them.

mod measured;

pub use measured::SubstrateWeight;

use frame_support::weights::Weight;

/// Weights of the pallet's calls and hooks.
pub trait WeightInfo {
	/// Returns the weight of the hook of a block that removes `removed` entries of past epochs.
	fn on_initialize(removed: u32) -> Weight;
	/// Returns the weight of a commitment.
	fn commit() -> Weight;
	/// Returns the weight of the check of a commitment before it enters the pool or a block.
	fn authorize_commit() -> Weight;
	/// Returns the weight of a reveal of the largest shape.
	fn reveal() -> Weight;
	/// Returns the weight of the check of a reveal before it enters the pool or a block.
	fn authorize_reveal() -> Weight;
	/// Returns the weight of a change of parameters.
	fn set_parameters() -> Weight;
}
