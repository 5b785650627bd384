//! Subscriptions to the statuses of units.

use parking_lot::Mutex;
use std::{
	collections::{hash_map::Entry, BTreeMap, HashMap, VecDeque},
	sync::Arc,
};
use tc_lattice_pool::Status;
use tokio::sync::Notify;
use tp_lattice::UnitHash;

/// Statuses that wait for a watch, for each of its units. A unit has two or three in its life.
const BACKLOG: usize = 4;
/// Units that all watches of a node have together, at most: twice what the pool holds. The backlogs of as many take 90
/// MiB.
const MAX_WATCHED: usize = 262_144;
/// Units that the watches of one watcher have together, at most: 32 full calls of the RPC.
const MAX_WATCHED_BY_ONE: usize = 32_768;
/// Units that are added or removed under one lock. The import of a block waits for the lock.
const PIECE: usize = 128;

/// Number of a watcher: the connection of a subscriber.
pub type WatcherId = usize;

/// Number of a watch.
type WatchId = u64;

/// Why units are not watched.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WatchError {
	/// All watches of the node have too many units.
	#[error("this node watches {MAX_WATCHED} units, the most it can: watch them on another node, or later")]
	NodeFull,
	/// The watches of one connection have too many units.
	#[error("a connection watches at most {MAX_WATCHED_BY_ONE} units: end other watches first")]
	ConnectionFull,
}

/// The watch was read more slowly than the statuses of its units changed, and has missed some. It goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the watch has missed statuses of its units")]
pub struct Lagged;

/// Watches of a node, by unit.
#[derive(Default)]
pub struct Watchers(Mutex<Registry>);

/// Invariant: `units` and `by_watcher` count the registrations in `by_unit`, and every registration is counted in the
/// `open` of its inbox.
#[derive(Default)]
struct Registry {
	next: WatchId,
	/// The hash function is seeded at random, since senders choose the units.
	by_unit: HashMap<UnitHash, BTreeMap<WatchId, Registration>, foldhash::quality::RandomState>,
	units: usize,
	by_watcher: HashMap<WatcherId, usize>,
}

struct Registration {
	watcher: WatcherId,
	inbox: Arc<Inbox>,
}

/// Statuses on their way to a watch.
#[derive(Default)]
struct Inbox {
	statuses: Mutex<Statuses>,
	/// Wakes the reader. It keeps one wake-up for a reader that does not wait yet.
	changed: Notify,
}

#[derive(Default)]
struct Statuses {
	waiting: VecDeque<(UnitHash, Status)>,
	/// Number of them that the reader sees: the statuses of a block become visible together.
	published: usize,
	/// Whether some are not visible yet, and the number of units that ended with them.
	is_unpublished: bool,
	ended: usize,
	/// Most statuses that may wait.
	max: usize,
	has_lagged: bool,
	/// Units that are registered, or whose end is not visible yet.
	open: usize,
}

impl Statuses {
	fn take(&mut self) -> Option<(UnitHash, Status)> {
		self.published = self.published.checked_sub(1)?;
		self.waiting.pop_front()
	}
}

/// Stream of the statuses of some units.
pub struct Watch {
	id: WatchId,
	watcher: WatcherId,
	/// The units, each once.
	units: Vec<UnitHash>,
	watchers: Arc<Watchers>,
	inbox: Arc<Inbox>,
}

impl Watchers {
	/// Watches some units from now on.
	///
	/// # Errors
	/// If the node or the watcher has too many watched units.
	pub fn watch(self: &Arc<Self>, watcher: WatcherId, mut units: Vec<UnitHash>) -> Result<Watch, WatchError> {
		units.sort_unstable();
		units.dedup();
		let inbox = Arc::new(Inbox::default());
		inbox.statuses.lock().max = BACKLOG * units.len();
		let id = self.0.lock().reserve(watcher, units.len())?;
		let watch = Watch { id, watcher, units, watchers: self.clone(), inbox };
		for piece in watch.units.chunks(PIECE) {
			let mut registry = self.0.lock();
			piece.iter().for_each(|unit| registry.register(&watch, *unit));
		}
		Ok(watch)
	}

	/// Sends new statuses to their watches. An end ends the watch of the unit.
	pub fn notify<'a>(&self, events: impl IntoIterator<Item = (&'a UnitHash, &'a Status)>) {
		let mut registry = self.0.lock();
		if registry.by_unit.is_empty() {
			return;
		}
		let mut touched = Vec::new();
		for (unit, status) in events {
			if status.is_end() {
				for Registration { watcher, inbox } in
					registry.by_unit.remove(unit).into_iter().flat_map(BTreeMap::into_values)
				{
					registry.release(watcher, 1);
					touched.extend(inbox.push(*unit, *status, true).then_some(inbox));
				}
			} else if let Some(watches) = registry.by_unit.get(unit) {
				for Registration { inbox, .. } in watches.values() {
					touched.extend(inbox.push(*unit, *status, false).then(|| inbox.clone()));
				}
			}
		}
		drop(registry);
		touched.iter().for_each(|inbox| inbox.publish());
	}

	/// Returns the number of watched units, each as often as it is watched.
	pub fn watched(&self) -> usize {
		self.0.lock().units
	}
}

