//! Registration, deposits, roles, and the right to stand.

use super::ledger::*;
use crate::{mock::*, *};
use codec::Decode;
use frame_support::{assert_noop, assert_ok};
use sp_runtime::{DispatchError::BadOrigin, Perbill};
use tp_core::{Balance, TOP};
use tp_sortition::{Role, Roles};
use tp_stake::{Nodes as _, Voters};

const DEPOSIT: Balance = 500_000 * TOP;

#[test]
fn a_registration_is_recorded() {
	with_nodes([], || {
		CurrentEpoch::set(5);
		assert_ok!(register(1, &[Role::Validator], DEPOSIT));
		let record = node(1);
		assert_eq!(record.roles, roles(&[Role::Validator]));
		assert_eq!((record.keys, record.keys_count_from), (keys(1), 7));
		assert_eq!((record.deposit, record.dividend), (DEPOSIT, DIVIDEND));
		assert_eq!(record.network_id, network_id(1));
		assert_eq!((held_deposit(1), free(1)), (DEPOSIT, ENDOWMENT - DEPOSIT));
		assert_eq!(reputation(1), 3_300);
		assert_eq!(Stake::owner(&keys(1).pbft), Some(account(1)));
		assert_eq!(Stake::dividend(&account(1), 0), DIVIDEND);
		assert_eq!(
			events(),
			[
				Event::Registered { node: account(1), roles: record.roles, deposit: DEPOSIT },
				Event::KeysSet { node: account(1), keys: keys(1), count_from: 7 },
			]
		);
	});
}

#[test]
fn several_roles_require_the_sum_of_their_deposits() {
	let least = PARAMETERS.least_deposits;
	let cases: [(&[Role], Balance); 8] = [
		(&[Role::Edge], least.edge),
		(&[Role::Validator], least.validator),
		(&[Role::Router], least.router),
		(&[Role::Archive], least.archive),
		(&[Role::Edge, Role::Validator], least.edge + least.validator),
		(&[Role::Edge, Role::Router], least.edge + least.router),
		(&[Role::Validator, Role::Archive], least.validator + least.archive),
		(&Role::ALL, 2_700_000 * TOP),
	];
	with_nodes([], || {
		for (number, (roles, least)) in (1..).zip(cases) {
			assert_noop!(register(number, roles, least - 1), Error::<Test>::DepositTooSmall);
			assert_ok!(register(number, roles, least));
			CurrentEpoch::set(2);
			for role in Role::ALL {
				assert_eq!(may_stand(number, role), roles.contains(&role), "{role:?} of {roles:?}");
			}
			CurrentEpoch::set(0);
		}
	});
}

#[test]
fn invalid_registrations_are_refused_by_name() {
	with_nodes([1], || {
		let all = Roles::of(&Role::ALL);
		let unknown = Roles::decode(&mut &[16u8][..]).unwrap();
		let register = |number, roles, network_id: NetworkId, deposit| {
			let proof = proof(number, &account(number));
			Stake::register(signed(number), roles, keys(number), proof, network_id, deposit, DIVIDEND)
		};
		let least = PARAMETERS.least_deposits.router;
		assert_noop!(register(1, all, network_id(1), least), Error::<Test>::AlreadyRegistered);
		assert_noop!(register(2, Roles::default(), network_id(2), least), Error::<Test>::InvalidRoles);
		assert_noop!(register(2, unknown, network_id(2), least), Error::<Test>::InvalidRoles);
		assert_noop!(register(2, all, NetworkId::new(), least), Error::<Test>::NoNetworkId);
		assert_noop!(register(2, all, network_id(2), ENDOWMENT), Error::<Test>::NotEnoughFree);
		assert_noop!(register(2, all, network_id(2), u128::MAX), Error::<Test>::NotEnoughFree);
		assert_ok!(register(2, all, network_id(2), ENDOWMENT - EXISTENTIAL_DEPOSIT));
		let call = |origin| {
			let proof = proof(3, &account(3));
			Stake::register(origin, all, keys(3), proof, network_id(3), least, DIVIDEND)
		};
		assert_noop!(call(RuntimeOrigin::root()), BadOrigin);
		assert_noop!(call(RuntimeOrigin::none()), BadOrigin);
	});
}

#[test]
fn deposits_grow() {
	with_nodes([1], || {
		let before = node(1).deposit;
		assert_ok!(Stake::add_deposit(signed(1), 7));
		assert_eq!((node(1).deposit, held_deposit(1)), (before + 7, before + 7));
		assert_eq!(events(), [Event::DepositAdded { node: account(1), amount: 7 }]);

		assert_noop!(Stake::add_deposit(signed(1), 0), Error::<Test>::NoAmount);
		assert_noop!(Stake::add_deposit(signed(1), free(1)), Error::<Test>::NotEnoughFree);
		assert_noop!(Stake::add_deposit(signed(2), 7), Error::<Test>::NoSuchNode);
		assert_ok!(Stake::leave(signed(1)));
		assert_noop!(Stake::add_deposit(signed(1), 7), Error::<Test>::NodeLeaving);
	});
}

