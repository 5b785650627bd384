//! Valid and invalid genesis configurations.

use super::*;

#[test]
fn the_genesis_committee_serves_the_first_two_epochs() {
	on_network(&[(Main, 4)], 3, 4, |_| {
		assert_eq!(ManualClock::epoch(), 0);
		assert_eq!((nodes_of(Main, 0), nodes_of(Main, 1)), (vec![0, 1, 2], vec![0, 1, 2]));
		assert!(known(2).seats.contains(&0) && known(2).seats.contains(&1));
		assert_eq!(Seated::<Test>::iter_key_prefix(Role::Router).count(), 3);
		assert_eq!(OpenSeats::<Test>::get(Role::Router), 2, "a vacant seat and one in rotation");
		assert!(Committees::<Test>::get(Main, 0).unwrap().iter().all(|seat| seat.since == 0));
	});
}

#[test]
fn the_default_genesis_is_empty() {
	build(Default::default(), 0).execute_with(|| {
		assert_eq!(Ledgers::<Test>::count(), 0);
		assert_eq!(History::<Test>::get(), 12);
		assert!(!AllowBoth::<Test>::get());
		ShardAssignment::do_try_state().unwrap();
	});
}

#[test]
#[should_panic(expected = "cannot be registered: WrongRole")]
fn a_ledger_with_a_wrong_role_is_refused() {
	let mut genesis = genesis(&[(Main, 4)], 4);
	genesis.ledgers[0].1.role = Role::Validator;
	build(genesis, 4);
}

#[test]
#[should_panic(expected = "cannot be registered: LedgerExists")]
fn a_ledger_named_twice_is_refused() {
	build(genesis(&[(Zone(0), 4), (Zone(0), 4)], 0), 0);
}

/// Returns a genesis that names the first committees of a zone and of a shard as well.
fn with_first_committees(zone: std::ops::Range<u16>, of_shard: std::ops::Range<u16>) -> GenesisConfig<Test> {
	let members = |nodes: std::ops::Range<u16>| nodes.map(|at| (account(at), member(at))).collect();
	GenesisConfig {
		first_committees: vec![(Zone(0), members(zone)), (shard(0, 0), members(of_shard))],
		allow_both: true,
		..genesis(&[(Main, 2), (Zone(0), 3), (shard(0, 0), 4)], 2)
	}
}

#[test]
fn the_genesis_names_the_first_committees_of_other_ledgers() {
	on_genesis(with_first_committees(2..5, 0..4), 10, |network| {
		for epoch in [0, 1] {
			assert_eq!((nodes_of(Zone(0), epoch), nodes_of(shard(0, 0), epoch)), (vec![2, 3, 4], vec![0, 1, 2, 3]));
		}
		assert_eq!(OpenSeats::<Test>::get(Role::Router), 2, "one in rotation on each ledger");
		assert_eq!(open_roles(0), [], "it has both kinds of seats");
		assert_eq!(open_roles(4), [Role::Validator]);
		network.epoch(0..10);
		for chain in [Main, Zone(0), shard(0, 0)] {
			assert_eq!(newcomers(&nodes_of(chain, 1), &nodes_of(chain, 2)), 1, "{chain:?}");
		}
	});
}

#[test]
#[should_panic(expected = "seats of one role in two genesis committees")]
fn a_node_in_two_first_committees_of_one_role_is_refused() {
	build(with_first_committees(1..4, 0..4), 4);
}

#[test]
#[should_panic(expected = "a genesis committee has 1 to")]
fn an_empty_first_committee_is_refused() {
	build(with_first_committees(2..2, 0..4), 4);
}

#[test]
#[should_panic(expected = "names one committee of Zone(0)")]
fn two_first_committees_of_a_ledger_are_refused() {
	let mut genesis = with_first_committees(2..5, 0..4);
	genesis.first_committees.push(genesis.first_committees[0].clone());
	build(genesis, 5);
}

#[test]
#[should_panic(expected = "registers that ledger")]
fn a_committee_without_its_ledger_is_refused() {
	build(genesis(&[(Zone(0), 4)], 4), 4);
}

#[test]
#[should_panic(expected = "two seats")]
fn a_node_with_two_seats_is_refused() {
	let mut genesis = genesis(&[(Main, 4)], 4);
	genesis.committee[1].0 = account(0);
	build(genesis, 4);
}

#[test]
#[should_panic(expected = "keeps committees for 0 epochs")]
fn a_history_of_zero_epochs_is_refused() {
	build(crate::GenesisConfig { history: 0, ..Default::default() }, 0);
}
