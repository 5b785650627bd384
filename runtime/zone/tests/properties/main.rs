//! A zone from its genesis: its routers, its empty purse, and what its blocks take of shards.

use codec::Encode;
use frame_support::{
	assert_noop, assert_ok,
	traits::{Hooks, IntegrityTest},
};
use sp_io::TestExternalities;
use top_zone_runtime::{genesis::*, *};
use tp_beacon::{Authority, Registration, Update, UPDATE_CALL};
use tp_core::{ChainTag, TableId, TableRange};
use tp_mailbox::Ledger;

fn zone(preset: &str) -> TestExternalities {
	let preset = get_preset(&preset.into()).unwrap();
	top_runtime_common::development::storage::<RuntimeGenesisConfig>(&preset).unwrap().into()
}

/// Returns a shard with half of the tables.
fn shard() -> Registration {
	let tables = Some(TableRange { first: TableId(0), last: TableId(127) });
	Registration {
		ledger: Ledger { chain: ChainTag::Shard { zone: 0, incarnation: 1 }, tables },
		genesis: Hash::repeat_byte(1),
		authority: Authority::Itself,
		epoch: 0,
		first: 1,
		members: Committee::committee().members,
	}
}

#[test]
fn a_zone_begins_with_its_routers_and_without_top() {
	for (preset, routers) in [(ZONE_DEVELOPMENT, 1), (ZONE_LOCAL, 4)] {
		zone(preset).execute_with(|| {
			assert_eq!(Committee::committee().members.len(), routers);
			assert_eq!(Committee::config().chain, ChainTag::Zone(0));
			assert_eq!(Balances::total_issuance(), 0);
			try_state().unwrap();
			<AllPalletsWithSystem as IntegrityTest>::integrity_test();
		});
	}
}

#[test]
fn nodes_find_the_news_of_ledgers_in_a_block() {
	let call = RuntimeCall::Beacon(pallet_beacon::Call::update { update: Update::default() });
	assert_eq!(call.encode()[..2], UPDATE_CALL);
}

#[test]
fn authors_register_shards_each_once() {
	zone(ZONE_LOCAL).execute_with(|| {
		let update = Update { registrations: vec![shard()], ..Update::default() };
		assert_ok!(Beacon::update(RuntimeOrigin::none(), update.clone()));
		let report = Beacon::report();
		assert_eq!(report.followed, [(ChainTag::Shard { zone: 0, incarnation: 1 }, 0)]);
		assert!(report.heads.is_empty() && report.frozen.is_empty(), "it has no head before its first block");
		Beacon::on_finalize(1);
		assert_noop!(Beacon::update(RuntimeOrigin::none(), update), pallet_beacon::Error::<Runtime>::KnownSource);
		for chain in [ChainTag::Main, ChainTag::Zone(1), ChainTag::Shard { zone: 1, incarnation: 1 }] {
			let registration = Registration { ledger: Ledger { chain, tables: None }, ..shard() };
			let update = Update { registrations: vec![registration], ..Update::default() };
			let refused = pallet_beacon::Error::<Runtime>::AuthorsDoNotRegister;
			assert_noop!(Beacon::update(RuntimeOrigin::none(), update), refused);
		}
		try_state().unwrap();
	});
}
