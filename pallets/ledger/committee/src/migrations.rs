//! Migrations of the storage, for `SingleBlockMigrations` of a runtime.

use crate::*;
use core::marker::PhantomData;
use frame_support::{
	migrations::VersionedMigration,
	traits::{Get, UncheckedOnRuntimeUpgrade, UnixTime},
	weights::Weight,
};

/// Version 0 counted the length of epochs in blocks.
mod v0 {
	use super::*;
	use frame_support::storage_alias;
	use tp_pbft::Height;

	#[storage_alias]
	pub type EpochLength<T: Config> = StorageValue<Pallet<T>, Height>;
	#[storage_alias]
	pub type QueuedEpochLength<T: Config> = StorageValue<Pallet<T>, Height>;
}

/// The most closing blocks.
const MOST_CLOSING_BLOCKS: u32 = 600;
/// The fewest closing blocks.
const LEAST_CLOSING_BLOCKS: u32 = 3;

/// From version 0 to 1: epochs last the time of as many idle blocks as they had, of which up to an eighth close them.
///
/// The present epoch closes about when it would have ended at the idle pace.
pub type V0ToV1<T> = VersionedMigration<0, 1, EpochsByTime<T>, Pallet<T>, <T as frame_system::Config>::DbWeight>;

/// The migration of [`V0ToV1`] without the check of versions.
pub struct EpochsByTime<T>(PhantomData<T>);

impl<T: Config> UncheckedOnRuntimeUpgrade for EpochsByTime<T> {
	fn on_runtime_upgrade() -> Weight {
		let Some(length) = v0::EpochLength::<T>::take() else { return T::DbWeight::get().reads(1) };
		let idle = u64::from(Pallet::<T>::config().pace.idle_interval_ms);
		if let Some(queued) = v0::QueuedEpochLength::<T>::take() {
			QueuedEpochMs::<T>::put(u64::from(queued).saturating_mul(idle));
		}
		let closing = (length / 8).clamp(LEAST_CLOSING_BLOCKS, MOST_CLOSING_BLOCKS);
		let last = EpochStart::<T>::get().saturating_add(length.saturating_sub(1));
		let left = last.saturating_sub(Pallet::<T>::height()).saturating_sub(closing);
		let now = u64::try_from(T::Time::now().as_millis()).unwrap_or(u64::MAX);
		EpochMs::<T>::put(u64::from(length).saturating_mul(idle));
		ClosingBlocks::<T>::put(closing);
		ClosesAt::<T>::put(now.saturating_add(u64::from(left).saturating_mul(idle)));
		T::DbWeight::get().reads_writes(6, 6)
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::{mock::*, tests::ledger::on_ledger};
	use frame_support::traits::{GetStorageVersion, OnRuntimeUpgrade, StorageVersion};

	#[test]
	fn an_epoch_of_blocks_becomes_an_epoch_of_their_idle_time() {
		on_ledger(4, |ledger| {
			ledger.run_to(2);
			StorageVersion::new(0).put::<Committee>();
			EpochMs::<Test>::kill();
			ClosingBlocks::<Test>::kill();
			ClosesAt::<Test>::kill();
			v0::EpochLength::<Test>::put(20);
			v0::QueuedEpochLength::<Test>::put(40);
			V0ToV1::<Test>::on_runtime_upgrade();
			assert_eq!(Committee::on_chain_storage_version(), 1);
			let idle = u64::from(PACE.idle_interval_ms);
			assert_eq!((EpochMs::<Test>::get(), ClosingBlocks::<Test>::get()), (20 * idle, 3));
			assert_eq!(QueuedEpochMs::<Test>::get(), Some(40 * idle));
			// Block 20 would have been the last: three closing blocks before it.
			let now = pallet_testkit::Now::get();
			assert_eq!(ClosesAt::<Test>::get(), Some(now + 15 * idle));
			assert!(!v0::EpochLength::<Test>::exists() && !v0::QueuedEpochLength::<Test>::exists());
			pallet_testkit::BlockMs::set(idle);
			ledger.run_to(21);
			assert_eq!(Committee::committee().epoch, 1);
			// It runs once.
			V0ToV1::<Test>::on_runtime_upgrade();
			assert_eq!(EpochMs::<Test>::get(), 40 * idle);
		});
	}
}