#[test]
fn new_roles_require_their_deposit() {
	with_nodes([1], || {
		let router = roles(&[Role::Router]);
		assert_noop!(Stake::set_roles(signed(1), router), Error::<Test>::DepositTooSmall);
		assert_noop!(Stake::set_roles(signed(1), Roles::default()), Error::<Test>::InvalidRoles);
		assert_noop!(Stake::set_roles(signed(2), router), Error::<Test>::NoSuchNode);
		assert_ok!(Stake::add_deposit(signed(1), PARAMETERS.least_deposits.router - node(1).deposit));
		assert_ok!(Stake::set_roles(signed(1), router));
		assert!(may_stand(1, Role::Router) && !may_stand(1, Role::Validator));
		assert_eq!(events().last(), Some(&Event::RolesSet { node: account(1), roles: router }));
		assert_ok!(Stake::leave(signed(1)));
		assert_noop!(Stake::set_roles(signed(1), router), Error::<Test>::NodeLeaving);
	});
}

#[test]
fn a_node_can_change_dividend_and_network_id() {
	with_nodes([1], || {
		assert_ok!(Stake::set_dividend(signed(1), Perbill::one()));
		assert_eq!(
			[0, 1, 2, 9].map(|epoch| Stake::dividend(&account(1), epoch)),
			[DIVIDEND, DIVIDEND, Perbill::one(), Perbill::one()]
		);
		assert_ok!(Stake::set_network_id(signed(1), network_id(9)));
		assert_eq!(node(1).network_id, network_id(9));
		assert_eq!(
			events(),
			[
				Event::DividendSet { node: account(1), dividend: Perbill::one(), count_from: 2 },
				Event::NetworkIdSet { node: account(1), network_id: network_id(9) },
			]
		);
		assert_noop!(Stake::set_network_id(signed(1), NetworkId::new()), Error::<Test>::NoNetworkId);
		assert_noop!(Stake::set_network_id(signed(2), network_id(9)), Error::<Test>::NoSuchNode);
		assert_noop!(Stake::set_dividend(signed(2), Perbill::one()), Error::<Test>::NoSuchNode);
	});
}

/// The attack: a node attracts votes by its dividend, and takes it back when the rewards of an epoch are known.
#[test]
fn a_new_dividend_counts_from_the_next_epoch_but_one() {
	with_nodes([1], || {
		let of = |epoch| Stake::dividend(&account(1), epoch);
		let (half, none) = (Perbill::from_percent(50), Perbill::zero());
		CurrentEpoch::set(5);
		assert_ok!(Stake::set_dividend(signed(1), half));
		assert_eq!([4, 5, 6, 7, 8].map(of), [DIVIDEND, DIVIDEND, DIVIDEND, half, half]);
		assert_eq!(Stake::node_info(&account(1)).unwrap().dividend, DIVIDEND);
		CurrentEpoch::set(6);
		// The later one replaces the other, which never counts.
		assert_ok!(Stake::set_dividend(signed(1), none));
		assert_eq!([6, 7, 8].map(of), [DIVIDEND, DIVIDEND, none]);
		CurrentEpoch::set(9);
		assert_eq!(Stake::node_info(&account(1)).unwrap().dividend, none);
		assert_ok!(Stake::set_dividend(signed(1), half));
		assert_eq!([9, 10, 11].map(of), [none, none, half]);
		println!(
			"a node that gave {DIVIDEND:?} and takes it back in epoch 6 gives it until epoch 7, before until epoch 5"
		);
	});
}

#[test]
fn a_node_is_settled_before_its_dividends_are_forgotten() {
	with_nodes([1, 2], || {
		assert_eq!(VotesLog::take_dividend_change::<AccountId>(), None);
		assert_ok!(Stake::set_dividend(signed(1), Perbill::one()));
		assert_eq!(VotesLog::take_dividend_change(), Some(account(1)));
		assert_ok!(Stake::leave(signed(2)));
		pass_days(30);
		end_epochs(20);
		assert_ok!(Stake::withdraw_deposit(signed(2)));
		assert_eq!(VotesLog::take_dividend_change(), Some(account(2)));
		assert_eq!((NextDividends::<Test>::iter().count(), Stake::dividend(&account(2), 20)), (1, Perbill::zero()));
	});
}

