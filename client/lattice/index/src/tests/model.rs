//! Random chains of blocks, and the expected contents of an index.

use super::*;
use rand::{seq::SliceRandom, Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::collections::BTreeMap;
use tp_lattice::{apply_units, Account, AccountData, Batch, Context, Domain, Life, Mark, MemoryAccounts, Outcome};

const ACCOUNTS: u32 = 12;
const EXISTENTIAL_DEPOSIT: Balance = 100;

/// Height and hash of a unit.
pub type Expected = (u32, UnitHash);

/// A ledger whose accounts pay, fail, die and are reborn, with its history.
pub struct Model {
	random: ChaCha8Rng,
	store: MemoryAccounts,
	number: u32,
	/// All units of past blocks.
	past: Vec<Unit>,
	pub units: BTreeMap<UnitHash, Place>,
	/// Lives of each account, with their units.
	pub lives: BTreeMap<AccountId, Vec<Vec<Expected>>>,
}

impl Model {
	pub fn new(seed: u64) -> Self {
		let funded = |number| {
			let mut data = AccountData { free: 5_000, ..Default::default() };
			data.begin_by_extrinsic(&Life { id: &id(number), nonce: 0, chain: None }, 0, number);
			(id(number), Account { providers: 1, data, ..Default::default() })
		};
		Self {
			random: ChaCha8Rng::seed_from_u64(seed),
			store: (0..ACCOUNTS).map(funded).collect(),
			number: 0,
			past: Vec::new(),
			units: BTreeMap::new(),
			lives: BTreeMap::new(),
		}
	}

	pub fn next_block(&mut self) -> (BlockRef, Batch, Outcome) {
		let batch = self.batch();
		let context = Context {
			domain: Domain::default(),
			number: self.number,
			now: 0,
			tables: 0..=255,
			existential_deposit: EXISTENTIAL_DEPOSIT,
			quota: None,
			compute_per_unit: 0,
			compute_per_operation: 0,
			lives: None,
			room: None,
			version: Default::default(),
		};
		let outcome = apply_units(&batch, &|_, _| true, &mut self.store, &context);
		self.record(&batch, &outcome);
		let number = self.number;
		self.number += 1;
		(block(number), batch, outcome)
	}

	fn batch(&mut self) -> Batch {
		let mut units = BTreeMap::new();
		for number in 0..ACCOUNTS {
			let state = self.store.entry(id(number)).or_default();
			// Extrinsics take heights too.
			if self.random.gen_ratio(1, 10) {
				state.nonce += self.random.gen_range(1..4);
			}
			let (mut height, mut parent) = (state.nonce, state.data.unit_head);
			if state == &Account::default() {
				self.store.remove(&id(number));
			}
			for _ in 0..self.random.gen_range(0..4) {
				let dest = self.random.gen_range(0..ACCOUNTS);
				let operation = match self.random.gen_ratio(1, 8) {
					true => Operation::TransferAll { dest: id(dest) },
					false => pay(dest, self.random.gen_range(1..3_000)),
				};
				let made = unit(number, height, parent, operation);
				(height, parent) = (height + 1, made.hash());
				units.insert((number, made.body.height), made);
			}
		}
		// Units of past blocks. They do not apply again, and some never applied.
		for made in self.past.choose_multiple(&mut self.random, 3) {
			let number = (0..ACCOUNTS).find(|number| id(*number) == made.body.account).expect("a unit of the model");
			units.entry((number, made.body.height)).or_insert_with(|| made.clone());
		}
		Batch::new(units.into_values().collect()).expect("one unit a height")
	}

	fn record(&mut self, batch: &Batch, outcome: &Outcome) {
		for (index, made) in (0..).zip(batch.units()) {
			let (hash, mark) = (made.hash(), outcome.mark(index));
			let applied_before = self.units.get(&hash).is_some_and(|place| place.mark == Mark::APPLIED);
			if !applied_before {
				self.units.insert(hash, Place { number: self.number, index, mark });
			}
			if mark == Mark::APPLIED {
				assert!(!applied_before, "no unit applies twice");
				let lives = self.lives.entry(made.body.account.clone()).or_insert_with(|| vec![Vec::new()]);
				lives.last_mut().expect("it has one").push((made.body.height, hash));
			}
			self.past.push(made.clone());
		}
		// A life ends when the state no longer has its head.
		for (account, lives) in &mut self.lives {
			let head = self.store.get(account).map(|state| state.data.unit_head);
			if lives.last().and_then(|life| life.last()).is_some_and(|(_, newest)| Some(*newest) != head) {
				lives.push(Vec::new());
			}
		}
	}

	/// Asserts that an index agrees with the model.
	pub fn check(&self, index: &UnitIndex) {
		assert_eq!(index.newest().unwrap(), self.number.checked_sub(1).map(|newest| (newest, block(newest).hash)));
		for (hash, place) in &self.units {
			assert_eq!(index.unit(hash).unwrap(), Some(*place));
		}
		for number in 0..ACCOUNTS {
			let account = id(number);
			let lives = self.lives.get(&account).cloned().unwrap_or_default();
			let all: Vec<Expected> = lives.concat();
			// The newest life with units: a life without units leaves nothing in blocks.
			let newest = lives.into_iter().rfind(|life| !life.is_empty()).unwrap_or_default();
			let history = index.history(&account, None, usize::MAX).unwrap();
			assert_eq!(history.iter().rev().map(|link| link.sequence).collect::<Vec<_>>(), sequences(&all));
			assert_eq!(oldest_first(history), all);
			assert_eq!(oldest_first(index.chain(&account, None, usize::MAX).unwrap()), newest);
			for before in [0, 1, 2, 5, u32::MAX] {
				let below: Vec<_> = newest.iter().copied().filter(|(height, _)| *height < before).collect();
				assert_eq!(oldest_first(index.chain(&account, Some(before), usize::MAX).unwrap()), below);
			}
		}
	}
}

fn sequences(all: &[Expected]) -> Vec<u32> {
	(0..).zip(all).map(|(sequence, _)| sequence).collect()
}

fn oldest_first(links: Vec<Link>) -> Vec<Expected> {
	assert!(links.iter().all(|link| link.place.mark == Mark::APPLIED));
	links.into_iter().rev().map(|link| (link.height, link.hash)).collect()
}
