//! The administrator registers, changes and removes ledgers, within bounds.

use super::*;
use frame_support::assert_noop;
use sp_runtime::DispatchError::BadOrigin;
use tp_pbft::MAX_MEMBERS;
use tp_stake::Committees as _;

fn root() -> RuntimeOrigin {
	RuntimeOrigin::root()
}

fn register(chain: ChainTag, seats: u32) -> DispatchResult {
	ShardAssignment::register_ledger(root(), chain, params(chain, seats))
}

#[test]
fn only_the_administrator_changes_ledgers() {
	on_network(&[(Main, 4)], 4, 4, |_| {
		for origin in [RuntimeOrigin::signed(account(0)), RuntimeOrigin::none()] {
			let chain = Zone(0);
			assert_noop!(ShardAssignment::register_ledger(origin.clone(), chain, params(chain, 4)), BadOrigin);
			assert_noop!(ShardAssignment::set_seats(origin.clone(), Main, 5), BadOrigin);
			assert_noop!(ShardAssignment::remove_ledger(origin, Main), BadOrigin);
		}
	});
}

#[test]
fn a_ledger_is_registered_changed_and_removed() {
	on_network(&[(Main, 4)], 4, 4, |_| {
		let chain = shard(2, 9);
		assert_ok!(register(chain, 7));
		assert_eq!(RoleSeats::<Test>::get(Role::Validator), 7);
		assert_ok!(ShardAssignment::set_seats(root(), chain, 9));
		assert_eq!(RoleSeats::<Test>::get(Role::Validator), 9);
		assert_eq!(Ledgers::<Test>::get(chain), Some(params(chain, 9)));
		assert_ok!(ShardAssignment::remove_ledger(root(), chain));
		assert_eq!(RoleSeats::<Test>::get(Role::Validator), 0);
		let events = [
			Event::LedgerRegistered { chain, params: params(chain, 7) },
			Event::SeatsSet { chain, seats: 9 },
			Event::LedgerRemoved { chain },
		];
		assert_eq!(events, super::events()[..]);
	});
}

#[test]
fn invalid_changes_are_refused_with_their_errors() {
	on_network(&[(Main, 4)], 4, 4, |_| {
		assert_noop!(register(Main, 4), Error::<Test>::LedgerExists);
		for (chain, role) in [(Zone(0), Role::Validator), (shard(0, 0), Role::Router), (Zone(0), Role::Edge)] {
			let params = LedgerParams { role, ..params(chain, 4) };
			assert_noop!(ShardAssignment::register_ledger(root(), chain, params), Error::<Test>::WrongRole);
		}
		for seats in [0, MAX_MEMBERS + 1] {
			assert_noop!(register(Zone(0), seats), Error::<Test>::SeatsOutOfRange);
			assert_noop!(ShardAssignment::set_seats(root(), Main, seats), Error::<Test>::SeatsOutOfRange);
		}
		assert_noop!(ShardAssignment::set_seats(root(), Zone(0), 4), Error::<Test>::NoSuchLedger);
		assert_noop!(ShardAssignment::remove_ledger(root(), Zone(0)), Error::<Test>::NoSuchLedger);
	});
}

#[test]
fn the_seats_of_all_ledgers_are_bounded() {
	on_network(&[(Main, 128)], 4, 4, |_| {
		for zone in 0..7 {
			assert_ok!(register(Zone(zone), MAX_MEMBERS));
		}
		assert_eq!(ShardAssignment::all_seats(), MAX_SEATS);
		assert_noop!(register(shard(0, 0), 1), Error::<Test>::TooManySeats);
		assert_ok!(ShardAssignment::set_seats(root(), Main, 127));
		assert_ok!(register(shard(0, 0), 1));
		assert_noop!(ShardAssignment::set_seats(root(), Main, 128), Error::<Test>::TooManySeats);
	});
}

#[test]
fn ledgers_are_bounded_including_removed_ones() {
	on_network(&[(Main, 1)], 1, 1, |network| {
		for incarnation in 1..MAX_LEDGERS {
			assert_ok!(register(shard(0, incarnation), 1));
		}
		assert_noop!(register(Zone(0), 1), Error::<Test>::TooManyLedgers);
		assert_ok!(ShardAssignment::remove_ledger(root(), shard(0, 1)));
		assert_noop!(register(Zone(0), 1), Error::<Test>::TooManyLedgers);
		network.run_to(HISTORY + 1, 0..0);
		assert_ok!(register(Zone(0), 1));
	});
}

#[test]
fn members_of_a_removed_ledger_can_be_punished_within_the_history() {
	on_network(&[(Main, 4), (shard(0, 0), 2)], 4, 12, |network| {
		let chain = shard(0, 0);
		network.run_to(3, 0..12);
		assert_ok!(ShardAssignment::remove_ledger(root(), chain));
		assert!(ShardAssignment::committee(chain, 4).is_none(), "it has no committee any more");
		assert!((0..12).all(|at| ShardAssignment::assignments(&account(at)).iter().all(|seat| seat.chain == Main)));
		while ManualClock::epoch() <= 3 + HISTORY {
			assert_eq!(ShardAssignment::committee(chain, 3).map(|seats| seats.len()), Some(2));
			assert_eq!(ShardAssignment::genesis_hash(chain), Some(params(chain, 2).genesis_hash));
			assert_noop!(register(chain, 2), Error::<Test>::LedgerRetired);
			network.epoch(0..12);
		}
		assert!(ShardAssignment::committee(chain, 3).is_none());
		assert_eq!(ShardAssignment::genesis_hash(chain), None);
		assert_eq!(Committees::<Test>::iter_prefix(chain).count() + Retired::<Test>::iter().count(), 0);
		assert_ok!(register(chain, 2));
	});
}

