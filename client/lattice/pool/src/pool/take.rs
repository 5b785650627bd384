//! Chooses the units of a block. The order is told at the top of the crate.

use super::Pool;
use crate::{
	lanes::{Kind, Slot},
	PooledUnit,
};
use std::{collections::VecDeque, sync::Arc};
use tp_core::Balance;
use tp_lattice::{Context, QuotaRules, Usage, MAX_VALIDITY};

/// Units that a queue gives at a turn: few, so that none waits for long, and enough that an account's chain is not torn
/// into single units.
pub const TURN_UNITS: usize = 16;
/// Accounts in a row whose next unit finds no room, after which a block, or its free part, counts as full.
const MAX_MISSES: usize = 64;
/// Bytes of the number of units that a batch begins with, at most: a compact u32.
pub(super) const PREFIX_BYTES: usize = 5;

/// What a block has room for.
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
	/// Ready units for a block on the newest one, judged by that block's context, of which the pool knows all but the
	/// number, the time and how much capacity is lent. They stay in the pool until a block has them.
	///
	/// Each account's are a beginning of its chain, and all of them apply together: nothing is executed, only quotas, ends
	/// and the block's limits are counted.
	pub fn take(&self, budget: Budget, context: &Context) -> Vec<Arc<PooledUnit>> {
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
			taken: Vec::new(),
		};
		while !turns.is_empty() && !selection.is_full() {
			turns.retain_mut(|turn| selection.serve(turn));
		}
		selection.taken
	}
}

/// A queue while a block is filled.
struct Turn {
	/// The next account that has given nothing yet.
	next: Option<Slot>,
	/// Those that have more to give.
	again: VecDeque<Account>,
	/// Whether its accounts have locked stake.
	is_staked: bool,
}

/// An account while a block is filled.
struct Account {
	slot: Slot,
	/// How many of its units are taken.
	taken: usize,
	/// What counts as used with them.
	used: Usage,
	/// `None` if nothing is metered.
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

/// Why an account gives no more at this turn.
enum End {
	/// It has given what it has, or may, in this block.
	Account,
	/// Its next unit finds no room in the block.
	NoRoom,
	/// Its next unit finds no room in the block's free part.
	NoFree,
	/// Others are next.
	Turn,
}

struct Selection<'a> {
	pool: &'a Pool,
	context: &'a Context,
	left: Budget,
	left_free: Usage,
	/// The shares of most accounts: those with a balance and without stake.
	without_stake: Option<Shares>,
	misses: usize,
	free_misses: usize,
	taken: Vec<Arc<PooledUnit>>,
}

impl Selection<'_> {
	fn is_full(&self) -> bool {
		self.left.units == 0 || self.misses >= MAX_MISSES
	}

	/// Whether nothing more is taken of accounts without stake.
	fn is_free_full(&self) -> bool {
		self.free_misses >= MAX_MISSES
	}

	/// Takes a turn's units of a queue; `false` if it has no more to give.
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
		Account { slot, taken: 0, used: quota.used_at(self.context.now), shares }
	}

	fn serve_account(&mut self, account: &mut Account, quantum: &mut usize) -> End {
		let lane = &self.pool.lanes[account.slot];
		while let Some(ready) = lane.ready.get(account.taken) {
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
			// As `Quota::charge` counts it.
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
			account.taken += 1;
			*quantum -= 1;
			self.taken.push(unit.clone());
		}
		End::Account
	}
}
