//! A unit whose signature is right comes in.

use super::{hold::Use, Pool};
use crate::{Accounts, DropReason, Event, PooledUnit, Status};
use std::sync::Arc;
use tp_lattice::Reason;

impl Pool {
	/// Takes in a unit whose signature was found right, and says where it is. Events tell what became of others by it.
	///
	/// Admission is checked again, since others may have come in between. It is ready if it follows what is ready and
	/// applies; future units that follow it become ready too.
	pub fn insert(
		&mut self,
		unit: Arc<PooledUnit>,
		now_ms: u64,
		accounts: &dyn Accounts,
		events: &mut Vec<Event>,
	) -> Status {
		self.tell_time(now_ms);
		if let Some(status) = self.known(&unit.hash) {
			return status;
		}
		let form = self.check_form(&unit.unit, unit.bytes);
		let place = match form.and_then(|()| self.find_place(&unit.unit, accounts)) {
			Ok(place) => place,
			Err(status) => return status,
		};
		let newcomer = self.newcomer(&place, unit.bytes);
		let mut ready = None;
		if place.is_next {
			let account = match place.slot {
				Some(slot) => self.lanes[slot].speculate(self.clock),
				None => place.account.clone(),
			};
			match self.judge(account, unit.clone(), accounts) {
				Ok(judged) => ready = Some(judged),
				Err((_, _, status)) => return status,
			}
		}
		// Room is made in other lanes, or by future units of this one, on which nothing ready depends.
		if !self.make_room(&newcomer, events) {
			return Status::Dropped(DropReason::PoolFull);
		}
		let id = &unit.unit.body.account;
		let slot = match self.lanes.find(id) {
			Some(slot) => slot,
			None => match place.account.or_else(|| accounts.account(id)) {
				Some(account) => self.open_lane(id, account),
				None => return Status::Invalid(Reason::NoAccount, None),
			},
		};
		self.hold(slot, &unit);
		let status = if let Some(ready) = ready {
			self.push_ready(slot, ready);
			self.promote(slot, accounts, events);
			Status::Ready
		} else {
			self.put_future(slot, unit);
			Status::Future
		};
		self.relink(slot, Use::Sent);
		status
	}
}
