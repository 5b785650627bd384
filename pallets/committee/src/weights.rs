//! Weights of the pallet.
//!
//! Set by hand from measured costs of the operations they are made of (2.6 GHz server core): an ed25519 verification
//! by the host 35 µs, a blake2 hash by the host 0.5 µs with the call, decoding a member 0.1 µs; storage as the
//! runtime's `DbWeight` says. `benchmarking.rs` measures the whole.

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

/// What the pallet's work costs. `members` is a committee's size, `signers` how many signatures a certificate has.
pub trait WeightInfo {
	/// Both hooks of a block that was proposed in view 0 and does not end an epoch.
	fn block(members: u32) -> Weight;
	/// What a block of a later view adds: the order of primaries is drawn.
	fn later_view(members: u32) -> Weight;
	/// What an epoch's last block adds.
	fn end_epoch(members: u32) -> Weight;
	/// The inherent.
	fn note_parent(signers: u32) -> Weight;
	/// Queueing a committee.
	fn set_next_committee(members: u32) -> Weight;
	/// Setting the pace.
	fn set_pace() -> Weight;
	/// Queueing an epoch length.
	fn set_epoch_length() -> Weight;
}

/// Picoseconds of reference time in a microsecond.
const MICROSECOND: u64 = 1_000_000;
/// One ed25519 verification by the host, rounded up.
const VERIFY: u64 = 40 * MICROSECOND;
/// Reading and writing one member of a committee or its counters.
const MEMBER: u64 = MICROSECOND / 2;
/// Drawing one primary: up to 64 hashes a member, where one weight outdoes all others.
const DRAW: u64 = 32 * MICROSECOND;

const fn compute(ref_time: u64) -> Weight {
	Weight::from_parts(ref_time, 0)
}

/// The weights with a runtime's storage costs.
pub struct SubstrateWeight<T>(PhantomData<T>);

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
	fn block(members: u32) -> Weight {
		compute((20 * MICROSECOND).saturating_add(MEMBER.saturating_mul(u64::from(members))))
			.saturating_add(T::DbWeight::get().reads_writes(6, 4))
	}

	fn later_view(members: u32) -> Weight {
		compute(DRAW.saturating_mul(u64::from(members))).saturating_add(T::DbWeight::get().reads(1))
	}

	fn end_epoch(members: u32) -> Weight {
		compute((30 * MICROSECOND).saturating_add((4 * MEMBER).saturating_mul(u64::from(members))))
			.saturating_add(T::DbWeight::get().reads_writes(6, 9))
	}

	fn note_parent(signers: u32) -> Weight {
		compute((30 * MICROSECOND).saturating_add((VERIFY + MEMBER).saturating_mul(u64::from(signers))))
			.saturating_add(T::DbWeight::get().reads_writes(6, 2))
	}

	fn set_next_committee(members: u32) -> Weight {
		compute((20 * MICROSECOND).saturating_add((2 * MEMBER).saturating_mul(u64::from(members))))
			.saturating_add(T::DbWeight::get().writes(1))
	}

	fn set_pace() -> Weight {
		compute(10 * MICROSECOND).saturating_add(T::DbWeight::get().writes(1))
	}

	fn set_epoch_length() -> Weight {
		compute(10 * MICROSECOND).saturating_add(T::DbWeight::get().writes(1))
	}
}

/// Nothing costs anything: for mocks.
impl WeightInfo for () {
	fn block(_: u32) -> Weight {
		Weight::zero()
	}
	fn later_view(_: u32) -> Weight {
		Weight::zero()
	}
	fn end_epoch(_: u32) -> Weight {
		Weight::zero()
	}
	fn note_parent(_: u32) -> Weight {
		Weight::zero()
	}
	fn set_next_committee(_: u32) -> Weight {
		Weight::zero()
	}
	fn set_pace() -> Weight {
		Weight::zero()
	}
	fn set_epoch_length() -> Weight {
		Weight::zero()
	}
}
