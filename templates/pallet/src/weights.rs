//! Weights of the calls.

mod measured;

pub use measured::SubstrateWeight;

use frame_support::weights::Weight;

/// Weights of the calls. `n` is the length of a record in bytes.
pub trait WeightInfo {
	/// Weight of `set_record`.
	fn set_record(n: u32) -> Weight;
	/// Weight of `remove_record`.
	fn remove_record() -> Weight;
}
