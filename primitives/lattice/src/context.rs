//! The context in which units are validated, besides the accounts.

use crate::{
	version::{charge_before_4, RulesVersion},
	Account, Domain, Life, Quota, QuotaRules, Reason, Room, TableId, Unit, Usage,
};
use alloc::sync::Arc;
use codec::{Decode, Encode};
use core::ops::RangeInclusive;
use scale_info::TypeInfo;
use tp_core::{
	lives::{begin, first_nonce},
	AccountId, Balance, BlockNumber, ChainTag, Nonce,
};
use tp_quota::{Used, ACCOUNT_STATE, LINK_STATE};

/// The context in which units are validated, besides the accounts.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct Context {
	/// The domain of the signatures.
	pub domain: Domain,
	/// The number of the block that includes them.
	pub number: BlockNumber,
	/// Its time, in milliseconds since 1970.
	pub now: u64,
	/// The tables of this shard.
	pub tables: RangeInclusive<u8>,
	/// The existential deposit.
	pub existential_deposit: Balance,
	/// The shares, or `None` if nothing is metered.
	pub quota: Option<QuotaRules>,
	/// The cost of a unit without its operations, in picoseconds of reference time.
	pub compute_per_unit: u64,
	/// The cost of an operation, in picoseconds of reference time.
	pub compute_per_operation: u64,
	/// The lives of accounts, or `None` if all begin with the nonce 0, as in versions 1 and 2 of the host function.
	pub lives: Option<Lives>,
	/// The room for payments to other shards of the zone. `None` if the zone has none, and by the rules before version 5. The
	/// encoding omits the field: host function and runtime API have it apart.
	#[codec(skip)]
	pub room: Option<Arc<Room>>,
	/// The version of the rules. The encoding omits the field, and decoding sets the newest: the host function's own
	/// version says which it is.
	#[codec(skip)]
	pub version: RulesVersion,
}

/// What the first nonces and heads of a ledger's accounts bind. It is the same in all blocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct Lives {
	/// The ledger, with its incarnation.
	pub chain: ChainTag,
	/// What first nonces exceed the block number by.
	pub base: Nonce,
}

impl Context {
	/// Returns an account that did not exist, with its whole share used: new accounts gain nothing.
	pub(crate) fn new_account(&self, tombstone: Option<Nonce>) -> Account {
		let mut account = Account { nonce: self.begin(tombstone), ..Account::default() };
		if let Some(rules) = &self.quota {
			account.data.quota = Quota::begin(self.now, rules);
		}
		account
	}

	/// Returns the nonce with which an account begins in the block, given its tombstone.
	pub fn begin(&self, tombstone: Option<Nonce>) -> Nonce {
		self.lives.map_or(0, |Lives { base, .. }| begin(first_nonce(base, self.number), tombstone))
	}

	/// Returns the tombstone of an account that ends in the block with a nonce.
	pub fn tombstone(&self, nonce: Nonce) -> Option<Nonce> {
		let Lives { base, .. } = self.lives?;
		tp_core::lives::tombstone(nonce, first_nonce(base, self.number))
	}

