//! Reputation: changed by participation and rank, lost by absence, and regained.

use super::ledger::*;
use crate::{
	mock::*,
	reputation::{raise, Part},
	*,
};
use sp_runtime::Perbill;
use tp_pbft::MemberActivity;
use tp_sortition::Role;
use tp_stake::{OnParticipation, Participation, Punish};

/// Sets a node's present reputation.
fn set_reputation(number: u8, ten_thousandths: u16) {
	Nodes::<Test>::mutate_extant(account(number), |node| {
		node.reputation = tp_stake::Reputation::from_ten_thousandths(ten_thousandths);
		node.reputation_at = EpochsOver::<Test>::get();
	});
}

/// Ends an epoch in which the nodes from 1 on signed some of 100 certificates, and returns their changes of reputation.
fn changes(signed: &[u32]) -> Vec<i32> {
	let members: Vec<(u8, u32)> = (1..).zip(signed.iter().copied()).collect();
	members.iter().for_each(|(number, _)| set_reputation(*number, 5_000));
	end_epoch_with(&[report(&members)]);
	members.iter().map(|(number, _)| i32::from(reputation(*number)) - 5_000).collect()
}

#[test]
fn the_best_gain_most_and_the_absent_lose() {
	with_nodes(1..=8, || {
		assert_eq!(changes(&[100, 90, 80]), [300, 200, 100]);
		assert_eq!(changes(&[80, 100, 90]), [100, 300, 200]);
		assert_eq!(changes(&[100, 99, 98, 97, 96, 95, 94, 93]), [300, 272, 243, 215, 186, 158, 129, 100]);
		// 80 percent raises, less than 50 lowers, and a participation between has no rank.
		assert_eq!(changes(&[100, 80, 79, 51, 50, 49, 0]), [300, 100, 0, 0, 0, -1_000, -1_000]);
		assert_eq!(changes(&[80]), [300]);
		assert_eq!(changes(&[79, 60]), [0, 0]);
		// Equal participation is one rank, independent of the member's index.
		assert_eq!(changes(&[100, 100, 90, 100, 90]), [300, 300, 100, 300, 100]);
		assert_eq!(changes(&[95, 95, 95]), [300, 300, 300]);
	});
}

#[test]
fn raises_are_even_between_maximum_and_minimum() {
	assert_eq!([raise(0, 1), raise(0, 2), raise(1, 2)], [300, 300, 100]);
	assert_eq!([raise(1, 3), raise(64, 129), raise(127, 128)], [200, 200, 100]);
	assert_eq!(raise(0, 0), 300);
}

#[test]
fn lost_turns_count_as_missing_signatures() {
	with_nodes([1, 2], || {
		let lost = |turns_lost| MemberActivity { signed: 100, turns_lost, ..Default::default() };
		let members = vec![(account(1), lost(25)), (account(2), lost(101))];
		[1, 2].iter().for_each(|number| set_reputation(*number, 5_000));
		end_epoch_with(&[Participation { members, ..report(&[]) }]);
		// 100 of 125 is 80 percent, 100 of 201 less than a half.
		assert_eq!([reputation(1), reputation(2)], [5_300, 4_000]);
	});
}

#[test]
fn an_epoch_without_certificates_has_no_participation() {
	assert!(Part::of(&MemberActivity::default(), 0).is_none());
	with_nodes([1], || {
		set_reputation(1, 5_000);
		let empty = Participation { certified: 0, ..report(&[(1, 0)]) };
		end_epoch_with(&[empty]);
		assert_eq!(reputation(1), 4_900, "as without a seat");
	});
}

#[test]
fn reputation_stays_between_a_tenth_and_one() {
	with_nodes([1, 2], || {
		set_reputation(1, 9_900);
		set_reputation(2, 1_200);
		end_epoch_with(&[report(&[(1, 100), (2, 0)])]);
		assert_eq!([reputation(1), reputation(2)], [10_000, 1_000]);
	});
}

#[test]
fn each_ledger_counts_and_reported_nodes_do_not_decay() {
	with_nodes([1], || {
		set_reputation(1, 5_000);
		end_epoch_with(&[report(&[(1, 100)]), report(&[(1, 10)])]);
		assert_eq!(reputation(1), 4_300);
		end_epoch_with(&[report(&[(1, 60)])]);
		assert_eq!(reputation(1), 4_300);
		end_epochs(1);
		assert_eq!(reputation(1), 4_200);
	});
}

