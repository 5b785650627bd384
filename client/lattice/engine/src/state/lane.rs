//! The pool behind its lock.

use super::{
	accounts::ReadAccounts,
	batch_size::BatchSize,
	outbox::Outbox,
	recent::RecentAccounts,
	sent::Sent,
	verdicts::Verdicts,
	view::AccountView,
	watchers::{Watch, WatchError, WatcherId, Watchers},
};
use crate::{
	chain::{ChainError, ChainView},
	counts::{Bound, Counts},
	extrinsics::Extrinsics,
	log_targets::LOG_TARGET,
};
use parking_lot::Mutex;
use std::{
	collections::{BTreeSet, VecDeque},
	sync::Arc,
	time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};
use tc_lattice_pool::{Accounts, Event, ImportedBlock, Limits, Pool, PooledUnit, Selected, Status};
use tc_pbft::sdk::StageTimes;
use tokio::sync::Notify;
use tp_core::{AccountId, BlockNumber, Hash};
use tp_lattice::{Context, PoolContext, Unit, UnitHash};

/// How often accounts are read again because the pool has taken in a block meanwhile. A block takes longer than a read,
/// so a second time is rare, and many times mean that the database hangs.
const MAX_READS: usize = 16;

/// Pause before an account is read again because the pool is behind the chain: it takes a block in within milliseconds.
const BEHIND_PAUSE: Duration = Duration::from_millis(5);

/// Parts of a [`LaneState`].
pub(crate) struct LaneStateParams {
	pub chain: Arc<dyn ChainView>,
	pub extrinsics: Arc<dyn Extrinsics>,
	pub limits: Limits,
	/// Block that the pool begins on, and the rules for units of the next one.
	pub block: Hash,
	pub context: PoolContext,
	pub outbox: Outbox,
	pub times: StageTimes,
	pub counts: Counts,
}

/// Pool, verdicts and outbox of a node's unit lane.
pub(crate) struct LaneState {
	chain: Arc<dyn ChainView>,
	extrinsics: Arc<dyn Extrinsics>,
	newest: Mutex<Newest>,
	verdicts: Arc<Verdicts>,
	watchers: Arc<Watchers>,
	outbox: Outbox,
	/// Events that are not delivered yet, in the order of the changes.
	undelivered: Mutex<VecDeque<Vec<Event>>>,
	/// Held by the thread that delivers.
	delivering: Mutex<()>,
	/// Wakes authors when units become ready.
	ready: Notify,
	times: StageTimes,
	counts: Counts,
}

/// The pool on the newest block that it has taken in.
///
/// Invariant: `pool` has taken in exactly the blocks up to `block`, and is shown accounts in the state of `block` alone.
/// Accounts are read before the lock is taken, so that no thread waits for the database behind the lock. If `block` has
/// changed by then, they are read again.
struct Newest {
	pool: Pool,
	block: Hash,
	/// Number of the changes of the pool. What was read for a pool holds as long as it stays.
	changes: u64,
	recent: RecentAccounts,
	batch_size: BatchSize,
	/// Whether the next block can include a unit. Ready units for which it has no room are no reason to build one.
	is_selectable: bool,
}

impl Newest {
	/// Records events of the pool.
	fn occurred(&mut self, events: &[Event]) {
		if !self.is_selectable && events.iter().any(|event| event.status == Status::Ready) {
			self.is_selectable = self.pool.has_selectable();
		}
	}
}

impl LaneState {
	/// Creates the state with an empty pool.
	pub fn new(params: LaneStateParams) -> Self {
		let LaneStateParams { chain, extrinsics, limits, block, context, outbox, times, counts } = params;
		Self {
			verdicts: Arc::new(Verdicts::new(context.context.domain, times.clone())),
			newest: Mutex::new(Newest {
				pool: Pool::new(limits, context),
				block,
				changes: 0,
				recent: RecentAccounts::default(),
				batch_size: BatchSize::new(),
				is_selectable: false,
			}),
			chain,
			extrinsics,
			watchers: Arc::default(),
			undelivered: Mutex::default(),
			delivering: Mutex::default(),
			outbox,
			ready: Notify::new(),
			times,
			counts,
		}
	}

	pub fn chain(&self) -> &Arc<dyn ChainView> {
		&self.chain
	}

