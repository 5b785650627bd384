//! Selection of a block's units. The top of the crate has the order.

use super::Pool;
use crate::{
	lanes::{Kind, Slot},
	unit::PooledUnit,
};
use std::{collections::VecDeque, sync::Arc};
use tp_core::Balance;
use tp_lattice::{Context, QuotaRules, Usage, MAX_VALIDITY};

/// Units of a queue's turn: few, so that no queue waits for long, and enough to keep an account's units together.
pub const TURN_UNITS: usize = 16;
/// Accounts in a row without room for their next unit, after which a block or its free part counts as full.
const MAX_MISSES: usize = 64;
/// Largest size of the number of units at the head of a batch: a compact u32.
pub(super) const PREFIX_BYTES: usize = 5;

/// Room in a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budget {
	/// Bytes of the encoded batch.
	pub bytes: usize,
	/// Reference time, in picoseconds.
	pub compute: u64,
	/// Units.
	pub units: usize,
}

impl Pool {
	/// Selects ready units for a block on the newest one. `context` is that block's: the pool knows all of it except
	/// number, time and the burst percentage of quotas. The units stay in the pool until a block includes them.
	///
	/// The selection is a prefix of each account's ready units, and all of it applies together. Nothing is executed:
	/// only quotas, ends and the block's limits are counted, because everything else was validated with the same rules.
	pub fn select(&self, budget: Budget, context: &Context) -> Vec<Arc<PooledUnit>> {
		let mut turns = Vec::new();
		for bucket in self.buckets.occupied() {
			for (queue, is_staked) in self.buckets[bucket].queues.iter().zip([false, true]) {
				turns.push(Turn { next: queue.first(), again: VecDeque::new(), is_staked });
			}
		}
		let mut selection = Selection {
			pool: self,
			context,
			left: Budget { bytes: budget.bytes.saturating_sub(PREFIX_BYTES), ..budget },
			left_free: context.quota.map_or(Usage::MAX, |rules| rules.block_free),
			without_stake: context.quota.map(|rules| Shares::new(&rules, 0)),
			misses: 0,
			free_misses: 0,
			selected: Vec::new(),
		};
		while !turns.is_empty() && !selection.is_full() {
			turns.retain_mut(|turn| selection.serve(turn));
		}
		selection.selected
	}
}

/// A queue while a block is filled.
struct Turn {
	/// The next account that was not served yet.
	next: Option<Slot>,
	/// Accounts with more units, to be served again.
	again: VecDeque<Account>,
	/// Whether its accounts have stake locked.
	is_staked: bool,
}

/// An account while a block is filled.
struct Account {
	slot: Slot,
	/// Number of its selected units.
	selected: usize,
	/// Usage of its quota with them.
	used: Usage,
	/// `None` if the ledger meters nothing.
	shares: Option<Shares>,
}

#[derive(Clone, Copy)]
struct Shares {
	all: Usage,
	staked: Usage,
}

impl Shares {
	fn new(rules: &QuotaRules, locked: Balance) -> Self {
		Self { all: rules.share(locked), staked: rules.stake_share(locked) }
	}
}

/// Why an account is served no more at this turn.
enum End {
	/// It has no more units, or its quota allows no more in this block.
	Account,
	/// The block has no room for its next unit.
	NoRoom,
	/// The free part of the block has no room for its next unit.
	NoFree,
	/// The turn is over.
	Turn,
}

struct Selection<'a> {
	pool: &'a Pool,
	context: &'a Context,
	left: Budget,
	left_free: Usage,
	/// Shares of most accounts, which have a balance and no stake: computed once.
	without_stake: Option<Shares>,
	misses: usize,
	free_misses: usize,
	selected: Vec<Arc<PooledUnit>>,
}

impl Selection<'_> {
	fn is_full(&self) -> bool {
		self.left.units == 0 || self.misses >= MAX_MISSES
	}

	/// Returns whether the free part is full, so that accounts without stake are served no more.
	fn is_free_full(&self) -> bool {
		self.free_misses >= MAX_MISSES
	}

	/// Serves a queue for a turn. Returns `false` if it has no more units for this block.
	fn serve(&mut self, turn: &mut Turn) -> bool {
		let mut quantum = TURN_UNITS;
		while quantum > 0 && !self.is_full() {
			if !turn.is_staked && self.is_free_full() {
				return false;
			}
			let account = match turn.next {
				Some(slot) => {
					turn.next = self.pool.lanes.after(Kind::Queue, slot);
					Some(self.begin(slot))
				},
				None => turn.again.pop_front(),
			};
			let Some(mut account) = account else { return false };
			match self.serve_account(&mut account, &mut quantum) {
				End::Turn => turn.again.push_back(account),
				End::Account => {},
				End::NoRoom => self.misses += 1,
				End::NoFree => self.free_misses += usize::from(!turn.is_staked),
			}
		}
		turn.next.is_some() || !turn.again.is_empty()
	}

	fn begin(&self, slot: Slot) -> Account {
		let account = &self.pool.lanes[slot].base;
		let quota = &account.data.quota;
		let shares = match (account.has_deposit(), quota.locked) {
			(true, 0) => self.without_stake,
			_ => self.context.shares_of(account).map(|rules| Shares::new(&rules, quota.locked)),
		};
		Account { slot, selected: 0, used: quota.used_at(self.context.now), shares }
	}

	fn serve_account(&mut self, account: &mut Account, quantum: &mut usize) -> End {
		let lane = &self.pool.lanes[account.slot];
		while let Some(ready) = lane.ready.get(account.selected) {
			if *quantum == 0 {
				return End::Turn;
			}
			let unit = &ready.unit;
			let end = unit.unit.body.valid_until;
			if end != 0 && (end < self.context.number || end - self.context.number > MAX_VALIDITY) {
				return End::Account;
			}
			let cost = unit.cost(self.context);
			let used = account.used.saturating_add(cost);
			// The free part is what exceeds the share of stake, as `Quota::charge` counts it.
			let free = match account.shares {
				Some(shares) if !used.fits(&shares.all) => return End::Account,
				Some(shares) => used.saturating_sub(shares.staked).min(cost),
				None => Usage::default(),
			};
			if self.left.units == 0 || unit.bytes > self.left.bytes || cost.compute > self.left.compute {
				return End::NoRoom;
			}
			if !free.fits(&self.left_free) {
				return End::NoFree;
			}
			self.left.units -= 1;
			self.left.bytes -= unit.bytes;
			self.left.compute -= cost.compute;
			self.left_free = self.left_free.saturating_sub(free);
			(self.misses, account.used) = (0, used);
			account.selected += 1;
			*quantum -= 1;
			self.selected.push(unit.clone());
		}
		End::Account
	}
}
