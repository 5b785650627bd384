//! Weights of the pallet.
//!
//! Set by hand from measured costs of the operations they are made of: an ed25519 verification by the host 35 µs; a
//! blake2 hash of 32 bytes 0.17 to 0.22 µs (`tp-power`'s test `what_a_check_and_a_lane_cost`: 8 × 1,024 in 1.4 to 1.8 ms), and
//! more than twice that with the call from the runtime to the host and back; storage as the runtime's `DbWeight` says.
//! `benchmarking.rs` measures the whole.
//!
//! A reveal is checked in full twice: before it is let into the block, and when it is applied.

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};
use tp_power::{MAX_PATH, SEGMENTS_SHOWN, STEPS_PER_SEGMENT};

/// What the pallet's work costs.
pub trait WeightInfo {
	/// The hook of a block that removes so many entries of past epochs.
	fn on_initialize(removed: u32) -> Weight;
	/// Taking a commitment.
	fn commit() -> Weight;
	/// Checking a commitment before it enters the pool or a block.
	fn authorize_commit() -> Weight;
	/// Taking a reveal of the largest shape.
	fn reveal() -> Weight;
	/// Checking a reveal before it enters the pool or a block.
	fn authorize_reveal() -> Weight;
	/// Queueing parameters.
	fn set_parameters() -> Weight;
}

/// Picoseconds of reference time in a microsecond.
const MICROSECOND: u64 = 1_000_000;
/// One ed25519 verification by the host, rounded up.
const VERIFY: u64 = 40 * MICROSECOND;
/// One hash by the host, with the call.
const HASH: u64 = MICROSECOND / 2;
/// Hashes of the segments' steps, of their ends' paths with the leaves, and of draw, challenge and lane starts.
const REVEAL_HASHES: u64 = (SEGMENTS_SHOWN as u64) * (STEPS_PER_SEGMENT as u64 + 2 * (MAX_PATH as u64 + 1) + 2) + 1;
/// Decoding, hashing and signing bytes of a reveal: 8 segments with two paths, at most 13 KB.
const REVEAL_BYTES: u64 = 60 * MICROSECOND;
/// Removing one entry, beside the write.
const REMOVE: u64 = 2 * MICROSECOND;

const fn compute(ref_time: u64) -> Weight {
	Weight::from_parts(ref_time, 0)
}

/// The weights with a runtime's storage costs.
pub struct SubstrateWeight<T>(PhantomData<T>);

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
	fn on_initialize(removed: u32) -> Weight {
		// Epoch, oldest epoch, queued and present parameters, draw, seed, and what removal finds in three maps.
		compute((20 * MICROSECOND).saturating_add(REMOVE.saturating_mul(u64::from(removed))))
			.saturating_add(T::DbWeight::get().reads_writes(9, 4))
			.saturating_add(T::DbWeight::get().writes(u64::from(removed)))
	}

	fn commit() -> Weight {
		// Epoch with start and length, parameters, commitment, keys, genesis hash; written: commitment, draw.
		compute(40 * MICROSECOND + VERIFY).saturating_add(T::DbWeight::get().reads_writes(9, 2))
	}

	fn authorize_commit() -> Weight {
		compute(30 * MICROSECOND + VERIFY).saturating_add(T::DbWeight::get().reads(9))
	}

	fn reveal() -> Weight {
		// Epoch, randomness, commitment, proof, draw, parameters, keys, genesis hash; written: proof.
		compute(REVEAL_BYTES + VERIFY + REVEAL_HASHES * HASH).saturating_add(T::DbWeight::get().reads_writes(11, 1))
	}

	fn authorize_reveal() -> Weight {
		compute(REVEAL_BYTES + VERIFY + REVEAL_HASHES * HASH).saturating_add(T::DbWeight::get().reads(11))
	}

	fn set_parameters() -> Weight {
		compute(20 * MICROSECOND).saturating_add(T::DbWeight::get().reads_writes(2, 1))
	}
}

/// Nothing costs anything: for mocks.
impl WeightInfo for () {
	fn on_initialize(_: u32) -> Weight {
		Weight::zero()
	}
	fn commit() -> Weight {
		Weight::zero()
	}
	fn authorize_commit() -> Weight {
		Weight::zero()
	}
	fn reveal() -> Weight {
		Weight::zero()
	}
	fn authorize_reveal() -> Weight {
		Weight::zero()
	}
	fn set_parameters() -> Weight {
		Weight::zero()
	}
}
