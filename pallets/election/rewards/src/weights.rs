//! What the pallet's work costs. The figures are measured, by `scripts/weights.sh`.

mod measured;

pub use measured::SubstrateWeight;

use frame_support::weights::Weight;

/// What the pallet's work costs.
pub trait WeightInfo {
	/// Taking the report of a committee of so many members.
	fn on_participation(members: u32) -> Weight;
	/// An epoch's end with so many reports of the largest committees, and so many nodes that have votes and are archives and
	/// edges: dividing, queueing, and paying what one block pays.
	fn on_epoch_end(reports: u32, nodes: u32) -> Weight;
	/// Both hooks of a block that pays so many dues.
	fn pay_dues(dues: u32) -> Weight;
	/// A claim of votes for so many nodes.
	fn claim(nodes: u32) -> Weight;
	/// Setting the parameters.
	fn set_parameters() -> Weight;
	/// Settling before the weight of votes changes: for whoever changes votes.
	fn votes_change() -> Weight;
}
