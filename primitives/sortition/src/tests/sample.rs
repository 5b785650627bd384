//! The order of candidates.

use super::*;
use proptest::{collection::vec as vec_of, prelude::*};
use sp_core::U256;

fn candidates() -> impl Strategy<Value = Vec<(Draw, u128)>> {
	let stake = prop_oneof![Just(0u128), 1..100u128, any::<u128>()];
	let draw = prop_oneof![any::<Draw>(), 0..4u64, Draw::MAX - 4..=Draw::MAX];
	vec_of((draw, stake), 0..40)
}

/// Returns whether a / b ≤ c / d, by wide integers.
fn is_before((draw, stake): (Draw, u128), (other_draw, other_stake): (Draw, u128)) -> bool {
	let wide = |draw, stake| U256::from(neg_ln(draw).to_bits()) * U256::from(stake);
	wide(draw, other_stake) <= wide(other_draw, stake)
}

#[test]
fn no_candidate_and_one_candidate_are_ordered() {
	assert_eq!(order(&[]), Vec::<usize>::new());
	assert_eq!(order(&[(0, 1)]), vec![0]);
}

#[test]
fn a_candidate_without_stake_is_not_drawn() {
	assert_eq!(order(&[(Draw::MAX, 0), (0, 1), (Draw::MAX, 0)]), vec![1]);
	assert_eq!(order(&[(5, 0)]), Vec::<usize>::new());
	assert!(Key::new(Draw::MAX, 0).is_none());
}

#[test]
fn equal_keys_go_by_index() {
	assert_eq!(order(&[(7, 3), (7, 3), (8, 3), (7, 3)]), vec![2, 0, 1, 3]);
	// The largest draw has key 0 for every stake.
	assert_eq!(order(&[(3, u128::MAX), (Draw::MAX, 1), (Draw::MAX, 9)]), vec![1, 2, 0]);
	assert_eq!(Key::new(Draw::MAX, 1), Key::new(Draw::MAX, 9));
}

#[test]
fn the_largest_stakes_do_not_overflow() {
	// 44 / 2^128 is less than 2^-64 / 1.
	assert_eq!(order(&[(Draw::MAX - 1, 1), (0, u128::MAX)]), vec![1, 0]);
	assert_eq!(order(&[(0, u128::MAX - 1), (0, u128::MAX)]), vec![1, 0]);
}

proptest! {
	#[test]
	fn order_is_that_of_exact_fractions(candidates in candidates()) {
		let order = order(&candidates);
		let mut sorted = order.clone();
		sorted.sort_unstable();
		let with_stake = (0..candidates.len()).filter(|at| candidates[*at].1 > 0);
		prop_assert_eq!(sorted, with_stake.collect::<Vec<_>>());
		for pair in order.windows(2) {
			let (one, next) = (candidates[pair[0]], candidates[pair[1]]);
			prop_assert!(is_before(one, next));
			prop_assert!(!is_before(next, one) || pair[0] < pair[1]);
		}
	}

	#[test]
	fn only_the_ratio_of_stakes_counts(
		draws in vec_of(any::<Draw>(), 1..40),
		stakes in vec_of(1..1u128 << 64, 40),
		unit in 1..u128::from(u64::MAX),
	) {
		let of = |unit: u128| draws.iter().zip(&stakes).map(|(draw, stake)| (*draw, stake * unit)).collect::<Vec<_>>();
		prop_assert_eq!(order(&of(1)), order(&of(unit)));
	}

	#[test]
	fn the_place_of_a_candidate_in_the_list_does_not_matter(draws in vec_of(any::<Draw>(), 1..40), turn in 0..40usize) {
		let candidates: Vec<_> = draws.iter().zip(1..).map(|(draw, stake)| (*draw, stake)).collect();
		let mut turned = candidates.clone();
		turned.rotate_left(turn % candidates.len());
		let drawn = |list: &[(Draw, u128)]| order(list).into_iter().map(|at| list[at]).collect::<Vec<_>>();
		prop_assert_eq!(drawn(&candidates), drawn(&turned));
	}

	#[test]
	fn more_stake_never_costs_a_place(candidates in candidates(), more in 1..u128::MAX, at in 0..40usize) {
		prop_assume!(at < candidates.len() && candidates[at].1 > 0);
		let place = |list: &[(Draw, u128)]| order(list).into_iter().position(|index| index == at);
		let mut richer = candidates.clone();
		richer[at].1 = richer[at].1.saturating_add(more);
		prop_assert!(place(&richer) <= place(&candidates));
	}

	#[test]
	fn equal_stakes_are_ordered_by_draw(draws in vec_of(any::<Draw>(), 1..40), stake in 1..u128::MAX) {
		let candidates: Vec<_> = draws.iter().map(|draw| (*draw, stake)).collect();
		let drawn: Vec<_> = order(&candidates).into_iter().map(|at| draws[at]).collect();
		let mut descending = draws.clone();
		descending.sort_unstable_by(|a, b| b.cmp(a));
		prop_assert_eq!(drawn, descending);
	}
}

#[test]
fn a_multiple_of_a_key_is_a_bound() {
	for draw in [0, 1, 1 << 40, Draw::MAX / 2, Draw::MAX - 1] {
		let key = Key::new(draw, 700).unwrap();
		let with = |stake| key.with_stake(stake).unwrap();
		assert_eq!(key.times(3, 2), with(466), "three halves, rounded up");
		assert!(key.times(3, 2) > with(467) && key.times(3, 2) > key);
		assert_eq!(key.times(2, 4), with(1_400));
		assert_eq!((key.times(0, 0), key.times(1_000, 1)), (key, with(1)));
	}
	assert!(Key::new(5, 7).unwrap().with_stake(0).is_none());
}

#[test]
fn there_are_more_than_twice_as_many_candidates_as_openings() {
	assert_eq!([0, 1, 1_024].map(most_candidates), [32, 34, 2_080]);
	assert_eq!(most_candidates(u32::MAX), u32::MAX);
}
