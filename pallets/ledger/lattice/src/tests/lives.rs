//! The lives of accounts in both lanes: what was signed in one life applies in no other, whichever lane ends and begins them.

use super::*;
use frame_support::{assert_ok, storage::with_storage_layer};
use frame_system::CheckNonce;
use pallet_lives::{Lapses, Tombstones};
use rand::{seq::SliceRandom, Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::collections::{BTreeMap, BTreeSet};
use tp_lattice::Mark;

/// A signed extrinsic without an end.
#[derive(Clone, Debug)]
struct Immortal {
	from: u32,
	nonce: Nonce,
	operation: Operation,
}

impl Immortal {
	/// Returns the next extrinsic of an account.
	fn next(from: u32, operation: Operation) -> Self {
		Self { from, nonce: System::account_nonce(id(from)), operation }
	}

	/// Applies it as a block does, and tells whether it took its nonce.
	fn send(&self) -> bool {
		let who = id(self.from);
		System::set_extrinsic_index(System::extrinsic_index().unwrap_or(0) + 1);
		match CheckNonce::<Test>::validate_nonce_for_account(&who, self.nonce) {
			Ok(valid) if valid.requires.is_empty() => (),
			_ => return false,
		}
		CheckNonce::<Test>::prepare_nonce_for_account(&who, self.nonce).expect("it is valid");
		let origin = RuntimeOrigin::signed(who);
		// A call that fails takes its nonce as well.
		with_storage_layer(|| match self.operation.clone() {
			Operation::TransferAll { dest } => Balances::transfer_all(origin, dest, false),
			Operation::Transfer { dest, amount } => Balances::transfer_allow_death(origin, dest, amount),
			other => panic!("{other:?} is no extrinsic"),
		})
		.unwrap_or_default();
		true
	}
}

fn all(dest: u32) -> Operation {
	Operation::TransferAll { dest: id(dest) }
}

/// A way to make a payment.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Lane {
	Unit,
	Extrinsic,
}

const LANES: [Lane; 2] = [Lane::Unit, Lane::Extrinsic];

/// Makes a payment in a new block.
fn make(lane: Lane, from: u32, operation: Operation) {
	open();
	match lane {
		Lane::Unit => assert_eq!(apply(vec![next(from, vec![operation])]).refused, []),
		Lane::Extrinsic => assert!(Immortal::next(from, operation).send()),
	}
	close();
}

/// An account pays, is emptied, is funded again, and a stranger sends what it signed in its first life.
#[test]
fn nothing_of_an_earlier_life_applies_whichever_lane_ends_and_begins_it() {
	for (dies_by, returns_by) in LANES.into_iter().flat_map(|one| LANES.map(|other| (one, other))) {
		ledger(4, 100_000).execute_with(|| {
			open();
			let by_extrinsic = Immortal::next(1, pay(3, 5_000));
			assert!(by_extrinsic.send());
			close();
			open();
			let by_unit = next(1, vec![pay(3, 5_000)]);
			assert_eq!(apply(vec![by_unit.clone()]).refused, []);
			close();
			make(dies_by, 1, all(2));
			assert!(!System::account_exists(&id(1)));
			make(returns_by, 2, pay(1, 50_000));
			let account = System::account(id(1));
			assert_eq!(account.nonce, System::block_number(), "by {dies_by:?} and {returns_by:?}");

			let shop = Balances::free_balance(id(3));
			for _ in 0..10 {
				open();
				assert_eq!(apply(vec![by_unit.clone()]).applied(), 0);
				assert!(!by_extrinsic.send());
				close();
				// Its own payments do not bring the old ones back.
				make(Lane::Extrinsic, 1, pay(2, 1_000));
				make(Lane::Unit, 1, pay(2, 1_000));
			}
			assert_eq!(Balances::free_balance(id(3)), shop, "by {dies_by:?} and {returns_by:?}");
		});
	}
}

#[test]
fn a_busy_account_leaves_a_tombstone_in_both_lanes() {
	for (dies_by, returns_by) in LANES.into_iter().flat_map(|one| LANES.map(|other| (one, other))) {
		ledger(3, 100_000).execute_with(|| {
			open();
			for _ in 0..5 {
				assert!(Immortal::next(1, pay(2, 1_000)).send());
			}
			close();
			make(dies_by, 1, all(2));
			assert_eq!((System::block_number(), Tombstones::<Test>::get(id(1))), (2, Some(6)));
			assert_eq!(Lives::account_nonce(&id(1)), 6);
			make(returns_by, 2, pay(1, 50_000));
			assert_eq!((System::account_nonce(id(1)), Lives::account_nonce(&id(1))), (6, 6));
			assert_eq!((Tombstones::<Test>::iter().count(), Lapses::<Test>::iter().count()), (0, 0));
			make(dies_by, 1, all(2));
			assert_eq!(Tombstones::<Test>::get(id(1)), Some(7));
			// It lapses when the number of the block has passed it.
			for number in 5..=6 {
				open();
				close();
				assert_eq!((System::block_number(), Tombstones::<Test>::get(id(1))), (number, Some(7)));
			}
			open();
			close();
			assert_eq!((Tombstones::<Test>::iter().count(), Lapses::<Test>::iter().count()), (0, 0));
			assert_eq!(Lives::account_nonce(&id(1)), 8, "that of the next block");
			make(returns_by, 2, pay(1, 50_000));
			assert_eq!(System::account_nonce(id(1)), 8);
		});
	}
}

