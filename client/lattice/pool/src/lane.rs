//! The units of one account.

use crate::PooledUnit;
use std::{
	collections::{BTreeMap, VecDeque},
	sync::Arc,
};
use tp_core::{AccountId, Balance, BlockNumber, Nonce};
use tp_lattice::{Account, Quota, Usage};

/// A unit that can be in the next block, and what it leaves of its account.
#[derive(Debug)]
pub struct Ready {
	pub unit: Arc<PooledUnit>,
	/// Whether the account is there after it, and its free balance and providers then: all that a unit changes besides
	/// nonce, head and quota.
	pub is_alive: bool,
	pub free_after: Balance,
	pub providers_after: u32,
	/// What it costs.
	pub cost: Usage,
	/// The last block that may have it, as the unit says: so that a block's units are let go without a look at each.
	pub valid_until: BlockNumber,
	/// Whom it pays too little for a new account: it applies only as long as they have enough.
	pub thin: Vec<AccountId>,
}

/// A unit behind a gap.
#[derive(Debug)]
pub struct Waiting {
	pub unit: Arc<PooledUnit>,
	/// Since when, in milliseconds.
	pub since: u64,
}

/// The units of an account.
#[derive(Debug)]
pub struct Lane {
	pub id: AccountId,
	/// The account at the newest block.
	pub base: Account,
	/// From the account's nonce on, without gaps.
	pub ready: VecDeque<Ready>,
	/// Above the first missing height.
	pub future: BTreeMap<Nonce, Waiting>,
	/// What the ready units cost together.
	pub pending: Usage,
	/// All units, and their encoded bytes, as the pool counts them: while a lane is worked on, some are in neither place.
	pub held: usize,
	pub bytes: usize,
	/// The bucket that it counts in, and with which balance.
	pub bucket: u8,
	pub weight: Balance,
	/// Whether stake is locked for the quota.
	pub is_staked: bool,
	/// The list by size, and the other lists, that it is in.
	pub class: Option<u8>,
	pub is_queued: bool,
	pub is_waiting: bool,
	/// While a block is taken in: how many of the first ready units it has, and whether the rest must be judged anew.
	pub included: usize,
	pub is_touched: bool,
	pub is_suspect: bool,
}

impl Lane {
	pub fn new(id: AccountId, base: Account) -> Self {
		Self {
			id,
			base,
			ready: VecDeque::new(),
			future: BTreeMap::new(),
			pending: Usage::default(),
			held: 0,
			bytes: 0,
			bucket: 0,
			weight: 0,
			is_staked: false,
			class: None,
			is_queued: false,
			is_waiting: false,
			included: 0,
			is_touched: false,
			is_suspect: false,
		}
	}

	pub fn units(&self) -> usize {
		self.ready.len() + self.future.len()
	}

	/// The height of the unit that would be ready next.
	pub fn next_height(&self) -> Nonce {
		self.base.nonce.saturating_add(Nonce::try_from(self.ready.len()).unwrap_or(Nonce::MAX))
	}

	/// The ready unit at a height.
	pub fn ready_at(&self, height: Nonce) -> Option<&Ready> {
		self.ready.get(height.checked_sub(self.base.nonce)? as usize)
	}

	/// The unit at a height.
	pub fn at(&self, height: Nonce) -> Option<&Arc<PooledUnit>> {
		match self.ready_at(height) {
			Some(ready) => Some(&ready.unit),
			None => self.future.get(&height).map(|waiting| &waiting.unit),
		}
	}

	/// The account after so many of the ready units, but for its quota; `None` if it has died of the last one.
	pub fn account_after(&self, count: usize) -> Option<Account> {
		let Some(last) = count.checked_sub(1).and_then(|index| self.ready.get(index)) else {
			return Some(self.base.clone());
		};
		if !last.is_alive {
			return None;
		}
		let mut account = self.base.clone();
		account.nonce = last.unit.unit.body.height.saturating_add(1);
		account.providers = last.providers_after;
		account.data.free = last.free_after;
		account.data.unit_head = last.unit.hash;
		Some(account)
	}

	/// The account after all ready units.
	///
	/// Its quota is used up as if they were all in a block of this moment. Later there is never less left: what a block
	/// counts fades from then on.
	pub fn speculate(&self, now: u64) -> Option<Account> {
		let mut account = self.account_after(self.ready.len())?;
		account.data.quota = self.quota(now);
		Some(account)
	}

	/// The quota after all ready units.
	pub fn quota(&self, now: u64) -> Quota {
		let Quota { locked, .. } = self.base.data.quota;
		Quota { used: self.base.data.quota.used_at(now).saturating_add(self.pending), at: now, locked }
	}

	/// Whether the account, as it is after a block, is the one that was expected after so many of the ready units. What
	/// it has received says nothing that its balance does not, and its quota is looked at apart.
	pub fn is_expected(&self, account: &Account, count: usize) -> bool {
		let same = |one: &Account, other: &Account| {
			one.nonce == other.nonce
				&& one.consumers == other.consumers
				&& one.providers == other.providers
				&& one.sufficients == other.sufficients
				&& one.data.free == other.data.free
				&& one.data.reserved == other.data.reserved
				&& one.data.frozen == other.data.frozen
				&& one.data.unit_head == other.data.unit_head
				&& one.data.quota.locked == other.data.quota.locked
		};
		self.account_after(count).is_some_and(|expected| same(&expected, account))
	}
}
