//! Validation of units by the ledger's rules, and their way between ready and future.

use super::{accounting::Activity, Pool};
use crate::{
	accounts::Accounts,
	lane::Ready,
	lanes::Slot,
	status::{is_permanent, DropReason, Event, Status},
	unit::{payments, PooledUnit},
};
use std::{collections::BTreeSet, sync::Arc};
use tp_core::{AccountId, Nonce};
use tp_lattice::{Account, Chain, Context, Reason, UnitHash, Usage};

/// Checks that the share of an account allows a cost. A refusal names the time at which the unit may be sent again.
pub(super) fn check_quota(account: &Account, cost: Usage, context: &Context) -> Result<(), Status> {
	match context.charge(&mut account.clone(), cost) {
		Ok(_) => Ok(()),
		Err(reason) => Err(Status::Invalid(reason, context.allowed_at(account, cost))),
	}
}

/// Returns the most that a unit costs: with its messages, and all accounts that its payments may create.
fn cost_at_most(unit: &PooledUnit, accounts: &dyn Accounts, context: &Context) -> Usage {
	let cost = unit.cost(context).saturating_add(context.cost_of_messages_of(&unit.unit));
	if !context.meters_state() {
		return cost;
	}
	let is_new = |dest: &&AccountId| context.elsewhere(dest).is_none() && accounts.account(dest).is_none();
	let new: BTreeSet<&AccountId> = payments(&unit.unit).map(|(dest, _)| dest).filter(is_new).collect();
	cost.saturating_add(context.cost_of_accounts(new.len() as u64))
}

/// Returns the accounts that a unit pays less than the existential deposit: it applies only as long as they exist.
///
/// Includes the sender for a payment to itself, which the list of credits leaves out: its own balance decides then.
fn payments_below_deposit(unit: &PooledUnit, paid: &[tp_lattice::Credit], context: &Context) -> Vec<AccountId> {
	let body = &unit.unit.body;
	let to_self = body.operations.iter().any(|operation| match operation {
		tp_lattice::Operation::Transfer { dest, amount }
		| tp_lattice::Operation::TransferKeepAlive { dest, amount } => {
			*dest == body.account && *amount < context.existential_deposit
		},
		tp_lattice::Operation::TransferAll { dest } => *dest == body.account,
		_ => false,
	});
	let below_deposit = paid.iter().filter(|credit| credit.amount < context.existential_deposit);
	below_deposit.map(|credit| credit.dest.clone()).chain(to_self.then(|| body.account.clone())).collect()
}

impl Pool {
	/// Validates a unit on the account before it.
	///
	/// Speculation rests on this: the result depends on the account, on the context, on destinations paid less than the
	/// deposit, and on nothing else. A block that changes one of them touches the lane.
	///
	/// Two exceptions: a destination that ends makes the unit cost the state of a new account. If the share has no room for
	/// that, the block marks the unit. To watch all destinations would cost more than such a unit does. And the room for
	/// payments to other shards changes with every block: a new unit without room is refused, a ready unit waits, and
	/// [`Pool::select`] counts.
	pub(super) fn validate(
		&mut self,
		account: Option<Account>,
		unit: Arc<PooledUnit>,
		accounts: &dyn Accounts,
	) -> Result<Ready, (Arc<PooledUnit>, Reason, Status)> {
		self.validated += 1;
		let context = &self.context.context;
		let before = account.clone();
		let mut chain = Chain::new(&unit.unit.body.account, account);
		match chain.append(&unit.unit, &unit.hash, true, &|id| accounts.account(id), context) {
			Ok(appended) => {
				let after = chain.into_account();
				let below_deposit = payments_below_deposit(&unit, &appended.credits, context);
				Ok(Ready {
					is_alive: after.is_some(),
					free_after: after.as_ref().map_or(0, |account| account.data.free),
					providers_after: after.as_ref().map_or(0, |account| account.providers),
					cost: appended.cost,
					valid_until: unit.unit.body.valid_until,
					below_deposit,
					messages: appended.remote.into_iter().map(|(table, _)| table).collect(),
					unit,
				})
			},
			Err(reason) => {
				let when = match (reason, before) {
					(Reason::Quota, Some(before)) => {
						let cost = cost_at_most(&unit, accounts, context);
						check_quota(&before, cost, context).err()
					},
					_ => None,
				};
				Err((unit, reason, when.unwrap_or(Status::Invalid(reason, None))))
			},
		}
	}

