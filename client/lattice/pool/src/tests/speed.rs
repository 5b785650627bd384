//! Units a second through the pool, on one core.
//!
//! `cargo test --release -p tc-lattice-pool -- --ignored --nocapture units_a_second`

use super::*;
use ledger::Store;
use std::{collections::HashMap, time::Duration};
use tp_lattice::{apply_units, Batch, Mark, TableId};

const ACCOUNTS: u32 = 100_000;

/// Accounts as a caller has them: each costs one look-up.
struct State(HashMap<AccountId, Account>);

impl Accounts for State {
	fn account(&self, id: &AccountId) -> Option<Account> {
		self.0.get(id).cloned()
	}
}

/// Returns the processor time of this thread, which other processes do not affect.
fn on_core() -> Duration {
	let stat = std::fs::read_to_string("/proc/thread-self/schedstat").expect("Linux has the file");
	Duration::from_nanos(
		stat.split(' ').next().and_then(|nanos| nanos.parse().ok()).expect("the first field is a number"),
	)
}

fn since(begin: Duration) -> Duration {
	on_core() - begin
}

fn spread(number: u32) -> AccountId {
	AccountId::new(unit(number, 0, FIRST, vec![pay(0, 0)]).hash().0)
}

/// A ledger with many accounts, and a pool.
struct Bench {
	store: Store,
	/// The same accounts, found as fast as in a caller's cache.
	state: State,
	context: PoolContext,
	pool: Pool,
}

/// Time spent in admit, insert, select and on_block.
type Spent = [Duration; 4];

impl Bench {
	fn new(quota: Option<QuotaRules>) -> Self {
		let accounts = (0..ACCOUNTS).map(|number| (spread(number), funded(1_000_000 + Balance::from(number))));
		let store: Store = accounts.collect();
		let state = State(store.accounts.clone().into_iter().collect());
		let mut context = context();
		context.context.quota = quota;
		let pool = Pool::new(Limits::default(), context.clone());
		Self { store, state, context, pool }
	}

	/// Returns two units of each account, from its height on.
	fn units(&self, dest: impl Fn(u32) -> u32) -> Vec<Arc<PooledUnit>> {
		let mut units = Vec::new();
		for number in 0..ACCOUNTS {
			let account = &self.store[&spread(number)];
			let mut parent = account.data.unit_head;
			for height in 0..2 {
				let operations = vec![Operation::Transfer { dest: spread(dest(number)), amount: ED }];
				let mut next = unit(0, account.nonce + height, parent, operations);
				next.body.account = spread(number);
				next.body.valid_until = self.context.context.number + 500;
				parent = next.hash();
				units.push(Arc::new(PooledUnit::new(next)));
			}
		}
		// All first units, then all second units: no two of an account in a row.
		let (first, second): (Vec<_>, Vec<_>) = units.into_iter().enumerate().partition(|(at, _)| at % 2 == 0);
		first.into_iter().chain(second).map(|(_, unit)| unit).collect()
	}

	/// Runs all units through the pool, in blocks of 20,000.
	fn run(&mut self, units: &[Arc<PooledUnit>]) -> Spent {
		let mut events = Vec::new();
		let mut spent = [Duration::ZERO; 4];
		let begin = on_core();
		for unit in units {
			assert_eq!(self.pool.admit(&unit.unit, &unit.hash, START, &self.state), Admission::Verify);
		}
		spent[0] += since(begin);
		let begin = on_core();
		for unit in units {
			assert_eq!(self.pool.insert(unit.clone(), START, &self.state, &mut events).status(), READY);
		}
		spent[1] += since(begin);
		while self.pool.has_ready() {
			self.context.context.now += 1_000;
			let begin = on_core();
			let budget = Budget { bytes: MAX_BATCH_BYTES, compute: u64::MAX, units: 20_000 };
			let selected = self.pool.select(budget, &self.context.context).units;
			spent[2] += since(begin);

			let block = self.apply(&selected);
			events.clear();
			let begin = on_core();
			self.pool.on_block(&block, &self.state, &mut events);
			spent[3] += since(begin);
		}
		assert_eq!(self.pool.stats().units, 0);
		spent
	}

