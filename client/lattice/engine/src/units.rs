//! The node's unit pool behind its lock, with all that surrounds it.

use crate::{
	chain::ChainView,
	cycle::Cycle,
	gossip::{Item, Outgoing},
	unsettled::{Sent, Unsettled},
	verdicts::Verdicts,
	verify::{self, Origin, Submission},
	watchers::{Watch, Watchers},
};
use crossbeam_channel::{Receiver, Sender};
use parking_lot::Mutex;
use prometheus_endpoint::Registry;
use std::{
	sync::{Arc, Weak},
	time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};
use tc_lattice_pool::{Event, ImportedBlock, Limits, Pool, PooledUnit, Speculation, Stats, Status};
use tc_pbft::sdk::StageTimes;
use tokio::sync::{mpsc, oneshot, OwnedSemaphorePermit, Semaphore, TryAcquireError};
use tp_core::{AccountId, Hash};
use tp_lattice::{Account, PoolContext, Unit, UnitHash};

/// Units in small submissions that wait to be verified, at most: less than half a second of work.
const MAX_URGENT: usize = 4_096;
/// Units in large submissions that do. Callers of the RPC wait for room, peers do not.
const MAX_BULK: usize = 16_384;
/// A submission of so many units is small: somebody who pays, rather than somebody who settles accounts.
const URGENT_UNITS: usize = 16;
/// How long a caller waits for room.
const QUEUE_TIMEOUT: Duration = Duration::from_secs(5);
/// Verified units that wait to be sent to others; what is beyond goes out later.
const MAX_OUTGOING: usize = 65_536;
/// Threads that verify small submissions, and large ones, at most: of both one for each core.
const MAX_VERIFIERS: usize = 16;

/// What [`Units`] is made of.
pub struct UnitsParams {
	/// The chain.
	pub chain: Arc<dyn ChainView>,
	/// Bounds of the pool.
	pub limits: Limits,
	/// For metrics.
	pub registry: Option<Registry>,
}

/// Why units were not even looked at.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SubmitError {
	/// More units come in than can be verified.
	#[error("this node has more units to verify than it can; try another node, or later")]
	Overloaded,
	/// The node stops, or its chain cannot be read.
	#[error("this node cannot take units: {0}")]
	Failed(String),
}

/// The unit pool of a node. Clones share it.
#[derive(Clone)]
pub struct Units(Arc<Shared>);

pub(crate) struct Shared {
	pub chain: Arc<dyn ChainView>,
	pub state: Mutex<State>,
	pub verdicts: Arc<Verdicts>,
	watchers: Arc<Watchers>,
	urgent: Queue,
	bulk: Queue,
	work: tokio::sync::Notify,
	outgoing: mpsc::Sender<Outgoing>,
	unsettled: Mutex<Unsettled>,
	pub times: StageTimes,
}

/// Where submissions wait, and how much room there is for their units.
struct Queue {
	submissions: Sender<Submission>,
	room: Arc<Semaphore>,
}

impl Queue {
	/// Each submission holds room for a unit at least, so that sending to the queue never blocks.
	fn new(units: usize) -> (Self, Receiver<Submission>) {
		let (submissions, waiting) = crossbeam_channel::bounded(units);
		(Self { submissions, room: Arc::new(Semaphore::new(units)) }, waiting)
	}

	fn push(&self, submission: Submission) {
		// The verifiers live as long as the queue does.
		if self.submissions.send(submission).is_err() {
			log::debug!(target: crate::LOG_TARGET, "The verifiers have stopped");
		}
	}
}

/// The pool, and the block that it was told of last.
pub(crate) struct State {
	pub pool: Pool,
	pub at: Hash,
	pub cycle: Cycle,
}

