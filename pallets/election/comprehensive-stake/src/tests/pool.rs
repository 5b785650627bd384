//! The arithmetic of pools.

use crate::*;
use proptest::prelude::*;
use sp_runtime::Perbill;
use tp_core::Balance;

#[test]
fn shares_are_tokens_until_a_slash() {
	let mut pool = Pool::default();
	assert_eq!(pool.shares_for(7), Some(7));
	pool.enter(7, 7, 14);
	assert_eq!(pool.shares_for(5), Some(5));
	assert_eq!((pool.value(7), pool.weighed_tokens()), (7, 14));
	assert_eq!(pool.leave(7, 14), 7);
	assert_eq!(pool, Pool::default());
}

#[test]
fn an_empty_pool_has_no_value() {
	let empty = Pool::default();
	assert_eq!((empty.value(5), empty.weighed_tokens(), empty.shares_for(0)), (0, 0, None));
	assert!(!empty.is_worthless());
	let mut pool = empty;
	assert_eq!(pool.slash(Perbill::one()), 0);
	pool.enter(10, 10, 10);
	assert_eq!(pool.slash(Perbill::one()), 10);
	assert!(pool.is_worthless());
	assert_eq!(pool.shares_for(1_000), None);
	assert_eq!(pool.slash(Perbill::one()), 0);
	assert_eq!(pool.leave(10, 10), 0);
	assert_eq!(pool, empty);
}

#[test]
fn later_tokens_buy_at_the_price_after_a_slash() {
	let mut pool = Pool::default();
	pool.enter(1_000, 1_000, 1_000);
	assert_eq!(pool.slash(Perbill::from_percent(10)), 100);
	let shares = pool.shares_for(900).unwrap();
	assert_eq!(shares, 1_000);
	pool.enter(900, shares, shares);
	assert_eq!((pool.value(1_000), pool.value(shares)), (900, 900));
	assert_eq!(pool.slash(Perbill::from_percent(10)), 180);
	assert_eq!((pool.value(1_000), pool.value(shares)), (810, 810));
}

#[test]
fn a_part_is_rounded_up() {
	let mut pool = Pool::default();
	pool.enter(11, 11, 11);
	assert_eq!(pool.slash(Perbill::from_percent(10)), 2);
	assert_eq!(pool.slash(Perbill::from_parts(1)), 1);
	assert_eq!(pool.slash(Perbill::zero()), 0);
}

#[test]
fn a_slash_below_a_millionth_takes_the_whole_pool() {
	let mut pool = Pool::default();
	pool.enter(10_000_000, 10_000_000, 10_000_000);
	let mut kept = pool;
	assert_eq!(kept.slash(Perbill::from_rational(999_999u32, 1_000_000)), 9_999_990);
	assert_eq!(kept.tokens, 10);
	assert_eq!(pool.slash(Perbill::from_parts(999_999_100)), 10_000_000);
	assert!(pool.is_worthless());
}

/// The total supply, in the smallest unit.
const ALL: Balance = tp_core::TOTAL_SUPPLY;

proptest! {
	#[test]
	fn a_pool_pays_what_it_has_and_rounds_in_its_favor(
		steps in prop::collection::vec((0u8..3, 1_000..ALL, any::<u32>()), 1..60)
	) {
		let mut pool = Pool::default();
		let mut votes: Vec<(Balance, Balance)> = Vec::new();
		for (kind, amount, number) in steps {
			let before = pool;
			match kind {
				0 => if let Some(shares) = pool.shares_for(amount) {
					pool.enter(amount, shares, 2 * shares);
					prop_assert!(pool.value(shares) <= amount, "worth more than paid");
					// A share costs between a millionth of a token and about one token: the loss is below one share.
					let lost = amount - pool.value(shares);
					prop_assert!(lost <= 2, "{lost} lost");
					votes.push((shares, 2 * shares));
				},
				1 => if !votes.is_empty() {
					let (shares, weighed) = votes.remove(number as usize % votes.len());
					let value = pool.value(shares);
					let others: Vec<_> = votes.iter().map(|(shares, _)| pool.value(*shares)).collect();
					prop_assert_eq!(pool.leave(shares, weighed), value);
					for ((shares, _), worth) in votes.iter().zip(others) {
						prop_assert!(pool.value(*shares) >= worth, "one leaves, and others lose");
					}
				},
				_ => {
					let part = Perbill::from_parts(number % 1_000_000_001);
					let taken = pool.slash(part);
					prop_assert!(taken >= part.mul_floor(before.tokens));
					prop_assert_eq!(taken + pool.tokens, before.tokens);
				},
			}
			prop_assert_eq!(pool.shares, votes.iter().map(|(shares, _)| shares).sum::<Balance>());
			let owed: Balance = votes.iter().map(|(shares, _)| pool.value(*shares)).sum();
			prop_assert!(owed <= pool.tokens);
			prop_assert!(owed + votes.len() as u128 >= pool.tokens || pool.is_worthless());
			prop_assert!(pool.weighed_tokens() <= 2 * pool.tokens);
		}
		for (shares, weighed) in votes {
			pool.leave(shares, weighed);
		}
		prop_assert_eq!(pool, Pool::default());
	}
}
