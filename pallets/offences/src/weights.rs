//! Weights of the pallet.
//!
//! Set by hand from measured costs of the operations they are made of (2.6 GHz server core): an ed25519 verification
//! by the host 35 µs, decoding a seat 0.2 µs; storage as the runtime's `DbWeight` says. `benchmarking.rs` measures the
//! whole, with the runtime's own pallets behind the traits.

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};
use tp_pbft::MAX_MEMBERS;

/// What the pallet's work costs.
pub trait WeightInfo {
	/// Taking a report and punishing.
	fn report() -> Weight;
	/// Checking a report before it enters the pool or a block.
	fn authorize_report() -> Weight;
	/// Removing the records of so many ledgers.
	fn prune(ledgers: u32) -> Weight;
}

/// Picoseconds of reference time in a microsecond.
const MICROSECOND: u64 = 1_000_000;
/// One ed25519 verification by the host, rounded up.
const VERIFY: u64 = 40 * MICROSECOND;
/// Reading one seat of a committee.
const SEAT: u64 = MICROSECOND / 4;
/// Two signatures of the evidence, one of the reporter, against the largest committee.
const CHECK: u64 = 20 * MICROSECOND + 3 * VERIFY + SEAT * MAX_MEMBERS as u64;
/// Epoch, history, records, genesis hash, committee, and keys of the reporter (two reads for each of the last three).
const CHECK_READS: u64 = 9;
/// Deposit, reputation, seats, agenda of slashes and its counter, as `pallet-comprehensive-stake` keeps them.
const SLASH_ITEMS: u64 = 6;

/// The weights with a runtime's storage costs.
pub struct SubstrateWeight<T>(PhantomData<T>);

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
	fn report() -> Weight {
		Weight::from_parts(CHECK + 50 * MICROSECOND, 0)
			.saturating_add(T::DbWeight::get().reads_writes(CHECK_READS + SLASH_ITEMS, 1 + SLASH_ITEMS))
	}

	fn authorize_report() -> Weight {
		Weight::from_parts(CHECK, 0).saturating_add(T::DbWeight::get().reads(CHECK_READS))
	}

	fn prune(ledgers: u32) -> Weight {
		let removed = match ledgers {
			0 => Weight::zero(),
			_ => T::DbWeight::get().reads_writes(u64::from(ledgers), u64::from(ledgers) + 1),
		};
		Weight::from_parts((2 * MICROSECOND).saturating_mul(u64::from(ledgers) + 1), 0)
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(removed)
	}
}

/// Nothing costs anything: for mocks.
impl WeightInfo for () {
	fn report() -> Weight {
		Weight::zero()
	}
	fn authorize_report() -> Weight {
		Weight::zero()
	}
	fn prune(_: u32) -> Weight {
		Weight::zero()
	}
}
