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

#[test]
#[should_panic(expected = "registers the main chain")]
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
