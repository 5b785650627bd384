//! A block was imported: what it had leaves, and what it changed is looked at.

use super::{
	hold::{Held, Use},
	Pool,
};
use crate::{lanes::Slot, Accounts, Event, PooledUnit, Status};
use tp_core::{AccountId, BlockNumber, Hash};
use tp_lattice::{Account, Mark, PoolContext, QuotaRules, Reason, UnitHash};

/// A unit of a block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IncludedUnit {
	/// Its hash.
	pub hash: UnitHash,
	/// What became of it.
	pub mark: Mark,
}

/// A block as the pool needs to know it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportedBlock {
	/// The block's number.
	pub number: BlockNumber,
	/// The block's hash.
	pub hash: Hash,
	/// What the units of the next block are judged by.
	pub context: PoolContext,
	/// Its units, in the order of its batch.
	pub units: Vec<IncludedUnit>,
	/// The accounts that it changed, by units and otherwise, as they are after it; `None` for those that are no more.
	pub accounts: Vec<(AccountId, Option<Account>)>,
}

/// What is known of a block's lanes before any of them changes.
#[derive(Default)]
struct Touched {
	/// The lanes that are looked at, in the order in which they were found.
	slots: Vec<Slot>,
	/// Those of the accounts that the block changed, with the account's place in the block.
	changed: Vec<(Slot, usize)>,
}

impl Pool {
	/// Takes in a block on the newest one. Every block has to be told, in order.
	pub fn on_block(&mut self, block: &ImportedBlock, accounts: &dyn Accounts, events: &mut Vec<Event>) {
		let has_new_rules = !has_same_rules(&self.context, &block.context);
		self.context = block.context.clone();
		self.tell_time(block.context.context.now);

		let mut touched = Touched::default();
		self.take_included(block, &mut touched, events);
		self.find_changed(block, &mut touched);
		if has_new_rules {
			for slot in self.lanes.slots().collect::<Vec<_>>() {
				self.touch(slot, true, &mut touched);
			}
		}

		let Touched { slots, changed } = touched;
		for (slot, index) in changed {
			if self.lanes.get(slot).is_some() {
				self.settle(slot, block.accounts[index].1.clone(), accounts, events);
			}
		}
		for slot in slots {
			if self.lanes.get(slot).is_some_and(|lane| lane.is_touched) {
				let unchanged = self.lanes[slot].base.clone();
				self.settle(slot, Some(unchanged), accounts, events);
			}
		}
		self.expire(events);
	}

	/// Lets the block's units go.
	fn take_included(&mut self, block: &ImportedBlock, touched: &mut Touched, events: &mut Vec<Event>) {
		// All are looked up before any is changed: the look-ups wait for memory together and not one after another.
		let places: Vec<_> = block.units.iter().map(|included| self.by_hash.get(&included.hash).copied()).collect();
		for ((index, included), place) in (0..).zip(&block.units).zip(places) {
			let hash = included.hash;
			let status = match included.mark.0 {
				None => Status::Final { number: block.number, hash: block.hash, index },
				Some(reason) => Status::Invalid(reason, None),
			};
			let Some((slot, height)) = place else {
				self.ended.remember(hash, status);
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
			self.release_held(Held { hash, slot, height, bytes, valid_until }, status, events);
			self.touch(slot, !is_next, touched);
		}
	}

	/// Finds the lanes of the accounts that the block changed, and of those that pay them too little for a new account.
	fn find_changed(&mut self, block: &ImportedBlock, touched: &mut Touched) {
		let existential_deposit = self.context.context.existential_deposit;
		let slots: Vec<_> = block.accounts.iter().map(|(id, _)| self.lanes.find(id)).collect();
		for ((index, (id, account)), slot) in block.accounts.iter().enumerate().zip(slots) {
			if let Some(slot) = slot {
				self.touch(slot, false, touched);
				touched.changed.push((slot, index));
			}
			let is_poor = account.as_ref().is_none_or(|account| account.data.free < existential_deposit);
			if is_poor && !self.thin.is_empty() {
				let lanes = self.thin.range((id.clone(), 0)..=(id.clone(), Slot::MAX));
				for slot in lanes.map(|((_, slot), _)| *slot).collect::<Vec<_>>() {
					self.touch(slot, true, touched);
				}
			}
		}
	}

	fn touch(&mut self, slot: Slot, is_suspect: bool, touched: &mut Touched) {
		let lane = &mut self.lanes[slot];
		lane.is_suspect |= is_suspect;
		if !lane.is_touched {
			lane.is_touched = true;
			touched.slots.push(slot);
		}
	}

	/// Gives a lane the account as it is after the block. If it is just what was speculated, nothing is judged.
	fn settle(&mut self, slot: Slot, account: Option<Account>, accounts: &dyn Accounts, events: &mut Vec<Event>) {
		let lane = &mut self.lanes[slot];
		let (included, is_suspect) = (std::mem::take(&mut lane.included), std::mem::take(&mut lane.is_suspect));
		lane.is_touched = false;
		let by = if included > 0 { Use::Served } else { Use::None };
		match account {
			Some(account) if !is_suspect && lane.is_expected(&account, included) => {
				for _ in 0..included {
					self.pop_ready_front(slot);
				}
				self.rebase(slot, account);
				if self.has_quota(slot) {
					self.kept += 1;
					self.relink(slot, by);
				} else {
					let account = self.lanes[slot].base.clone();
					self.rejudge(slot, Some(account), accounts, by, events);
				}
			},
			account => self.rejudge(slot, account, accounts, by, events),
		}
	}

	/// Lets the units go whose last block has passed, and what follows them.
	fn expire(&mut self, events: &mut Vec<Event>) {
		while let Some((end, units)) = self.expiries.pop_before(self.context.context.number) {
			for (slot, height) in units {
				// One that follows another has left with it.
				let unit = self.lanes.get(slot).and_then(|lane| lane.at(height)).cloned();
				if let Some(unit) = unit.filter(|unit| unit.unit.body.valid_until == end) {
					self.expire_one(slot, &unit, events);
				}
			}
		}
	}

	fn expire_one(&mut self, slot: Slot, unit: &PooledUnit, events: &mut Vec<Event>) {
		let height = unit.unit.body.height;
		while self.lanes[slot].ready_at(height).is_some() {
			let Some(last) = self.pop_ready_back(slot) else { break };
			let reason = if last.unit.hash == unit.hash { Reason::Expired } else { Reason::Parent };
			self.release(slot, &last.unit, Status::Invalid(reason, None), events);
		}
		self.drop_future(slot, height, Status::Invalid(Reason::Expired, None), events);
		self.doom(slot, unit.hash, height, events);
		self.relink(slot, Use::None);
	}
}

/// Whether ready units are ready by both: what may differ is the moment, and how much of the capacity is lent, which
/// [`Pool::take`] looks at itself.
fn has_same_rules(one: &PoolContext, other: &PoolContext) -> bool {
	let without_moment = |pool: &PoolContext| {
		let mut context = pool.context.clone();
		(context.number, context.now) = (0, 0);
		context.quota = context.quota.map(|rules| QuotaRules { lent_percent: 0, ..rules });
		context
	};
	without_moment(one) == without_moment(other)
}
