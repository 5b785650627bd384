//! Selection of a block's units. The top of the crate has the order.

use super::Pool;
use crate::{
	buckets::{queue_of, PARTS},
	lanes::{Kind, Slot},
	unit::PooledUnit,
};
use std::{
	collections::{BTreeMap, VecDeque},
	sync::Arc,
};
use tp_lattice::{Claims, Context, PoolContext, QuotaRules, TableId, Usage, Used, MAX_VALIDITY};
use tp_quota::Shares;

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

/// The units of a block.
#[derive(Clone, Debug, Default)]
pub struct Selected {
	/// The units, in their order.
	pub units: Vec<Arc<PooledUnit>>,
	/// The reference time that they take, in picoseconds.
	pub compute: u64,
}

impl Pool {
	/// Returns whether a block on the newest one can include any unit. A ready unit waits if its account's share is used, and if its
	/// payment to another shard has no room.
	pub fn has_selectable(&self) -> bool {
		let PoolContext { max_batch_bytes, max_batch_compute, is_paused, .. } = self.context;
		!is_paused && self.has_ready() && {
			let budget = Budget { bytes: max_batch_bytes as usize, compute: max_batch_compute, units: 1 };
			!self.select(budget, &self.context.context).units.is_empty()
		}
	}

	/// Selects ready units for a block on the newest one. `context` is that block's: the pool knows all of it except
	/// number, time, the burst percentage of quotas, the free use that is left and the room for messages to other shards. The units stay in the pool until a block
	/// includes them.
	///
	/// The selection is a prefix of each account's ready units, and all of it applies together. Nothing is executed:
	/// only quotas, ends, messages and the block's limits are counted, because everything else was validated with the same rules.
	///
	/// While the ledger takes no units, ready ones wait.
	pub fn select(&self, budget: Budget, context: &Context) -> Selected {
		if self.context.is_paused {
			return Selected::default();
		}
		let mut selection = Selection {
			pool: self,
			context,
			left: Budget { bytes: budget.bytes.saturating_sub(PREFIX_BYTES), ..budget },
			left_free: context.quota.map_or(Usage::MAX, |rules| rules.block_free),
			misses: 0,
			free_misses: 0,
			later: Default::default(),
			claims: Claims::default(),
			selected: Vec::new(),
		};
		for kind in [Cover::Stake, Cover::Free] {
			for part in 0..PARTS {
				selection.serve_part(kind, part);
			}
		}
		Selected { units: selection.selected, compute: budget.compute - selection.left.compute }
	}
}

/// What covers use: stake, or the free share. Use that stake covers goes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Cover {
	Free = 0,
	Stake = 1,
}

/// The accounts of a bucket while a block is filled.
#[derive(Default)]
struct Turn {
	/// The next account that was not served yet.
	next: Option<Slot>,
	/// Accounts with more units, to be served again.
	again: VecDeque<Account>,
}

/// An account while a block is filled.
struct Account {
	slot: Slot,
	/// Number of its selected units.
	selected: usize,
	/// What is used of its shares with them.
	used: Used,
	/// `None` if the ledger meters nothing.
	shares: Option<(QuotaRules, Shares)>,
}

impl Account {
	/// Returns the place of the account among those whose use has the same cover.
	fn part(&self, kind: Cover) -> usize {
		let part = |(_, shares): &(_, Shares)| shares.used_part(&self.used, kind == Cover::Stake);
		usize::from(queue_of(self.shares.as_ref().map_or(0, part)))
	}
}

/// Why an account is served no more at this turn.
enum End {
	/// It has no more units, its quota allows no more in this block, or its next payment to another shard has no room.
	Account,
	/// The block has no room for its next unit.
	NoRoom,
	/// The free part of the block has no room for its next unit.
	NoFree,
	/// Stake does not cover its next unit.
	NoStake,
	/// The turn is over.
	Turn,
}

struct Selection<'a> {
	pool: &'a Pool,
	context: &'a Context,
	left: Budget,
	left_free: Usage,
	misses: usize,
	free_misses: usize,
	/// Accounts that are served again, by cover and by the used part of their share.
	later: [[Vec<Account>; PARTS]; 2],
	/// Room that the messages of the selected units claim.
	claims: Claims,
	selected: Vec<Arc<PooledUnit>>,
}

