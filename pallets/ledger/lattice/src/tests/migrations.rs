//! The storage of earlier versions becomes that of the present one.

use super::*;
use crate::{
	migrations::{v2, V1ToV2, V2ToV3},
	TableHeads,
};
use frame_support::{
	storage::unhashed,
	traits::{GetStorageVersion, OnRuntimeUpgrade, StorageVersion},
};
use frame_system::Account as Accounts;
use tp_lattice::{Account, PreviousAccount, TableHead, TableId};
use tp_quota::{Quota, QuotaRules, Usage};

/// Returns rules by which every account has 100, and 10 more for each thousand that it locks.
fn rules() -> QuotaRules {
	let usage = |compute| Usage { compute, bytes: 10 * compute, state: 0 };
	QuotaRules { free: usage(100), per_stake_unit: usage(10), stake_unit: 1_000, ..QuotaRules::default() }
}

/// Writes an account in the format of version 1, in which this was used.
fn put(number: u32, used: u64, change: impl FnOnce(&mut Account)) {
	let mut account = Lattice::account(&id(number)).unwrap();
	change(&mut account);
	account.data.quota.free = Usage { compute: used, bytes: 3, state: 0 };
	account.data.quota.charged_at = 7;
	unhashed::put_raw(&Accounts::<Test>::hashed_key_for(id(number)), &PreviousAccount::from(account).encode());
}

#[test]
fn accounts_keep_balance_chain_and_references_and_use_is_divided() {
	ledger(3, 100_000).execute_with(|| {
		open();
		apply(vec![next(0, vec![pay(1, 5)])]);
		Shares::set(Some(rules()));
		let before = [0, 1, 2].map(|number| Lattice::account(&id(number)).unwrap());
		put(0, 30, |account| account.data.quota.locked = 2_000);
		put(1, 1_000, |_| ());
		// Below the existential deposit, with the reference of a smaller one.
		put(2, 0, |account| account.data.free = 999);
		StorageVersion::new(1).put::<Lattice>();
		V1ToV2::<Test>::on_runtime_upgrade();
		assert_eq!(Lattice::on_chain_storage_version(), 2);

		let [first, second, third] = [0, 1, 2].map(|number| Lattice::account(&id(number)).unwrap());
		let quota = |staked, free, locked| Quota {
			staked: Usage { compute: staked, bytes: 3 * u64::from(staked > 0), state: 0 },
			free: Usage { compute: free, bytes: 3 * u64::from(staked == 0), state: 0 },
			charged_at: 7,
			counted_at: 7,
			held: 0,
			locked,
		};
		assert_eq!(first.data.quota, quota(20, 10, 2_000));
		// New accounts begin with the whole share used: no account has used more.
		assert_eq!(second.data.quota, quota(0, 100, 0));
		let [mut one, mut two, mut three] = before;
		(one.data.quota, two.data.quota, three.data.quota) = (first.data.quota, second.data.quota, third.data.quota);
		three.data.free = 999;
		assert_eq!([first, second, third], [one, two, three]);
		// It runs once.
		V1ToV2::<Test>::on_runtime_upgrade();
		assert_eq!(Lattice::account(&id(2)).unwrap().data.free, 999);
	});
}

#[test]
fn the_links_of_all_tables_become_one_value() {
	ledger(3, 100_000).execute_with(|| {
		open();
		let touched = TableId::of(&id(0)).0;
		let heads = [touched, 3, 255]
			.map(|table| (TableId(table), TableHead { height: 1 + u32::from(table), ..TableHead::default() }));
		for (table, head) in heads {
			v2::TableHeads::<Test>::insert(table, head);
		}
		StorageVersion::new(2).put::<Lattice>();
		V2ToV3::<Test>::on_runtime_upgrade();
		assert_eq!(Lattice::on_chain_storage_version(), 3);
		assert_eq!(TableHeads::<Test>::get(), heads.into_iter().collect());
		assert_eq!(v2::TableHeads::<Test>::iter().count(), 0);
		// It runs once, and blocks follow.
		V2ToV3::<Test>::on_runtime_upgrade();
		apply(vec![next(0, vec![pay(1, 5)])]);
		assert_eq!(close().units, 1);
		let record = crate::LastBlock::<Test>::get().unwrap();
		for (block, before) in record.outcome.tables.iter().zip(&record.previous) {
			let known = heads.iter().find(|(table, _)| *table == block.table).map(|(_, head)| *head);
			assert_eq!(*before, known.unwrap_or_default(), "the chain of table {:?} goes on", block.table);
		}
	});
}
