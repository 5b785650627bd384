//! The context in which units are validated, besides the accounts.

use crate::{Account, Domain, Life, Quota, QuotaRules, Unit, Usage};
use codec::{Decode, Encode};
use core::ops::RangeInclusive;
use scale_info::TypeInfo;
use tp_core::{
	lives::{begin, first_nonce},
	AccountId, Balance, BlockNumber, ChainTag, Nonce,
};

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
	/// Whether accounts without a balance have the free share. Only version 1 of the host function sets it: its runtimes
	/// had no such accounts. The encoding omits the field, and decoding sets it to `false`.
	#[codec(skip)]
	pub free_without_deposit: bool,
}

/// What the first nonces and heads of a ledger's accounts bind. It is the same in all blocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct Lives {
	/// The ledger, with its incarnation.
	pub chain: ChainTag,
	/// What first nonces exceed the block number by.
	pub base: Nonce,
}

/// The context of versions 1 and 2 of the host function, which knew no lives.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct ContextWithoutLives {
	domain: Domain,
	number: BlockNumber,
	now: u64,
	tables: RangeInclusive<u8>,
	existential_deposit: Balance,
	quota: Option<QuotaRules>,
	compute_per_unit: u64,
	compute_per_operation: u64,
}

impl From<ContextWithoutLives> for Context {
	fn from(context: ContextWithoutLives) -> Self {
		let ContextWithoutLives {
			domain,
			number,
			now,
			tables,
			existential_deposit,
			quota,
			compute_per_unit,
			compute_per_operation,
		} = context;
		Self {
			domain,
			number,
			now,
			tables,
			existential_deposit,
			quota,
			compute_per_unit,
			compute_per_operation,
			lives: None,
			free_without_deposit: false,
		}
	}
}

impl Context {
	/// Returns an account that did not exist, with its free share used: new accounts gain nothing.
	pub(crate) fn new_account(&self, tombstone: Option<Nonce>) -> Account {
		let mut account = Account { nonce: self.begin(tombstone), ..Account::default() };
		if let Some(rules) = &self.quota {
			account.data.quota = Quota { used: rules.free, at: self.now, locked: 0 };
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
		let has_free_share = account.has_deposit() || self.free_without_deposit;
		Some(if has_free_share { rules } else { rules.without_free_share() })
	}

	/// Returns what a unit costs its account.
	pub fn cost(&self, unit: &Unit) -> Usage {
		let operations = unit.body.operations.len() as u64;
		let compute = self.compute_per_unit.saturating_add(self.compute_per_operation.saturating_mul(operations));
		Usage { compute, bytes: unit.encoded_size() as u64 }
	}
}
