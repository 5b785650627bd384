//! Random histories. Every order of accounts gives the same state, and so do parallel lanes. All operations of a unit apply
//! or none, and no balance is lost.

use super::*;
use proptest::prelude::*;
use rand::{seq::SliceRandom, Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// Few accounts, so that they pay each other often; some do not exist at first.
const ACCOUNTS: u32 = 24;

fn operation(rng: &mut ChaCha8Rng) -> Operation {
	let dest = id(rng.gen_range(0..ACCOUNTS + 4));
	let amount = *[0, 1, 999, 1_000, 5_000, 60_000].choose(rng).expect("not empty") + rng.gen_range(0..3);
	match rng.gen_range(0..10) {
		0 => Operation::TransferAll { dest },
		1..=3 => Operation::TransferKeepAlive { dest, amount },
		4 => Operation::Service(vec![1].try_into().expect("short")),
		_ => Operation::Transfer { dest, amount },
	}
}

/// Returns chains of units on a state, most of which apply.
pub(super) fn units(rng: &mut ChaCha8Rng, store: &Store) -> Vec<Unit> {
	let mut units = Vec::new();
	for account in 0..ACCOUNTS {
		let state = store.account(&id(account)).unwrap_or_default();
		let (mut height, mut parent) = (state.nonce, state.data.unit_head);
		for _ in 0..rng.gen_range(0..4) {
			let operations = (0..rng.gen_range(1..4)).map(|_| operation(rng)).collect();
			let unit = unsigned(account, height, parent, operations);
			// Sometimes there is a gap, or another parent.
			height += if rng.gen_bool(0.05) { 2 } else { 1 };
			parent = if rng.gen_bool(0.05) { H256::zero() } else { unit.hash() };
			units.push(unit);
		}
	}
	units
}

pub(super) fn start(rng: &mut ChaCha8Rng) -> Store {
	let mut store = funded(
		(0..ACCOUNTS).filter(|number| number % 5 != 0).map(|number| (number, 1_000 * u128::from(number % 9 + 1))),
	);
	for account in store.values_mut() {
		if rng.gen_bool(0.2) {
			account.data.frozen = rng.gen_range(1..5_000);
			account.consumers = 1;
		}
		if rng.gen_bool(0.2) {
			account.data.reserved = rng.gen_range(1..3_000);
			account.consumers = 1;
		}
		if rng.gen_bool(0.1) {
			account.providers = 2;
		}
	}
	store
}

/// Decides by a unit's hash whether its signature is wrong, so that it is the same in every order.
pub(super) fn is_valid(_: u32, unit: &Unit) -> bool {
	!unit.hash()[0].is_multiple_of(16)
}

proptest! {
	#[test]
	fn any_order_and_any_split_give_the_same(seed: u64) {
		let mut rng = ChaCha8Rng::seed_from_u64(seed);
		let mut store = start(&mut rng);
		let total = issued(&store);
		let (mut burnt, context) = (0, context());
		for _ in 0..6 {
			let mut units = units(&mut rng, &store);
			let batch = Batch::new(units.clone()).unwrap();
			let mut one_by_one = store.clone();
			let outcome = apply_units(&batch, &is_valid, &mut one_by_one, &context);

			units.shuffle(&mut rng);
			prop_assert_eq!(&Batch::new(units).unwrap(), &batch);

			for parts in [2, 3, 7, 64] {
				let debits: Vec<_> = std::thread::scope(|scope| {
					let lanes = Lanes::of(&batch).split(parts);
					let (store, context) = (&store, &context);
					let threads: Vec<_> = lanes
						.into_iter()
						.map(|lanes| scope.spawn(move || debit(lanes, &is_valid, &|id| store.account(id), context)))
						.collect();
					threads.into_iter().map(|thread| thread.join().unwrap()).collect()
				});
				let mut in_parallel = store.clone();
				prop_assert_eq!(&settle(debits, &mut in_parallel, &context), &outcome);
				prop_assert_eq!(&in_parallel, &one_by_one);
			}

			burnt += outcome.dust;
			prop_assert_eq!(issued(&one_by_one) + burnt, total);
			for account in one_by_one.values() {
				let held = account.data.reserved + account.data.frozen > 0;
				prop_assert!(account.data.free >= ED || account.data.free == 0 || held, "{:?}", account);
				prop_assert!(account.providers > 0, "{:?}", account);
			}
			store = one_by_one;
		}
	}

	/// A refused unit has no effect on the rest of its batch.
	#[test]
	fn what_is_refused_changes_nothing(seed: u64) {
		let mut rng = ChaCha8Rng::seed_from_u64(seed);
		let store = start(&mut rng);
		let batch = Batch::new(units(&mut rng, &store)).unwrap();
		let (mut with, mut without) = (store.clone(), store);
		let outcome = apply_units(&batch, &is_valid, &mut with, &context());
		let applied = (0u32..).zip(batch.into_units()).filter(|(at, _)| outcome.mark(*at) == Mark::APPLIED);
		let applied = Batch::new(applied.map(|(_, unit)| unit).collect()).unwrap();
		let again = apply_units(&applied, &is_valid, &mut without, &context());
		prop_assert_eq!(with, without);
		prop_assert_eq!((again.refused, again.dust), (vec![], outcome.dust));
	}

	/// One account after the other, with one unit a batch, as extrinsics would be if no unit needs a credit of its block.
	#[test]
	fn batches_of_one_unit_give_the_same_state_without_needed_credits(seed: u64) {
		let mut rng = ChaCha8Rng::seed_from_u64(seed);
		let store = funded((0..ACCOUNTS).map(|number| (number, 1_000_000)));
		let mut units = Vec::new();
		for account in 0..ACCOUNTS {
			let mut parent = FIRST;
			for height in 0..rng.gen_range(0..5) {
				let unit = unsigned(account, height, parent, vec![pay(rng.gen_range(0..ACCOUNTS), rng.gen_range(1..100_000))]);
				parent = unit.hash();
				units.push(unit);
			}
		}
		let (mut at_once, mut one_by_one) = (store.clone(), store);
		let outcome = apply(&mut at_once, units.clone());
		prop_assert_eq!(&outcome.refused, &vec![]);
		for unit in units {
			apply(&mut one_by_one, vec![unit]);
		}
		// All but the order of the credits.
		for store in [&mut at_once, &mut one_by_one] {
			store.values_mut().for_each(|account| account.data.received_hash = H256::zero());
		}
		prop_assert_eq!(at_once, one_by_one);
	}
}