	fn apply(&mut self, selected: &[Arc<PooledUnit>]) -> ImportedBlock {
		let batch = Batch::new(selected.iter().map(|unit| unit.unit.clone()).collect()).unwrap();
		let before = self.store.clone();
		let outcome = apply_units(&batch, &|_, _| true, &mut self.store, &self.context.context);
		assert_eq!(outcome.refused, []);
		let changed = self.store.iter().filter(|(id, account)| before.get(id) != Some(account));
		let accounts: Vec<_> = changed.map(|(id, account)| (id.clone(), Some(account.clone()))).collect();
		self.state.0.extend(accounts.iter().filter_map(|(id, account)| Some((id.clone(), account.clone()?))));
		let number = self.context.context.number;
		self.context.context.number += 1;
		let included = batch.units().iter().map(|unit| IncludedUnit { hash: unit.hash(), mark: Mark::APPLIED });
		ImportedBlock {
			number,
			hash: ledger::hash_of(number),
			units: included.collect(),
			context: self.context.clone(),
			accounts,
		}
	}
}

fn measure(name: &str, dest: impl Fn(u32) -> u32, quota: Option<QuotaRules>) {
	let mut bench = Bench::new(quota);
	for round in ["cold", "warm"] {
		let (units, before) = (bench.units(&dest), bench.pool.stats());
		let spent = bench.run(&units);
		let after = bench.pool.stats();
		let all: Duration = spent.iter().sum();
		let [admit, insert, select, on_block] = spent.map(|time| time.as_nanos() / units.len() as u128);
		println!(
			"{name}, {round}: {:.0} units/s; ns a unit: admit {admit}, insert {insert}, select {select}, on_block {on_block}; \
			 {} lanes kept, {} validated",
			units.len() as f64 / all.as_secs_f64(),
			after.kept - before.kept,
			after.validated - before.validated,
		);
	}
}

/// Measures a flood from similar accounts into a full pool: nearly all units are refused before their signatures are
/// verified.
fn measure_flood() {
	let store: HashMap<_, _> = (0..ACCOUNTS).map(|number| (spread(number), funded(1 << (12 + number % 16)))).collect();
	let state = State(store);
	let mut pool = Pool::new(Limits { max_units: 100_000, ..Limits::default() }, context());
	let mut units = Vec::new();
	for number in 0..ACCOUNTS {
		let mut parent = FIRST;
		for height in 0..4 {
			let mut next = unit(0, height, parent, vec![pay(0, 1_000)]);
			next.body.account = spread(number);
			parent = next.hash();
			units.push(Arc::new(PooledUnit::new(next)));
		}
	}
	let mut events = Vec::new();
	let begin = on_core();
	for unit in &units {
		if pool.admit(&unit.unit, &unit.hash, START, &state) == Admission::Verify {
			pool.insert(unit.clone(), START, &state, &mut events);
		}
	}
	let each = since(begin).as_nanos() as usize / units.len();
	println!("flood: {each} ns a unit of {}, {} evicted, {:?}", units.len(), events.len(), pool.stats());
}

#[test]
#[ignore = "measures"]
fn units_a_second() {
	let quota = QuotaRules { block_free: Usage::MAX, ..rules(100) };
	let begin = on_core();
	let tables: u64 = (0..100_000).map(|number| u64::from(TableId::of(&id(number)).0)).sum();
	println!("for comparison, a short blake2b: {} ns ({tables})", since(begin).as_nanos() / 100_000);
	measure("as speculated", |_| 0, None);
	measure("as speculated, metered", |_| 0, Some(quota));
	measure("every account paid", |number| (number * 7 + 1) % ACCOUNTS, None);
	measure("every account paid, metered", |number| (number * 7 + 1) % ACCOUNTS, Some(quota));
	measure_flood();
}
