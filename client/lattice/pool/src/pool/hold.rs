//! Keeps count: every unit comes and goes through here, and so does every lane.

use super::Pool;
use crate::{
	buckets::{bucket_of, class_of, weight},
	lane::{Lane, Ready, Waiting},
	lanes::{Kind, Slot},
	Event, PooledUnit, Status,
};
use std::{collections::btree_map::Entry, sync::Arc};
use tp_core::{AccountId, BlockNumber, Nonce};
use tp_lattice::{Account, UnitBody, UnitHash, Usage};

/// Why a lane's place in the lists is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Use {
	/// Something left it.
	None,
	/// Its account has sent something: it is the most recently used.
	Sent,
	/// A block had units of it: its next turn is after the others'.
	Served,
}

/// What is counted of a unit.
pub(super) struct Held {
	pub hash: UnitHash,
	pub slot: Slot,
	pub height: Nonce,
	pub bytes: usize,
	pub valid_until: BlockNumber,
}

impl Pool {
	/// The lane of an account.
	pub(super) fn open_lane(&mut self, id: &AccountId, account: Account) -> Slot {
		let mut lane = Lane::new(id.clone(), account);
		lane.weight = weight(&lane.base);
		lane.bucket = bucket_of(lane.weight);
		lane.is_staked = lane.base.data.quota.locked > 0;
		let bucket = &mut self.buckets[lane.bucket];
		bucket.stake = bucket.stake.saturating_add(lane.weight);
		self.lanes.insert(lane)
	}

	/// Another state of a lane's account, whose ready units have been taken out as far as they do not follow it.
	pub(super) fn rebase(&mut self, slot: Slot, account: Account) {
		let (new_weight, is_staked) = (weight(&account), account.data.quota.locked > 0);
		let new_bucket = bucket_of(new_weight);
		let lane = &mut self.lanes[slot];
		let (bucket, old_weight, units, bytes) = (lane.bucket, lane.weight, lane.held, lane.bytes);
		lane.base = account;
		let has_moved = bucket != new_bucket || is_staked != lane.is_staked;
		if has_moved {
			self.unlink_all(slot);
		}
		let lane = &mut self.lanes[slot];
		(lane.bucket, lane.weight, lane.is_staked) = (new_bucket, new_weight, is_staked);
		let old = &mut self.buckets[bucket];
		old.stake = old.stake.saturating_sub(old_weight);
		let new = &mut self.buckets[new_bucket];
		new.stake = new.stake.saturating_add(new_weight);
		if bucket != new_bucket {
			self.buckets.sub(bucket, units, bytes);
			self.buckets.add(new_bucket, units, bytes);
		}
	}

	/// Puts a lane where it belongs in the lists of its bucket, and removes it if it is empty.
	pub(super) fn relink(&mut self, slot: Slot, by: Use) {
		let lane = &self.lanes[slot];
		if lane.units() == 0 {
			let (bucket, weight) = (lane.bucket, lane.weight);
			self.unlink_all(slot);
			let at = &mut self.buckets[bucket];
			at.stake = at.stake.saturating_sub(weight);
			self.lanes.remove(slot);
			return;
		}
		let (class, ready, future) = (class_of(lane.units()), !lane.ready.is_empty(), !lane.future.is_empty());
		let (old_class, was_queued, was_waiting) = (lane.class, lane.is_queued, lane.is_waiting);
		let bucket = &mut self.buckets[lane.bucket];
		let queue = &mut bucket.queues[usize::from(lane.is_staked)];

		if by != Use::None || old_class != Some(class) {
			if let Some(old) = old_class {
				self.lanes.unlink(&mut bucket.sizes[usize::from(old)], Kind::Size, slot);
			}
			self.lanes.push_back(&mut bucket.sizes[usize::from(class)], Kind::Size, slot);
		}
		let leaves_queue = was_queued && (!ready || by == Use::Served);
		if leaves_queue {
			self.lanes.unlink(queue, Kind::Queue, slot);
		}
		if ready && (!was_queued || leaves_queue) {
			self.lanes.push_back(queue, Kind::Queue, slot);
		}
		if was_waiting && !future {
			self.lanes.unlink(&mut bucket.waiting, Kind::Waiting, slot);
		} else if future && !was_waiting {
			self.lanes.push_back(&mut bucket.waiting, Kind::Waiting, slot);
		}
		let lane = &mut self.lanes[slot];
		(lane.class, lane.is_queued, lane.is_waiting) = (Some(class), ready, future);
	}

