//! Weights of the pallet.
//!
//! Set by hand from the operations they are made of (2.6 GHz server core). A VRF proof was measured to take 100 µs native;
//! there is no host function for it, and wasm is taken to be ten times slower. Of the draw of 1,024 seats with 2,048 tickets
//! all that is no storage was measured to take 7 ms native. Storage as the runtime's `DbWeight` says.
//! `benchmarking.rs` measures the whole.

use crate::MAX_TICKETS;
use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

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

/// Picoseconds of reference time in a microsecond.
const MICROSECOND: u64 = 1_000_000;
/// Checking a VRF proof.
const VERIFY: u64 = 1_000 * MICROSECOND;
/// Reading, searching and writing all tickets of a role: 64 KB.
const HELD_TICKETS: u64 = MAX_TICKETS as u64 * MICROSECOND / 5;
/// Storage items that a node's stake and standing are in: what is registered, votes, reputation, proof of power.
const NODE_READS: u64 = 4;
/// Computing a stake, and its part in sorting and sampling.
const CANDIDATE: u64 = 10 * MICROSECOND;
/// A seat's part in decoding, rotation, hashing and encoding.
const SEAT: u64 = 10 * MICROSECOND;
/// A ledger's part in all that.
const LEDGER: u64 = 50 * MICROSECOND;

const fn compute(ref_time: u64) -> Weight {
	Weight::from_parts(ref_time, 0)
}

/// The weights with a runtime's storage costs.
pub struct SubstrateWeight<T>(PhantomData<T>);

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
	fn submit_ticket() -> Weight {
		// Beside the node: clock (4), seats, seated nodes, tickets.
		compute(VERIFY + HELD_TICKETS).saturating_add(T::DbWeight::get().reads_writes(NODE_READS + 7, 1))
	}

	fn authorize_submit_ticket() -> Weight {
		compute(VERIFY + HELD_TICKETS).saturating_add(T::DbWeight::get().reads(NODE_READS + 7))
	}

	fn register_ledger() -> Weight {
		compute(20 * MICROSECOND).saturating_add(T::DbWeight::get().reads_writes(6, 3))
	}

	fn set_seats() -> Weight {
		compute(20 * MICROSECOND).saturating_add(T::DbWeight::get().reads_writes(4, 2))
	}

	fn remove_ledger() -> Weight {
		compute(20 * MICROSECOND).saturating_add(T::DbWeight::get().reads_writes(5, 6))
	}

	fn draw(tickets: u32, seats: u32, ledgers: u32) -> Weight {
		let (tickets, seats, ledgers) = (u64::from(tickets), u64::from(seats), u64::from(ledgers));
		let db = T::DbWeight::get();
		// Tickets, seated nodes and seats of the roles; clock and parameters.
		let fixed = compute(100 * MICROSECOND).saturating_add(db.reads_writes(10, 4));
		let candidate = compute(CANDIDATE).saturating_add(db.reads(NODE_READS));
		// It is noted at the node that it has the seat.
		let seat = compute(SEAT).saturating_add(db.reads_writes(NODE_READS + 1, 1));
		// What it is; three committees: one that ends, one that comes into force, one that is drawn; one that is forgotten.
		let ledger = compute(LEDGER).saturating_add(db.reads_writes(4, 5));
		fixed
			.saturating_add(candidate.saturating_mul(tickets))
			.saturating_add(seat.saturating_mul(seats))
			.saturating_add(ledger.saturating_mul(ledgers))
	}

	fn epoch_ended(members: u32) -> Weight {
		compute((20 * MICROSECOND).saturating_add(MICROSECOND.saturating_mul(u64::from(members))))
			// The committee; and should it not be recorded, whose key each member has.
			.saturating_add(T::DbWeight::get().reads(u64::from(members).saturating_add(1)))
	}
}

/// Nothing costs anything: for mocks.
impl WeightInfo for () {
	fn submit_ticket() -> Weight {
		Weight::zero()
	}
	fn authorize_submit_ticket() -> Weight {
		Weight::zero()
	}
	fn register_ledger() -> Weight {
		Weight::zero()
	}
	fn set_seats() -> Weight {
		Weight::zero()
	}
	fn remove_ledger() -> Weight {
		Weight::zero()
	}
	fn draw(_: u32, _: u32, _: u32) -> Weight {
		Weight::zero()
	}
	fn epoch_ended(_: u32) -> Weight {
		Weight::zero()
	}
}
