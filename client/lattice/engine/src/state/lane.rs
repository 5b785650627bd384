//! The pool behind its lock.

use super::{
	batch_size::BatchSize,
	outbox::{Outbox, Outgoing},
	verdicts::Verdicts,
	watchers::{Watch, Watchers},
};
use crate::chain::{ChainError, ChainView};
use parking_lot::Mutex;
use std::{
	sync::Arc,
	time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};
use tc_lattice_pool::{Accounts, Event, ImportedBlock, Limits, Pool, PooledUnit, Status};
use tc_pbft::sdk::StageTimes;
use tokio::sync::Notify;
use tp_core::Hash;
use tp_lattice::{Context, PoolContext, UnitHash};

/// Parts of a [`LaneState`].
pub(crate) struct LaneStateParams {
	pub chain: Arc<dyn ChainView>,
	pub limits: Limits,
	/// Block that the pool begins on, and the rules for units of the next one.
	pub block: Hash,
	pub context: PoolContext,
	pub outbox: Outbox,
	pub times: StageTimes,
}

/// Pool, verdicts and outbox of a node's unit lane.
pub(crate) struct LaneState {
	chain: Arc<dyn ChainView>,
	newest: Mutex<Newest>,
	verdicts: Arc<Verdicts>,
	watchers: Arc<Watchers>,
	outbox: Outbox,
	/// Wakes authors when units become ready.
	ready: Notify,
	times: StageTimes,
}

/// The pool on the newest block that it has taken in.
///
/// Invariant: `pool` has taken in exactly the blocks up to `block`, and accounts are read in the state of `block` while
/// the lock is held. Reading the accounts before the lock is taken would validate units by the state of an older block.
struct Newest {
	pool: Pool,
	block: Hash,
	batch_size: BatchSize,
}

impl LaneState {
	/// Creates the state with an empty pool.
	pub fn new(params: LaneStateParams) -> Self {
		let LaneStateParams { chain, limits, block, context, outbox, times } = params;
		Self {
			verdicts: Arc::new(Verdicts::new(context.context.domain, times.clone())),
			newest: Mutex::new(Newest { pool: Pool::new(limits, context), block, batch_size: BatchSize::new() }),
			chain,
			watchers: Arc::default(),
			outbox,
			ready: Notify::new(),
			times,
		}
	}

	pub fn chain(&self) -> &Arc<dyn ChainView> {
		&self.chain
	}

	pub fn verdicts(&self) -> &Arc<Verdicts> {
		&self.verdicts
	}

	pub fn outbox(&self) -> &Outbox {
		&self.outbox
	}

	pub fn times(&self) -> &StageTimes {
		&self.times
	}

	/// Watches units from now on, including units that have not arrived yet.
	pub fn watch(&self, units: Vec<UnitHash>) -> Watch {
		self.watchers.watch(units)
	}

	/// Reads the pool.
	pub fn read<R>(&self, read: impl FnOnce(&Pool) -> R) -> R {
		read(&self.newest.lock().pool)
	}

	/// Reads the pool with the accounts of its block and the time in milliseconds since 1970.
	pub fn examine<R>(&self, examine: impl FnOnce(&Pool, &dyn Accounts, u64) -> R) -> Result<R, ChainError> {
		let newest = self.newest.lock();
		let accounts = self.chain.accounts(newest.block)?;
		Ok(examine(&newest.pool, &*accounts, now_ms()))
	}

	/// Changes the pool, with the accounts of its block and the time in milliseconds since 1970, and delivers the
	/// events.
	pub fn update<R>(
		&self,
		update: impl FnOnce(&mut Pool, &dyn Accounts, u64, &mut Vec<Event>) -> R,
	) -> Result<R, ChainError> {
		let mut events = Vec::new();
		let result = {
			let mut newest = self.newest.lock();
			let accounts = self.chain.accounts(newest.block)?;
			update(&mut newest.pool, &*accounts, now_ms(), &mut events)
		};
		self.deliver(&events);
		Ok(result)
	}

	/// Takes in an imported block.
	pub fn imported(&self, block: &ImportedBlock) -> Result<(), ChainError> {
		let mut events = Vec::new();
		let accounts = self.chain.accounts(block.hash)?;
		{
			let mut newest = self.newest.lock();
			newest.pool.on_block(block, &*accounts, &mut events);
			newest.block = block.hash;
			let has_ready = newest.pool.has_ready();
			newest.batch_size.imported(Instant::now(), block.units.len(), has_ready);
		}
		self.deliver(&events);
		Ok(())
	}

	/// Drops units that have waited too long. Gossip calls it at intervals.
	pub fn prune(&self) {
		let mut events = Vec::new();
		self.newest.lock().pool.prune(now_ms(), &mut events);
		self.deliver(&events);
	}

	/// Returns up to `most` units that were sent too long ago and are still in the pool, for sending again.
	pub fn due(&self, now: Instant, most: usize) -> Vec<Outgoing> {
		let newest = self.newest.lock();
		self.outbox.due(now, most, |hash| newest.pool.get(hash))
	}

	/// Selects the units of a block on `parent`: ready ones, as many as fit the building time and the rules.
	///
	/// Returns none while the pool has not taken in `parent`: it may learn of a block a moment later than the engine,
	/// and the next block has the units then.
	pub fn select(&self, parent: Hash, building: Duration, now: Option<u64>) -> Vec<Arc<PooledUnit>> {
		let mut newest = self.newest.lock();
		if newest.block != parent {
			newest.batch_size.provided(0, 0);
			return Vec::new();
		}
		let rules = newest.pool.context();
		let context = Context { now: now.unwrap_or(rules.context.now), ..rules.context.clone() };
		let budget = newest.batch_size.budget(building, rules, &context);
		let selected = newest.pool.select(budget, &context);
		let compute = selected.iter().map(|unit| context.cost(&unit.unit).compute).fold(0, u64::saturating_add);
		newest.batch_size.provided(selected.len(), compute);
		selected
	}

	/// Records how long the block with the last selection took to build.
	pub fn built(&self, took: Duration) {
		self.newest.lock().batch_size.built(took);
	}

	/// Resolves when units are ready.
	pub async fn ready(&self) {
		loop {
			// Registered before the look at the pool: a unit that becomes ready in between wakes it.
			let woken = self.ready.notified();
			if self.read(Pool::has_ready) {
				return;
			}
			woken.await;
		}
	}

	/// Delivers events to verdicts, authors and watchers.
	///
	/// Runs without the pool's lock, so two callers may deliver in another order than their changes happened. A status
	/// after an end reaches no watch, because the end removes the watches of the unit.
	fn deliver(&self, events: &[Event]) {
		if events.is_empty() {
			return;
		}
		for event in events.iter().filter(|event| event.status.is_end()) {
			self.verdicts.remove(&event.hash);
		}
		if events.iter().any(|event| event.status == Status::Ready) {
			self.ready.notify_waiters();
		}
		self.watchers.notify(events.iter().map(|event| (&event.hash, &event.status)));
	}
}

/// Returns the milliseconds since 1970.
fn now_ms() -> u64 {
	let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
	u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}
