//! What a node weighs in a draw: its assets at the end of the epoch before the last, and no more than now.

use super::ledger::*;
use crate::{mock::*, *};
use frame_support::assert_ok;
use pallet_testkit::LastHeight;
use proptest::prelude::*;
use sp_runtime::DispatchResult;
use tp_core::{Balance, TOP};
use tp_sortition::Role;
use tp_stake::{Nodes as _, Punish};

const DEPOSIT: Balance = 500_000 * TOP;
const VALIDATOR: Role = Role::Validator;

#[test]
fn assets_count_from_the_epoch_after_the_next_and_go_at_once() {
	with_nodes([1, 2], || {
		assert_eq!(
			(weighs(1, VALIDATOR), field(VALIDATOR)),
			(DEPOSIT, 2 * DEPOSIT),
			"those of the genesis count at once"
		);
		end_epochs(5);
		// A vote of weight 2, half of which counts.
		let id = vote(10, 1, 1_000 * TOP, 600);
		assert_ok!(Stake::add_deposit(signed(2), 7 * TOP));
		for _ in 0..2 {
			assert_eq!([1, 2].map(|node| weighs(node, VALIDATOR)), [DEPOSIT, DEPOSIT]);
			assert_eq!(field(VALIDATOR), 2 * DEPOSIT);
			end_epochs(1);
		}
		assert_eq!([1, 2].map(|node| weighs(node, VALIDATOR)), [DEPOSIT + 1_000 * TOP, DEPOSIT + 7 * TOP]);
		assert_eq!(field(VALIDATOR), 2 * DEPOSIT + 1_007 * TOP);

		assert_ok!(Stake::move_vote(signed(10), id, account(2)));
		assert_eq!([1, 2].map(|node| weighs(node, VALIDATOR)), [DEPOSIT, DEPOSIT + 7 * TOP]);
		assert_eq!(field(VALIDATOR), 2 * DEPOSIT + 1_007 * TOP, "the cap is that of the snapshot");
		end_epochs(2);
		assert_eq!([1, 2].map(|node| weighs(node, VALIDATOR)), [DEPOSIT, DEPOSIT + 1_007 * TOP]);
	});
}

#[test]
fn a_draw_of_the_epoch_before_counts_as_it_did_then() {
	with_nodes([1], || {
		let at = |epoch| <Stake as tp_stake::Nodes<AccountId>>::weighs(&account(1), VALIDATOR, epoch);
		for epoch in 0..12 {
			assert_eq!(CurrentEpoch::get(), epoch);
			// In the first blocks of an epoch the seats of the epoch before are dealt.
			let before = epoch.saturating_sub(1);
			let dealt = at(before);
			assert_ok!(Stake::add_deposit(signed(1), TOP));
			assert_eq!(at(before), dealt);
			let whole = |epochs: u64| DEPOSIT + Balance::from(epochs) * TOP;
			assert_eq!(dealt, whole(before.saturating_sub(1)));
			assert_eq!(at(epoch), whole(epoch.saturating_sub(1)));
			end_epochs(1);
		}
	});
}

#[test]
fn a_deposit_weighs_in_one_draw() {
	with_nodes([], || {
		let least = PARAMETERS.least_deposits;
		assert_ok!(register(1, &[Role::Router, VALIDATOR], 3_000_000 * TOP));
		vote(10, 1, 3_000 * TOP, 600);
		end_epochs(2);
		assert_eq!((weighs(1, Role::Router), weighs(1, VALIDATOR)), (2_002_000 * TOP, 1_001_000 * TOP));
		assert_eq!(weighs(1, Role::Edge), 0);
		assert_eq!((field(Role::Router), field(VALIDATOR)), (2_002_000 * TOP, 1_001_000 * TOP));

		// Other roles: each counts the less at once, and the more two epochs later.
		assert_ok!(Stake::set_roles(signed(1), roles(&[Role::Router])));
		assert_eq!((weighs(1, Role::Router), weighs(1, VALIDATOR)), (2_002_000 * TOP, 0));
		end_epochs(2);
		assert_eq!((weighs(1, Role::Router), weighs(1, VALIDATOR)), (3_003_000 * TOP, 0));

		// Below the sum of its least deposits a node weighs nothing.
		assert!(Stake::slash(&account(1), 0, sp_runtime::Perbill::from_percent(90), None).is_some());
		end_epochs(3);
		assert!(node(1).deposit < least.router);
		assert_eq!(weighs(1, Role::Router), 0);
	});
}

