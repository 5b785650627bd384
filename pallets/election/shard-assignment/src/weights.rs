//! Weights of the pallet. `scripts/weights.sh` measures them.

mod measured;

pub use measured::SubstrateWeight;

use frame_support::weights::Weight;

/// Weights of the pallet's calls and of its part in an epoch's end.
pub trait WeightInfo {
	/// Returns the weight of a ticket's submission.
	fn submit_ticket() -> Weight;
	/// Returns the weight of the check of a ticket before it enters the pool or a block.
	fn authorize_submit_ticket() -> Weight;
	/// Returns the weight of the registration of a ledger.
	fn register_ledger() -> Weight;
	/// Returns the weight of a change of a ledger's seats.
	fn set_seats() -> Weight;
	/// Returns the weight of the removal of a ledger.
	fn remove_ledger() -> Weight;
	/// Returns the weight of an epoch's end with these numbers of seats and ledgers.
	fn next_committees(seats: u32, ledgers: u32) -> Weight;
	/// Returns the weight of a block's part of a deal, which looks up this number of nodes.
	fn deal(nodes: u32) -> Weight;
	/// Returns the weight of ordering the maximum number of candidates.
	fn order_candidates() -> Weight;
	/// Returns the weight of a report of participation, without the receivers' work.
	fn epoch_ended(members: u32) -> Weight;
}
