//! The time of a block.

use core::{marker::PhantomData, time::Duration};
use frame_support::traits::UnixTime;

/// The time that a block's author set; before it is set, that of the block before, and 0 at the genesis. The pallet's
/// own answer is the same, but that it logs an error whenever the genesis is asked, as every node does that starts.
pub struct BlockTime<T>(PhantomData<T>);

impl<T: pallet_timestamp::Config<Moment = u64>> UnixTime for BlockTime<T> {
	fn now() -> Duration {
		Duration::from_millis(pallet_timestamp::Now::<T>::get())
	}
}
