//! The entry checks, cheapest first.

use super::{
	judge::check_quota,
	room::{Newcomer, Room},
	take::PREFIX_BYTES,
	Pool,
};
use crate::{buckets::weight, lanes::Slot, unit::cost, Accounts, Admission, DropReason, Status};
use codec::Encode;
use tp_lattice::{Account, Quota, Reason, TableId, Unit, UnitHash, MAX_VALIDITY};

/// The tables of a zone with one shard: whoever sends a unit lives in one of them.
const ALL_TABLES: std::ops::RangeInclusive<u8> = 0..=255;

/// Where a unit would go.
pub(super) struct Place {
	/// The lane, if the account has one.
	pub slot: Option<Slot>,
	/// The account, if it has no lane.
	pub account: Option<Account>,
	/// Whether it follows the ready units without a gap.
	pub is_next: bool,
}

impl Pool {
	/// What is to be done with a unit that comes, before anything is done about its signature. Refusals name the first
	/// thing that is wrong: size, form, table, validity; whether it is known; height, conflict, the account's room, parent,
	/// quota, the pool's room.
	///
	/// A unit is known by its body alone: of two signatures of one body, the first that is right is kept.
	pub fn admit(&self, unit: &Unit, hash: &UnitHash, now_ms: u64, accounts: &dyn Accounts) -> Admission {
		let bytes = unit.encoded_size();
		if let Err(status) = self.check_form(unit, bytes) {
			return Admission::Refused(status);
		}
		if let Some(status) = self.known(hash) {
			return Admission::Known(status);
		}
		let place = match self.find_place(unit, accounts) {
			Ok(place) => place,
			Err(status) => return Admission::Refused(status),
		};
		let mut context = self.context.context.clone();
		context.now = self.clock.max(now_ms);
		let (quota, shares) = match (place.slot.map(|slot| &self.lanes[slot]), &place.account) {
			(Some(lane), _) => (lane.quota(context.now), context.shares_of(&lane.base)),
			(None, Some(account)) => (account.data.quota, context.shares_of(account)),
			(None, None) => (Quota::default(), context.quota),
		};
		if let Err(status) = check_quota(quota, shares, unit, bytes, &context) {
			return Admission::Refused(status);
		}
		match self.room(&self.newcomer(&place, bytes)) {
			Room::None => Admission::Refused(Status::Dropped(DropReason::PoolFull)),
			Room::Free | Room::From(_) => Admission::Verify,
		}
	}

	/// The status of a unit that is here, or has come to an end that nothing changes.
	pub(super) fn known(&self, hash: &UnitHash) -> Option<Status> {
		self.status(hash).filter(|status| !status.is_end() || status.is_lasting())
	}

	/// What can be said of a unit alone.
	pub(super) fn check_form(&self, unit: &Unit, bytes: usize) -> Result<(), Status> {
		let invalid = |reason| Err(Status::Invalid(reason, None));
		let (body, context) = (&unit.body, &self.context.context);
		let is_too_large = bytes > self.limits.max_unit_bytes
			|| bytes.saturating_add(PREFIX_BYTES) > self.context.max_batch_bytes as usize
			|| cost(unit, bytes, context).compute > self.context.max_batch_compute;
		if is_too_large {
			return Err(Status::Dropped(DropReason::TooLarge));
		}
		if body.operations.is_empty() {
			return invalid(Reason::Empty);
		}
		if unit.signature_kind().is_none() {
			return invalid(Reason::Signature);
		}
		if context.tables != ALL_TABLES && !context.tables.contains(&TableId::of(&body.account).0) {
			return invalid(Reason::Elsewhere);
		}
		match body.valid_until {
			0 => Ok(()),
			end if end < context.number => invalid(Reason::Expired),
			end if end - context.number > MAX_VALIDITY => invalid(Reason::TooLong),
			_ => Ok(()),
		}
	}

	/// Where among its account's units it would go, if there is place for it.
	pub(super) fn find_place(&self, unit: &Unit, accounts: &dyn Accounts) -> Result<Place, Status> {
		let invalid = |reason| Err(Status::Invalid(reason, None));
		let dropped = |reason| Err(Status::Dropped(reason));
		let body = &unit.body;
		let slot = self.lanes.find(&body.account);
		let account = match slot {
			Some(_) => None,
			None => match accounts.account(&body.account) {
				None => return invalid(Reason::NoAccount),
				account => account,
			},
		};
		let lane = slot.map(|slot| &self.lanes[slot]);
		let nonce = lane.map(|lane| &lane.base).or(account.as_ref()).map_or(0, |account| account.nonce);
		let next = lane.map_or(nonce, |lane| lane.next_height());
		if body.height < nonce {
			return invalid(Reason::Height);
		}
		if body.height > nonce.saturating_add(self.limits.max_gap) {
			return dropped(DropReason::GapTooFar);
		}
		if body.height < next {
			return dropped(DropReason::Conflict);
		}
		let is_next = body.height == next;
		if let Some(lane) = lane {
			if lane.future.contains_key(&body.height) {
				return dropped(DropReason::DuplicateHeight);
			}
			let is_full = lane.units() >= self.limits.max_units_per_account
				|| (!is_next && lane.future.len() >= self.limits.max_future_per_account);
			if is_full {
				return dropped(DropReason::AccountFull);
			}
		}
		if is_next {
			let newest = lane.and_then(|lane| lane.ready.back()).map(|ready| ready.unit.hash);
			let base = lane.map(|lane| &lane.base).or(account.as_ref());
			let head = newest.or(base.map(|account| account.data.unit_head)).unwrap_or_default();
			if body.parent != head || head.is_zero() {
				return invalid(Reason::Parent);
			}
		}
		Ok(Place { slot, account, is_next })
	}

	/// What would come into the pool.
	pub(super) fn newcomer(&self, place: &Place, bytes: usize) -> Newcomer {
		let (is_ready, account) = (place.is_next, place.account.as_ref());
		match place.slot {
			Some(slot) => {
				let lane = &self.lanes[slot];
				Newcomer { bytes, is_ready, units: lane.units() + 1, weight: lane.weight, is_new: false }
			},
			None => Newcomer { bytes, is_ready, units: 1, weight: account.map_or(0, weight), is_new: true },
		}
	}
}