impl Registry {
	/// Counts registrations that follow, and returns the number of their watch.
	fn reserve(&mut self, watcher: WatcherId, units: usize) -> Result<WatchId, WatchError> {
		let of_watcher = self.by_watcher.get(&watcher).copied().unwrap_or_default();
		if of_watcher.saturating_add(units) > MAX_WATCHED_BY_ONE {
			return Err(WatchError::ConnectionFull);
		}
		if self.units.saturating_add(units) > MAX_WATCHED {
			return Err(WatchError::NodeFull);
		}
		self.units += units;
		if units > 0 {
			self.by_watcher.insert(watcher, of_watcher + units);
		}
		self.next += 1;
		Ok(self.next)
	}

	/// Adds a registration that is counted already.
	fn register(&mut self, watch: &Watch, unit: UnitHash) {
		watch.inbox.statuses.lock().open += 1;
		let registration = Registration { watcher: watch.watcher, inbox: watch.inbox.clone() };
		self.by_unit.entry(unit).or_default().insert(watch.id, registration);
	}

	/// Removes a registration, if there is one.
	fn remove(&mut self, watch: &Watch, unit: &UnitHash) {
		let Entry::Occupied(mut watches) = self.by_unit.entry(*unit) else { return };
		if watches.get_mut().remove(&watch.id).is_some() {
			if watches.get().is_empty() {
				watches.remove();
			}
			self.release(watch.watcher, 1);
		}
	}

	fn release(&mut self, watcher: WatcherId, units: usize) {
		self.units = self.units.saturating_sub(units);
		if let Entry::Occupied(mut of_watcher) = self.by_watcher.entry(watcher) {
			*of_watcher.get_mut() = of_watcher.get().saturating_sub(units);
			if *of_watcher.get() == 0 {
				of_watcher.remove();
			}
		}
	}
}

impl Inbox {
	/// Adds a status, which the reader sees when it is published. Returns whether it is the first one since.
	///
	/// A full inbox is emptied: its reader has to read all statuses from the pool anyway.
	fn push(&self, unit: UnitHash, status: Status, is_end: bool) -> bool {
		let mut statuses = self.statuses.lock();
		let is_first = !statuses.is_unpublished;
		statuses.is_unpublished = true;
		statuses.ended += usize::from(is_end);
		if statuses.waiting.len() >= statuses.max {
			statuses.has_lagged = true;
			statuses.waiting = VecDeque::new();
			statuses.published = 0;
		}
		if !statuses.has_lagged {
			statuses.waiting.push_back((unit, status));
		}
		is_first
	}

	/// Shows the reader all statuses that were added, and wakes it.
	fn publish(&self) {
		let mut statuses = self.statuses.lock();
		statuses.is_unpublished = false;
		statuses.published = statuses.waiting.len();
		let ended = std::mem::take(&mut statuses.ended);
		statuses.open -= ended;
		drop(statuses);
		self.changed.notify_one();
	}
}

impl Watch {
	/// Returns the units, each once.
	pub fn units(&self) -> &[UnitHash] {
		&self.units
	}

	/// Returns the next status, or `None` when all units have an end.
	///
	/// # Errors
	/// If statuses were missed. The watch goes on with the statuses from now on; the caller reads the present ones.
	pub async fn next(&mut self) -> Result<Option<(UnitHash, Status)>, Lagged> {
		loop {
			{
				let mut statuses = self.inbox.statuses.lock();
				if std::mem::take(&mut statuses.has_lagged) {
					return Err(Lagged);
				}
				if let Some(status) = statuses.take() {
					return Ok(Some(status));
				}
				if statuses.open == 0 {
					return Ok(None);
				}
			}
			self.inbox.changed.notified().await;
		}
	}

	/// Returns the next status, if it is there already: the statuses of a block come together.
	pub fn try_next(&mut self) -> Option<(UnitHash, Status)> {
		let mut statuses = self.inbox.statuses.lock();
		match statuses.has_lagged {
			true => None,
			false => statuses.take(),
		}
	}

	/// Watches one of the units again after its end: it may be sent again.
	///
	/// # Errors
	/// If the node or the watcher has too many watched units.
	pub fn renew(&mut self, unit: UnitHash) -> Result<(), WatchError> {
		let mut registry = self.watchers.0.lock();
		if registry.by_unit.get(&unit).is_some_and(|watches| watches.contains_key(&self.id)) {
			return Ok(());
		}
		registry.reserve(self.watcher, 1)?;
		registry.register(self, unit);
		Ok(())
	}
}

impl Drop for Watch {
	fn drop(&mut self) {
		for piece in self.units.chunks(PIECE) {
			let mut registry = self.watchers.0.lock();
			piece.iter().for_each(|unit| registry.remove(self, unit));
		}
	}
}

#[cfg(test)]
mod tests;
