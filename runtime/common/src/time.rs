//! The time of a block.

use core::{marker::PhantomData, time::Duration};
use frame_support::traits::{Get, UnixTime};

/// The time that a block's author set; before it is set, that of the parent block, and 0 at the genesis.
///
/// `pallet-timestamp` returns the same, but logs an error at the genesis, whose state every starting node queries.
pub struct BlockTime<T>(PhantomData<T>);

impl<T: pallet_timestamp::Config<Moment = u64>> UnixTime for BlockTime<T> {
	fn now() -> Duration {
		Duration::from_millis(pallet_timestamp::Now::<T>::get())
	}
}

/// The same in milliseconds.
impl<T: pallet_timestamp::Config<Moment = u64>> Get<u64> for BlockTime<T> {
	fn get() -> u64 {
		pallet_timestamp::Now::<T>::get()
	}
}
