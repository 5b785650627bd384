//! Imported blocks: included units leave, and the lanes that the block changed are checked.
//!
//! The order of the steps matters: included units are released, then the changed lanes are found, and only then are
//! lanes relinked. A relinked lane may be empty, and is removed, and its slot may be used again.

use super::{
	accounting::{Activity, Tracked},
	Pool,
};
use crate::{
	accounts::Accounts,
	lanes::Slot,
	status::{Event, Status},
};
use std::sync::Arc;
use tp_core::{AccountId, BlockNumber, Hash};
use tp_lattice::{Account, Mark, PoolContext, QuotaRules, Room, UnitHash, Usage};

/// A unit of a block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IncludedUnit {
	/// Hash of the unit.
	pub hash: UnitHash,
	/// Whether it applied, or the reason why not.
	pub mark: Mark,
}

/// A block, as far as the pool needs it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportedBlock {
	/// Number of the block.
	pub number: BlockNumber,
	/// Hash of the block.
	pub hash: Hash,
	/// Rules for units of the next block.
	pub context: PoolContext,
	/// Units, in the order of the batch.
	pub units: Vec<IncludedUnit>,
	/// Accounts that the block changed, by units and otherwise, after the block. `None` for an account that it removed.
	pub accounts: Vec<(AccountId, Option<Account>)>,
}

/// Lanes that a block touches, found before any of them changes.
#[derive(Default)]
struct Touched {
	/// Touched lanes, in the order in which they were found.
	slots: Vec<Slot>,
	/// Lanes of the accounts that the block changed, with the index of the account in the block.
	changed: Vec<(Slot, usize)>,
}

impl Pool {
	/// Takes in a block on the newest one. The caller passes every block, in order: a missed block leaves lanes on old
	/// accounts for good.
	pub fn on_block(&mut self, block: &ImportedBlock, accounts: &dyn Accounts, events: &mut Vec<Event>) {
		let has_new_rules = !has_same_rules(&self.context, &block.context);
		self.context = block.context.clone();
		self.advance_clock(block.context.context.now);

		let mut touched = Touched::default();
		self.release_included(block, &mut touched, events);
		self.find_changed(block, &mut touched);
		if has_new_rules {
			for slot in self.lanes.slots().collect::<Vec<_>>() {
				self.touch(slot, true, &mut touched);
			}
		}

		let Touched { slots, changed } = touched;
		for (slot, index) in changed {
			if self.lanes.get(slot).is_some() {
				self.apply_account(slot, block.accounts[index].1.clone(), accounts, events);
			}
		}
		for slot in slots {
			if self.lanes.get(slot).is_some_and(|lane| lane.is_touched) {
				let unchanged = self.lanes[slot].base.clone();
				self.apply_account(slot, Some(unchanged), accounts, events);
			}
		}
		self.expire(events);
	}

	/// Releases the block's units.
	///
	/// A lane whose first ready units the block included, in order, needs no validation. Any other unit of the lane in
	/// the block (refused, out of order, or still future here) means that the speculation is wrong.
	fn release_included(&mut self, block: &ImportedBlock, touched: &mut Touched, events: &mut Vec<Event>) {
		// All are looked up before any changes: the processor overlaps the waits for memory.
		let places: Vec<_> = block.units.iter().map(|included| self.by_hash.get(&included.hash).copied()).collect();
		for ((index, included), place) in (0..).zip(&block.units).zip(places) {
			let hash = included.hash;
			let status = match included.mark.0 {
				None => Status::Final { number: block.number, hash: block.hash, index },
				Some(reason) => Status::Invalid(reason, None),
			};
			let Some((slot, height)) = place else {
				self.outcomes.remember(hash, status);
				continue;
			};
			let lane = &mut self.lanes[slot];
			let Some(ready) = lane.ready_at(height) else {
				self.drop_future(slot, height, status, events);
				self.touch(slot, true, touched);
				continue;
			};
			let (bytes, valid_until) = (usize::try_from(ready.cost.bytes).unwrap_or(usize::MAX), ready.valid_until);
			let index_in_lane = height.checked_sub(lane.base.nonce).map(|index| index as usize);
			let is_next = index_in_lane == Some(lane.included) && included.mark == Mark::APPLIED;
			lane.included += usize::from(is_next);
			self.release_tracked(Tracked { hash, slot, height, bytes, valid_until }, status, events);
			self.touch(slot, !is_next, touched);
		}
	}