	/// Returns the life of an account that begins with a nonce.
	pub fn life<'a>(&self, id: &'a AccountId, nonce: Nonce) -> Life<'a> {
		Life { id, nonce, chain: self.lives.map(|lives| lives.chain) }
	}

	/// Returns the shares of an account before a unit, or `None` if nothing is metered.
	pub fn shares_of(&self, account: &Account) -> Option<QuotaRules> {
		let rules = self.quota?;
		let has_free_share = account.has_deposit() || self.version == RulesVersion::V1;
		Some(if has_free_share { rules } else { rules.without_free_share() })
	}

	/// Returns what an account has used of its shares. Nothing if nothing is metered.
	pub fn used(&self, account: &Account) -> Used {
		let used = |rules| account.data.quota.used_at(self.now, account.balance(), &rules);
		self.quota.map(used).unwrap_or_default()
	}

	/// Charges an account if its share allows the cost. Returns the part that no stake covers.
	///
	/// # Errors
	/// [`Reason::Quota`], which changes nothing.
	pub fn charge(&self, account: &mut Account, cost: Usage) -> Result<Usage, Reason> {
		let Some(rules) = self.shares_of(account) else { return Ok(Usage::default()) };
		let balance = account.balance();
		self.charge_by(&rules, balance, &mut account.data.quota, cost)
	}

	/// Charges a quota, by the shares and the balance of its account before the unit.
	pub(crate) fn charge_by(
		&self,
		rules: &QuotaRules,
		balance: Balance,
		quota: &mut Quota,
		cost: Usage,
	) -> Result<Usage, Reason> {
		let free = match self.version {
			RulesVersion::V1 | RulesVersion::V2 | RulesVersion::V3 => charge_before_4(quota, self.now, cost, rules),
			RulesVersion::V4 | RulesVersion::V5 => {
				quota.charge(self.now, balance, cost, rules).ok().map(|charge| charge.free)
			},
		};
		free.ok_or(Reason::Quota)
	}

	/// Charges an account whether or not its share allows the cost: for units that wait in a pool.
	pub fn charge_anyway(&self, account: &mut Account, cost: Usage) {
		if let Some(rules) = self.shares_of(account) {
			let balance = account.balance();
			account.data.quota.charge_anyway(self.now, balance, cost, &rules);
		}
	}

	/// Returns the first time from now on at which the share of an account allows a cost, in milliseconds since 1970. `None`
	/// if it never does.
	pub fn allowed_at(&self, account: &Account, cost: Usage) -> Option<u64> {
		match self.shares_of(account) {
			Some(rules) => account.data.quota.allowed_at(self.now, account.balance(), cost, &rules),
			None => Some(self.now),
		}
	}

	/// Counts the balance that an account has held until now: before its balance changes.
	pub(crate) fn touch(&self, account: &mut Account) {
		if let Some(rules) = self.quota.filter(|_| self.meters_state()) {
			let balance = account.balance();
			account.data.quota.touch(self.now, balance, rules.full_balance);
		}
	}

	/// Tells whether units are charged for the accounts that they create.
	pub fn meters_state(&self) -> bool {
		self.quota.is_some() && self.version >= RulesVersion::V4
	}

	/// Returns what a unit costs its account, without the accounts that it creates.
	pub fn cost(&self, unit: &Unit) -> Usage {
		self.cost_of(unit, unit.encoded_size())
	}

	/// Returns the same for a unit of known size.
	pub fn cost_of(&self, unit: &Unit, bytes: usize) -> Usage {
		let operations = unit.body.operations.len() as u64;
		let compute = self.compute_per_unit.saturating_add(self.compute_per_operation.saturating_mul(operations));
		let state = if self.version >= RulesVersion::V4 { LINK_STATE } else { 0 };
		Usage { compute, bytes: bytes as u64, state }
	}

	/// Returns what the creation of accounts costs besides.
	pub fn cost_of_accounts(&self, accounts: u64) -> Usage {
		Usage { state: ACCOUNT_STATE.saturating_mul(accounts), ..Usage::default() }
	}

	/// Returns what messages to other shards cost besides.
	pub fn cost_of_messages(&self, messages: u64) -> Usage {
		let per_message = self.room.as_ref().map_or(0, |room| room.compute_per_message);
		Usage { compute: per_message.saturating_mul(messages), ..Usage::default() }
	}

	/// Returns the same for the messages of a unit.
	pub fn cost_of_messages_of(&self, unit: &Unit) -> Usage {
		match self.room {
			Some(_) => self.cost_of_messages(self.messages_of(unit).count() as u64),
			None => Usage::default(),
		}
	}

	/// Returns the table of an account that lives in another shard, or `None` if it lives in this one.
	pub fn elsewhere(&self, account: &AccountId) -> Option<TableId> {
		if self.tables == (0..=u8::MAX) {
			return None;
		}
		Some(TableId::of(account)).filter(|table| !self.tables.contains(&table.0))
	}

	/// Returns the tables of other shards to which a unit sends messages, one for each.
	pub fn messages_of<'a>(&'a self, unit: &'a Unit) -> impl Iterator<Item = TableId> + 'a {
		unit.body.operations.iter().filter_map(|operation| self.elsewhere(operation.dest()?))
	}
}
