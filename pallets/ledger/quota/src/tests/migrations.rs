//! The storage of earlier versions becomes that of the present one.

use super::*;
use crate::{
	migrations::{
		v0::{self, UsageOfBlocks},
		V0ToV1,
	},
	Quotas, Rules, ShareRules,
};
use codec::Encode;
use frame_support::{
	storage::unhashed,
	traits::{GetStorageVersion, OnRuntimeUpgrade, StorageVersion},
};
use sp_runtime::Percent;
use tp_core::Balance;
use tp_quota::Quota as Record;

const OLD_RULES: v0::Rules = v0::Rules {
	free: UsageOfBlocks { compute: 500_000_000_000, bytes: 50_000 },
	per_stake_unit: UsageOfBlocks { compute: 1_000, bytes: 100 },
	stake_unit: 500,
	block_free: Percent::from_percent(20),
};

/// Runs the migration of a ledger that has these rules of version 0.
fn upgrade(rules: Option<v0::Rules>) {
	match rules {
		Some(rules) => unhashed::put_raw(&Rules::<Test>::hashed_key(), &rules.encode()),
		None => Rules::<Test>::kill(),
	}
	StorageVersion::new(0).put::<Quota>();
	V0ToV1::<Test>::on_runtime_upgrade();
	assert_eq!(Quota::on_chain_storage_version(), 1);
}

fn put(who: u64, compute: u64, locked: Balance) {
	let quota = v0::Quota { used: UsageOfBlocks { compute, bytes: 7 }, at: Quota::now(), locked };
	unhashed::put_raw(&Quotas::<Test>::hashed_key_for(who), &quota.encode());
}

#[test]
fn rules_take_what_they_lack_from_the_default() {
	busy_ledger(1).execute_with(|| {
		upgrade(Some(OLD_RULES));
		let expected = ShareRules {
			free: OLD_RULES.free.with_state(RULES.free.state),
			// Half of the default unit of stake has half of its state.
			per_stake_unit: OLD_RULES.per_stake_unit.with_state(RULES.per_stake_unit.state / 2),
			stake_unit: 500,
			block_free: Percent::from_percent(20),
			..RULES
		};
		assert_eq!(Rules::<Test>::get(), expected);
		// It runs once.
		V0ToV1::<Test>::on_runtime_upgrade();
		assert_eq!(Rules::<Test>::get(), expected);
	});
}

#[test]
fn rules_that_are_no_longer_valid_or_never_were_set_become_the_default() {
	busy_ledger(1).execute_with(|| {
		upgrade(Some(v0::Rules { free: UsageOfBlocks { compute: 1, bytes: 1 }, ..OLD_RULES }));
		assert_eq!(Rules::<Test>::get(), RULES);
		upgrade(None);
		assert!(!Rules::<Test>::exists());
	});
}

#[test]
fn use_is_divided_into_that_of_stake_and_free_use() {
	busy_ledger(3).execute_with(|| {
		let share = OLD_RULES.per_stake_unit.with_state(0);
		// Twice the unit of stake. The first account uses half of its share, the second all and some more, the third more
		// than it may by the new rules.
		put(1, share.compute, 1_000);
		put(2, 2 * share.compute + 5, 1_000);
		put(3, u64::MAX, 0);
		upgrade(Some(OLD_RULES));
		let now = Quota::now();
		let record = |who| {
			let Record { staked, free, charged_at, counted_at, held, locked } = Quotas::<Test>::get(who).unwrap();
			assert_eq!((charged_at, counted_at, held), (now, now, 0));
			assert_eq!((staked.state, free.state), (0, 0));
			(staked.compute, free.compute, locked)
		};
		assert_eq!(record(1), (share.compute, 0, 1_000));
		assert_eq!(record(2), (2 * share.compute, 5, 1_000));
		assert_eq!(record(3), (0, OLD_RULES.free.compute, 0));
		assert_eq!(Quotas::<Test>::get(3).unwrap().free.bytes, 7);
	});
}
