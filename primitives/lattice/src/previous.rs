//! The formats of the host function before version 4: what it took, what it returned, and the accounts of its states.

use crate::{
	Account, AccountData, BlockRecord, Context, Domain, Lives, Outcome, Quota, QuotaRules, Reason, RulesVersion,
	TableBlock, TableHead, Usage,
};
use alloc::vec::Vec;
use codec::{Decode, DecodeAll, Encode};
use core::ops::RangeInclusive;
use scale_info::TypeInfo;
use sp_core::H256;
use tp_core::{Balance, BlockNumber, Nonce};

/// An amount of each resource: state was not metered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct PreviousUsage {
	/// Reference time, in picoseconds.
	pub compute: u64,
	/// Bytes in blocks.
	pub bytes: u64,
}

impl From<PreviousUsage> for Usage {
	fn from(PreviousUsage { compute, bytes }: PreviousUsage) -> Self {
		Self { compute, bytes, state: 0 }
	}
}

impl From<Usage> for PreviousUsage {
	fn from(Usage { compute, bytes, .. }: Usage) -> Self {
		Self { compute, bytes }
	}
}

/// The sizes of shares.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct PreviousRules {
	free: PreviousUsage,
	per_stake_unit: PreviousUsage,
	stake_unit: Balance,
	lent_percent: u32,
	block_free: PreviousUsage,
}

impl From<PreviousRules> for QuotaRules {
	fn from(rules: PreviousRules) -> Self {
		let PreviousRules { free, per_stake_unit, stake_unit, lent_percent, block_free } = rules;
		Self {
			free: free.into(),
			per_stake_unit: per_stake_unit.into(),
			stake_unit,
			full_balance: 0,
			lent_percent,
			block_free: block_free.into(),
		}
	}
}

/// The context of versions 1 and 2, which knew no lives.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct ContextWithoutLives {
	domain: Domain,
	number: BlockNumber,
	now: u64,
	tables: RangeInclusive<u8>,
	existential_deposit: Balance,
	quota: Option<PreviousRules>,
	compute_per_unit: u64,
	compute_per_operation: u64,
}

impl ContextWithoutLives {
	/// Returns the context under a version of the rules.
	pub fn under(self, version: RulesVersion) -> Context {
		PreviousContext { context: self, lives: None }.under(version)
	}
}

/// The context of version 3.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct PreviousContext {
	context: ContextWithoutLives,
	lives: Option<Lives>,
}

impl PreviousContext {
	/// Returns the context under a version of the rules.
	pub fn under(self, version: RulesVersion) -> Context {
		let Self { context, lives } = self;
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
		Context {
			domain,
			number,
			now,
			tables,
			existential_deposit,
			quota: quota.map(Into::into),
			compute_per_unit,
			compute_per_operation,
			lives,
			room: None,
			version,
		}
	}
}

/// The outcome of a batch.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct PreviousOutcome {
	units: u32,
	refused: Vec<(u32, Reason)>,
	tables: Vec<TableBlock>,
	dust: Balance,
	free: PreviousUsage,
}

impl From<Outcome> for PreviousOutcome {
	fn from(Outcome { units, refused, tables, dust, free, .. }: Outcome) -> Self {
		Self { units, refused, tables, dust, free: free.into() }
	}
}

impl From<PreviousOutcome> for Outcome {
	fn from(PreviousOutcome { units, refused, tables, dust, free }: PreviousOutcome) -> Self {
		Self { units, refused, tables, dust, free: free.into(), remote: Vec::new() }
	}
}

/// Decodes the record of a block of any version.
///
/// A record of one version never decodes as one of another: the amount of state that version 4 adds is eight bytes, and the
/// heads that follow have 36 bytes each.
///
/// # Errors
/// If the bytes are no record.
pub fn decode_record(bytes: &[u8]) -> Result<BlockRecord, codec::Error> {
	BlockRecord::decode_all(&mut &bytes[..]).or_else(|_| {
		let (outcome, previous) = <(PreviousOutcome, Vec<TableHead>)>::decode_all(&mut &bytes[..])?;
		Ok(BlockRecord { outcome: outcome.into(), previous })
	})
}

/// `System::Account` of a runtime before version 4.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct PreviousAccount {
	nonce: Nonce,
	consumers: u32,
	providers: u32,
	sufficients: u32,
	free: Balance,
	reserved: Balance,
	frozen: Balance,
	flags: u128,
	unit_head: H256,
	received: u32,
	received_hash: H256,
	used: PreviousUsage,
	at: u64,
	locked: Balance,
}

impl From<PreviousAccount> for Account {
	fn from(account: PreviousAccount) -> Self {
		let PreviousAccount { nonce, consumers, providers, sufficients, .. } = account;
		let PreviousAccount { free, reserved, frozen, flags, unit_head, received, received_hash, .. } = account;
		let PreviousAccount { used, at, locked, .. } = account;
		let quota = Quota { free: used.into(), charged_at: at, counted_at: at, locked, ..Quota::default() };
		let data = AccountData { free, reserved, frozen, flags, unit_head, received, received_hash, quota };
		Self { nonce, consumers, providers, sufficients, data }
	}
}

impl From<Account> for PreviousAccount {
	fn from(account: Account) -> Self {
		let Account { nonce, consumers, providers, sufficients, data } = account;
		let AccountData { free, reserved, frozen, flags, unit_head, received, received_hash, quota } = data;
		let Quota { free: used, charged_at: at, locked, .. } = quota;
		Self {
			nonce,
			consumers,
			providers,
			sufficients,
			free,
			reserved,
			frozen,
			flags,
			unit_head,
			received,
			received_hash,
			used: used.into(),
			at,
			locked,
		}
	}
}
