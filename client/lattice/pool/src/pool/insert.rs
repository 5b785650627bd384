//! Insertion of units with a verified signature.

use super::{accounting::Activity, Pool};
use crate::{
	accounts::Accounts,
	status::{DropReason, Event, Insertion, Status},
	unit::PooledUnit,
};
use std::sync::Arc;
use tp_lattice::Reason;

impl Pool {
	/// Inserts a unit with a verified signature. `events` has the changes of other units.
	///
	/// Repeats the checks of admission, since the pool may have changed while the signature was verified. The unit is
	/// ready if it follows the ready units and applies; future units that follow it become ready too.
	pub fn insert(
		&mut self,
		unit: Arc<PooledUnit>,
		now_ms: u64,
		accounts: &dyn Accounts,
		events: &mut Vec<Event>,
	) -> Insertion {
		self.advance_clock(now_ms);
		if let Some(status) = self.known(&unit.hash) {
			return Insertion::Known(status);
		}
		let form = self.check_form(&unit.unit, unit.bytes);
		let place = match form.and_then(|()| self.find_place(&unit.unit, accounts)) {
			Ok(place) => place,
			Err(status) => return Insertion::Refused(status),
		};
		let candidate = self.candidate(&place, unit.bytes);
		let mut ready = None;
		if place.is_next {
			let account = match place.slot {
				Some(slot) => self.lanes[slot].speculate(&self.context.context),
				None => place.account.clone(),
			};
			match self.validate(account, unit.clone(), accounts) {
				Ok(validated) => ready = Some(validated),
				Err((_, _, status)) => return Insertion::Refused(status),
			}
		} else if let Err(status) = self.check_share(&place, &unit.unit, unit.bytes, &self.context.context) {
			return Insertion::Refused(status);
		}
		// Room is made in other lanes, or by future units of this lane, on which no ready unit depends. So the
		// validation above still holds. If the lane has only one unit and loses it, it is opened again on its account.
		let account = place.account.or_else(|| place.slot.map(|slot| self.lanes[slot].base.clone()));
		if !self.make_room(&candidate, events) {
			return Insertion::Refused(Status::Dropped(DropReason::PoolFull));
		}
		let id = &unit.unit.body.account;
		let slot = match self.lanes.find(id) {
			Some(slot) => slot,
			None => match account {
				Some(account) => self.open_lane(id, account),
				None => return Insertion::Refused(Status::Invalid(Reason::NoAccount, None)),
			},
		};
		self.track(slot, &unit);
		let status = if let Some(ready) = ready {
			self.push_ready(slot, ready);
			self.promote(slot, accounts, events);
			Status::Ready
		} else {
			self.put_future(slot, unit);
			Status::Future
		};
		self.relink(slot, Activity::Sent);
		Insertion::New(status)
	}
}