#[test]
fn a_node_without_seats_returns_to_the_start() {
	with_nodes([1, 2, 3], || {
		set_reputation(1, 3_550);
		set_reputation(2, 3_150);
		end_epochs(1);
		assert_eq!([1, 2, 3].map(reputation), [3_450, 3_250, 3_300]);
		end_epochs(1);
		assert_eq!([1, 2, 3].map(reputation), [3_350, 3_300, 3_300]);
		end_epochs(1_000_000);
		assert_eq!([1, 2, 3].map(reputation), [3_300, 3_300, 3_300]);
		// Later changes start from the value with the decay.
		set_reputation(1, 3_600);
		end_epochs(2);
		end_epoch_with(&[report(&[(1, 100)])]);
		assert_eq!(reputation(1), 3_700);
	});
}

#[test]
fn a_node_below_the_minimum_is_excluded_for_three_epochs() {
	with_nodes([1, 2], || {
		CurrentEpoch::set(6);
		EpochsOver::<Test>::put(6);
		[1, 2].iter().zip([2_499, 2_500]).for_each(|(number, reputation)| set_reputation(*number, reputation));
		end_epoch_with(&[report(&[(1, 0), (2, 0)])]);
		assert_eq!([reputation(1), reputation(2)], [1_499, 1_500]);
		assert!(may_stand(2, Role::Validator) && !is_absent(2, 7));
		assert_eq!(events(), [Event::OutOfDraw { node: account(1), until: 10 }]);
		for epoch in [7, 8, 9, 10] {
			assert_eq!(CurrentEpoch::get(), epoch);
			assert_eq!((may_stand(1, Role::Validator), is_absent(1, epoch)), (epoch == 10, epoch != 10));
			assert!(
				!is_removed(1, epoch),
				"others can cut a node off, so it keeps its seat until a node is drawn for it"
			);
			end_epochs(1);
		}
	});
}

#[test]
fn a_node_that_stopped_recovers_by_the_rule() {
	with_nodes([1], || {
		// It stops while it is seated: 0.33, 0.23, and below 0.15 with the second epoch.
		end_epoch_with(&[report(&[(1, 0)])]);
		assert_eq!((reputation(1), may_stand(1, Role::Validator)), (2_300, true));
		end_epoch_with(&[report(&[(1, 0)])]);
		assert_eq!((reputation(1), may_stand(1, Role::Validator)), (1_300, false));
		// A seat that was decided before, and in which it is absent, lowers it further.
		end_epoch_with(&[report(&[(1, 0)])]);
		assert_eq!((reputation(1), node(1).stays_away_until), (1_000, Some(6)));
		// The exclusion, without a seat. Then it may stand again, though it is still below the minimum.
		end_epochs(3);
		assert_eq!((CurrentEpoch::get(), reputation(1)), (6, 1_300));
		assert!(may_stand(1, Role::Validator) && !is_absent(1, 6));
		// It serves: three hundredths an epoch, up to the maximum.
		for epoch in 1..=29 {
			end_epoch_with(&[report(&[(1, 100)])]);
			assert_eq!(reputation(1), 1_300 + 300 * epoch);
			assert!(may_stand(1, Role::Validator));
		}
		end_epoch_with(&[report(&[(1, 100)])]);
		assert_eq!(reputation(1), 10_000);
	});
}

#[test]
fn below_the_minimum_only_a_further_fall_excludes_again() {
	with_nodes([1], || {
		set_reputation(1, 1_400);
		end_epoch_with(&[report(&[(1, 60)])]);
		assert!(may_stand(1, Role::Validator));
		end_epoch_with(&[report(&[(1, 49)])]);
		assert!(!may_stand(1, Role::Validator));
	});
}

#[test]
fn the_end_of_an_epoch_does_not_undo_a_slash_in_it() {
	with_nodes([1], || {
		CurrentEpoch::set(1);
		Stake::on_participation(&report(&[(1, 100)]));
		assert!(Stake::slash(&account(1), 0, Perbill::zero(), None).is_some());
		Stake::on_epoch_end(0);
		assert_eq!(reputation(1), 1_000);
	});
}

#[test]
fn accounts_that_are_not_nodes_and_repeated_ends_have_no_effect() {
	with_nodes([1], || {
		end_epoch_with(&[report(&[(9, 100)])]);
		assert!(Nodes::<Test>::get(account(9)).is_none());
		set_reputation(1, 5_000);
		Stake::on_epoch_end(0);
		assert_eq!((reputation(1), EpochsOver::<Test>::get()), (5_000, 1));
	});
}