impl Units {
	/// The pool of a chain, with its verifiers running, and what is to be sent to others. `None` if the chain takes no
	/// units.
	///
	/// # Errors
	/// If the chain cannot be read.
	pub fn new(params: UnitsParams) -> Result<Option<(Self, mpsc::Receiver<Outgoing>)>, String> {
		let UnitsParams { chain, limits, registry } = params;
		let (_, at) = chain.newest();
		let Some(context) = chain.pool_context(at)? else { return Ok(None) };
		let ((urgent, few), (bulk, many)) = (Queue::new(MAX_URGENT), Queue::new(MAX_BULK));
		let (outgoing, to_send) = mpsc::channel(MAX_OUTGOING);
		let times = StageTimes::new(
			registry.as_ref(),
			"top_lattice_stage_seconds_total",
			"Time spent receiving, verifying, applying and sending units",
		);
		let shared = Arc::new(Shared {
			verdicts: Arc::new(Verdicts::new(context.context.domain, times.clone())),
			times,
			state: Mutex::new(State { pool: Pool::new(limits, context), at, cycle: Cycle::new() }),
			chain,
			watchers: Arc::default(),
			urgent,
			bulk,
			work: tokio::sync::Notify::new(),
			outgoing,
			unsettled: Mutex::default(),
		});
		let verifiers = std::thread::available_parallelism().map_or(1, usize::from).min(MAX_VERIFIERS);
		let verify_in = |name: String, run: fn(&Weak<Shared>, &Receiver<Submission>), queue: &Receiver<Submission>| {
			let (shared, queue) = (Arc::downgrade(&shared), queue.clone());
			let thread = std::thread::Builder::new().name(name).spawn(move || run(&shared, &queue));
			thread.map(drop).map_err(|error| format!("no thread for verifying units: {error}"))
		};
		for number in 0..verifiers {
			verify_in(format!("unit-verifier-{number}"), verify::run, &few)?;
			verify_in(format!("bulk-verifier-{number}"), verify::run_behind_others, &many)?;
		}
		Ok(Some((Self(shared), to_send)))
	}

	/// Verifies units and takes them in; returns what became of each, in their order. Waits while others are verified.
	///
	/// # Errors
	/// If none of them could be looked at.
	pub async fn submit(&self, units: Vec<Unit>) -> Result<Vec<(UnitHash, Status)>, SubmitError> {
		if units.is_empty() {
			return Ok(Vec::new());
		}
		let count = u32::try_from(units.len()).map_err(|_| SubmitError::Overloaded)?;
		let queue = self.0.queue(units.len());
		let room = tokio::time::timeout(QUEUE_TIMEOUT, queue.room.clone().acquire_many_owned(count));
		let room =
			room.await.map_err(|_| SubmitError::Overloaded)?.map_err(|_| SubmitError::Failed("it stops".into()))?;
		let (reply, statuses) = oneshot::channel();
		queue.push(Submission { units, origin: Origin::Local, reply: Some(reply), room });
		statuses.await.map_err(|_| SubmitError::Failed("its chain cannot be read".into()))
	}

	/// Whether a submission of so many units is small.
	pub(crate) fn is_urgent(units: usize) -> bool {
		units <= URGENT_UNITS
	}

	/// Takes units of a peer, unless too many wait; false if so.
	pub(crate) fn submit_from_peer(&self, units: Vec<Unit>, origin: Origin) -> bool {
		let Ok(count) = u32::try_from(units.len()) else { return false };
		let queue = self.0.queue(units.len());
		match queue.room.clone().try_acquire_many_owned(count) {
			Ok(room) => {
				queue.push(Submission { units, origin, reply: None, room });
				true
			},
			Err(TryAcquireError::NoPermits | TryAcquireError::Closed) => false,
		}
	}

	/// Watches units from now on, also those that are yet to come.
	pub fn watch(&self, units: Vec<UnitHash>) -> Watch {
		self.0.watchers.watch(units)
	}

	/// What is known of a unit here.
	pub fn status(&self, hash: &UnitHash) -> Option<Status> {
		self.0.state.lock().pool.status(hash)
	}

	/// A unit that waits here.
	pub fn get(&self, hash: &UnitHash) -> Option<Arc<PooledUnit>> {
		self.0.state.lock().pool.get(hash)
	}

	/// What the units of the next block are judged by.
	pub fn context(&self) -> PoolContext {
		self.0.state.lock().pool.context().clone()
	}

	/// An account; `None` if it does not exist.
	///
	/// # Errors
	/// If the state cannot be read.
	pub fn account(&self, id: &AccountId) -> Result<Option<AccountView>, String> {
		let state = self.0.state.lock();
		let Some(account) = self.0.chain.accounts(state.at)?.account(id) else { return Ok(None) };
		let (next, pending) = match state.pool.speculative(id) {
			Some(Speculation { account, pending }) => (account, pending),
			None => (Some(account.clone()), 0),
		};
		Ok(Some(AccountView { account, next, pending, now: now_ms() }))
	}

	/// How full the pool is.
	pub fn stats(&self) -> Stats {
		self.0.state.lock().pool.stats()
	}

	/// The verdicts on signatures.
	pub fn verdicts(&self) -> Arc<Verdicts> {
		self.0.verdicts.clone()
	}

	/// Resolves when units are ready.
	pub async fn ready(&self) {
		loop {
			let woken = self.0.work.notified();
			if self.0.state.lock().pool.has_ready() {
				return;
			}
			woken.await;
		}
	}

