//! What the pallet's work costs. The figures are measured, by `scripts/weights.sh`.

mod measured;

pub use measured::SubstrateWeight;

use frame_support::weights::Weight;

/// What the pallet's work costs.
pub trait WeightInfo {
	/// Taking a ticket.
	fn submit_ticket() -> Weight;
	/// Checking a ticket before it enters the pool or a block.
	fn authorize_submit_ticket() -> Weight;
	/// Adding a ledger.
	fn register_ledger() -> Weight;
	/// Changing a ledger's seats.
	fn set_seats() -> Weight;
	/// Removing a ledger.
	fn remove_ledger() -> Weight;
	/// The end of an epoch, with so many tickets, seats and ledgers.
	fn draw(tickets: u32, seats: u32, ledgers: u32) -> Weight;
	/// Telling what members did, without what those do who are told.
	fn epoch_ended(members: u32) -> Weight;
}
