//! Weights of the pallet.
//!
//! Set by hand from measured costs of the operations they are made of (2.6 GHz server core): decoding a node with its
//! points and adding its part 1 µs, a map operation on an account 1 µs, a 256-bit product and division 0.2 µs; storage as
//! the runtime's `DbWeight` says. `benchmarking.rs` measures the whole, with the runtime's own pallets behind the traits.

use crate::DUES_PER_BLOCK;
use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};
use tp_pbft::MAX_MEMBERS;

/// What the pallet's work costs.
pub trait WeightInfo {
	/// Taking the report of a committee of so many members.
	fn on_participation(members: u32) -> Weight;
	/// An epoch's end with so many reports of the largest committees, nodes with votes, and archives and edges: dividing,
	/// queueing, and paying what one block pays.
	fn on_epoch_end(reports: u32, voted: u32, standing: u32) -> Weight;
	/// Both hooks of a block that pays so many dues.
	fn pay_dues(dues: u32) -> Weight;
	/// A claim of votes for so many nodes.
	fn claim(nodes: u32) -> Weight;
	/// Setting the parameters.
	fn set_parameters() -> Weight;
	/// Settling before the weight of votes changes: for whoever changes votes.
	fn votes_change() -> Weight;
}

/// Picoseconds of reference time in a microsecond.
const MICROSECOND: u64 = 1_000_000;
/// Reading the points of a node and adding its part to what it gets.
const SHARE: u64 = 2 * MICROSECOND;

fn compute(microseconds: u64, count: u32) -> Weight {
	Weight::from_parts((microseconds * MICROSECOND).saturating_mul(count.into()), 0)
}

/// The weights with a runtime's storage costs.
pub struct SubstrateWeight<T>(PhantomData<T>);

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
	fn on_participation(members: u32) -> Weight {
		compute(20, 1)
			.saturating_add(compute(1, members))
			// Parameters, report, counter.
			.saturating_add(T::DbWeight::get().reads_writes(3, 2))
	}

	fn on_epoch_end(reports: u32, voted: u32, standing: u32) -> Weight {
		let seats = reports.saturating_mul(MAX_MEMBERS);
		let nodes = seats.saturating_add(voted).saturating_add(standing);
		let chunks = nodes.div_ceil(DUES_PER_BLOCK);
		Weight::from_parts((100 * MICROSECOND).saturating_add(SHARE.saturating_mul(nodes.into())), 0)
			// Parameters, clock, year, reserve, totals, queue, history, deposit; balances of pot and treasury, and what the
			// treasury can claim.
			.saturating_add(T::DbWeight::get().reads_writes(12, 11))
			.saturating_add(T::DbWeight::get().reads_writes(reports.into(), reports.into()))
			// Of a node with votes its weight; whether a node may stand takes its record, reputation and history.
			.saturating_add(T::DbWeight::get().reads(u64::from(voted).saturating_add(u64::from(standing) * 3)))
			.saturating_add(T::DbWeight::get().writes(chunks.into()))
			.saturating_add(Self::pay_dues(DUES_PER_BLOCK))
	}

	fn pay_dues(dues: u32) -> Weight {
		// The queue, and whether the clock runs.
		let idle = T::DbWeight::get().reads(2);
		if dues == 0 {
			return idle.saturating_add(compute(2, 1));
		}
		idle.saturating_add(compute(5, dues))
			.saturating_add(T::DbWeight::get().reads_writes(1, 2))
			// Weight of the votes, dividend, claimable, pot.
			.saturating_add(T::DbWeight::get().reads_writes(4, 2).saturating_mul(dues.into()))
	}

	fn claim(nodes: u32) -> Weight {
		compute(50, 1)
			.saturating_add(compute(5, nodes))
			// Claimable, totals, balances of pot and claimant.
			.saturating_add(T::DbWeight::get().reads_writes(4, 4))
			// Weight of the votes, checkpoint, pot.
			.saturating_add(T::DbWeight::get().reads_writes(3, 2).saturating_mul(nodes.into()))
	}

	fn set_parameters() -> Weight {
		compute(15, 1).saturating_add(T::DbWeight::get().writes(1))
	}

	fn votes_change() -> Weight {
		// Weights of the votes, checkpoint, pot, claimable; in the worst case the pot is burned: totals, balance, issuance.
		compute(30, 1).saturating_add(T::DbWeight::get().reads_writes(7, 6))
	}
}

/// Nothing costs anything: for mocks.
impl WeightInfo for () {
	fn on_participation(_: u32) -> Weight {
		Weight::zero()
	}
	fn on_epoch_end(_: u32, _: u32, _: u32) -> Weight {
		Weight::zero()
	}
	fn pay_dues(_: u32) -> Weight {
		Weight::zero()
	}
	fn claim(_: u32) -> Weight {
		Weight::zero()
	}
	fn set_parameters() -> Weight {
		Weight::zero()
	}
	fn votes_change() -> Weight {
		Weight::zero()
	}
}