#[test]
fn a_leaving_node_weighs_nothing() {
	with_nodes([1, 2], || {
		end_epochs(5);
		assert_ok!(Stake::leave(signed(1)));
		assert_eq!((weighs(1, VALIDATOR), field(VALIDATOR)), (0, 2 * DEPOSIT));
		end_epochs(2);
		assert_eq!(field(VALIDATOR), DEPOSIT);
		assert_ok!(Stake::return_to_service(signed(1)));
		assert_eq!(weighs(1, VALIDATOR), 0);
		end_epochs(2);
		assert_eq!((weighs(1, VALIDATOR), field(VALIDATOR)), (DEPOSIT, 2 * DEPOSIT));
		assert_ok!(Stake::leave(signed(1)));
		pass_days(3);
		end_epochs(5);
		assert_ok!(Stake::withdraw_deposit(signed(1)));
		assert!(!Weighed::<Test>::contains_key(account(1)));
	});
}

/// What the deal of epoch 5 asks about the first two nodes: who may stand, who leaves, and what they weigh.
fn asked() -> [(bool, bool, Balance); 2] {
	[1, 2].map(account).map(|node| {
		(Stake::may_stand(&node, VALIDATOR, 5), Stake::is_leaving(&node, 5), Stake::weighs(&node, VALIDATOR, 5))
	})
}

/// The attack of the review: the owner of candidates knows the seed of the deal and takes some of them out of the draw.
#[test]
fn what_changes_after_the_close_of_tickets_counts_from_the_next_draw_on() {
	let changes: [fn(VoteId) -> DispatchResult; 6] = [
		|_| Stake::leave(signed(1)),
		|_| Stake::return_to_service(signed(2)),
		|_| Stake::set_roles(signed(1), roles(&[Role::Edge])),
		|vote| Stake::withdraw_vote(signed(10), vote),
		|vote| Stake::move_vote(signed(10), vote, account(3)),
		|_| {
			Stake::leave(signed(1))?;
			Stake::return_to_service(signed(1))?;
			Stake::set_roles(signed(1), roles(&[Role::Edge]))
		},
	];
	// While the epoch closes, and while its seats are dealt in the next.
	for in_next in [false, true] {
		for change in changes {
			with_nodes([1, 2, 3], || {
				let id = vote(10, 1, 1_000 * TOP, 30);
				end_epochs(5);
				pass_days(30);
				assert_ok!(Stake::leave(signed(2)));
				let before = asked();
				assert_eq!(before, [(true, false, DEPOSIT + 500 * TOP), (false, true, 0)]);
				match in_next {
					true => {
						end_epochs(1);
						IsDealing::set(true);
					},
					false => LastHeight::set(Some(100)),
				}
				assert_ok!(change(id));
				assert_eq!(asked(), before);
				LastHeight::set(None);
				IsDealing::set(false);
				end_epochs(u64::from(!in_next));
				let node = account(1);
				let now = (Stake::may_stand(&node, VALIDATOR, 6), Stake::weighs(&node, VALIDATOR, 6));
				let of_second = Stake::is_leaving(&account(2), 6);
				assert_ne!((now, of_second), ((true, DEPOSIT + 500 * TOP), true), "it counts in the next draw");
			});
		}
	}
}

#[test]
fn a_change_before_the_close_of_tickets_counts_in_their_draw() {
	with_nodes([1, 2], || {
		end_epochs(5);
		assert_ok!(Stake::leave(signed(1)));
		LastHeight::set(Some(100));
		assert_eq!(asked(), [(false, true, 0), (true, false, DEPOSIT)]);
		assert_ok!(Stake::return_to_service(signed(1)));
		assert_eq!(asked(), [(false, true, 0), (true, false, DEPOSIT)]);
		LastHeight::set(None);
	});
}

#[test]
fn a_slash_counts_at_once_in_a_draw_whose_tickets_are_closed() {
	with_nodes([1, 2], || {
		end_epochs(3);
		assert!(Stake::slash(&account(1), 3, sp_runtime::Perbill::one(), None).is_some());
		end_epochs(3);
		assert_eq!(CurrentEpoch::get(), 6);
		assert_eq!(Stake::weighs(&account(1), VALIDATOR, 5), 0, "the draw of the epoch before is still dealt");
	});
}

proptest! {
	#[test]
	fn a_timeline_answers_as_a_whole_history_does(changes in prop::collection::vec((0u64..4, 0u128..1_000), 1..40)) {
		build(vec![genesis_node(1)]).execute_with(|| {
			System::set_block_number(1);
			let deposit = PARAMETERS.least_deposits.validator;
			// The assets at the end of each epoch.
			let mut history = Vec::<Balance>::new();
			let mut now = deposit;
			for (epochs, amount) in changes {
				for _ in 0..epochs {
					history.push(now);
					end_epochs(1);
				}
				if amount > 0 {
					assert_ok!(Stake::add_deposit(signed(1), amount));
					now += amount;
				}
				let epoch = CurrentEpoch::get();
				for of in epoch.saturating_sub(1)..=epoch {
					let end = usize::try_from(of).unwrap().checked_sub(2).map_or(deposit, |end| history[end]);
					let weighed = <Stake as tp_stake::Nodes<AccountId>>::weighs(&account(1), VALIDATOR, of);
					assert_eq!(weighed, end.min(now), "draw of {of} in {epoch}");
				}
				check();
			}
		});
	}
}
