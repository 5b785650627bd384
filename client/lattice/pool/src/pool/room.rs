//! Who loses when the pool is full. The rule is told at the top of the crate.

use super::{hold::Use, Pool};
use crate::{
	buckets::{bucket_of, class_of, Addition, Measure, CLASSES},
	lanes::Slot,
	DropReason, Event, Status,
};
use tp_core::Balance;

/// A unit that asks for room.
pub(super) struct Newcomer {
	pub bytes: usize,
	/// Whether it would be ready.
	pub is_ready: bool,
	/// Units of its account, with it.
	pub units: usize,
	/// The balance that its account counts with, and whether it has nothing here yet.
	pub weight: Balance,
	pub is_new: bool,
}

/// What there is for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Room {
	/// Enough.
	Free,
	/// The last unit of this lane has to go first.
	From(Slot),
	/// None.
	None,
}

impl Pool {
	/// What room there is for a unit.
	pub(super) fn room(&self, newcomer: &Newcomer) -> Room {
		let has_units = self.by_hash.len() < self.limits.max_units;
		let has_bytes = self.bytes.saturating_add(newcomer.bytes) <= self.limits.max_bytes;
		let (measure, limit) = match (has_units, has_bytes) {
			(true, true) => return Room::Free,
			(false, _) => (Measure::Units, self.limits.max_units),
			(true, false) => (Measure::Bytes, self.limits.max_bytes),
		};
		let own = bucket_of(newcomer.weight);
		let stake = if newcomer.is_new { newcomer.weight } else { 0 };
		let addition = Addition { bucket: own, stake, bytes: newcomer.bytes };
		let Some(bucket) = self.buckets.worst(&addition, measure, limit) else { return Room::None };
		let Some(loser) = self.loser(bucket) else { return Room::None };
		if bucket != own {
			return Room::From(loser);
		}
		let lane = &self.lanes[loser];
		let is_better = match (newcomer.is_ready, lane.future.is_empty()) {
			(true, false) => true,
			(false, true) => false,
			_ => class_of(newcomer.units) < class_of(lane.units()),
		};
		if is_better {
			Room::From(loser)
		} else {
			Room::None
		}
	}

	/// The lane of a bucket that loses first.
	fn loser(&self, bucket: u8) -> Option<Slot> {
		let bucket = &self.buckets[bucket];
		let largest = || (0..CLASSES).rev().find_map(|class| bucket.sizes[class].first());
		bucket.waiting.first().or_else(largest)
	}

	/// Makes room for a unit, if it has a right to it.
	pub(super) fn make_room(&mut self, newcomer: &Newcomer, events: &mut Vec<Event>) -> bool {
		loop {
			match self.room(newcomer) {
				Room::Free => return true,
				Room::None => return false,
				Room::From(slot) => self.evict(slot, events),
			}
		}
	}

	fn evict(&mut self, slot: Slot, events: &mut Vec<Event>) {
		let lane = &self.lanes[slot];
		self.buckets.lost(lane.bucket);
		let status = Status::Dropped(DropReason::Replaced);
		match lane.future.last_key_value().map(|(height, _)| *height) {
			Some(height) => self.drop_future(slot, height, status, events),
			None => {
				if let Some(ready) = self.pop_ready_back(slot) {
					self.release(slot, &ready.unit, status, events);
				}
			},
		}
		self.relink(slot, Use::None);
	}
}