	/// Finds the lanes of the accounts that the block changed, and the lanes that pay less than the deposit to accounts
	/// that are gone or poor now.
	fn find_changed(&mut self, block: &ImportedBlock, touched: &mut Touched) {
		let existential_deposit = self.context.context.existential_deposit;
		let slots: Vec<_> = block.accounts.iter().map(|(id, _)| self.lanes.find(id)).collect();
		for ((index, (id, account)), slot) in block.accounts.iter().enumerate().zip(slots) {
			if let Some(slot) = slot {
				self.touch(slot, false, touched);
				touched.changed.push((slot, index));
			}
			let is_poor = account.as_ref().is_none_or(|account| account.data.free < existential_deposit);
			if is_poor && !self.below_deposit.is_empty() {
				let lanes = self.below_deposit.range((id.clone(), 0)..=(id.clone(), Slot::MAX));
				for slot in lanes.map(|((_, slot), _)| *slot).collect::<Vec<_>>() {
					self.touch(slot, true, touched);
				}
			}
		}
	}

	fn touch(&mut self, slot: Slot, needs_validation: bool, touched: &mut Touched) {
		let lane = &mut self.lanes[slot];
		lane.needs_validation |= needs_validation;
		if !lane.is_touched {
			lane.is_touched = true;
			touched.slots.push(slot);
		}
	}

	/// Replaces the account of a lane by the one after the block. Validates nothing if the account is as speculated.
	///
	/// The quota is checked apart, because usage fades with time and never equals what was speculated. More usage than
	/// expected, such as an extrinsic's, is why the check exists.
	fn apply_account(
		&mut self,
		slot: Slot,
		account: Option<Account>,
		accounts: &dyn Accounts,
		events: &mut Vec<Event>,
	) {
		let lane = &mut self.lanes[slot];
		let (included, needs_validation) =
			(std::mem::take(&mut lane.included), std::mem::take(&mut lane.needs_validation));
		lane.is_touched = false;
		let by = if included > 0 { Activity::Served } else { Activity::None };
		match account {
			Some(account) if !needs_validation && lane.is_expected(&account, included) => {
				for _ in 0..included {
					self.pop_ready_front(slot);
				}
				self.rebase(slot, account);
				if self.has_quota(slot) {
					self.kept += 1;
					self.relink(slot, by);
				} else {
					let account = self.lanes[slot].base.clone();
					self.revalidate(slot, Some(account), accounts, by, events);
				}
			},
			account => self.revalidate(slot, account, accounts, by, events),
		}
	}
}

/// Returns whether units that are ready under one context are ready under the other. The moment may differ, the burst
/// percentage of quotas, the free use that a block has left, and the room for messages: [`Pool::select`] checks them itself.
///
/// Fragile: a rule that validation reads and that is left out here would keep units that no longer apply. So all but
/// those fields are compared, and a new field of the context is compared without a change here.
pub(super) fn has_same_rules(one: &PoolContext, other: &PoolContext) -> bool {
	let without_moment = |pool: &PoolContext| {
		let mut context = pool.context.clone();
		(context.number, context.now) = (0, 0);
		context.quota =
			context.quota.map(|rules| QuotaRules { lent_percent: 0, block_free: Usage::default(), ..rules });
		let cost = context.room.map(|room| room.compute_per_message);
		context.room = cost.map(|compute_per_message| Arc::new(Room { compute_per_message, ..Room::default() }));
		context
	};
	without_moment(one) == without_moment(other)
}
