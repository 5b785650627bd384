//! A ledger around a pool: accounts, and blocks that change them.

use super::*;
use std::collections::HashSet;
use tp_lattice::{apply_units, Batch, Outcome};

pub type Store = tp_lattice::MemoryAccounts;

/// Accounts that fails at a read that the pool did not announce.
pub struct Announced<'a> {
	store: &'a Store,
	announced: HashSet<AccountId>,
}

impl<'a> Announced<'a> {
	pub fn for_unit(pool: &Pool, store: &'a Store, unit: &Unit) -> Self {
		let mut announced = HashSet::new();
		pool.reads([unit], |id| announced.extend([id.clone()]));
		Self { store, announced }
	}

	pub fn for_block(pool: &Pool, store: &'a Store, block: &ImportedBlock) -> Self {
		let mut announced = HashSet::new();
		pool.reads_of_block(block, |id| announced.extend([id.clone()]));
		Self { store, announced }
	}
}

impl Accounts for Announced<'_> {
	fn account(&self, id: &AccountId) -> Option<Account> {
		assert!(self.announced.contains(id), "{id} is read, and was not announced");
		self.store.get(id).cloned()
	}
}

pub struct Ledger {
	pub pool: Pool,
	pub store: Store,
	pub now: u64,
	/// Events of the last call.
	pub events: Vec<Event>,
}

impl Ledger {
	/// Creates accounts from 0 on with these balances.
	pub fn new(limits: Limits, context: PoolContext, balances: impl IntoIterator<Item = Balance>) -> Self {
		let store = (0..).zip(balances).map(|(number, free)| (id(number), funded(free))).collect();
		Self { pool: Pool::new(limits, context), store, now: START, events: Vec::new() }
	}

	/// Creates accounts that can pay for a whole test.
	pub fn rich() -> Self {
		Self::new(Limits::default(), context(), [1_000_000; 10])
	}

	/// Creates the same with a quota.
	pub fn metered(rules: QuotaRules) -> Self {
		let mut pool = context();
		pool.context.quota = Some(rules);
		Self::new(Limits::default(), pool, [1_000_000; 10])
	}

	pub fn admit(&self, unit: &Unit) -> Admission {
		let accounts = Announced::for_unit(&self.pool, &self.store, unit);
		self.pool.admit(unit, &unit.hash(), self.now, &accounts)
	}

	/// Admits and inserts.
	pub fn submit(&mut self, unit: &Unit) -> Status {
		self.events.clear();
		match self.admit(unit) {
			Admission::Known(status) | Admission::Refused(status) => status,
			Admission::Verify => self.insert(unit),
		}
	}

	pub fn insert(&mut self, unit: &Unit) -> Status {
		self.events.clear();
		let accounts = Announced::for_unit(&self.pool, &self.store, unit);
		let unit = Arc::new(PooledUnit::new(unit.clone()));
		let status = self.pool.insert(unit, self.now, &accounts, &mut self.events).status();
		self.pool.check_invariants(&self.store);
		status
	}

	pub fn submit_all(&mut self, units: &[Unit]) -> Vec<Status> {
		units.iter().map(|unit| self.submit(unit)).collect()
	}

	pub fn statuses(&self, units: &[Unit]) -> Vec<Option<Status>> {
		units.iter().map(|unit| self.pool.status(&unit.hash())).collect()
	}

	pub fn select(&self, bytes: usize) -> Vec<Unit> {
		self.select_within(Budget { bytes, ..self.budget() })
	}

	pub fn budget(&self) -> Budget {
		let context = self.pool.context();
		Budget { bytes: context.max_batch_bytes as usize, compute: context.max_batch_compute, units: usize::MAX }
	}

	pub fn select_within(&self, budget: Budget) -> Vec<Unit> {
		let selected = self.pool.select(budget, &self.pool.context().context);
		selected.units.iter().map(|unit| unit.unit.clone()).collect()
	}

	/// Imports a block with these units and the changes of `extrinsics`, a second after the last block.
	pub fn block(&mut self, units: Vec<Unit>, extrinsics: impl FnOnce(&mut Store)) -> Outcome {
		let next = self.pool.context().clone();
		self.block_with(units, extrinsics, next)
	}

	/// Imports a block after which `next`, with its number and time set, has the rules.
	pub fn block_with(
		&mut self,
		units: Vec<Unit>,
		extrinsics: impl FnOnce(&mut Store),
		mut next: PoolContext,
	) -> Outcome {
		let before = self.store.clone();
		let mut context = self.pool.context().context.clone();
		context.now = self.now;
		let batch = Batch::new(units).expect("one unit a height");
		let outcome = apply_units(&batch, &|_, _| true, &mut self.store, &context);
		extrinsics(&mut self.store);
		next.context.number = context.number + 1;
		next.context.now = context.now;
		let mut changed: Vec<AccountId> = before.keys().chain(self.store.keys()).cloned().collect();
		changed.sort();
		changed.dedup();
		changed.retain(|id| before.get(id) != self.store.get(id));
		let included = (0..).zip(batch.units());
		let block = ImportedBlock {
			number: context.number,
			hash: hash_of(context.number),
			context: next,
			units: included.map(|(at, unit)| IncludedUnit { hash: unit.hash(), mark: outcome.mark(at) }).collect(),
			accounts: changed.into_iter().map(|id| (id.clone(), self.store.get(&id).cloned())).collect(),
		};
		self.events.clear();
		let accounts = Announced::for_block(&self.pool, &self.store, &block);
		self.pool.on_block(&block, &accounts, &mut self.events);
		self.pool.check_invariants(&self.store);
		self.now += 1_000;
		outcome
	}

	pub fn prune(&mut self) {
		self.events.clear();
		self.pool.prune(self.now, &mut self.events);
		self.pool.check_invariants(&self.store);
	}
}

pub fn hash_of(number: u32) -> H256 {
	H256::from_low_u64_be(u64::from(number))
}