#[test]
fn the_main_chains_genesis_is_its_own() {
	on_network(&[(Main, 4), (Zone(1), 2)], 4, 4, |_| {
		frame_system::BlockHash::<Test>::insert(0, H256::repeat_byte(0xab));
		assert_eq!(ShardAssignment::genesis_hash(Main), Some(H256::repeat_byte(0xab)));
		assert_eq!(ShardAssignment::genesis_hash(Zone(1)), Some(params(Zone(1), 2).genesis_hash));
		assert_eq!(ShardAssignment::genesis_hash(Zone(2)), None);
	});
}

/// Returns the origin of the council.
fn council() -> RuntimeOrigin {
	RuntimeOrigin::signed(pallet_testkit::Council::account())
}

/// The attack of the review: a council that trims a committee until it can be bought.
#[test]
fn a_council_changes_seats_by_a_quarter_in_an_epoch() {
	on_network(&[(Main, 16)], 16, 16, |network| {
		for seats in [1, 3] {
			assert_noop!(ShardAssignment::set_seats(council(), Main, seats), Error::<Test>::TooFewSeats);
		}
		assert_noop!(ShardAssignment::set_seats(council(), Main, 129), Error::<Test>::SeatsOutOfRange);
		assert_noop!(ShardAssignment::set_seats(council(), Main, 11), Error::<Test>::SeatsChangeTooMuch);
		assert_noop!(ShardAssignment::set_seats(council(), Main, 21), Error::<Test>::SeatsChangeTooMuch);
		assert_noop!(ShardAssignment::set_seats(council(), Zone(0), 12), Error::<Test>::NoSuchLedger);
		// By steps within one epoch neither.
		for (seats, allowed) in [(14, true), (12, true), (11, false), (9, false), (20, true), (21, false), (15, true)] {
			let result = ShardAssignment::set_seats(council(), Main, seats);
			let expected = if allowed { Ok(()) } else { Err(Error::<Test>::SeatsChangeTooMuch.into()) };
			assert_eq!(result, expected, "{seats}");
		}
		network.epoch(0..16);
		assert_noop!(ShardAssignment::set_seats(council(), Main, 11), Error::<Test>::SeatsChangeTooMuch);
		assert_ok!(ShardAssignment::set_seats(council(), Main, 12));
		assert_eq!(RoleSeats::<Test>::get(Role::Router), 12);
	});
}

#[test]
fn a_council_registers_ledgers_that_bear_a_fault_and_never_removes_the_main_chain() {
	on_network(&[(Main, 4)], 4, 8, |network| {
		let register = |seats| ShardAssignment::register_ledger(council(), Zone(1), params(Zone(1), seats));
		assert_noop!(register(3), Error::<Test>::TooFewSeats);
		assert_noop!(register(MAX_MEMBERS + 1), Error::<Test>::SeatsOutOfRange);
		assert_ok!(register(MAX_MEMBERS));
		assert_ok!(ShardAssignment::set_seats(council(), Zone(1), MAX_MEMBERS - 32));
		assert_noop!(ShardAssignment::remove_ledger(council(), Main), Error::<Test>::MainChainStays);
		assert_ok!(ShardAssignment::remove_ledger(council(), Zone(1)));
		assert_eq!(SeatsBefore::<Test>::iter().count(), 0, "its record is removed with it");
		network.epoch(0..8);
	});
}

#[test]
fn root_changes_seats_by_any_number() {
	on_network(&[(Main, 16)], 16, 16, |network| {
		assert_ok!(ShardAssignment::set_seats(council(), Main, 12));
		assert_ok!(ShardAssignment::set_seats(root(), Main, 1));
		// The council steps from root's number.
		assert_noop!(ShardAssignment::set_seats(council(), Main, 12), Error::<Test>::SeatsChangeTooMuch);
		assert_ok!(ShardAssignment::set_seats(root(), Main, 8));
		assert_ok!(ShardAssignment::set_seats(council(), Main, 10));
		network.epoch(0..16);
	});
}

/// The attack of the review: a plan that stays would count in the next draw of its role.
#[test]
fn a_ledger_that_is_removed_in_the_middle_of_a_deal_leaves_no_plan() {
	let ledgers = [(Zone(0), 100), (Zone(1), 60), (shard(2, 0), 120), (shard(2, 1), 120)];
	on_network(&ledgers, 0, 250, |network| {
		network.members = vec![member(255)];
		submit_all(0..250);
		let mut events = Vec::new();
		network.close_epoch(&mut events);
		let planned = (0..10).find_map(|_| {
			network.deal_block(&mut events);
			Planned::<Test>::iter_keys().max()
		});
		assert_ok!(ShardAssignment::remove_ledger(root(), planned.expect("a deal takes several blocks")));
		while PendingDeal::<Test>::exists() {
			network.deal_block(&mut events);
		}
		assert_eq!(Planned::<Test>::iter().count(), 0);
	});
}
