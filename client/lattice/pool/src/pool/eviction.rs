//! Eviction from a full pool. The top of the crate has the rule.
//!
//! Invariant: eviction removes the last unit of a lane, so ready units never lose the units before them. Each eviction
//! removes a unit, so making room ends.

use super::{accounting::Activity, Pool};
use crate::{
	buckets::{bucket_of, class_of, Addition, Measure, CLASSES},
	lanes::Slot,
	status::{DropReason, Event, Status},
};
use tp_core::Balance;

/// A unit that asks for room.
pub(super) struct Candidate {
	pub bytes: usize,
	/// Whether it would be ready.
	pub is_ready: bool,
	/// Units of its account, including it.
	pub units: usize,
	/// Balance that its account counts with, and whether the account has no units here yet.
	pub weight: Balance,
	pub is_new: bool,
}

/// Room for a candidate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Room {
	/// Enough.
	Free,
	/// Room after the last unit of this lane is evicted.
	Evict(Slot),
	/// No room.
	None,
}

impl Pool {
	/// Returns whether the pool has room for units of any size without an eviction.
	pub fn has_room(&self, units: usize) -> bool {
		let units_after = self.by_hash.len().saturating_add(units);
		let bytes_after = self.bytes.saturating_add(units.saturating_mul(self.limits.max_unit_bytes));
		units_after <= self.limits.max_units && bytes_after <= self.limits.max_bytes
	}

	/// Finds room for a candidate.
	///
	/// Within the candidate's own bucket it must have a better claim than the victim: ready before future, then a
	/// smaller lane, by log2. Equal claims refuse the candidate, or two senders could evict each other for ever.
	pub(super) fn room_for(&self, candidate: &Candidate) -> Room {
		let has_units = self.by_hash.len() < self.limits.max_units;
		let has_bytes = self.bytes.saturating_add(candidate.bytes) <= self.limits.max_bytes;
		let (measure, limit) = match (has_units, has_bytes) {
			(true, true) => return Room::Free,
			(false, _) => (Measure::Units, self.limits.max_units),
			(true, false) => (Measure::Bytes, self.limits.max_bytes),
		};
		let own = bucket_of(candidate.weight);
		let stake = if candidate.is_new { candidate.weight } else { 0 };
		let addition = Addition { bucket: own, stake, bytes: candidate.bytes };
		let Some(bucket) = self.buckets.worst(&addition, measure, limit) else { return Room::None };
		let Some(victim) = self.victim(bucket) else { return Room::None };
		if bucket != own {
			return Room::Evict(victim);
		}
		let lane = &self.lanes[victim];
		let is_better = match (candidate.is_ready, lane.future.is_empty()) {
			(true, false) => true,
			(false, true) => false,
			_ => class_of(candidate.units) < class_of(lane.units()),
		};
		if is_better {
			Room::Evict(victim)
		} else {
			Room::None
		}
	}

	/// Returns the lane of a bucket that loses first.
	fn victim(&self, bucket: u8) -> Option<Slot> {
		let bucket = &self.buckets[bucket];
		let largest = || (0..CLASSES).rev().find_map(|class| bucket.sizes[class].first());
		bucket.waiting.first().or_else(largest)
	}

	/// Evicts units until there is room for a candidate. Returns `false` if its claim is too weak.
	///
	/// A large candidate may evict some units and be refused then. The bytes stay free for the next one.
	pub(super) fn make_room(&mut self, candidate: &Candidate, events: &mut Vec<Event>) -> bool {
		loop {
			match self.room_for(candidate) {
				Room::Free => return true,
				Room::None => return false,
				Room::Evict(slot) => self.evict(slot, events),
			}
		}
	}

	fn evict(&mut self, slot: Slot, events: &mut Vec<Event>) {
		let lane = &self.lanes[slot];
		self.buckets.record_eviction(lane.bucket);
		let status = Status::Dropped(DropReason::Replaced);
		match lane.future.last_key_value().map(|(height, _)| *height) {
			Some(height) => self.drop_future(slot, height, status, events),
			None => {
				if let Some(ready) = self.pop_ready_back(slot) {
					self.release(slot, &ready.unit, status, events);
				}
			},
		}
		self.relink(slot, Activity::None);
	}
}
