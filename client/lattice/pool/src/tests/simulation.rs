//! Random histories: the pool's invariants hold in any order of any calls.

use super::*;
use ledger::{hash_of, Announced, Store};
use rand::{seq::SliceRandom, Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::collections::{BTreeMap, BTreeSet};
use tp_lattice::{apply_units, Batch};

const ACCOUNTS: u32 = 14;
/// Seeds of the test that always runs, and of the ignored one.
const SEEDS: u64 = 40;
const MANY_SEEDS: u64 = 2_000;
const STEPS: usize = 400;

/// A pool, and what its caller knows from statuses and events alone.
struct Watched {
	pool: Pool,
	statuses: BTreeMap<UnitHash, Status>,
	ended: u64,
}

impl Watched {
	fn new(limits: Limits) -> Self {
		Self { pool: Pool::new(limits, context()), statuses: BTreeMap::new(), ended: 0 }
	}

	fn submit(&mut self, unit: &Unit, now: u64, store: &Store) -> Option<Status> {
		let hash = unit.hash();
		let accounts = Announced::for_unit(&self.pool, store, unit);
		match self.pool.admit(unit, &hash, now, &accounts) {
			Admission::Known(status) => {
				assert_eq!(self.pool.status(&hash), Some(status));
				return None;
			},
			Admission::Refused(status) => {
				assert!(status.is_end());
				return Some(status);
			},
			Admission::Verify => {},
		}
		let mut events = Vec::new();
		let pooled = Arc::new(PooledUnit::new(unit.clone()));
		let status = self.pool.insert(pooled, now, &accounts, &mut events).status();
		assert!(!self.statuses.contains_key(&hash), "admission knows the units of the pool");
		self.record(&events);
		if !status.is_end() {
			self.statuses.insert(hash, status);
		}
		self.check(store);
		Some(status)
	}

	fn record(&mut self, events: &[Event]) {
		for Event { hash, status } in events {
			let before = self.statuses.insert(*hash, *status);
			assert!(before.is_some(), "events are about units in the pool");
			assert_ne!(before, Some(*status), "events report changes");
			if status.is_end() {
				assert_eq!(self.pool.status(hash), Some(*status));
				self.statuses.remove(hash);
				self.ended += 1;
			}
		}
	}

	/// Asserts that the events describe the pool.
	fn check(&self, store: &Store) {
		let here = self.pool.check_invariants(store);
		assert_eq!(here, self.statuses.keys().copied().collect::<BTreeSet<_>>());
		for (hash, status) in &self.statuses {
			assert_eq!(self.pool.status(hash), Some(*status));
		}
	}
}

#[derive(Debug, Default)]
struct Counts {
	submitted: u64,
	ready: u64,
	future: u64,
	refused: BTreeMap<&'static str, u64>,
	included: u64,
	ended: u64,
	kept: u64,
	/// Blocks with units that no honest author includes.
	dirty: u64,
}

struct Simulation {
	rng: ChaCha8Rng,
	store: Store,
	now: u64,
	pools: [Watched; 2],
	counts: Counts,
}

impl Simulation {
	fn new(seed: u64) -> Self {
		let mut rng = ChaCha8Rng::seed_from_u64(seed);
		let limits = Limits {
			max_units: rng.gen_range(8..60),
			max_bytes: rng.gen_range(2_000..20_000),
			max_units_per_account: 12,
			max_future_per_account: 4,
			max_gap: 9,
			future_timeout_ms: 5_000,
			max_outcomes: 1_000,
			..Limits::default()
		};
		let store = (0..ACCOUNTS - 2).map(|number| (id(number), funded(ED << (number / 2)))).collect();
		let pools =
			[Watched::new(limits.clone()), Watched::new(Limits { max_units: 200, max_bytes: 100_000, ..limits })];
		Self { rng, store, now: START, pools, counts: Counts::default() }
	}

	fn operation(&mut self) -> Operation {
		let dest = id(self.rng.gen_range(0..ACCOUNTS));
		let amount = match self.rng.gen_range(0..6) {
			0 => self.rng.gen_range(0..ED),
			1 => self.rng.gen_range(ED..100 * ED),
			_ => self.rng.gen_range(ED..2 * ED),
		};
		match self.rng.gen_range(0..12) {
			0 => Operation::TransferAll { dest },
			1 => Operation::TransferKeepAlive { dest, amount },
			2 => Operation::Service(vec![1; 40].try_into().unwrap()),
			_ => Operation::Transfer { dest, amount },
		}
	}

	/// Returns the next units of an account as a wallet signs them, or similar ones.
	fn units(&mut self) -> Vec<Unit> {
		let number = self.rng.gen_range(0..ACCOUNTS);
		let which = self.rng.gen_range(0..2);
		let next = self.pools[which].pool.speculative(&id(number)).and_then(|speculation| speculation.account);
		let state = match self.rng.gen_bool(0.8) {
			true => next.or_else(|| self.store.get(&id(number)).cloned()),
			false => self.store.get(&id(number)).cloned(),
		};
		let Some(state) = state else { return vec![unit(number, 0, FIRST, vec![pay(0, ED)])] };
		let (mut height, mut parent) = (state.nonce, state.data.unit_head);
		if self.rng.gen_bool(0.05) {
			height += self.rng.gen_range(0..15);
		}
		if self.rng.gen_bool(0.02) {
			parent = H256::repeat_byte(9);
		}
		let mut units = Vec::new();
		for _ in 0..self.rng.gen_range(1..6) {
			let operations = (0..*[1, 1, 1, 2, 5].choose(&mut self.rng).unwrap()).map(|_| self.operation()).collect();
			let mut next = unit(number, height, parent, operations);
			if self.rng.gen_bool(0.3) {
				let number = self.pools[0].pool.context().context.number;
				next.body.valid_until = number + self.rng.gen_range(0..6);
			}
			(height, parent) = (height + 1, next.hash());
			units.push(next);
		}
		if self.rng.gen_bool(0.4) {
			units.shuffle(&mut self.rng);
			units.truncate(4);
		}
		units
	}

	fn submit(&mut self) {
		let units = self.units();
		for unit in units {
			self.counts.submitted += 1;
			for watched in &mut self.pools {
				if !self.rng.gen_bool(0.8) {
					continue;
				}
				match watched.submit(&unit, self.now, &self.store) {
					Some(Status::Ready) => self.counts.ready += 1,
					Some(Status::Future) => self.counts.future += 1,
					Some(Status::Dropped(reason)) => *self.counts.refused.entry(reason.code()).or_default() += 1,
					_ => {},
				}
			}
		}
	}

	fn next_context(&self) -> Context {
		Context { now: self.now, ..self.pools[0].pool.context().context.clone() }
	}

	/// Selects a batch, and asserts that all of it applies within the limits.
	fn take(&mut self) -> Vec<Unit> {
		let which = self.rng.gen_range(0..2);
		let context = self.next_context();
		let budget = Budget {
			bytes: self.rng.gen_range(0..8_000),
			compute: self.rng.gen_range(0..50) * 25_000_000,
			units: self.rng.gen_range(0..40),
		};
		let taken = self.pools[which].pool.select(budget, &context);
		let units: Vec<_> = taken.units.iter().map(|unit| unit.unit.clone()).collect();
		assert!(codec::Encode::encoded_size(&units) <= budget.bytes.max(5) && units.len() <= budget.units);
		assert_eq!(units.iter().map(|unit| context.cost(unit).compute).sum::<u64>(), taken.compute);
		assert!(taken.compute <= budget.compute);
		let batch = Batch::new(units.clone()).expect("no conflicts");
		let outcome = apply_units(&batch, &|_, _| true, &mut self.store.clone(), &context);
		assert_eq!(outcome.refused, [], "the whole selection applies");
		assert!(context.quota.is_none_or(|rules| outcome.free.fits(&rules.block_free)));
		units
	}

	fn extrinsic(rng: &mut ChaCha8Rng, store: &mut Store, number: u32) {
		let id = id(rng.gen_range(0..ACCOUNTS));
		match rng.gen_range(0..8) {
			0 => {
				store.remove(&id);
			},
			1 => {
				let entry = store.entry(id).or_insert_with(|| Account {
					data: AccountData { unit_head: H256::from_low_u64_be(number.into()), ..funded(0).data },
					..funded(0)
				});
				entry.data.free += rng.gen_range(ED..50 * ED);
				entry.providers = entry.providers.max(1);
			},
			action => {
				let Some(account) = store.get_mut(&id) else { return };
				match action {
					2 => account.nonce += 1,
					3 if account.has_deposit() => account.data.free = account.data.free.max(2 * ED) / 2,
					4 => account.data.quota.locked = rng.gen_range(0..3) * ED,
					5 => account.data.frozen = rng.gen_range(0..account.data.free + 1),
					6 => account.data.quota.free.compute += 50_000_000,
					// The account outlives its balance from now on.
					_ => account.sufficients = 1,
				}
			},
		}
	}

	fn block(&mut self) {
		self.now += self.rng.gen_range(0..3_000);
		let mut units = self.take();
		if self.rng.gen_bool(0.2) {
			self.counts.dirty += 1;
			let strange = self.units();
			units.retain(|unit| unit.body.account != strange[0].body.account);
			units.extend(strange);
		}
		let context = self.next_context();
		let batch = Batch::new(units).expect("units of one call have different heights");
		let before = self.store.clone();
		let outcome = apply_units(&batch, &|_, _| true, &mut self.store, &context);
		for _ in 0..self.rng.gen_range(0..3) {
			Self::extrinsic(&mut self.rng, &mut self.store, context.number);
		}
		let ids: BTreeSet<_> = before.keys().chain(self.store.keys()).cloned().collect();
		let changed = ids.into_iter().filter(|id| before.get(id) != self.store.get(id));
		let mut next = self.pools[0].pool.context().clone();
		next.context.number += 1;
		next.context.now = self.now;
		if self.rng.gen_bool(0.02) {
			next.context.existential_deposit = *[ED / 2, ED].choose(&mut self.rng).unwrap();
		}
		if self.rng.gen_bool(0.05) {
			let block_free = Usage { compute: self.rng.gen_range(1..20) * 25_000_000, bytes: 50_000, state: u64::MAX };
			next.context.quota = self.rng.gen_bool(0.8).then(|| QuotaRules { block_free, ..rules(12) });
		}
		if let Some(rules) = &mut next.context.quota {
			rules.lent_percent = self.rng.gen_range(100..300);
		}
		let included = (0..).zip(batch.units());
		let block = ImportedBlock {
			number: context.number,
			hash: hash_of(context.number),
			units: included.map(|(at, unit)| IncludedUnit { hash: unit.hash(), mark: outcome.mark(at) }).collect(),
			accounts: changed.map(|id| (id.clone(), self.store.get(&id).cloned())).collect(),
			context: next,
		};
		self.counts.included += u64::from(outcome.applied());
		for watched in &mut self.pools {
			let mut events = Vec::new();
			let accounts = Announced::for_block(&watched.pool, &self.store, &block);
			watched.pool.on_block(&block, &accounts, &mut events);
			watched.record(&events);
			watched.check(&self.store);
			for unit in &block.units {
				assert!(watched.pool.get(&unit.hash).is_none(), "included units have left");
			}
		}
	}

	fn prune(&mut self) {
		self.now += self.rng.gen_range(0..4_000);
		for watched in &mut self.pools {
			let mut events = Vec::new();
			watched.pool.prune(self.now, &mut events);
			watched.record(&events);
			watched.check(&self.store);
		}
	}

	fn run(mut self) -> Counts {
		for _ in 0..STEPS {
			match self.rng.gen_range(0..10) {
				0 => self.prune(),
				1 | 2 => self.block(),
				3 => drop(self.take()),
				_ => self.submit(),
			}
		}
		self.counts.ended = self.pools.iter().map(|watched| watched.ended).sum();
		self.counts.kept = self.pools.iter().map(|watched| watched.pool.stats().kept).sum();
		self.counts
	}
}

fn simulate(seeds: std::ops::Range<u64>) {
	let mut sum = Counts::default();
	for seed in seeds.clone() {
		let counts = Simulation::new(seed).run();
		sum.submitted += counts.submitted;
		sum.ready += counts.ready;
		sum.future += counts.future;
		sum.included += counts.included;
		sum.ended += counts.ended;
		sum.kept += counts.kept;
		sum.dirty += counts.dirty;
		counts.refused.into_iter().for_each(|(reason, count)| *sum.refused.entry(reason).or_default() += count);
	}
	println!("{sum:?}");
	// The histories cover enough.
	let seeds = seeds.end - seeds.start;
	let enough = [sum.ready, sum.future, sum.included, sum.kept].map(|count| count > 20 * seeds);
	assert_eq!(enough, [true; 4], "{sum:?}");
	for reason in ["conflict", "duplicateHeight", "gapTooFar", "accountFull", "poolFull"] {
		assert!(sum.refused.get(reason).is_some_and(|count| *count > seeds / 10), "{reason}: {sum:?}");
	}
}

#[test]
fn the_invariants_hold_in_any_history() {
	simulate(0..SEEDS);
}

#[test]
#[ignore = "takes minutes"]
fn the_invariants_hold_in_many_histories() {
	simulate(1_000..1_000 + MANY_SEEDS);
}

#[test]
fn the_same_history_gives_the_same_answers() {
	let run = |seed| format!("{:?}", Simulation::new(seed).run());
	assert_eq!(run(7), run(7));
}
