//! Weights of `pallet_lattice`. Not measured yet: `scripts/weights.sh pallet_lattice` replaces this file.
//!
//! Estimates from costs on a 2.6 GHz server core: a signature takes 15 µs in a batch of 64, and 95 µs if the batch fails
//! and it is verified bare and wrapped; an account of the state takes 62 µs to read and write. They include the cost of
//! storage.

use super::{WeightInfo, OPERATIONS_UNITS};
use core::marker::PhantomData;
use frame_support::weights::Weight;

/// Picoseconds of reference time in a microsecond.
const MICROSECOND: u64 = 1_000_000;
/// The work of an empty batch.
const BATCH: u64 = 50 * MICROSECOND;
/// A signature in a batch.
const SIGNATURE: u64 = 15 * MICROSECOND;
/// A signature that is verified in a batch, then bare, then wrapped.
const WRONG_SIGNATURE: u64 = SIGNATURE + 80 * MICROSECOND;
/// Reading and writing an account.
const ACCOUNT: u64 = 62 * MICROSECOND;

/// The estimated weights.
pub struct SubstrateWeight<T>(PhantomData<T>);

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
	fn block() -> Weight {
		Weight::from_parts(20 * MICROSECOND, 0)
	}
	fn apply_units(u: u32) -> Weight {
		Weight::from_parts(BATCH + u64::from(u) * (SIGNATURE + 2 * ACCOUNT), 0)
	}
	fn apply_operations(o: u32) -> Weight {
		let units = u64::from(OPERATIONS_UNITS) * (SIGNATURE + ACCOUNT);
		Weight::from_parts(BATCH + units + u64::from(o) * ACCOUNT, 0)
	}
	fn apply_wrong(w: u32) -> Weight {
		Weight::from_parts(BATCH + u64::from(w) * (WRONG_SIGNATURE + ACCOUNT), 0)
	}
}
