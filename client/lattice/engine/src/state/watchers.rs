//! Subscriptions to the statuses of units.

use parking_lot::Mutex;
use std::{
	collections::HashMap,
	sync::{
		atomic::{AtomicU64, Ordering},
		Arc,
	},
};
use tc_lattice_pool::Status;
use tokio::sync::mpsc;
use tp_lattice::UnitHash;

type Sender = mpsc::Sender<(UnitHash, Status)>;

/// Statuses that wait for a watch, for each of its units. A unit has two or three in its life. A watch that is read
/// more slowly ends.
const BACKLOG: usize = 8;

/// Watches of a node, by unit.
#[derive(Default)]
pub struct Watchers {
	next: AtomicU64,
	by_unit: Mutex<HashMap<UnitHash, Vec<(u64, Sender)>>>,
}

/// Stream of the statuses of some units.
pub struct Watch {
	id: u64,
	units: Vec<UnitHash>,
	watchers: Arc<Watchers>,
	events: mpsc::Receiver<(UnitHash, Status)>,
}

impl Watchers {
	/// Watches some units from now on.
	pub fn watch(self: &Arc<Self>, units: Vec<UnitHash>) -> Watch {
		let (sender, events) = mpsc::channel(BACKLOG * units.len().max(1));
		let id = self.next.fetch_add(1, Ordering::Relaxed);
		let mut by_unit = self.by_unit.lock();
		for unit in &units {
			by_unit.entry(*unit).or_default().push((id, sender.clone()));
		}
		Watch { id, units, watchers: self.clone(), events }
	}

	/// Sends new statuses to their watches. A watch without room, or whose receiver is gone, is removed.
	pub fn notify<'a>(&self, events: impl IntoIterator<Item = (&'a UnitHash, &'a Status)>) {
		let mut by_unit = self.by_unit.lock();
		if by_unit.is_empty() {
			return;
		}
		for (unit, status) in events {
			let Some(watching) = by_unit.get_mut(unit) else { continue };
			watching.retain(|(_, sender)| sender.try_send((*unit, *status)).is_ok());
			if status.is_end() {
				by_unit.remove(unit);
			}
		}
	}
}

impl Watch {
	/// Returns the units.
	pub fn units(&self) -> &[UnitHash] {
		&self.units
	}

	/// Returns the next status, or `None` when all units have an end or the watch was read too slowly.
	pub async fn next(&mut self) -> Option<(UnitHash, Status)> {
		self.events.recv().await
	}
}

impl Drop for Watch {
	fn drop(&mut self) {
		let mut by_unit = self.watchers.by_unit.lock();
		for unit in &self.units {
			if let Some(watching) = by_unit.get_mut(unit) {
				watching.retain(|(id, _)| *id != self.id);
				if watching.is_empty() {
					by_unit.remove(unit);
				}
			}
		}
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[tokio::test]
	async fn a_watch_receives_the_statuses_of_its_units_until_their_end() {
		let watchers = Arc::new(Watchers::default());
		let [one, two] = [1, 2].map(UnitHash::repeat_byte);
		let mut both = watchers.watch(vec![one, two]);
		let mut second = watchers.watch(vec![two]);
		watchers.notify([(&one, &Status::Ready), (&two, &Status::Usurped)]);
		assert_eq!(both.next().await, Some((one, Status::Ready)));
		assert_eq!(both.next().await, Some((two, Status::Usurped)));
		assert_eq!(second.next().await, Some((two, Status::Usurped)));
		assert_eq!(second.next().await, None, "all its units have an end");
		assert_eq!(watchers.by_unit.lock().len(), 1);
		drop(both);
		assert!(watchers.by_unit.lock().is_empty(), "a dropped watch leaves nothing");
	}
}
