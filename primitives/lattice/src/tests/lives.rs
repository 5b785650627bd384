//! The lives of an account: no unit of one applies in another, nonces ascend, and tombstones lapse.

use super::{apply::refused, *};
use codec::{DecodeAll, Encode};
use rand::{seq::SliceRandom, Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::collections::{BTreeSet, HashMap};

fn at(number: u32) -> Context {
	Context { number, ..context() }
}

fn apply_at(store: &mut Store, number: u32, units: Vec<Unit>) -> Outcome {
	apply_units(&Batch::new(units).expect("one unit a height"), &|_, _| true, store, &at(number))
}

fn all(dest: u32) -> Operation {
	Operation::TransferAll { dest: id(dest) }
}

#[test]
fn units_of_an_account_that_ended_cannot_be_replayed() {
	let mut store = funded([(1, 10_000), (2, 50_000)]);
	let leaves = next(&store, 1, vec![all(2)]);
	let returns = next(&store, 2, vec![pay(1, 20_000)]);
	apply(&mut store, vec![leaves.clone()]);
	apply(&mut store, vec![returns]);
	assert_eq!(store[&id(1)].nonce, 10, "it begins with the number of the block");
	assert_eq!(refused(&store, leaves, &context()), Reason::Height);
	// The same within one batch.
	let mut store = funded([(1, 10_000), (2, 50_000)]);
	let leaves = next(&store, 1, vec![all(2)]);
	let returns = next(&store, 2, vec![pay(1, 20_000)]);
	assert_eq!(apply(&mut store, vec![leaves.clone(), returns]).applied(), 2);
	assert_eq!((store[&id(1)].data.free, store[&id(1)].nonce), (20_000, 10));
	assert_eq!(refused(&store, leaves, &context()), Reason::Height);
}

#[test]
fn versions_1_and_2_of_the_host_function_begin_with_0_and_leave_no_tombstone() {
	let without_lives = Context { lives: None, ..context() };
	let apply = |store: &mut Store, unit: Unit| {
		let outcome = apply_units(&Batch::new(vec![unit]).unwrap(), &|_, _| true, store, &without_lives);
		assert_eq!(outcome.refused, []);
	};
	let mut store = funded([(1, 10_000), (2, 50_000)]);
	let leaves = next(&store, 1, vec![all(2)]);
	let returns = next(&store, 2, vec![pay(1, 20_000)]);
	apply(&mut store, leaves.clone());
	let head = returns.hash();
	apply(&mut store, returns);
	assert_eq!(store[&id(1)].nonce, leaves.body.height, "its chain begins again");
	assert_eq!(refused(&store, leaves, &without_lives), Reason::Parent);
	let expected = (*b"TOP-HEAD-1", id(1), head, 0u32).encode();
	assert_eq!(store[&id(1)].data.unit_head.0, sp_crypto_hashing::blake2_256(&expected));
	store.get_mut(&id(1)).unwrap().nonce = 1_000;
	let leaves = next(&store, 1, vec![all(2)]);
	apply(&mut store, leaves);
	assert_eq!((store.get(&id(1)), store.tombstones.len()), (None, 0));
}

#[test]
fn the_context_of_versions_1_and_2_has_no_lives() {
	let context = context();
	let lives = context.lives.unwrap();
	let bytes = context.encode();
	let old = &bytes[..bytes.len() - Some(lives).encoded_size()];
	let decoded = ContextWithoutLives::decode_all(&mut &old[..]).unwrap();
	assert_eq!(decoded.under(RulesVersion::V2), Context { lives: None, version: RulesVersion::V2, ..context });
}

#[test]
fn the_first_head_binds_ledger_account_nonce_and_cause() {
	let mut store = funded([(2, 50_000)]);
	let births = next(&store, 2, vec![pay(2, 0), pay(7, 20_000)]);
	apply_at(&mut store, 12, vec![births.clone()]);
	let chain = [2u8, 0, 0, 0, 0, 0, 0];
	let hashed = (*b"TOP-HEAD-2", chain, id(7), 12u32, births.hash(), 1u32).encode();
	assert_eq!(store[&id(7)].data.unit_head.0, sp_crypto_hashing::blake2_256(&hashed));
	let head = |chain, nonce, extrinsic| {
		let mut data = AccountData::default();
		data.begin_by_extrinsic(&Life { id: &id(7), nonce, chain }, 12, extrinsic);
		data.unit_head
	};
	let shard = |incarnation| Some(ChainTag::Shard { zone: 0, incarnation });
	let heads =
		[head(shard(0), 12, 1), head(shard(1), 12, 1), head(shard(0), 13, 1), head(shard(0), 12, 2), head(None, 12, 1)];
	assert_eq!(BTreeSet::from(heads).len(), heads.len());
}

#[test]
fn an_account_that_ends_with_more_than_the_block_number_goes_on_from_there() {
	let start = || {
		let mut store = funded([(1, 10_000), (2, 50_000)]);
		store.get_mut(&id(1)).unwrap().nonce = 99;
		let leaves = next(&store, 1, vec![all(2)]);
		assert_eq!(apply_at(&mut store, 50, vec![leaves]).refused, []);
		assert_eq!((store.get(&id(1)), store.tombstones.get(&id(1))), (None, Some(&100)));
		store
	};
	for (number, begins) in [(50, 100), (51, 100), (99, 100), (100, 100), (101, 101)] {
		let mut store = start();
		let returns = next(&store, 2, vec![pay(1, 20_000)]);
		assert_eq!(apply_at(&mut store, number, vec![returns]).refused, []);
		assert_eq!((store[&id(1)].nonce, store.tombstones.len()), (begins, 0), "born in block {number}");
	}
	// A credit that is dust leaves the tombstone where it is.
	let mut store = funded([(1, 10_000), (2, 50_000)]);
	store.get_mut(&id(1)).unwrap().nonce = 99;
	let (leaves, small) = (next(&store, 1, vec![all(2)]), next(&store, 2, vec![pay(1, 10)]));
	let outcome = apply_at(&mut store, 50, vec![leaves, small]);
	assert_eq!((outcome.applied(), outcome.dust), (2, 10));
	assert_eq!((store.get(&id(1)), store.tombstones.get(&id(1))), (None, Some(&100)));
	// An account with no more than the number of its last block leaves none.
	for (nonce, tombstone) in [(48, None), (49, None), (50, Some(&51))] {
		let mut store = funded([(1, 10_000), (2, 50_000)]);
		store.get_mut(&id(1)).unwrap().nonce = nonce;
		let leaves = next(&store, 1, vec![all(2)]);
		apply_at(&mut store, 50, vec![leaves]);
		assert_eq!(store.tombstones.get(&id(1)), tombstone);
	}
}

/// What a ledger has applied: the units by account and height.
#[derive(Default)]
struct Applied(HashMap<(AccountId, u32), UnitHash>);

impl Applied {
	fn note(&mut self, batch: &Batch, outcome: &Outcome) {
		for (at, unit) in (0u32..).zip(batch.units()) {
			if outcome.mark(at) == Mark::APPLIED {
				let place = (unit.body.account.clone(), unit.body.height);
				let before = self.0.insert(place, unit.hash());
				assert_eq!(before, None, "two units of {} had the height {}", unit.body.account, unit.body.height);
			}
		}
	}
}

/// Returns a unit of an account on its state, which often empties it.
fn some_unit(rng: &mut ChaCha8Rng, store: &Store, account: u32) -> Unit {
	let dest = rng.gen_range(0..6);
	let operation = match rng.gen_range(0..3) {
		0 => all(dest),
		1 => pay(dest, rng.gen_range(1_000..5_000)),
		_ => pay(dest, 0),
	};
	next(store, account, vec![operation])
}

/// Few accounts that end and begin all the time, with all units that were ever signed sent again in every block, in any
/// order, and tombstones that are removed as soon as they have lapsed.
#[test]
fn no_history_applies_a_unit_twice() {
	for seed in 0..200 {
		let mut rng = ChaCha8Rng::seed_from_u64(seed);
		let mut store = funded((0..6).map(|number| (number, 20_000)));
		let (mut applied, mut signed) = (Applied::default(), Vec::<Unit>::new());
		let (mut number, mut lives) = (1, 0);
		for _ in 0..60 {
			let mut units = Vec::new();
			for account in 0..6 {
				// A chain of some units, so that nonces run ahead of the block number.
				let mut state = store.clone();
				for _ in 0..rng.gen_range(0..5) {
					let unit = some_unit(&mut rng, &state, account);
					let Some(account) = state.get_mut(&unit.body.account) else { break };
					(account.nonce, account.data.unit_head) = (account.nonce + 1, unit.hash());
					units.push(unit);
				}
			}
			signed.extend(units.iter().cloned());
			units.extend(signed.choose_multiple(&mut rng, 40).cloned());
			units.shuffle(&mut rng);
			let mut places = BTreeSet::new();
			units.retain(|unit| places.insert((unit.body.account.clone(), unit.body.height)));
			let batch = Batch::new(units).unwrap();
			let before = store.len();
			let outcome = apply_units(&batch, &|_, _| true, &mut store, &at(number));
			applied.note(&batch, &outcome);
			lives += before.abs_diff(store.len());
			assert!(store.tombstones.keys().all(|id| !store.accounts.contains_key(id)), "only the dead have one");
			number += rng.gen_range(1..4);
			store.tombstones.retain(|_, nonce| !tp_core::lives::has_lapsed(*nonce, number));
		}
		assert!(lives > 5, "seed {seed}: {lives} lives");
	}
}
