//! A shard that has a part of its zone's tables.

use super::*;
use crate::{GenesisChain, Place, ShardPlace};
use frame_support::{assert_ok, traits::Get};
use tp_core::{ChainTag, TableId, TableRange};
use tp_lattice::{Mark, Reason};

pub(super) const BALANCE: Balance = 100_000;
const ACCOUNTS: u32 = 40;

/// The tables of a half of the zone.
pub(super) fn half(index: u16) -> TableRange {
	TableRange::of_shard(index, 2).expect("there are two halves")
}

/// Returns the first of the accounts in a half.
pub(super) fn resident(index: u16) -> u32 {
	(0..ACCOUNTS).find(|number| half(index).contains(TableId::of(&id(*number)))).expect("accounts lie everywhere")
}

/// Returns the ledger of a half, with the balances of its accounts.
pub(super) fn shard(index: u16) -> TestExternalities {
	let residents = (0..ACCOUNTS).filter(|number| half(index).contains(TableId::of(&id(*number))));
	pallet_testkit::genesis(RuntimeGenesisConfig {
		balances: pallet_balances::GenesisConfig {
			balances: residents.map(|number| (id(number), BALANCE)).collect(),
			..Default::default()
		},
		lattice: crate::GenesisConfig {
			main_genesis: MAIN_GENESIS,
			incarnation: u32::from(index),
			tables: half(index),
			..Default::default()
		},
		..Default::default()
	})
}

#[test]
fn the_genesis_names_the_place() {
	shard(1).execute_with(|| {
		assert_eq!(Place::<Test>::get(), Some(ShardPlace { zone: 0, incarnation: 1, tables: half(1) }));
		assert_eq!(GenesisChain::<Test>::get(), ChainTag::Shard { zone: 0, incarnation: 1 });
		assert_eq!(Lattice::context(1).expect("it has a domain").tables, 128..=255);
	});
	ledger(2, BALANCE).execute_with(|| {
		assert!(!Place::<Test>::exists(), "the genesis of an only shard is as before");
		assert_eq!(GenesisChain::<Test>::get(), ChainTag::Shard { zone: 0, incarnation: 0 });
		assert_eq!(Lattice::context(1).expect("it has a domain").tables, 0..=255);
	});
}

#[test]
fn a_ledger_alone_refuses_units_of_and_to_other_shards_by_name() {
	shard(0).execute_with(|| {
		let (here, there) = (resident(0), resident(1));
		open();
		let outcome = apply(vec![sign(there, 0, Hash::repeat_byte(1), vec![pay(here, 5_000)])]);
		assert_eq!(outcome.mark(0), Mark(Some(Reason::Elsewhere)));
		close();
		open();
		let outcome = apply(vec![next(here, vec![pay(there, 5_000)])]);
		assert_eq!(outcome.mark(0), Mark(Some(Reason::DestinationElsewhere)));
		close();
	});
}

#[test]
fn an_account_of_another_shard_is_an_error_of_the_state() {
	shard(0).execute_with(|| {
		assert!(Lattice::is_resident(&id(resident(0))) && !Lattice::is_resident(&id(resident(1))));
		Lattice::do_try_state().unwrap();
		assert_ok!(Balances::force_set_balance(RuntimeOrigin::root(), id(resident(1)), 5_000));
		assert_eq!(Lattice::do_try_state(), Err("an account lives in another shard".into()));
	});
}
