//! Accounts without balance, which sponsors keep in the state.

use super::*;
use codec::{DecodeAll, Encode};

/// A share of one unit a day for a stake of one.
const SHARE: Usage = Usage { compute: 25_000_000, bytes: 1_000, state: 1_000 };
const RULES: QuotaRules = QuotaRules {
	free: SHARE,
	per_stake_unit: SHARE,
	stake_unit: 1,
	full_balance: 0,
	lent_percent: 100,
	block_free: Usage::MAX,
};

fn sponsored(locked: Balance) -> Account {
	let quota = Quota { locked, ..Quota::default() };
	Account {
		sufficients: 1,
		data: AccountData { unit_head: FIRST, quota, ..Default::default() },
		..Default::default()
	}
}

fn metered() -> Context {
	Context { quota: Some(RULES), ..context() }
}

fn apply_in(store: &mut Store, units: Vec<Unit>, context: &Context) -> Outcome {
	apply_units(&Batch::new(units).unwrap(), &|_, _| true, store, context)
}

#[test]
fn they_have_the_stake_share_and_no_free_share() {
	for (locked, units) in [(0, 0), (1, 1), (3, 3)] {
		let mut store = funded([(2, 5_000)]);
		store.insert(id(1), sponsored(locked));
		for _ in 0..units {
			let unit = next(&store, 1, vec![pay(2, 0)]);
			let outcome = apply_in(&mut store, vec![unit], &metered());
			assert_eq!((outcome.refused, outcome.free), (vec![], Usage::default()), "stake covers it");
		}
		let one_more = next(&store, 1, vec![pay(2, 0)]);
		let before = store.clone();
		let outcome = apply_in(&mut store, vec![one_more.clone()], &metered());
		assert_eq!((outcome.mark(0), &store), (Mark(Some(Reason::Quota)), &before));
		assert_eq!(store[&id(1)].nonce, units);
		// With a balance there is a free share.
		store.get_mut(&id(1)).unwrap().set_free(ED, ED);
		assert_eq!(apply_in(&mut store, vec![one_more], &metered()).refused, []);
	}
}

#[test]
fn they_can_pay_nothing_and_receive_as_new_accounts_do() {
	let mut store = funded([(2, 50_000)]);
	store.insert(id(1), sponsored(10));
	for (unit, reason) in [
		(next(&store, 1, vec![pay(2, 1)]), Reason::Balance),
		(next(&store, 2, vec![pay(1, ED - 1)]), Reason::BelowMinimum),
	] {
		let before = store.clone();
		assert_eq!(apply(&mut store, vec![unit]).mark(0), Mark(Some(reason)));
		assert_eq!(store, before);
	}
	let all = next(&store, 1, vec![Operation::TransferAll { dest: id(2) }]);
	let paid = next(&store, 2, vec![pay(1, ED)]);
	assert_eq!(apply(&mut store, vec![all.clone(), paid]).refused, []);
	let account = &store[&id(1)];
	assert_eq!((account.nonce, account.data.unit_head, account.data.received), (1, all.hash(), 1));
	assert_eq!((account.providers, account.sufficients, account.data.free), (1, 1, ED));
}

#[test]
fn they_outlive_their_balance_and_keep_their_use() {
	let mut store = funded([(2, 50_000)]);
	store.insert(id(1), sponsored(1));
	store.get_mut(&id(1)).unwrap().set_free(5_000, ED);
	let leaves = next(&store, 1, vec![pay(2, 4_500)]);
	let later = unsigned(1, 1, leaves.hash(), vec![pay(2, 0)]);
	let outcome = apply_in(&mut store, vec![leaves.clone(), later.clone()], &metered());
	assert_eq!((outcome.refused, outcome.dust), (vec![(1, Reason::NoAccount)], 500));
	let account = &store[&id(1)];
	assert_eq!((account.providers, account.sufficients, account.data.free, account.nonce), (0, 1, 0, 1));
	assert_eq!((account.data.unit_head, account.data.quota.staked.compute), (leaves.hash(), SHARE.compute));
	assert_eq!(apply_in(&mut store, vec![later.clone()], &metered()).mark(0), Mark(Some(Reason::Quota)));
	// Its free share comes back with the balance, and its use is still counted.
	let returns = next(&store, 2, vec![pay(1, 5_000)]);
	apply_in(&mut store, vec![returns], &metered());
	assert_eq!(store[&id(1)].data.quota.staked.compute, SHARE.compute);
	assert_eq!(apply_in(&mut store, vec![later], &metered()).refused, []);
	let third = next(&store, 1, vec![pay(2, 0)]);
	assert_eq!(apply_in(&mut store, vec![third], &metered()).mark(0), Mark(Some(Reason::Quota)));
}

#[test]
fn a_small_credit_after_the_balance_is_gone_is_dust() {
	let mut store = funded([(2, 50_000)]);
	store.insert(id(1), sponsored(1));
	store.get_mut(&id(1)).unwrap().set_free(5_000, ED);
	let before = issued(&store);
	let leaves = next(&store, 1, vec![Operation::TransferAll { dest: id(2) }]);
	let small = next(&store, 2, vec![pay(1, 10)]);
	let outcome = apply(&mut store, vec![leaves, small]);
	assert_eq!((outcome.applied(), outcome.dust), (2, 10));
	assert_eq!((store[&id(1)].data.free, store[&id(1)].nonce), (0, 1));
	assert_eq!(issued(&store) + outcome.dust, before);
}

#[test]
fn version_1_of_the_host_function_gives_all_accounts_the_free_share() {
	let first = Context { version: RulesVersion::V1, ..metered() };
	let mut store = funded([(2, 5_000)]);
	store.insert(id(1), sponsored(0));
	let unit = next(&store, 1, vec![pay(2, 0)]);
	assert_eq!(apply_in(&mut store, vec![unit], &first).refused, []);
	// The encoded context does not contain the field.
	assert_eq!(first.encode(), metered().encode());
	assert_eq!(Context::decode_all(&mut &first.encode()[..]), Ok(metered()));
}