impl Selection<'_> {
	fn is_full(&self) -> bool {
		self.left.units == 0 || self.misses >= MAX_MISSES
	}

	/// Returns whether the free part is full, so that free use is served no more.
	fn is_free_full(&self) -> bool {
		self.free_misses >= MAX_MISSES
	}

	/// Serves all accounts that have used about the same part of their share, bucket by bucket in turns.
	fn serve_part(&mut self, kind: Cover, part: usize) {
		let mut turns = BTreeMap::<u8, Turn>::new();
		for bucket in self.pool.buckets.occupied() {
			if let next @ Some(_) = self.pool.buckets[bucket].queues[kind as usize][part].first() {
				turns.entry(bucket).or_default().next = next;
			}
		}
		for account in std::mem::take(&mut self.later[kind as usize][part]) {
			turns.entry(self.pool.lanes[account.slot].bucket).or_default().again.push_back(account);
		}
		while !turns.is_empty() && !self.is_full() {
			turns.retain(|_, turn| self.serve(turn, kind, part));
		}
	}

	/// Serves a bucket for a turn. Returns `false` if it has no more units for this block.
	fn serve(&mut self, turn: &mut Turn, kind: Cover, part: usize) -> bool {
		let mut quantum = TURN_UNITS;
		while quantum > 0 && !self.is_full() {
			if kind == Cover::Free && self.is_free_full() {
				return false;
			}
			let account = match turn.next {
				Some(slot) => {
					turn.next = self.pool.lanes.after(Kind::Queue, slot);
					// Any number of accounts can wait for room, and none of them is a reason to end: passing over them must cost
					// little.
					if !self.pool.lanes[slot].ready.front().is_some_and(|first| self.has_room(&first.messages)) {
						continue;
					}
					Some(self.begin(slot))
				},
				None => turn.again.pop_front(),
			};
			let Some(mut account) = account else { return false };
			match self.serve_account(&mut account, &mut quantum, kind) {
				// With the units of its turn it may have used as much as others.
				End::Turn => match account.part(kind).max(part) {
					same if same == part => turn.again.push_back(account),
					more => self.later[kind as usize][more].push(account),
				},
				End::NoStake => self.later[Cover::Free as usize][account.part(Cover::Free)].push(account),
				End::Account => {},
				End::NoRoom => self.misses += 1,
				End::NoFree => self.free_misses += 1,
			}
		}
		turn.next.is_some() || !turn.again.is_empty()
	}

	/// Returns whether messages to tables of other shards have room besides those of the selected units.
	fn has_room(&self, messages: &[TableId]) -> bool {
		messages.is_empty()
			|| self.context.room.as_ref().is_some_and(|room| room.check_all(messages, &self.claims).is_ok())
	}

	fn begin(&self, slot: Slot) -> Account {
		let account = &self.pool.lanes[slot].base;
		let shares = |rules: QuotaRules| (rules, rules.shares(account.data.quota.locked));
		let shares = self.context.shares_of(account).map(shares);
		Account { slot, selected: 0, used: self.context.used(account), shares }
	}

	fn serve_account(&mut self, account: &mut Account, quantum: &mut usize, kind: Cover) -> End {
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
			if !self.has_room(&ready.messages) {
				return End::Account;
			}
			let cost = Usage { state: ready.cost.state, ..unit.cost(self.context) };
			let cost = cost.saturating_add(self.context.cost_of_messages(ready.messages.len() as u64));
			let (mut taken, mut free) = (Used::default(), Usage::default());
			if let Some((rules, shares)) = &account.shares {
				taken = shares.split(&account.used, rules.to_share(cost));
				free = cost.saturating_sub(rules.to_use(taken.staked));
				if !taken.free.fits(&shares.free_room(&account.used)) {
					return End::Account;
				}
			}
			if kind == Cover::Stake && free != Usage::default() {
				return End::NoStake;
			}
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
			self.misses = 0;
			ready.messages.iter().for_each(|table| self.claims.add(*table));
			account.used = account.used.saturating_add(&taken);
			account.selected += 1;
			*quantum -= 1;
			self.selected.push(unit.clone());
		}
		End::Account
	}
}
