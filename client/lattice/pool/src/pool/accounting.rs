//! Accounting: every unit and every lane enters and leaves through here.
//!
//! Invariant: counts, lists and indices change together with the lane, in these methods alone. A method that moves
//! units leaves the lane in the lists of its old size; [`Pool::relink`] puts it right, and must follow before the call
//! into the pool returns.

use super::Pool;
use crate::{
	buckets::{bucket_of, class_of, queue_of, weight},
	lane::{Lane, Ready, Waiting},
	lanes::{Kind, Slot},
	status::{Event, Status},
	unit::PooledUnit,
};
use std::{collections::btree_map::Entry, sync::Arc};
use tp_core::{AccountId, BlockNumber, Nonce};
use tp_lattice::{Account, UnitBody, UnitHash, Usage};

/// What happened to a lane, which decides its place in the lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Activity {
	/// A unit left it.
	None,
	/// Its account sent a unit: the lane is the most recently used.
	Sent,
	/// A block included units of it: its next turn is after the others'.
	Served,
}

/// What the pool tracks of a unit.
pub(super) struct Tracked {
	pub hash: UnitHash,
	pub slot: Slot,
	pub height: Nonce,
	pub bytes: usize,
	pub valid_until: BlockNumber,
}

impl Pool {
	/// Creates the lane of an account.
	pub(super) fn open_lane(&mut self, id: &AccountId, account: Account) -> Slot {
		let mut lane = Lane::new(id.clone(), account);
		lane.weight = weight(&lane.base);
		lane.bucket = bucket_of(lane.weight);
		lane.is_staked = lane.base.data.quota.locked > 0;
		let bucket = &mut self.buckets[lane.bucket];
		bucket.stake = bucket.stake.saturating_add(lane.weight);
		self.lanes.insert(lane)
	}

