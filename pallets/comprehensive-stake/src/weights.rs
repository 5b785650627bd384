//! Weights of the pallet.
//!
//! Set by hand. Measured is the verification of an ed25519 or sr25519 signature by the host (35 to 38 µs on a 2.6 GHz
//! server core); storage costs what the runtime's `DbWeight` says; the rest of the computation is estimated, on the high
//! side. `benchmarking.rs` measures the whole, and its figures are to take the place of these.
//!
//! A change of the weight of votes counts four reads and three writes of what hears of it; a benchmark of the runtime
//! measures what it really does.

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

/// What the pallet's work costs.
pub trait WeightInfo {
	/// Registering a node.
	fn register() -> Weight;
	/// Setting keys, in the worst case with all that are remembered forgotten.
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

/// Picoseconds of reference time in a microsecond.
const MICROSECOND: u64 = 1_000_000;
/// What every call does.
const CALL: u64 = 20 * MICROSECOND;
/// Two signatures of a proof of possession, rounded up.
const PROOF: u64 = 2 * 40 * MICROSECOND;
/// The weight of one lock, a power with 120 binary places: 0.7 µs natively, and more than ten times that for wasm.
const LOCK: u64 = 10 * MICROSECOND;
/// Moving a balance to, from or between holds: two accounts with their holds, an event.
const HOLD: u64 = 30 * MICROSECOND;
/// Reads and writes of it.
const HOLD_DB: (u64, u64) = (4, 4);
/// Reads and writes of what hears that a weight changes.
const LISTENER: (u64, u64) = (4, 3);
/// Judging one member: its rank, and its node read and written.
const MEMBER: u64 = 3 * MICROSECOND;
/// Keys that a node can have at once: the present, the next and the past ones.
const KEYS: u64 = 2 + crate::MAX_PAST_KEYS as u64;

/// The weights with a runtime's storage costs.
pub struct SubstrateWeight<T>(PhantomData<T>);

fn weight<T: frame_system::Config>(compute: u64, reads: u64, writes: u64) -> Weight {
	Weight::from_parts(compute, 0).saturating_add(T::DbWeight::get().reads_writes(reads, writes))
}

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
	fn register() -> Weight {
		// The node, two owners, parameters, epoch, a past pool; written also up to four offers and the pool.
		weight::<T>(CALL + PROOF + HOLD, 6 + HOLD_DB.0, 9 + HOLD_DB.1)
	}

	fn set_keys() -> Weight {
		weight::<T>(CALL + PROOF + KEYS * MICROSECOND, 5, 3 + 2 * KEYS)
	}

	fn set_network_id() -> Weight {
		weight::<T>(CALL, 1, 1)
	}

	fn set_dividend() -> Weight {
		weight::<T>(CALL, 1, 1)
	}

	fn add_deposit() -> Weight {
		weight::<T>(CALL + HOLD, 1 + HOLD_DB.0, 1 + HOLD_DB.1)
	}

	fn set_roles() -> Weight {
		weight::<T>(CALL, 2, 9)
	}

	fn leave() -> Weight {
		weight::<T>(CALL, 4, 5)
	}

	fn return_to_service() -> Weight {
		weight::<T>(CALL, 3, 5)
	}

	fn withdraw_deposit() -> Weight {
		weight::<T>(CALL + HOLD + KEYS * MICROSECOND, 4 + HOLD_DB.0, 3 + 2 * KEYS + HOLD_DB.1)
	}

	fn vote() -> Weight {
		// Parameters, node, time, two kinds of pool, weight, number; written the vote, the pool, the weight, the number.
		weight::<T>(CALL + LOCK + HOLD, 8 + HOLD_DB.0 + LISTENER.0, 4 + HOLD_DB.1 + LISTENER.1)
	}

	fn withdraw_vote() -> Weight {
		weight::<T>(CALL + HOLD, 7 + HOLD_DB.0 + LISTENER.0, 3 + HOLD_DB.1 + LISTENER.1)
	}

	fn move_vote() -> Weight {
		weight::<T>(CALL + LOCK, 11 + 2 * LISTENER.0, 5 + 2 * LISTENER.1)
	}

	fn settle_vote() -> Weight {
		weight::<T>(CALL + LOCK, 5 + LISTENER.0, 3 + LISTENER.1)
	}

	fn set_parameters() -> Weight {
		weight::<T>(CALL, 0, 1)
	}

	fn cancel_slash() -> Weight {
		weight::<T>(CALL, 2, 2)
	}

	fn on_participation(members: u32) -> Weight {
		let members = u64::from(members);
		weight::<T>(CALL.saturating_add(MEMBER.saturating_mul(members)), members.saturating_add(2), members)
	}

	fn on_epoch_end(slashes: u32) -> Weight {
		// Of each: the slash, the node, the pool; a deposit and a pool of which a part is moved and a part is burned.
		let one = weight::<T>(CALL + 4 * HOLD, 5 + 4 * HOLD_DB.0, 3 + 4 * HOLD_DB.1);
		one.saturating_mul(u64::from(slashes)).saturating_add(weight::<T>(CALL, 3, 2))
	}
}

/// Nothing costs anything: for mocks.
impl WeightInfo for () {
	fn register() -> Weight {
		Weight::zero()
	}
	fn set_keys() -> Weight {
		Weight::zero()
	}
	fn set_network_id() -> Weight {
		Weight::zero()
	}
	fn set_dividend() -> Weight {
		Weight::zero()
	}
	fn add_deposit() -> Weight {
		Weight::zero()
	}
	fn set_roles() -> Weight {
		Weight::zero()
	}
	fn leave() -> Weight {
		Weight::zero()
	}
	fn return_to_service() -> Weight {
		Weight::zero()
	}
	fn withdraw_deposit() -> Weight {
		Weight::zero()
	}
	fn vote() -> Weight {
		Weight::zero()
	}
	fn withdraw_vote() -> Weight {
		Weight::zero()
	}
	fn move_vote() -> Weight {
		Weight::zero()
	}
	fn settle_vote() -> Weight {
		Weight::zero()
	}
	fn set_parameters() -> Weight {
		Weight::zero()
	}
	fn cancel_slash() -> Weight {
		Weight::zero()
	}
	fn on_participation(_: u32) -> Weight {
		Weight::zero()
	}
	fn on_epoch_end(_: u32) -> Weight {
		Weight::zero()
	}
}
