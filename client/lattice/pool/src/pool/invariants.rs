//! Invariants of a pool between any two calls.

use super::Pool;
use crate::{
	accounts::Accounts,
	buckets::{bucket_of, class_of, weight},
	lanes::{Kind, List, Slot},
};
use std::{
	collections::{BTreeMap, BTreeSet},
	sync::Arc,
};
use tp_lattice::{Chain, Room, UnitHash, Usage};

impl Pool {
	fn listed(&self, list: &List, kind: Kind) -> BTreeSet<Slot> {
		let mut found = BTreeSet::new();
		let mut next = list.first();
		while let Some(slot) = next {
			assert!(found.insert(slot), "a lane is in a list once");
			next = self.lanes.after(kind, slot);
		}
		found
	}

	/// Asserts all invariants and returns the units.
	pub(crate) fn check_invariants(&self, accounts: &dyn Accounts) -> BTreeSet<UnitHash> {
		let mut hashes = BTreeSet::new();
		let (mut bytes, mut ready) = (0, 0);
		let (mut expiries, mut timeouts, mut below_deposit) = (BTreeSet::new(), BTreeSet::new(), BTreeMap::new());
		let mut buckets: BTreeMap<u8, (usize, usize, u128)> = BTreeMap::new();
		let mut queues = BTreeMap::<(u8, bool, u8), BTreeSet<Slot>>::new();
		let mut sizes = BTreeMap::<(u8, u8), BTreeSet<Slot>>::new();
		let mut waiting = BTreeMap::<u8, BTreeSet<Slot>>::new();
		for slot in self.lanes.slots() {
			let lane = &self.lanes[slot];
			assert_eq!(self.lanes.find(&lane.id), Some(slot));
			assert!(lane.units() > 0, "empty lanes are removed");
			assert!(!lane.is_touched && !lane.needs_validation && lane.included == 0);
			assert_eq!(
				Some(&lane.base),
				accounts.account(&lane.id).as_ref(),
				"the base is the account at the newest block"
			);
			assert!(lane.units() <= self.limits.max_units_per_account);
			assert!(lane.future.len() <= self.limits.max_future_per_account);

			let mut chain = Chain::new(&lane.id, Some(lane.base.clone()));
			let mut context = self.context.context.clone();
			// The burst percentage and the room for messages may have shrunk since the units became ready. They wait then.
			context.quota = None;
			let unlimited = Room { messages: u32::MAX, per_lane: u32::MAX, ..Room::default() };
			context.room = context.room.map(|_| Arc::new(unlimited));
			let mut pending = Usage::default();
			for (index, unit) in lane.ready.iter().enumerate() {
				let others = |id: &_| accounts.account(id);
				let applied = chain.append(&unit.unit.unit, &unit.unit.hash, true, &others, &context);
				assert!(applied.is_ok(), "ready units apply one after another: {applied:?}");
				let mut after = chain.clone().into_account();
				if let Some(after) = &mut after {
					after.data.quota = lane.base.data.quota;
				}
				assert_eq!(after, lane.account_after(index + 1));
				pending = pending.saturating_add(unit.cost);
				for id in &unit.below_deposit {
					*below_deposit.entry((id.clone(), slot)).or_insert(0) += 1;
				}
			}
			assert_eq!(pending, lane.pending);
			let next = lane.next_height();
			assert!(lane.future.keys().all(|height| *height > next), "units without a gap are ready");
			assert!(lane.future.keys().all(|height| *height <= lane.base.nonce + self.limits.max_gap));

			let mut lane_bytes = 0;
			for unit in lane.ready.iter().map(|ready| &ready.unit).chain(lane.future.values().map(|next| &next.unit)) {
				let body = &unit.unit.body;
				assert!(hashes.insert(unit.hash));
				assert_eq!(self.by_hash.get(&unit.hash), Some(&(slot, body.height)));
				assert!(body.valid_until == 0 || body.valid_until >= self.context.context.number);
				if body.valid_until != 0 {
					expiries.insert((body.valid_until, slot, body.height));
				}
				lane_bytes += unit.bytes;
			}
			timeouts.extend(lane.future.iter().map(|(height, unit)| (unit.since, slot, *height)));
			assert_eq!((lane_bytes, lane.units()), (lane.bytes, lane.tracked));
			bytes += lane_bytes;
			ready += lane.ready.len();

			assert_eq!((weight(&lane.base), bucket_of(lane.weight)), (lane.weight, lane.bucket));
			assert_eq!(lane.is_staked, lane.base.data.quota.locked > 0);
			assert_eq!(lane.class, Some(class_of(lane.units())));
			let bucket = buckets.entry(lane.bucket).or_default();
			*bucket = (bucket.0 + lane.units(), bucket.1 + lane_bytes, bucket.2 + lane.weight);
			sizes.entry((lane.bucket, class_of(lane.units()))).or_default().insert(slot);
			assert_eq!(lane.queue.is_some(), !lane.ready.is_empty());
			if let Some(queue) = lane.queue {
				queues.entry((lane.bucket, lane.is_staked, queue)).or_default().insert(slot);
			}
			let waits = lane.future.values().fold(Usage::default(), |sum, next| sum.saturating_add(next.cost));
			assert_eq!(waits, lane.waiting);
			if !lane.future.is_empty() {
				waiting.entry(lane.bucket).or_default().insert(slot);
			}
		}
		assert_eq!((hashes.len(), bytes, ready), (self.by_hash.len(), self.bytes, self.ready));
		assert!(hashes.len() <= self.limits.max_units && bytes <= self.limits.max_bytes);
		assert!(self.outcomes.len() <= self.limits.max_outcomes);
		assert_eq!((&timeouts, &below_deposit), (&self.timeouts, &self.below_deposit));
		assert_eq!(expiries, self.expiries.all());
		assert_eq!(self.buckets.occupied().collect::<Vec<_>>(), buckets.keys().copied().collect::<Vec<_>>());
		for number in 0..128 {
			let bucket = &self.buckets[number];
			let expected = buckets.get(&number).copied().unwrap_or_default();
			assert_eq!((bucket.units, bucket.bytes, bucket.stake), expected);
			for (queues_of, is_staked) in bucket.queues.iter().zip([false, true]) {
				for (part, queue) in (0..).zip(queues_of) {
					let expected = queues.remove(&(number, is_staked, part)).unwrap_or_default();
					assert_eq!(self.listed(queue, Kind::Queue), expected);
				}
			}
			for (class, list) in (0..).zip(&bucket.sizes) {
				assert_eq!(self.listed(list, Kind::Size), sizes.remove(&(number, class)).unwrap_or_default());
			}
			assert_eq!(self.listed(&bucket.waiting, Kind::Waiting), waiting.remove(&number).unwrap_or_default());
		}
		hashes
	}
}
