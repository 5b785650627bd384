//! Rules that a ledger can have.

use super::*;
use crate::{mock::*, Error, GenesisConfig, InvalidRules, Rules, ShareRules, MIN_FREE};
use frame_support::{assert_noop, assert_ok};
use sp_runtime::{BuildStorage, DispatchError, Percent};
use tp_quota::{Usage, LINK_STATE};

#[test]
fn only_the_admin_sets_rules() {
	busy_ledger(1).execute_with(|| {
		let wider = ShareRules { free: Usage { compute: 1_000_000_000_000, bytes: 1 << 30, state: 1 << 20 }, ..RULES };
		assert_noop!(Quota::set_rules(RuntimeOrigin::signed(1), wider), DispatchError::BadOrigin);
		assert_ok!(Quota::set_rules(RuntimeOrigin::root(), wider));
		assert_eq!(Quota::report(&1).unwrap().share, wider.free);
	});
}

#[test]
fn rules_that_lock_out_all_accounts_are_refused() {
	busy_ledger(1).execute_with(|| {
		let set = |rules| Quota::set_rules(RuntimeOrigin::root(), rules);
		assert_noop!(set(ShareRules { block_free: Percent::zero(), ..RULES }), Error::<Test>::NoFreeUse);
		for free in [
			Usage { compute: MIN_FREE.compute - 1, ..MIN_FREE },
			Usage { bytes: MIN_FREE.bytes - 1, ..MIN_FREE },
			Usage { state: MIN_FREE.state - 1, ..MIN_FREE },
		] {
			assert_noop!(set(ShareRules { free, ..RULES }), Error::<Test>::FreeShareTooSmall);
		}
		assert_noop!(set(ShareRules { sustained: Usage::default(), ..RULES }), Error::<Test>::NoFreeUse);
		assert_noop!(set(ShareRules { stake_unit: 0, ..RULES }), Error::<Test>::NoStakeUnit);
		assert_ok!(set(ShareRules { stake_unit: 0, per_stake_unit: Usage::default(), free: MIN_FREE, ..RULES }));
		// With the least share, other rules can be set.
		assert_ok!(send(1, Usage { compute: base() + 100_000_000, bytes: 300, state: LINK_STATE }));
	});
}

#[test]
fn the_genesis_may_set_rules() {
	let json = serde_json::json!({ "rules": {
		"free": { "compute": 3_000_000_000_000_u64, "bytes": 5_000_000, "state": 100_000 },
		"perStakeUnit": { "compute": 0, "bytes": 0, "state": 0 },
		"stakeUnit": 0,
		"fullBalance": 0,
		"blockFree": 100,
		"sustained": { "compute": 1_000_000_000_000_u64, "bytes": 5_000_000, "state": 1_000 },
	}});
	let config: GenesisConfig<Test> = serde_json::from_value(json).unwrap();
	sp_io::TestExternalities::from(config.build_storage().unwrap()).execute_with(|| {
		assert_eq!(Rules::<Test>::get().free.compute, 3_000_000_000_000);
		let expected = Usage { state: 3_600 * 1_000, ..Quota::capacity() };
		assert_eq!(Quota::current_rules().block_free, expected);
	});
	let none: GenesisConfig<Test> = serde_json::from_value(serde_json::json!({ "rules": null })).unwrap();
	sp_io::TestExternalities::from(none.build_storage().unwrap())
		.execute_with(|| assert_eq!(Rules::<Test>::get(), RULES));
}

#[test]
#[should_panic(expected = "`blockFree` is 0")]
fn a_genesis_with_invalid_rules_is_not_built() {
	assert_eq!(RULES.check(), Ok::<(), InvalidRules>(()));
	let rules = Some(ShareRules { block_free: Percent::zero(), ..RULES });
	GenesisConfig::<Test> { rules, ..Default::default() }.build_storage().unwrap();
}