	/// Forgets units that waited too long. To be called now and then.
	pub(crate) fn prune(&self) {
		let mut events = Vec::new();
		self.0.state.lock().pool.prune(now_ms(), &mut events);
		self.0.deliver(&events);
	}

	/// Units that went out, at most so many, and have been open for too long since: they are to go out again.
	pub(crate) fn overdue(&self, now: Instant, most: usize) -> Vec<Outgoing> {
		let mut unsettled = self.0.unsettled.lock();
		let state = self.0.state.lock();
		let again = unsettled.again(now, most, |sent| state.pool.get(&sent.hash)).into_iter();
		again.map(|(Sent { origin, is_urgent, .. }, unit)| Outgoing(Item::Unit { unit, origin, is_urgent })).collect()
	}

	/// Reads from the pool, if it was told of this block last.
	pub(crate) fn at<R>(&self, parent: Hash, read: impl FnOnce(&Pool) -> R) -> Option<R> {
		let state = self.0.state.lock();
		(state.at == parent).then(|| read(&state.pool))
	}

	/// A block was imported.
	///
	/// # Errors
	/// If its state cannot be read.
	pub(crate) fn imported(&self, block: &ImportedBlock) -> Result<(), String> {
		let mut events = Vec::new();
		let accounts = self.0.chain.accounts(block.hash)?;
		{
			let mut state = self.0.state.lock();
			state.pool.on_block(block, &*accounts, &mut events);
			state.at = block.hash;
			let waiting = state.pool.has_ready();
			state.cycle.imported(Instant::now(), block.units.len(), waiting);
		}
		self.0.deliver(&events);
		Ok(())
	}

	/// How many units the next block may have, by how long the last ones took.
	pub(crate) fn batch_limit(&self) -> usize {
		self.0.state.lock().cycle.limit()
	}

	pub(crate) fn times(&self) -> &StageTimes {
		&self.0.times
	}

	pub(crate) fn chain(&self) -> &Arc<dyn ChainView> {
		&self.0.chain
	}

	pub(crate) fn downgrade(&self) -> WeakUnits {
		WeakUnits(Arc::downgrade(&self.0))
	}
}

/// An account, as this node sees it.
#[derive(Clone, Debug)]
pub struct AccountView {
	/// As the newest block left it.
	pub account: Account,
	/// As it would be after its units that are ready; `None` if it dies of the last of them.
	pub next: Option<Account>,
	/// How many these are.
	pub pending: usize,
	/// The time of this node, in milliseconds since 1970.
	pub now: u64,
}

/// [`Units`] that do not keep themselves alive.
#[derive(Clone)]
pub(crate) struct WeakUnits(Weak<Shared>);

impl WeakUnits {
	pub fn upgrade(&self) -> Option<Units> {
		self.0.upgrade().map(Units)
	}
}

impl Shared {
	/// Where a submission of so many units waits.
	fn queue(&self, units: usize) -> &Queue {
		if Units::is_urgent(units) {
			&self.urgent
		} else {
			&self.bulk
		}
	}

	/// Tells watchers, authors and executions what became of units.
	pub fn deliver(&self, events: &[Event]) {
		if events.is_empty() {
			return;
		}
		for event in events.iter().filter(|event| event.status.is_end()) {
			self.verdicts.remove(&event.hash);
		}
		if events.iter().any(|event| event.status == Status::Ready) {
			self.work.notify_waiters();
		}
		self.watchers.tell(events.iter().map(|event| (&event.hash, &event.status)));
	}

	/// Sends a verified unit on; those of small submissions apart, so that they are looked at as soon elsewhere.
	pub fn send_on(&self, unit: Arc<PooledUnit>, origin: Origin, is_urgent: bool) {
		if let Origin::Peer(_, true) = origin {
			// A member has sent it to all others.
			return;
		}
		self.unsettled.lock().add(Instant::now(), Sent { hash: unit.hash, origin, is_urgent });
		if self.outgoing.try_send(Outgoing(Item::Unit { unit, origin, is_urgent })).is_err() {
			log::debug!(target: crate::LOG_TARGET, "Too many units to send: one goes out later");
		}
	}

	/// A peer sent what no honest node sends.
	pub fn complain(&self, origin: Origin) {
		if self.outgoing.try_send(Outgoing(Item::WrongSignature(origin))).is_err() {
			log::debug!(target: crate::LOG_TARGET, "Too much to send: a peer goes unreported");
		}
	}
}

/// Room in the queue, given back when its units are verified.
pub(crate) type Room = OwnedSemaphorePermit;

/// Milliseconds since 1970.
pub(crate) fn now_ms() -> u64 {
	let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
	u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}