	fn unlink_all(&mut self, slot: Slot) {
		let lane = &mut self.lanes[slot];
		let (class, is_queued, is_waiting) = (lane.class.take(), lane.is_queued, lane.is_waiting);
		(lane.is_queued, lane.is_waiting) = (false, false);
		let bucket = &mut self.buckets[lane.bucket];
		let queue = &mut bucket.queues[usize::from(lane.is_staked)];
		if let Some(class) = class {
			self.lanes.unlink(&mut bucket.sizes[usize::from(class)], Kind::Size, slot);
		}
		if is_queued {
			self.lanes.unlink(queue, Kind::Queue, slot);
		}
		if is_waiting {
			self.lanes.unlink(&mut bucket.waiting, Kind::Waiting, slot);
		}
	}

	/// Counts a unit that comes into a lane.
	pub(super) fn hold(&mut self, slot: Slot, unit: &PooledUnit) {
		let height = unit.unit.body.height;
		self.by_hash.insert(unit.hash, (slot, height));
		self.bytes += unit.bytes;
		let lane = &mut self.lanes[slot];
		lane.bytes += unit.bytes;
		lane.held += 1;
		self.buckets.add(lane.bucket, 1, unit.bytes);
		if unit.unit.body.valid_until != 0 {
			self.expiries.insert(unit.unit.body.valid_until, slot, height);
		}
	}

	/// Counts a unit that leaves, for good, and says why.
	pub(super) fn release(&mut self, slot: Slot, unit: &PooledUnit, status: Status, events: &mut Vec<Event>) {
		let UnitBody { height, valid_until, .. } = unit.unit.body;
		let held = Held { hash: unit.hash, slot, height, bytes: unit.bytes, valid_until };
		self.release_held(held, status, events);
	}

	/// The same, of a unit that is not at hand.
	pub(super) fn release_held(&mut self, held: Held, status: Status, events: &mut Vec<Event>) {
		let Held { hash, slot, height, bytes, valid_until } = held;
		self.by_hash.remove(&hash);
		self.bytes -= bytes;
		let lane = &mut self.lanes[slot];
		lane.bytes -= bytes;
		lane.held -= 1;
		self.buckets.sub(lane.bucket, 1, bytes);
		if valid_until != 0 {
			self.expiries.remove(valid_until, slot, height);
		}
		self.ended.remember(hash, status);
		events.push(Event { hash, status });
	}

	pub(super) fn push_ready(&mut self, slot: Slot, ready: Ready) {
		for id in &ready.thin {
			*self.thin.entry((id.clone(), slot)).or_default() += 1;
		}
		let lane = &mut self.lanes[slot];
		lane.pending = lane.pending.saturating_add(ready.cost);
		lane.ready.push_back(ready);
		self.ready += 1;
	}

	pub(super) fn pop_ready_back(&mut self, slot: Slot) -> Option<Ready> {
		let ready = self.lanes[slot].ready.pop_back()?;
		self.uncount_ready(slot, &ready);
		Some(ready)
	}

	/// Takes the first ready unit, which a block had.
	pub(super) fn pop_ready_front(&mut self, slot: Slot) -> Option<Ready> {
		let ready = self.lanes[slot].ready.pop_front()?;
		self.uncount_ready(slot, &ready);
		Some(ready)
	}

	/// Takes all ready units.
	pub(super) fn take_ready(&mut self, slot: Slot) -> Vec<Ready> {
		let ready: Vec<_> = std::mem::take(&mut self.lanes[slot].ready).into();
		for unit in &ready {
			self.uncount_ready(slot, unit);
		}
		ready
	}

	fn uncount_ready(&mut self, slot: Slot, ready: &Ready) {
		self.ready -= 1;
		let lane = &mut self.lanes[slot];
		lane.pending = match lane.ready.is_empty() {
			true => Usage::default(),
			false => lane.pending.saturating_sub(ready.cost),
		};
		for id in &ready.thin {
			if let Entry::Occupied(mut payments) = self.thin.entry((id.clone(), slot)) {
				*payments.get_mut() -= 1;
				if *payments.get() == 0 {
					payments.remove();
				}
			}
		}
	}

	pub(super) fn put_future(&mut self, slot: Slot, unit: Arc<PooledUnit>) {
		let (height, since) = (unit.unit.body.height, self.clock);
		self.timeouts.insert((since, slot, height));
		self.lanes[slot].future.insert(height, Waiting { unit, since });
	}

	pub(super) fn take_future(&mut self, slot: Slot, height: Nonce) -> Option<Arc<PooledUnit>> {
		let Waiting { unit, since } = self.lanes[slot].future.remove(&height)?;
		self.timeouts.remove(&(since, slot, height));
		Some(unit)
	}

	/// Lets a future unit go. The lane has yet to be relinked.
	pub(super) fn drop_future(&mut self, slot: Slot, height: Nonce, status: Status, events: &mut Vec<Event>) {
		if let Some(unit) = self.take_future(slot, height) {
			self.release(slot, &unit, status, events);
		}
	}
}
