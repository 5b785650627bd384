//! The pool itself. Each file beside this one is one thing that it does.

pub(crate) mod block;
pub(crate) mod select;

mod accounting;
mod admit;
mod eviction;
mod expiry;
mod insert;
mod reads;
mod validate;

#[cfg(test)]
pub(crate) mod invariants;

use crate::{
	buckets::Buckets,
	expiries::Expiries,
	keyed_map::KeyedMap,
	lanes::{Lanes, Slot},
	limits::Limits,
	outcomes::Outcomes,
	status::Status,
	unit::PooledUnit,
};
use std::{
	collections::{BTreeMap, BTreeSet},
	sync::Arc,
};
use tp_core::{AccountId, Nonce};
use tp_lattice::{Account, PoolContext, UnitHash};

/// Signed units that are in no block yet.
///
/// Invariant between any two calls: every lane's `base` is its account at the newest block, and its ready units apply
/// to it one after another under `context`. All counts and lists say the same as the lanes; `invariants.rs` checks them
/// in tests.
#[derive(Debug)]
pub struct Pool {
	limits: Limits,
	/// Rules for units of the next block, at the newest time.
	context: PoolContext,
	/// The newest time, by clock or by block, in milliseconds since 1970.
	clock: u64,
	lanes: Lanes,
	buckets: Buckets,
	/// Lane and height of each unit.
	by_hash: KeyedMap<UnitHash, (Slot, Nonce)>,
	outcomes: Outcomes,
	/// Units that name their last block.
	expiries: Expiries,
	/// Future units by the time at which they became so.
	timeouts: BTreeSet<(u64, Slot, Nonce)>,
	/// Number of payments below the existential deposit, by destination and by the lane that makes them. Each applies
	/// only as long as the destination exists, so a change of the destination touches the lane.
	below_deposit: BTreeMap<(AccountId, Slot), usize>,
	ready: usize,
	bytes: usize,
	validated: u64,
	kept: u64,
}

/// Contents and history of a pool.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stats {
	/// Units.
	pub units: usize,
	/// Units that a block can include.
	pub ready: usize,
	/// Units that wait for units before them.
	pub future: usize,
	/// Encoded bytes of all units.
	pub bytes: usize,
	/// Accounts with units.
	pub accounts: usize,
	/// Validations of a unit by the ledger's rules, since the pool began.
	pub validated: u64,
	/// Lanes that a block changed exactly as speculated, so that nothing was validated, since the pool began.
	pub kept: u64,
}

/// An account after its ready units.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Speculation {
	/// The account, or `None` if the last of them removes it.
	pub account: Option<Account>,
	/// Number of its ready units.
	pub pending: usize,
}

impl Pool {
	/// Creates an empty pool. `context` has the rules for units of the next block.
	pub fn new(limits: Limits, context: PoolContext) -> Self {
		Self {
			clock: context.context.now,
			outcomes: Outcomes::new(limits.max_outcomes),
			limits,
			context,
			lanes: Lanes::default(),
			buckets: Buckets::new(),
			by_hash: KeyedMap::default(),
			expiries: Expiries::default(),
			timeouts: BTreeSet::new(),
			below_deposit: BTreeMap::new(),
			ready: 0,
			bytes: 0,
			validated: 0,
			kept: 0,
		}
	}

	/// Returns the rules for units of the next block.
	pub fn context(&self) -> &PoolContext {
		&self.context
	}

	/// Returns whether any unit is ready.
	pub fn has_ready(&self) -> bool {
		self.ready > 0
	}

	/// Returns the status of a unit in the pool, or the end status of a unit that left not too long ago.
	pub fn status(&self, hash: &UnitHash) -> Option<Status> {
		let Some((slot, height)) = self.by_hash.get(hash) else { return self.outcomes.get(hash) };
		Some(if self.lanes[*slot].ready_at(*height).is_some() { Status::Ready } else { Status::Future })
	}

	/// Returns whether the pool has a unit.
	pub fn has(&self, hash: &UnitHash) -> bool {
		self.by_hash.contains_key(hash)
	}

	/// Returns a unit in the pool.
	pub fn get(&self, hash: &UnitHash) -> Option<Arc<PooledUnit>> {
		let (slot, height) = self.by_hash.get(hash)?;
		self.lanes[*slot].at(*height).cloned()
	}

	/// Returns all units, in no order.
	pub fn units(&self) -> impl Iterator<Item = &Arc<PooledUnit>> {
		self.units_of(|_| true)
	}

	/// Returns all units of some accounts, in no order.
	pub fn units_of(&self, is_wanted: impl Fn(&AccountId) -> bool) -> impl Iterator<Item = &Arc<PooledUnit>> {
		self.lanes.of(is_wanted).flat_map(|lane| {
			lane.ready.iter().map(|ready| &ready.unit).chain(lane.future.values().map(|future| &future.unit))
		})
	}

	/// Returns an account at the newest block, or `None` if it has no units in the pool.
	pub fn account(&self, id: &AccountId) -> Option<&Account> {
		Some(&self.lanes[self.lanes.find(id)?].base)
	}

	/// Returns an account after its ready units, or `None` if it has no units in the pool.
	pub fn speculative(&self, id: &AccountId) -> Option<Speculation> {
		let lane = &self.lanes[self.lanes.find(id)?];
		Some(Speculation { account: lane.speculate(&self.context.context), pending: lane.ready.len() })
	}

	/// Returns whether an account has units.
	pub fn has_units(&self, id: &AccountId) -> bool {
		self.lanes.find(id).is_some()
	}

	/// Returns whether a unit of an account waits at a height.
	pub fn has_unit_at(&self, id: &AccountId, height: Nonce) -> bool {
		self.lanes.find(id).is_some_and(|slot| self.lanes[slot].at(height).is_some())
	}

	/// Returns the height after the ready units of an account, and after the future units and the extrinsics that follow
	/// without a gap, with the last of these future units. `nonce` is the account's after its ready units.
	pub fn next_place(&self, id: &AccountId, nonce: Nonce, extrinsics: &BTreeSet<Nonce>) -> (Nonce, Option<UnitHash>) {
		let lane = self.lanes.find(id).map(|slot| &self.lanes[slot]);
		let (mut next, mut parent) = (nonce, None);
		loop {
			let future = lane.and_then(|lane| lane.future.get(&next));
			match future {
				Some(waiting) => parent = Some(waiting.unit.hash),
				None if extrinsics.contains(&next) => {},
				None => return (next, parent),
			}
			next = next.saturating_add(1);
			if next == Nonce::MAX {
				return (next, parent);
			}
		}
	}

	/// Returns contents and history.
	pub fn stats(&self) -> Stats {
		let units = self.by_hash.len();
		Stats {
			units,
			ready: self.ready,
			future: units - self.ready,
			bytes: self.bytes,
			accounts: self.lanes.len(),
			validated: self.validated,
			kept: self.kept,
		}
	}

	/// Advances the clock. It never goes back: a unit validated now is validated for a later block.
	fn advance_clock(&mut self, now_ms: u64) {
		self.clock = self.clock.max(now_ms);
		self.context.context.now = self.clock;
	}
}
