//! What the pallet's work costs. The figures are measured, by `scripts/weights.sh`.

mod measured;

pub use measured::SubstrateWeight;

use frame_support::weights::Weight;

/// What the pallet's work costs.
pub trait WeightInfo {
	/// Registering a node.
	fn register() -> Weight;
	/// Setting keys, beside forgetting those that are not remembered any more.
	fn set_keys() -> Weight;
	/// Setting the network id.
	fn set_network_id() -> Weight;
	/// Setting the dividend.
	fn set_dividend() -> Weight;
	/// Adding to a deposit.
	fn add_deposit() -> Weight;
	/// Setting roles.
	fn set_roles() -> Weight;
	/// Beginning to leave.
	fn leave() -> Weight;
	/// Staying after all.
	fn return_to_service() -> Weight;
	/// Removing a node, in the worst case with all the keys that it can have.
	fn withdraw_deposit() -> Weight;
	/// Voting.
	fn vote() -> Weight;
	/// Withdrawing a vote.
	fn withdraw_vote() -> Weight;
	/// Moving a vote.
	fn move_vote() -> Weight;
	/// Settling a vote.
	fn settle_vote() -> Weight;
	/// Setting the parameters.
	fn set_parameters() -> Weight;
	/// Cancelling a slash.
	fn cancel_slash() -> Weight;
	/// Hearing of the participation of so many members.
	fn on_participation(members: u32) -> Weight;
	/// Hearing of an epoch's end at which so many slashes apply.
	fn on_epoch_end(slashes: u32) -> Weight;
}