	/// Replaces the account of a lane. The caller has removed ready units that do not follow the new account.
	pub(super) fn rebase(&mut self, slot: Slot, account: Account) {
		let (new_weight, is_staked) = (weight(&account), account.data.quota.locked > 0);
		let new_bucket = bucket_of(new_weight);
		let lane = &mut self.lanes[slot];
		let (bucket, old_weight, units, bytes) = (lane.bucket, lane.weight, lane.tracked, lane.bytes);
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

	/// Puts a lane into the right lists of its bucket, or removes it if it is empty.
	pub(super) fn relink(&mut self, slot: Slot, by: Activity) {
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
		let (old_class, old_queue, was_waiting) = (lane.class, lane.queue, lane.is_waiting);
		let keeps_queue = ready && by != Activity::Served && old_queue.is_some();
		let new_queue = match (ready, keeps_queue) {
			(true, true) => old_queue,
			(true, false) => Some(self.queue_for(slot)),
			(false, _) => None,
		};
		let lane = &self.lanes[slot];
		let bucket = &mut self.buckets[lane.bucket];
		let queues = &mut bucket.queues[usize::from(lane.is_staked)];

		if by != Activity::None || old_class != Some(class) {
			if let Some(old) = old_class {
				self.lanes.unlink(&mut bucket.sizes[usize::from(old)], Kind::Size, slot);
			}
			self.lanes.push_back(&mut bucket.sizes[usize::from(class)], Kind::Size, slot);
		}
		if !keeps_queue {
			if let Some(old) = old_queue {
				self.lanes.unlink(&mut queues[usize::from(old)], Kind::Queue, slot);
			}
			if let Some(new) = new_queue {
				self.lanes.push_back(&mut queues[usize::from(new)], Kind::Queue, slot);
			}
		}
		if was_waiting && !future {
			self.lanes.unlink(&mut bucket.waiting, Kind::Waiting, slot);
		} else if future && !was_waiting {
			self.lanes.push_back(&mut bucket.waiting, Kind::Waiting, slot);
		}
		let lane = &mut self.lanes[slot];
		(lane.class, lane.queue, lane.is_waiting) = (Some(class), new_queue, future);
	}

	/// Returns the queue of a lane by what its account has used now. Use fades while the lane waits, which counts when it joins
	/// again: it takes hours, and a turn seconds.
	fn queue_for(&self, slot: Slot) -> u8 {
		let (lane, context) = (&self.lanes[slot], &self.context.context);
		let Some(rules) = context.shares_of(&lane.base) else { return 0 };
		let shares = rules.shares(lane.base.data.quota.locked);
		queue_of(shares.used_part(&context.used(&lane.base), lane.is_staked))
	}

	fn unlink_all(&mut self, slot: Slot) {
		let lane = &mut self.lanes[slot];
		let (class, queue, is_waiting) = (lane.class.take(), lane.queue.take(), lane.is_waiting);
		lane.is_waiting = false;
		let bucket = &mut self.buckets[lane.bucket];
		let queues = &mut bucket.queues[usize::from(lane.is_staked)];
		if let Some(class) = class {
			self.lanes.unlink(&mut bucket.sizes[usize::from(class)], Kind::Size, slot);
		}
		if let Some(queue) = queue {
			self.lanes.unlink(&mut queues[usize::from(queue)], Kind::Queue, slot);
		}
		if is_waiting {
			self.lanes.unlink(&mut bucket.waiting, Kind::Waiting, slot);
		}
	}

	/// Counts a unit that enters a lane.
	pub(super) fn track(&mut self, slot: Slot, unit: &PooledUnit) {
		let height = unit.unit.body.height;
		self.by_hash.insert(unit.hash, (slot, height));
		self.bytes += unit.bytes;
		let lane = &mut self.lanes[slot];
		lane.bytes += unit.bytes;
		lane.tracked += 1;
		self.buckets.add(lane.bucket, 1, unit.bytes);
		if unit.unit.body.valid_until != 0 {
			self.expiries.insert(unit.unit.body.valid_until, slot, height);
		}
	}

	/// Counts a unit that leaves the pool, remembers its status and adds the event.
	pub(super) fn release(&mut self, slot: Slot, unit: &PooledUnit, status: Status, events: &mut Vec<Event>) {
		let UnitBody { height, valid_until, .. } = unit.unit.body;
		let tracked = Tracked { hash: unit.hash, slot, height, bytes: unit.bytes, valid_until };
		self.release_tracked(tracked, status, events);
	}

	/// Does the same for a unit that is not loaded.
	pub(super) fn release_tracked(&mut self, tracked: Tracked, status: Status, events: &mut Vec<Event>) {
		let Tracked { hash, slot, height, bytes, valid_until } = tracked;
		self.by_hash.remove(&hash);
		self.bytes -= bytes;
		let lane = &mut self.lanes[slot];
		lane.bytes -= bytes;
		lane.tracked -= 1;
		self.buckets.sub(lane.bucket, 1, bytes);
		if valid_until != 0 {
			self.expiries.remove(valid_until, slot, height);
		}
		self.outcomes.remember(hash, status);
		events.push(Event { hash, status });
	}

	pub(super) fn push_ready(&mut self, slot: Slot, ready: Ready) {
		for id in &ready.below_deposit {
			*self.below_deposit.entry((id.clone(), slot)).or_default() += 1;
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

	/// Removes the first ready unit, which a block included.
	pub(super) fn pop_ready_front(&mut self, slot: Slot) -> Option<Ready> {
		let ready = self.lanes[slot].ready.pop_front()?;
		self.uncount_ready(slot, &ready);
		Some(ready)
	}

	/// Removes all ready units. They stay in the pool's counts of units until they are pushed
	/// back or released.
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
		for id in &ready.below_deposit {
			if let Entry::Occupied(mut payments) = self.below_deposit.entry((id.clone(), slot)) {
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
		let cost = unit.cost(&self.context.context);
		let lane = &mut self.lanes[slot];
		lane.waiting = lane.waiting.saturating_add(cost);
		lane.future.insert(height, Waiting { unit, since, cost });
	}

	pub(super) fn take_future(&mut self, slot: Slot, height: Nonce) -> Option<Arc<PooledUnit>> {
		let lane = &mut self.lanes[slot];
		let Waiting { unit, since, cost } = lane.future.remove(&height)?;
		lane.waiting = match lane.future.is_empty() {
			true => Usage::default(),
			false => lane.waiting.saturating_sub(cost),
		};
		self.timeouts.remove(&(since, slot, height));
		Some(unit)
	}

	/// Releases a future unit. The caller relinks the lane.
	pub(super) fn drop_future(&mut self, slot: Slot, height: Nonce, status: Status, events: &mut Vec<Event>) {
		if let Some(unit) = self.take_future(slot, height) {
			self.release(slot, &unit, status, events);
		}
	}
}
