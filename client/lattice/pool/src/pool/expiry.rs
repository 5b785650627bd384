//! Units that leave because time has passed.

use super::{accounting::Activity, Pool};
use crate::{
	lanes::Slot,
	status::{DropReason, Event, Status},
	unit::PooledUnit,
};
use tp_lattice::Reason;

impl Pool {
	/// Drops future units whose gap did not close in time.
	///
	/// Only future units time out. A gap may never close, and a few signed units a second could otherwise hold the
	/// pool's room for good. A ready unit leaves with the next blocks.
	pub fn prune(&mut self, now_ms: u64, events: &mut Vec<Event>) {
		self.advance_clock(now_ms);
		while let Some((since, slot, height)) = self.timeouts.first().copied() {
			if since.saturating_add(self.limits.future_timeout_ms) > now_ms {
				break;
			}
			self.drop_future(slot, height, Status::Dropped(DropReason::TimedOut), events);
			self.relink(slot, Activity::None);
		}
	}

	/// Invalidates units whose last block has passed, and the units that follow them.
	pub(super) fn expire(&mut self, events: &mut Vec<Event>) {
		while let Some((end, units)) = self.expiries.pop_before(self.context.context.number) {
			for (slot, height) in units {
				// A unit that follows an expired one has left with it, and its slot may have another lane since.
				let unit = self.lanes.get(slot).and_then(|lane| lane.at(height)).cloned();
				if let Some(unit) = unit.filter(|unit| unit.unit.body.valid_until == end) {
					self.expire_unit(slot, &unit, events);
				}
			}
		}
	}

	fn expire_unit(&mut self, slot: Slot, unit: &PooledUnit, events: &mut Vec<Event>) {
		let height = unit.unit.body.height;
		while self.lanes[slot].ready_at(height).is_some() {
			let Some(last) = self.pop_ready_back(slot) else { break };
			let reason = if last.unit.hash == unit.hash { Reason::Expired } else { Reason::Parent };
			self.release(slot, &last.unit, Status::Invalid(reason, None), events);
		}
		self.drop_future(slot, height, Status::Invalid(Reason::Expired, None), events);
		self.invalidate_descendants(slot, unit.hash, height, events);
		self.relink(slot, Activity::None);
	}
}
