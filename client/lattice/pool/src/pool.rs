//! The pool itself: each file beside this one is one thing that it does.

mod admit;
mod block;
mod hold;
mod insert;
mod judge;
mod room;
mod take;

pub use block::{ImportedBlock, IncludedUnit};
pub use take::{Budget, TURN_UNITS};

use crate::{
	buckets::Buckets,
	ended::Ended,
	expiries::Expiries,
	lanes::{Lanes, Slot},
	Event, KeyedMap, Limits, PooledUnit, Status,
};
use std::{
	collections::{BTreeMap, BTreeSet},
	sync::Arc,
};
use tp_core::{AccountId, Nonce};
use tp_lattice::{Account, PoolContext, UnitHash};

/// Units that are signed and in no block yet.
#[derive(Debug)]
pub struct Pool {
	limits: Limits,
	/// What units are judged by: of the next block, with the time of the newest.
	context: PoolContext,
	/// The newest time that was told, by clock or by block.
	clock: u64,
	lanes: Lanes,
	buckets: Buckets,
	/// Where each unit is.
	by_hash: KeyedMap<UnitHash, (Slot, Nonce)>,
	ended: Ended,
	/// Units that set their last block.
	expiries: Expiries,
	/// Future units by the time since when they wait.
	timeouts: BTreeSet<(u64, Slot, Nonce)>,
	/// Lanes whose ready units pay others too little for a new account, by whom they pay, with the number of payments.
	thin: BTreeMap<(AccountId, Slot), usize>,
	ready: usize,
	bytes: usize,
	judged: u64,
	kept: u64,
}

/// What a pool holds, and has done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stats {
	/// Units.
	pub units: usize,
	/// Of these, those that a block can have.
	pub ready: usize,
	/// Of these, those that wait for others.
	pub future: usize,
	/// Encoded bytes of all.
	pub bytes: usize,
	/// Accounts with units.
	pub accounts: usize,
	/// Units that were judged by the ledger's rules, since the pool began.
	pub judged: u64,
	/// Lanes that a block changed just as was speculated, so that nothing was judged, since the pool began.
	pub kept: u64,
}

/// An account after its ready units.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Speculation {
	/// The account; `None` if it dies of the last of them.
	pub account: Option<Account>,
	/// How many they are.
	pub pending: usize,
}

impl Pool {
	/// An empty pool on a block with this context for the next one.
	pub fn new(limits: Limits, context: PoolContext) -> Self {
		Self {
			clock: context.context.now,
			ended: Ended::new(limits.max_ended),
			limits,
			context,
			lanes: Lanes::default(),
			buckets: Buckets::new(),
			by_hash: KeyedMap::default(),
			expiries: Expiries::default(),
			timeouts: BTreeSet::new(),
			thin: BTreeMap::new(),
			ready: 0,
			bytes: 0,
			judged: 0,
			kept: 0,
		}
	}

	/// What units are judged by.
	pub fn context(&self) -> &PoolContext {
		&self.context
	}

	/// Whether a block could have anything.
	pub fn has_ready(&self) -> bool {
		self.ready > 0
	}

	/// Where a unit is, or what became of it, if that is not too long ago.
	pub fn status(&self, hash: &UnitHash) -> Option<Status> {
		let Some((slot, height)) = self.by_hash.get(hash) else { return self.ended.get(hash) };
		Some(if self.lanes[*slot].ready_at(*height).is_some() { Status::Ready } else { Status::Future })
	}

	/// A unit that is here.
	pub fn get(&self, hash: &UnitHash) -> Option<Arc<PooledUnit>> {
		let (slot, height) = self.by_hash.get(hash)?;
		self.lanes[*slot].at(*height).cloned()
	}

	/// An account after its ready units; `None` if it has no units here.
	pub fn speculative(&self, id: &AccountId) -> Option<Speculation> {
		let lane = &self.lanes[self.lanes.find(id)?];
		Some(Speculation { account: lane.speculate(self.clock), pending: lane.ready.len() })
	}

	/// What it holds.
	pub fn stats(&self) -> Stats {
		let units = self.by_hash.len();
		Stats {
			units,
			ready: self.ready,
			future: units - self.ready,
			bytes: self.bytes,
			accounts: self.lanes.len(),
			judged: self.judged,
			kept: self.kept,
		}
	}

	/// Drops future units that have waited for too long.
	pub fn prune(&mut self, now_ms: u64, events: &mut Vec<Event>) {
		self.tell_time(now_ms);
		while let Some((since, slot, height)) = self.timeouts.first().copied() {
			if since.saturating_add(self.limits.future_timeout_ms) > now_ms {
				break;
			}
			self.drop_future(slot, height, Status::Dropped(crate::DropReason::TimedOut), events);
			self.relink(slot, hold::Use::None);
		}
	}

	/// Time does not go back: what is judged now is judged for a block that comes later.
	fn tell_time(&mut self, now_ms: u64) {
		self.clock = self.clock.max(now_ms);
		self.context.context.now = self.clock;
	}
}

#[cfg(test)]
pub(crate) mod check;
