//! The weights of calls and hooks, measured by `scripts/weights.sh`.

mod measured;

pub use measured::SubstrateWeight;

use frame_support::weights::Weight;

/// The weights of calls and hooks. `members` is the size of a committee, `signers` the number of a certificate's signatures.
pub trait WeightInfo {
	/// Returns the cost of both hooks, for a block proposed in view 0 that does not end an epoch.
	fn block(members: u32) -> Weight;
	/// Returns the additional cost of a block of a later view, which draws the order of primaries.
	fn later_view(members: u32) -> Weight;
	/// Returns the additional cost of an epoch's last block.
	fn end_epoch(members: u32) -> Weight;
	/// Returns the cost of the inherent.
	fn note_parent(signers: u32) -> Weight;
	/// Returns the cost of naming a committee.
	fn set_next_committee(members: u32) -> Weight;
	/// Returns the cost of setting the pace.
	fn set_pace() -> Weight;
	/// Returns the cost of setting the epoch length.
	fn set_epoch_length() -> Weight;
}
