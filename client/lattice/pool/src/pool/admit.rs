//! The entry checks, cheapest first.

use super::{
	eviction::{Candidate, Room},
	select::PREFIX_BYTES,
	validate::check_quota,
	Pool,
};
use crate::{
	accounts::Accounts,
	buckets::weight,
	lanes::Slot,
	status::{Admission, DropReason, Status},
	unit::PooledUnit,
};
use codec::Encode;
use tp_lattice::{Account, Context, Reason, TableId, Unit, UnitHash, Usage, MAX_VALIDITY};

/// Tables of a zone with one shard: every account has one of them.
const ALL_TABLES: std::ops::RangeInclusive<u8> = 0..=255;

/// Place of a unit among the units of its account.
pub(super) struct Place {
	/// The lane, if the account has one.
	pub slot: Option<Slot>,
	/// The account, if it has no lane.
	pub account: Option<Account>,
	/// Whether the unit follows the ready units without a gap.
	pub is_next: bool,
}

impl Pool {
	/// Checks a unit that arrives, before its signature is verified. A refusal names the first check that fails: size,
	/// form, table, validity; whether the unit is known; height, conflict, the account's room, parent, quota, the
	/// pool's room.
	///
	/// A unit is known by its body alone. If two signatures of one body are right, the first is kept.
	///
	/// The check reads the pool and never changes it: before the signature is verified, the sender is unknown, and an
	/// attacker could keep units of others out.
	pub fn admit(&self, unit: &Unit, hash: &UnitHash, now_ms: u64, accounts: &dyn Accounts) -> Admission {
		self.admit_sized(unit, hash, unit.encoded_size(), now_ms, accounts)
	}

	/// Does what [`Self::admit`] does for a unit that is hashed and measured.
	pub fn admit_pooled(&self, unit: &PooledUnit, now_ms: u64, accounts: &dyn Accounts) -> Admission {
		self.admit_sized(&unit.unit, &unit.hash, unit.bytes, now_ms, accounts)
	}

	fn admit_sized(
		&self,
		unit: &Unit,
		hash: &UnitHash,
		bytes: usize,
		now_ms: u64,
		accounts: &dyn Accounts,
	) -> Admission {
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
		if let Err(status) = self.check_share(&place, unit, bytes, &context) {
			return Admission::Refused(status);
		}
		match self.room_for(&self.candidate(&place, bytes)) {
			Room::None => Admission::Refused(Status::Dropped(DropReason::PoolFull)),
			Room::Free | Room::Evict(_) => Admission::Verify,
		}
	}

	/// Checks that the share of a unit's account allows it, with the account's units that wait before it. Units behind a gap
	/// count with all that waits, since the gap may close at any time.
	pub(super) fn check_share(
		&self,
		place: &Place,
		unit: &Unit,
		bytes: usize,
		context: &Context,
	) -> Result<(), Status> {
		let lane = place.slot.map(|slot| &self.lanes[slot]);
		let Some(mut account) = lane.map(|lane| &lane.base).or(place.account.as_ref()).cloned() else { return Ok(()) };
		if let Some(lane) = lane {
			let waiting = if place.is_next { Usage::default() } else { lane.waiting };
			context.charge_anyway(&mut account, lane.pending.saturating_add(waiting));
		}
		check_quota(&account, context.cost_of(unit, bytes), context)
	}

	/// Returns the status of a unit in the pool, or an end that sending it again cannot change.
	pub(super) fn known(&self, hash: &UnitHash) -> Option<Status> {
		self.status(hash).filter(|status| !status.is_end() || status.is_lasting())
	}

	/// Checks a unit by itself.
	pub(super) fn check_form(&self, unit: &Unit, bytes: usize) -> Result<(), Status> {
		let invalid = |reason| Err(Status::Invalid(reason, None));
		let (body, context) = (&unit.body, &self.context.context);
		let is_too_large = bytes > self.limits.max_unit_bytes
			|| bytes.saturating_add(PREFIX_BYTES) > self.context.max_batch_bytes as usize
			|| context.cost_of(unit, bytes).compute > self.context.max_batch_compute;
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

	/// Finds the place of a unit among the units of its account.
	///
	/// The parent is checked only for a unit without a gap. A gap leaves the parent unknown, so a future unit may turn
	/// out invalid; the bound of future units and the timeout limit what such units can hold.
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

	/// Describes a unit that asks for room.
	pub(super) fn candidate(&self, place: &Place, bytes: usize) -> Candidate {
		let (is_ready, account) = (place.is_next, place.account.as_ref());
		match place.slot {
			Some(slot) => {
				let lane = &self.lanes[slot];
				Candidate { bytes, is_ready, units: lane.units() + 1, weight: lane.weight, is_new: false }
			},
			None => Candidate { bytes, is_ready, units: 1, weight: account.map_or(0, weight), is_new: true },
		}
	}
}
