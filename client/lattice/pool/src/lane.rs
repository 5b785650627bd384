//! The units of one account.

use crate::unit::PooledUnit;
use std::{
	collections::{BTreeMap, VecDeque},
	sync::Arc,
};
use tp_core::{AccountId, Balance, BlockNumber, Nonce};
use tp_lattice::{Account, Context, TableId, Usage};

/// A unit that the next block can include, and the account after it.
///
/// Invariant: the fields `…_after` describe the account after all ready units up to this one, on the account at the
/// newest block (`Lane::base`). They are right only as long as `base` is what the units were validated on. A change of
/// `base` therefore either matches what was speculated ([`Lane::is_expected`]) or validates the lane again.
#[derive(Debug)]
pub struct Ready {
	pub unit: Arc<PooledUnit>,
	/// Whether the account exists after it, with which free balance and providers: all that a unit changes besides
	/// nonce, head and quota.
	pub is_alive: bool,
	pub free_after: Balance,
	pub providers_after: u32,
	/// Its cost.
	pub cost: Usage,
	/// Copy of the last block that may include it, so that a block's units leave without a look at each.
	pub valid_until: BlockNumber,
	/// Accounts that it pays less than the existential deposit. It applies only as long as they have a balance.
	pub below_deposit: Vec<AccountId>,
	/// Tables of other shards to which it sends messages, one for each. A block includes it only if all have room.
	pub messages: Vec<TableId>,
}

/// A unit behind a gap.
#[derive(Debug)]
pub struct Waiting {
	pub unit: Arc<PooledUnit>,
	/// When it became a future unit, in milliseconds since 1970.
	pub since: u64,
	/// Its cost, without the accounts that it creates.
	pub cost: Usage,
}

/// The units of an account.
#[derive(Debug)]
pub struct Lane {
	pub id: AccountId,
	/// The account at the newest block.
	pub base: Account,
	/// Ready units, from the account's nonce on without gaps.
	pub ready: VecDeque<Ready>,
	/// Future units, above the first missing height.
	pub future: BTreeMap<Nonce, Waiting>,
	/// Cost of all ready units.
	pub pending: Usage,
	/// Cost of all future units.
	pub waiting: Usage,
	/// Number and encoded bytes of all units, as the pool counts them. While a lane is worked on, some are neither
	/// ready nor future.
	pub tracked: usize,
	pub bytes: usize,
	/// Bucket that it counts in, and the balance that it counts with.
	pub bucket: u8,
	pub weight: Balance,
	/// Whether the account has stake locked for its quota.
	pub is_staked: bool,
	/// The list by size that it is in, the queue by its used part, and whether it is in the other list.
	pub class: Option<u8>,
	pub queue: Option<u8>,
	pub is_waiting: bool,
	/// While a block is taken in: number of the first ready units that it includes, whether the lane is listed as
	/// touched, and whether its units must be validated again.
	pub included: usize,
	pub is_touched: bool,
	pub needs_validation: bool,
}

impl Lane {
	pub fn new(id: AccountId, base: Account) -> Self {
		Self {
			id,
			base,
			ready: VecDeque::new(),
			future: BTreeMap::new(),
			pending: Usage::default(),
			waiting: Usage::default(),
			tracked: 0,
			bytes: 0,
			bucket: 0,
			weight: 0,
			is_staked: false,
			class: None,
			queue: None,
			is_waiting: false,
			included: 0,
			is_touched: false,
			needs_validation: false,
		}
	}

	pub fn units(&self) -> usize {
		self.ready.len() + self.future.len()
	}

	/// Returns the height of the unit that would be ready next.
	pub fn next_height(&self) -> Nonce {
		self.base.nonce.saturating_add(Nonce::try_from(self.ready.len()).unwrap_or(Nonce::MAX))
	}

	/// Returns the ready unit at a height.
	pub fn ready_at(&self, height: Nonce) -> Option<&Ready> {
		self.ready.get(height.checked_sub(self.base.nonce)? as usize)
	}

	/// Returns the unit at a height.
	pub fn at(&self, height: Nonce) -> Option<&Arc<PooledUnit>> {
		match self.ready_at(height) {
			Some(ready) => Some(&ready.unit),
			None => self.future.get(&height).map(|waiting| &waiting.unit),
		}
	}

	/// Returns the account after the first `count` ready units, with its old quota, or `None` if the last of them
	/// removes it.
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

	/// Returns the account after all ready units.
	///
	/// Its quota counts them as if a block of this moment included them all. That is the worst case: usage fades from
	/// the block on, so a later block never leaves less.
	pub fn speculate(&self, context: &Context) -> Option<Account> {
		let mut account = self.account_after(self.ready.len())?;
		let mut charged = self.base.clone();
		if !self.ready.is_empty() {
			context.charge_anyway(&mut charged, self.pending);
		}
		account.data.quota = charged.data.quota;
		Some(account)
	}

	/// Returns whether `account`, read after a block, is the account expected after the first `count` ready units.
	///
	/// Fragile: every field that validation reads must be compared here, or a lane keeps units that no longer apply.
	/// Left out are the credits received, which validation does not read, and the quota, which the caller checks.
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