	/// Returns the extrinsics that wait.
	pub fn extrinsics(&self) -> &dyn Extrinsics {
		&*self.extrinsics
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
	pub fn watch(&self, watcher: WatcherId, units: Vec<UnitHash>) -> Result<Watch, WatchError> {
		self.watchers.watch(watcher, units)
	}

	/// Returns the number of watched units, each as often as it is watched.
	pub fn watched(&self) -> usize {
		self.watchers.watched()
	}

	/// Reads the pool.
	pub fn read<R>(&self, read: impl FnOnce(&Pool) -> R) -> R {
		read(&self.newest.lock().pool)
	}

	/// Reads an account after the newest block, and after its units and extrinsics that wait.
	pub fn account(&self, id: &AccountId) -> Result<AccountView, ChainError> {
		let mut behind = None;
		for _ in 0..MAX_READS {
			let block = self.newest.lock().block;
			let account = self.chain.accounts(block)?.account(id);
			let tombstone = match account {
				Some(_) => None,
				None => self.chain.tombstone(block, id)?,
			};
			// Read before the lock is taken: the list has its own lock.
			let extrinsics = self.extrinsics.waiting(id);
			// That list loses what a block includes as soon as the chain has the block, a moment before the pool takes it in. With the
			// account before the block, what waits behind it would seem to have a gap.
			let is_level = self.chain.newest().1 == block;
			let newest = self.newest.lock();
			if newest.block == block {
				let Newest { pool, .. } = &*newest;
				let context = &pool.context().context;
				let view = AccountView::new(account, pool.speculative(id), tombstone, context, now_ms());
				let view = view.behind(|nonce| pool.next_place(id, nonce, &extrinsics));
				if is_level {
					return Ok(view);
				}
				behind = Some(view);
			}
			drop(newest);
			if !is_level {
				std::thread::sleep(BEHIND_PAUSE);
			}
		}
		// The pool does not come level, as on a chain whose runtime takes no units any more.
		behind.ok_or(ChainError::TooSlow)
	}

	/// Reads the pool with the accounts that units need and the time in milliseconds since 1970. `read` keeps the
	/// accounts for the next call.
	pub fn examine<R>(
		&self,
		units: &[&Unit],
		read: &mut ReadAccounts,
		examine: impl FnOnce(&Pool, &dyn Accounts, u64) -> R,
	) -> Result<R, ChainError> {
		self.locked(units, read, |newest, accounts| examine(&newest.pool, accounts, now_ms()))
	}

	/// Changes the pool, with the accounts that units need and the time in milliseconds since 1970, and delivers the
	/// events.
	pub fn update<R>(
		&self,
		units: &[&Unit],
		read: &mut ReadAccounts,
		update: impl FnOnce(&mut Pool, &dyn Accounts, u64, &mut Vec<Event>) -> R,
	) -> Result<R, ChainError> {
		let result = self.locked(units, read, |newest, accounts| {
			let mut events = Vec::new();
			newest.changes += 1;
			let result = update(&mut newest.pool, accounts, now_ms(), &mut events);
			newest.occurred(&events);
			self.occurred(events);
			result
		});
		self.deliver();
		result
	}

	/// Takes the lock with the accounts that units need, read before.
	fn locked<R>(
		&self,
		units: &[&Unit],
		read: &mut ReadAccounts,
		run: impl FnOnce(&mut Newest, &dyn Accounts) -> R,
	) -> Result<R, ChainError> {
		let mut complete_at = None;
		for _ in 0..MAX_READS {
			let mut newest = self.newest.lock();
			read.at(newest.block);
			newest.recent.learn(read);
			if complete_at != Some(newest.changes) {
				let missing = read.missing(|name| newest.pool.reads(units.iter().copied(), name));
				let missing = newest.recent.complete(read, missing);
				if !missing.is_empty() {
					let block = newest.block;
					complete_at = Some(newest.changes);
					drop(newest);
					read.read(missing, &*self.chain.accounts(block)?);
					continue;
				}
			}
			// A unit of a piece may evict the lane of a later one.
			if !newest.pool.has_room(units.len()) {
				for id in units.iter().map(|unit| &unit.body.account) {
					newest.pool.account(id).into_iter().for_each(|account| read.add(id, Some(account)));
				}
			}
			return Ok(run(&mut newest, read));
		}
		Err(ChainError::TooSlow)
	}

	/// Takes in an imported block on `parent`.
	pub fn imported(&self, parent: Hash, block: &ImportedBlock) -> Result<(), ChainError> {
		self.take_in(Some(parent), block)
	}

	/// Begins on a block whose state came from other nodes. Units that wait are validated with its accounts.
	pub fn begun(&self, number: BlockNumber, hash: Hash, context: PoolContext) -> Result<(), ChainError> {
		let state = self.chain.accounts(hash)?;
		let waiting: BTreeSet<_> =
			self.read(|pool| pool.units().map(|pooled| pooled.unit.body.account.clone()).collect());
		let account = |id: AccountId| {
			let account = state.account(&id);
			(id, account)
		};
		let accounts = waiting.into_iter().map(account).collect();
		self.take_in(None, &ImportedBlock { number, hash, context, units: Vec::new(), accounts })
	}

	/// Takes in a block. Without a parent the block follows none of the pool.
	fn take_in(&self, parent: Option<Hash>, block: &ImportedBlock) -> Result<(), ChainError> {
		let accounts = self.chain.accounts(block.hash)?;
		let mut read = ReadAccounts::default();
		read.at(block.hash);
		let mut complete_at = None;
		// Units that are inserted meanwhile need few more accounts, so this ends.
		loop {
			let mut newest = self.newest.lock();
			if complete_at != Some(newest.changes) {
				let missing = read.missing(|name| newest.pool.reads_of_block(block, name));
				if !missing.is_empty() {
					complete_at = Some(newest.changes);
					drop(newest);
					read.read(missing, &*accounts);
					continue;
				}
			}
			let mut events = Vec::new();
			let was_paused = newest.pool.context().is_paused;
			newest.pool.on_block(block, &read, &mut events);
			note_pause(was_paused, block.context.is_paused);
			let is_next = parent == Some(newest.block);
			newest.recent.imported(is_next, &block.accounts);
			newest.block = block.hash;
			newest.changes += 1;
			let is_selectable = newest.pool.has_selectable();
			newest.is_selectable = is_selectable;
			newest.batch_size.imported(Instant::now(), block.units.len(), is_selectable);
			if is_selectable {
				self.ready.notify_waiters();
			}
			self.occurred(events);
			break;
		}
		self.deliver();
		Ok(())
	}

	/// Drops units that have waited too long, at a time in milliseconds since 1970. Gossip calls it at intervals.
	pub fn prune(&self, now_ms: u64) {
		{
			let mut newest = self.newest.lock();
			let mut events = Vec::new();
			newest.changes += 1;
			newest.pool.prune(now_ms, &mut events);
			newest.occurred(&events);
			self.occurred(events);
		}
		self.deliver();
	}

	/// Returns up to `most` units that were sent long ago and are still in the pool, for sending again.
	pub fn due(&self, now: Instant, most: usize) -> Vec<Sent> {
		let newest = self.newest.lock();
		self.outbox.due(now, most, |hash| newest.pool.has(hash))
	}

	/// Returns units by their hashes. `None` for a unit that is not in the pool.
	pub fn find(&self, hashes: &[UnitHash]) -> Vec<Option<Arc<PooledUnit>>> {
		let newest = self.newest.lock();
		hashes.iter().map(|hash| newest.pool.get(hash)).collect()
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
		let Selected { units: selected, compute } = newest.pool.select(budget, &context);
		if selected.len() < newest.pool.stats().ready && !newest.pool.context().is_paused {
			let has_room =
				budget.compute - compute >= context.compute_per_unit.saturating_add(context.compute_per_operation);
			self.counts.cut(if selected.len() >= budget.units {
				Bound::Cycle
			} else if has_room {
				Bound::Other
			} else if budget.compute < rules.max_batch_compute {
				Bound::Time
			} else {
				Bound::Size
			});
		}
		newest.batch_size.provided(selected.len(), compute);
		selected
	}

	/// Records how long the block with the last selection took to build.
	pub fn built(&self, took: Duration) {
		self.newest.lock().batch_size.built(took);
	}

	/// Resolves when the next block can include units.
	pub async fn ready(&self) {
		loop {
			// Registered before the look at the pool: a unit that becomes ready in between wakes it.
			let woken = self.ready.notified();
			if self.newest.lock().is_selectable {
				return;
			}
			woken.await;
		}
	}

	/// Records events for their delivery. The caller holds the pool's lock, so they are in the order of the changes.
	fn occurred(&self, events: Vec<Event>) {
		if !events.is_empty() {
			self.undelivered.lock().push_back(events);
		}
	}

	/// Delivers events to verdicts, authors and watchers.
	///
	/// Runs without the pool's lock, and delivers in the order of the changes: an end that is delivered after the unit
	/// was sent again would end its new watch. While one thread delivers, others leave their events to it.
	fn deliver(&self) {
		while !self.undelivered.lock().is_empty() {
			let Some(_delivering) = self.delivering.try_lock() else { return };
			loop {
				// The lock is not held while the events are delivered.
				let next = self.undelivered.lock().pop_front();
				let Some(events) = next else { break };
				self.deliver_to_all(&events);
			}
		}
	}

	fn deliver_to_all(&self, events: &[Event]) {
		self.counts.occurred(events);
		for event in events.iter().filter(|event| event.status.is_end()) {
			self.verdicts.remove(&event.hash);
		}
		if events.iter().any(|event| event.status == Status::Ready) {
			self.ready.notify_waiters();
		}
		self.watchers.notify(events.iter().map(|event| (&event.hash, &event.status)));
	}

	/// Returns whether a thread holds the pool's lock.
	#[cfg(test)]
	pub fn is_locked(&self) -> bool {
		self.newest.is_locked()
	}
}

/// Logs that the ledger takes no units any more, or takes some again.
fn note_pause(was_paused: bool, is_paused: bool) {
	match (was_paused, is_paused) {
		(false, true) => log::warn!(
			target: LOG_TARGET,
			"The zone has not sealed a block of this ledger for too long: it takes no units until the zone does. Units wait in the pool"
		),
		(true, false) => log::info!(target: LOG_TARGET, "The zone seals this ledger again: it takes units"),
		_ => {},
	}
}

/// Returns the milliseconds since 1970.
pub(crate) fn now_ms() -> u64 {
	let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
	u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}