/// What a ledger has applied, by account and nonce.
#[derive(Default)]
struct Applied(BTreeSet<(AccountId, Nonce)>);

impl Applied {
	fn note(&mut self, account: AccountId, nonce: Nonce) {
		assert!(self.0.insert((account.clone(), nonce)), "the nonce {nonce} of {account} applied twice");
	}
}

const ACCOUNTS: u32 = 6;

fn some_operation(rng: &mut ChaCha8Rng) -> Operation {
	let dest = rng.gen_range(0..ACCOUNTS);
	match rng.gen_range(0..3) {
		0 => all(dest),
		1 => pay(dest, rng.gen_range(1_000..5_000)),
		_ => pay(dest, 0),
	}
}

/// What was signed so far.
#[derive(Default)]
struct Signed {
	units: Vec<Unit>,
	extrinsics: Vec<Immortal>,
}

/// Runs a block with new units and extrinsics, and with many of all that were ever signed, in any order.
fn random_block(rng: &mut ChaCha8Rng, signed: &mut Signed, applied: &mut Applied) {
	open();
	let mut units = BTreeMap::new();
	for account in 0..ACCOUNTS {
		let state = System::account(id(account));
		let (mut height, mut parent) = (state.nonce, state.data.unit_head);
		for _ in 0..rng.gen_range(0..4) {
			let unit = sign(account, height, parent, vec![some_operation(rng)]);
			(height, parent) = (height + 1, unit.hash());
			units.insert((unit.body.account.clone(), unit.body.height), unit);
		}
	}
	signed.units.extend(units.values().cloned());
	for unit in signed.units.choose_multiple(rng, 30) {
		units.entry((unit.body.account.clone(), unit.body.height)).or_insert_with(|| unit.clone());
	}
	let batch = Batch::new(units.into_values().collect()).expect("one unit a height");
	let outcome = apply(batch.units().to_vec());
	for (at, unit) in (0u32..).zip(batch.units()) {
		if outcome.mark(at) == Mark::APPLIED {
			applied.note(unit.body.account.clone(), unit.body.height);
		}
	}
	for _ in 0..20 {
		let extrinsic = match rng.gen_bool(0.3) {
			true => Immortal::next(rng.gen_range(0..ACCOUNTS), some_operation(rng)),
			false => match signed.extrinsics.choose(rng) {
				Some(old) => old.clone(),
				None => continue,
			},
		};
		if extrinsic.send() {
			applied.note(id(extrinsic.from), extrinsic.nonce);
		}
		signed.extrinsics.push(extrinsic);
	}
	close();
	pallet_lives::Pallet::<Test>::do_try_state().unwrap();
	for account in (0..ACCOUNTS).map(id) {
		assert!(!(System::account_exists(&account) && Tombstones::<Test>::contains_key(&account)), "of the living");
	}
}

#[test]
fn no_history_of_both_lanes_applies_a_nonce_twice_and_both_executors_agree() {
	let history = |seed: u64| {
		let (mut rng, mut ledger) = (ChaCha8Rng::seed_from_u64(seed), ledger(ACCOUNTS, 30_000));
		let (mut signed, mut applied, mut lives, mut tombstones) = (Signed::default(), Applied::default(), 0, 0);
		for _ in 0..40 {
			ledger.execute_with(|| {
				let before: Vec<bool> = (0..ACCOUNTS).map(|account| System::account_exists(&id(account))).collect();
				random_block(&mut rng, &mut signed, &mut applied);
				let after = (0..ACCOUNTS).map(|account| System::account_exists(&id(account)));
				lives += before.into_iter().zip(after).filter(|(before, after)| !before && *after).count();
				tombstones += Tombstones::<Test>::iter().count();
			});
		}
		let root = ledger.execute_with(|| sp_io::storage::root(sp_runtime::StateVersion::V0));
		(root, applied.0.len(), lives, tombstones)
	};
	let (mut lives, mut tombstones) = (0, 0);
	for seed in 0..20 {
		ByHost::set(true);
		let by_host = history(seed);
		ByHost::set(false);
		assert_eq!(history(seed), by_host, "seed {seed}");
		lives += by_host.2;
		tombstones += by_host.3;
	}
	ByHost::set(true);
	println!("{lives} accounts were born again, {tombstones} tombstones at the ends of blocks");
	assert!(lives > 100 && tombstones > 50, "{lives} lives, {tombstones} tombstones");
}

#[test]
fn an_account_that_a_batch_ends_and_begins_goes_on_by_host_and_runtime() {
	let run = |by_host| {
		ByHost::set(by_host);
		ledger(3, 100_000).execute_with(|| {
			open();
			assert_ok!(Balances::transfer_keep_alive(RuntimeOrigin::signed(id(2)), id(9), 20_000));
			let first = System::account(id(9)).nonce;
			for _ in 0..4 {
				assert!(Immortal::next(9, pay(2, 0)).send());
			}
			let outcome = apply(vec![next(9, vec![all(2)]), next(1, vec![pay(9, 5_000)])]);
			assert_eq!((outcome.refused, first), (vec![], 1));
			let account = System::account(id(9));
			assert_eq!((account.nonce, account.data.free), (6, 5_000));
			assert_eq!(Tombstones::<Test>::iter().count(), 0);
			close();
			sp_io::storage::root(sp_runtime::StateVersion::V0)
		})
	};
	assert_eq!(run(true), run(false));
	ByHost::set(true);
}