#[test]
fn lists_of_standing_nodes_are_bounded() {
	with_nodes(1..=10, || {
		assert_ok!(Stake::leave(signed(1)));
		let standing = |limit| Stake::standing(Role::Validator, 0, limit);
		let mut all = standing(100);
		all.sort();
		assert_eq!(all, (2..=10).map(account).collect::<Vec<_>>());
		assert_eq!(standing(4).len(), 4);
		assert!(standing(0).is_empty());
		assert!(Stake::standing(Role::Edge, 0, 100).is_empty());
		assert_ok!(register(11, &[Role::Edge], DEPOSIT));
		assert!(Stake::standing(Role::Edge, 1, 100).is_empty());
		assert_eq!(Stake::standing(Role::Edge, 2, 100), [account(11)]);
	});
}

#[test]
fn parameters_are_checked_and_apply_to_present_nodes() {
	with_nodes([1], || {
		let set = |parameters| Stake::set_parameters(RuntimeOrigin::root(), parameters);
		let least_deposits = LeastDeposits { archive: EXISTENTIAL_DEPOSIT - 1, ..PARAMETERS.least_deposits };
		let cases = [
			(Parameters { least_vote: EXISTENTIAL_DEPOSIT - 1, ..PARAMETERS }, Error::<Test>::LeastVoteTooSmall),
			(Parameters { least_deposits, ..PARAMETERS }, Error::LeastDepositTooSmall),
			(Parameters { leave_delay_ms: 366 * DAY_MS, ..PARAMETERS }, Error::DelayTooLong),
			(Parameters { evidence_epochs: 1_461, ..PARAMETERS }, Error::DelayTooLong),
			(Parameters { slash_delay_epochs: 1_461, ..PARAMETERS }, Error::DelayTooLong),
		];
		for (parameters, error) in cases {
			assert_noop!(set(parameters), error);
		}
		assert_noop!(Stake::set_parameters(signed(1), PARAMETERS), BadOrigin);

		assert!(may_stand(1, Role::Validator));
		let least_deposits = LeastDeposits { validator: 600_000 * TOP, ..PARAMETERS.least_deposits };
		let parameters = Parameters { least_deposits, ..PARAMETERS };
		assert_ok!(set(parameters));
		assert_eq!(events(), [Event::ParametersSet { parameters }]);
		assert!(!may_stand(1, Role::Validator));
		assert_ok!(Stake::add_deposit(signed(1), 100_000 * TOP));
		assert!(may_stand(1, Role::Validator));
	});
}

#[test]
fn clients_can_read_the_record_of_a_node() {
	with_nodes([1], || {
		vote(2, 1, 1_000 * TOP, 600);
		Stake::note_seat(&account(1), 1);
		let info = Stake::node_info(&account(1)).unwrap();
		assert_eq!(info.controller, account(1));
		assert_eq!((info.keys, info.keys_count_from), (keys(1), 0));
		assert_eq!((info.deposit, info.votes), (DEPOSIT, 1_000 * TOP));
		assert_eq!(info.assets, DEPOSIT + 1_000 * TOP);
		assert_eq!(info.assets, assets(1));
		assert_eq!((info.stays_away_until, info.leaving, info.seated_until), (None, None, Some(1)));
		assert_eq!((info.reputation.ten_thousandths(), info.dividend), (3_300, DIVIDEND));
		assert_eq!(Stake::node_info(&account(2)), None);

		// Keys that are not valid yet are returned only if no others are valid.
		assert_ok!(Stake::set_keys(signed(1), keys(50), proof(50, &account(1))));
		assert_eq!(Stake::node_info(&account(1)).unwrap().keys, keys(1));
		assert_ok!(register(3, &[Role::Edge], DEPOSIT));
		let info = Stake::node_info(&account(3)).unwrap();
		assert_eq!((info.keys, info.keys_count_from), (keys(3), 2));
		CurrentEpoch::set(2);
		let info = Stake::node_info(&account(1)).unwrap();
		assert_eq!((info.keys, info.keys_count_from), (keys(50), 2));
	});
}

#[test]
fn an_account_that_is_not_a_node_has_no_record() {
	with_nodes([], || {
		let stranger = account(1);
		assert_eq!(Stake::keys_at(&stranger, 0), None);
		assert!(!may_stand(1, Role::Edge));
		assert_eq!((assets(1), reputation(1)), (0, 1_000));
		assert!(Stake::is_leaving(&stranger, 0) && is_removed(1, 0));
		assert_eq!(Stake::owner(&keys(1).pbft), None);
		Stake::note_seat(&stranger, 3);
		assert_eq!(Stake::weight_of(&stranger), 0);
		assert!(Stake::voted(10).is_empty());
	});
}
