//! The weights of calls and notifications, measured by `scripts/weights.sh`.

mod measured;

pub use measured::SubstrateWeight;

use frame_support::weights::Weight;

/// The weights of calls and notifications.
pub trait WeightInfo {
	/// Returns the cost of registering a node.
	fn register() -> Weight;
	/// Returns the cost of setting keys, without that of removing past ones.
	fn set_keys() -> Weight;
	/// Returns the cost of setting the network id.
	fn set_network_id() -> Weight;
	/// Returns the cost of setting the dividend.
	fn set_dividend() -> Weight;
	/// Returns the cost of adding to a deposit.
	fn add_deposit() -> Weight;
	/// Returns the cost of setting roles.
	fn set_roles() -> Weight;
	/// Returns the cost of starting to leave.
	fn leave() -> Weight;
	/// Returns the cost of returning to service.
	fn return_to_service() -> Weight;
	/// Returns the cost of removing a node with the maximum number of keys.
	fn withdraw_deposit() -> Weight;
	/// Returns the cost of voting.
	fn vote() -> Weight;
	/// Returns the cost of withdrawing a vote.
	fn withdraw_vote() -> Weight;
	/// Returns the cost of moving a vote.
	fn move_vote() -> Weight;
	/// Returns the cost of settling a vote.
	fn settle_vote() -> Weight;
	/// Returns the cost of setting the parameters.
	fn set_parameters() -> Weight;
	/// Returns the cost of cancelling a slash.
	fn cancel_slash() -> Weight;
	/// Returns the cost of a report of participation, for this number of members.
	fn on_participation(members: u32) -> Weight;
	/// Returns the cost of an epoch's end at which this number of slashes applies.
	fn on_epoch_end(slashes: u32) -> Weight;
}
