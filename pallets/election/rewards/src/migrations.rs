//! Migrations of the storage, for `SingleBlockMigrations` of a runtime.

use crate::{pools::Served, types::FULL_SERVICE, *};
use alloc::vec::Vec;
use core::marker::PhantomData;
use frame_support::{
	migrations::VersionedMigration,
	traits::{Get, UncheckedOnRuntimeUpgrade},
	weights::Weight,
};

/// The storage of version 1.
mod v1 {
	use crate::{Config, Pallet, Points};
	use codec::{Decode, Encode};
	use frame_support::{storage_alias, Twox64Concat};
	use tp_core::{Balance, ChainTag};
	use tp_pbft::Epoch;

	/// Earnings of a node in an epoch that waited for a block to pay them.
	#[derive(Encode, Decode)]
	pub struct Due<AccountId> {
		pub node: AccountId,
		pub work: Balance,
		pub votes: Balance,
	}

	#[storage_alias]
	pub type DueQueue<T: Config> = StorageValue<Pallet<T>, (u32, u32)>;
	#[storage_alias]
	pub type DueChunks<T: Config> =
		StorageMap<Pallet<T>, Twox64Concat, u32, alloc::vec::Vec<Due<<T as frame_system::Config>::AccountId>>>;
	#[storage_alias]
	pub type Reports<T: Config> = StorageMap<
		Pallet<T>,
		Twox64Concat,
		(ChainTag, Epoch),
		alloc::vec::Vec<(<T as frame_system::Config>::AccountId, Points)>,
	>;
}

/// From version 1 to 2: waiting dues are divided at once, and reported committees get shares of the present period. Their
/// voters are paid as for full service, because only points were stored.
///
/// It changes all waiting dues and reports in one block.
pub type V1ToV2<T> = VersionedMigration<1, 2, OpenPeriods<T>, Pallet<T>, <T as frame_system::Config>::DbWeight>;

/// The migration of [`V1ToV2`] without the check of versions.
pub struct OpenPeriods<T>(PhantomData<T>);

impl<T: Config> UncheckedOnRuntimeUpgrade for OpenPeriods<T> {
	fn on_runtime_upgrade() -> Weight {
		let mut nodes: u64 = 0;
		v1::DueQueue::<T>::kill();
		for due in v1::DueChunks::<T>::drain().flat_map(|(_, chunk)| chunk) {
			nodes = nodes.saturating_add(1);
			Pallet::<T>::pay_due(due);
		}
		let reports: Vec<_> = v1::Reports::<T>::drain().collect();
		for ((chain, epoch), members) in reports {
			nodes = nodes.saturating_add(members.len() as u64);
			let served = members.into_iter().map(|(node, points)| Served { node, points, service: FULL_SERVICE });
			Pallet::<T>::add_committee(chain, served);
			Reports::<T>::insert((chain, epoch), ());
		}
		Reports::<T>::initialize_counter();
		T::DbWeight::get().reads_writes(8, 6).saturating_mul(nodes.saturating_add(1))
	}
}

impl<T: Config> Pallet<T> {
	/// Divides a due between a node and its voters.
	fn pay_due(v1::Due { node, work, votes }: v1::Due<T::AccountId>) {
		use tp_stake::Voters;
		let weight = T::Voters::weight_of(&node);
		let epoch = Self::last_epoch();
		let dividend = if weight > 0 { T::Voters::dividend(&node, epoch).mul_floor(work) } else { 0 };
		let voters = votes.saturating_add(dividend);
		let earnings = Unsettled::<T>::get(&node);
		let own = earnings.own.saturating_add(work.saturating_sub(dividend));
		let voters = earnings.voters.saturating_add(voters);
		Unsettled::<T>::insert(&node, Earnings { own, voters, ..earnings });
		Self::settle_node(&node);
	}

	/// Returns the last epoch that has ended.
	fn last_epoch() -> tp_pbft::Epoch {
		History::<T>::iter_values().map(|rewards| rewards.epoch).max().unwrap_or_default()
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::{mock::*, tests::*};
	use frame_support::{
		assert_ok,
		traits::{GetStorageVersion, OnRuntimeUpgrade, StorageVersion},
	};
	use tp_core::Balance;
	use tp_stake::OnParticipation;

	#[test]
	fn dues_and_reports_of_version_1_are_paid() {
		on_ledger(|| {
			set_dividend(1, 40);
			vote(100, 1, 1_000);
			report(SHARD, [(1, signed(100))]);
			end_epoch_after(EPOCH_MS);
			// As version 1 would have stored what the period pays.
			let period = Ended::<Test>::take(0).unwrap();
			let (work, votes) = period.worth(&Unsettled::<Test>::take(1).shares);
			assert_eq!(period.left, work + votes);
			v1::DueChunks::<Test>::insert(0, vec![v1::Due { node: 1, work, votes }]);
			v1::DueQueue::<Test>::put((0, 1));
			v1::Reports::<Test>::insert((SHARD, 1), vec![(1, 30), (2, 10)]);
			StorageVersion::new(1).put::<Rewards>();

			V1ToV2::<Test>::on_runtime_upgrade();
			assert_eq!(Rewards::on_chain_storage_version(), StorageVersion::new(2));
			check();
			assert!(!v1::DueQueue::<Test>::exists());
			assert_eq!(v1::DueChunks::<Test>::iter().count(), 0);
			assert_eq!(Reports::<Test>::count(), 1);
			assert_eq!(claimable(1), work - work * 4 / 10);
			assert!(work * 4 / 10 + votes - claimable(100) <= 1);

			// The report of before counts in the present period, and only once.
			Rewards::on_participation(&Participation {
				chain: SHARD,
				epoch: 1,
				certified: 1,
				members: vec![(3, signed(1))],
			});
			let pool: Balance = next_budget() * 60 / 100;
			end_epoch_after(EPOCH_MS);
			assert_eq!((claimable(2), claimable(3)), (pool / 4, 0));
			assert_ok!(Rewards::claim(RuntimeOrigin::signed(1), vec![]));
		});
	}

	#[test]
	fn the_migration_runs_once() {
		on_ledger(|| {
			v1::DueQueue::<Test>::put((0, 0));
			assert_eq!(Rewards::on_chain_storage_version(), StorageVersion::new(2));
			V1ToV2::<Test>::on_runtime_upgrade();
			assert!(v1::DueQueue::<Test>::exists(), "version 2 is not migrated");
			v1::DueQueue::<Test>::kill();
		});
	}
}
