//! Weights of `pallet_quota` with quotas in a map. Not measured yet: `scripts/weights.sh pallet_quota` replaces this file.
//!
//! Estimates from costs on a 2.6 GHz server core: 62 µs to read and write an item of the state, 5 µs for an item that
//! the block or the transaction reads anyway. They include the cost of storage.

use super::WeightInfo;
use core::marker::PhantomData;
use frame_support::weights::Weight;

/// The estimated weights.
pub struct SubstrateWeight<T>(PhantomData<T>);

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
	fn block() -> Weight {
		Weight::from_parts(67_000_000, 0)
	}
	fn lock() -> Weight {
		Weight::from_parts(191_000_000, 0)
	}
	fn unlock() -> Weight {
		Weight::from_parts(191_000_000, 0)
	}
	fn set_rules() -> Weight {
		Weight::from_parts(62_000_000, 0)
	}
	fn sponsor() -> Weight {
		Weight::from_parts(377_000_000, 0)
	}
	fn unsponsor() -> Weight {
		Weight::from_parts(253_000_000, 0)
	}
	fn withdraw_sponsorship() -> Weight {
		Weight::from_parts(191_000_000, 0)
	}
	fn invite() -> Weight {
		Weight::from_parts(392_000_000, 0)
	}
	fn charge() -> Weight {
		Weight::from_parts(82_000_000, 0)
	}
}
