//! What the pallet's work costs. The figures are measured, by `scripts/weights.sh`.

mod measured;

pub use measured::SubstrateWeight;

use frame_support::weights::Weight;

/// What the pallet's work costs. `members` is a committee's size, `signers` how many signatures a certificate has.
pub trait WeightInfo {
	/// Both hooks of a block that was proposed in view 0 and does not end an epoch.
	fn block(members: u32) -> Weight;
	/// What a block of a later view adds: the order of primaries is drawn.
	fn later_view(members: u32) -> Weight;
	/// What an epoch's last block adds.
	fn end_epoch(members: u32) -> Weight;
	/// The inherent.
	fn note_parent(signers: u32) -> Weight;
	/// Queueing a committee.
	fn set_next_committee(members: u32) -> Weight;
	/// Setting the pace.
	fn set_pace() -> Weight;
	/// Queueing an epoch length.
	fn set_epoch_length() -> Weight;
}