	/// Makes future units ready that follow the ready ones, and releases units that do not apply.
	pub(super) fn promote(&mut self, slot: Slot, accounts: &dyn Accounts, events: &mut Vec<Event>) {
		let mut next = self.lanes[slot].next_height();
		while let Some(unit) = self.take_future(slot, next) {
			let account = self.lanes[slot].speculate(&self.context.context);
			match self.validate(account, unit, accounts) {
				Ok(ready) => {
					events.push(Event { hash: ready.unit.hash, status: Status::Ready });
					self.push_ready(slot, ready);
				},
				Err((unit, reason, status)) => {
					self.release(slot, &unit, status, events);
					if is_permanent(reason) {
						self.invalidate_descendants(slot, unit.hash, next, events);
					}
				},
			}
			next = self.lanes[slot].next_height();
		}
	}

	/// Releases the future units that follow a unit that can never apply. Units of another parent stay: they may follow
	/// another unit of that height.
	pub(super) fn invalidate_descendants(
		&mut self,
		slot: Slot,
		hash: UnitHash,
		height: Nonce,
		events: &mut Vec<Event>,
	) {
		let (mut parent, mut height) = (hash, height);
		while let Some(next) = height.checked_add(1) {
			let Some(child) = self.lanes[slot].future.get(&next).filter(|child| child.unit.unit.body.parent == parent)
			else {
				break;
			};
			(parent, height) = (child.unit.hash, next);
			self.drop_future(slot, next, Status::Invalid(Reason::Parent, None), events);
		}
	}

	/// Validates a lane again on another state of its account.
	pub(super) fn revalidate(
		&mut self,
		slot: Slot,
		account: Option<Account>,
		accounts: &dyn Accounts,
		by: Activity,
		events: &mut Vec<Event>,
	) {
		let before = self.take_ready(slot);
		let Some(account) = account else {
			let status = Status::Invalid(Reason::NoAccount, None);
			for ready in before {
				if self.is_tracked(&ready) {
					self.release(slot, &ready.unit, status, events);
				}
			}
			let future: Vec<_> = self.lanes[slot].future.keys().copied().collect();
			for height in future {
				self.drop_future(slot, height, status, events);
			}
			return self.relink(slot, Activity::None);
		};
		let nonce = account.nonce;
		self.rebase(slot, account);

		// The newest unit that can never apply: the units that follow it cannot either.
		let mut invalid_parent: Option<UnitHash> = None;
		for ready in before {
			let Ready { unit, .. } = &ready;
			if !self.is_tracked(&ready) {
				continue;
			}
			let (height, parent) = (unit.unit.body.height, unit.unit.body.parent);
			if height < nonce {
				self.release(slot, unit, Status::Usurped, events);
			} else if invalid_parent == Some(parent) {
				invalid_parent = Some(unit.hash);
				self.release(slot, unit, Status::Invalid(Reason::Parent, None), events);
			} else if height != self.lanes[slot].next_height() {
				self.demote(slot, ready.unit, events);
			} else {
				let account = self.lanes[slot].speculate(&self.context.context);
				match self.validate(account, ready.unit, accounts) {
					Ok(ready) => self.push_ready(slot, ready),
					Err((unit, reason, status)) => {
						invalid_parent = is_permanent(reason).then_some(unit.hash);
						self.release(slot, &unit, status, events);
					},
				}
			}
		}

		let too_far = nonce.saturating_add(self.limits.max_gap);
		let future = self.lanes[slot].future.keys().copied();
		let outside: Vec<_> = future.filter(|height| *height < nonce || *height > too_far).collect();
		for height in outside {
			let status = if height < nonce { Status::Usurped } else { Status::Dropped(DropReason::GapTooFar) };
			self.drop_future(slot, height, status, events);
		}
		self.promote(slot, accounts, events);
		self.relink(slot, by);
	}

	/// Returns whether a unit is still in the pool: the block may have included it, and it was released then.
	fn is_tracked(&self, ready: &Ready) -> bool {
		self.by_hash.contains_key(&ready.unit.hash)
	}

	/// Makes a ready unit future: the unit before it has left and may be sent again.
	fn demote(&mut self, slot: Slot, unit: Arc<PooledUnit>, events: &mut Vec<Event>) {
		if self.lanes[slot].future.len() >= self.limits.max_future_per_account {
			self.release(slot, &unit, Status::Dropped(DropReason::AccountFull), events);
			return;
		}
		events.push(Event { hash: unit.hash, status: Status::Future });
		self.put_future(slot, unit);
	}

	/// Returns whether the quota covers the ready units of a lane.
	pub(super) fn has_quota(&self, slot: Slot) -> bool {
		let lane = &self.lanes[slot];
		lane.ready.is_empty() || check_quota(&lane.base, lane.pending, &self.context.context).is_ok()
	}
}
