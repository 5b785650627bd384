//! Weights of the pallet. `scripts/weights.sh` measures them.

mod measured;

pub use measured::SubstrateWeight;

use frame_support::weights::Weight;

/// Weights of the pallet's calls, hooks and notifications.
pub trait WeightInfo {
	/// Returns the weight of a report of a committee of `members` members.
	fn on_participation(members: u32) -> Weight;
	/// Returns the weight of an epoch's end: division, and the payment of the treasury. It does not depend on the number of
	/// nodes. `reports` committees were reported.
	fn on_epoch_end(reports: u32) -> Weight;
	/// Returns the weight of a claim of votes for `nodes` nodes.
	fn claim(nodes: u32) -> Weight;
	/// Returns the weight of a change of parameters.
	fn set_parameters() -> Weight;
	/// Returns the weight of a settlement before the weight of votes changes. The call that changes votes pays for it.
	fn votes_change() -> Weight;
}
