//! The outcome of a batch.

use crate::{merkle, table::tables_root, LatticeDigest, TableBlock, TableHead, TableId, UnitHash, Usage};
use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode};
use scale_info::TypeInfo;
use sp_core::H256;
use tp_core::{AccountId, Balance, BlockNumber};

/// The reasons for which a unit does not apply. The numbers are part of the format: none is reused, none changes.
#[derive(
	Clone,
	Copy,
	Debug,
	PartialEq,
	Eq,
	PartialOrd,
	Ord,
	Encode,
	Decode,
	DecodeWithMemTracking,
	TypeInfo,
	thiserror::Error,
)]
#[repr(u8)]
pub enum Reason {
	/// It has no operations.
	#[error("the unit does nothing")]
	#[codec(index = 1)]
	Empty = 1,
	/// The signature is not by the account's key for this domain, or of a scheme that units do not use.
	#[error("the signature is not the account's")]
	#[codec(index = 2)]
	Signature = 2,
	/// The account lives in another shard.
	#[error("the account lives in another shard")]
	#[codec(index = 3)]
	Elsewhere = 3,
	/// The account does not exist.
	#[error("the account does not exist")]
	#[codec(index = 4)]
	NoAccount = 4,
	/// The height is not the account's nonce.
	#[error("the height is not the account's next one")]
	#[codec(index = 5)]
	Height = 5,
	/// The parent is not the account's unit head.
	#[error("the parent is not the account's newest unit")]
	#[codec(index = 6)]
	Parent = 6,
	/// The last block that could include it has passed.
	#[error("the unit has expired")]
	#[codec(index = 7)]
	Expired = 7,
	/// Its end is further ahead than a unit may set it.
	#[error("the unit would be valid for too long")]
	#[codec(index = 8)]
	TooLong = 8,
	/// The account has used its share.
	#[error("the account has used its quota")]
	#[codec(index = 9)]
	Quota = 9,
	/// The balance is too low.
	#[error("the balance is too low")]
	#[codec(index = 10)]
	Balance = 10,
	/// The balance suffices, but is frozen.
	#[error("the balance is frozen")]
	#[codec(index = 11)]
	Frozen = 11,
	/// The account would end, and must not.
	#[error("the account would not live on")]
	#[codec(index = 12)]
	WouldDie = 12,
	/// The destination does not exist, and the amount is below the existential deposit.
	#[error("the amount is too small for the destination to exist")]
	#[codec(index = 13)]
	BelowMinimum = 13,
	/// The destination lives in another shard, to which this one does not send.
	#[error("the destination lives in another shard")]
	#[codec(index = 14)]
	DestinationElsewhere = 14,
	/// This ledger does not know the operation.
	#[error("this ledger does not know the operation")]
	#[codec(index = 15)]
	Unsupported = 15,
}

/// The mark of a unit: it applied, or the reason why not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark(pub Option<Reason>);

impl Mark {
	/// The mark of a unit that applied.
	pub const APPLIED: Self = Self(None);

	/// Returns 0 if the unit applied, or the reason's number.
	pub fn code(&self) -> u8 {
		self.0.map_or(0, |reason| reason as u8)
	}
}

/// A payment to an account.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub struct Credit {
	/// The account.
	pub dest: AccountId,
	/// The unit that paid it.
	pub unit: UnitHash,
	/// The index of the unit's operation.
	pub operation: u32,
	/// The amount.
	pub amount: Balance,
}

/// The outcome of a batch: all that replicas must agree on besides the accounts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub struct Outcome {
	/// The number of units in the batch.
	pub units: u32,
	/// The units that did not apply, by their index in the batch, ascending.
	pub refused: Vec<(u32, Reason)>,
	/// The tables with units or credits, ascending.
	pub tables: Vec<TableBlock>,
	/// The rest of the balances of accounts that ended, which is burnt.
	pub dust: Balance,
	/// The part of the units' cost that no stake covers.
	pub free: Usage,
}

impl Outcome {
	/// Returns the mark of a unit of the batch.
	pub fn mark(&self, index: u32) -> Mark {
		let found = self.refused.binary_search_by_key(&index, |(index, _)| *index).ok();
		Mark(found.map(|at| self.refused[at].1))
	}

	/// Returns the number of units that applied.
	pub fn applied(&self) -> u32 {
		self.units.saturating_sub(self.refused.len() as u32)
	}

	/// Returns the header's digest, given the heads after the block.
	pub fn digest(&self, heads: &[(TableId, TableHead)]) -> LatticeDigest {
		let with_units = self.tables.iter().filter(|block| block.units > 0);
		let leaves: Vec<_> = with_units.map(|block| (block.table, block.units_root).encode()).collect();
		LatticeDigest {
			units: self.units,
			units_root: merkle::root(&leaves),
			tables_root: tables_root(heads),
			outbox_root: H256::zero(),
		}
	}
}

/// The effects of a block's units, and the heads of its tables before it. With the batch it gives all receipts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub struct BlockRecord {
	/// The outcome of the batch.
	pub outcome: Outcome,
	/// The heads of these tables before the block, in the order of the outcome.
	pub previous: Vec<TableHead>,
}

impl BlockRecord {
	/// Returns the record of a block, given the heads of its tables before it.
	pub fn new(outcome: Outcome, previous: impl Fn(TableId) -> TableHead) -> Self {
		let previous = outcome.tables.iter().map(|block| previous(block.table)).collect();
		Self { outcome, previous }
	}

	/// Returns the heads of these tables after the block `number`.
	pub fn heads(&self, number: BlockNumber) -> Vec<(TableId, TableHead)> {
		let tables = self.outcome.tables.iter().zip(&self.previous);
		tables
			.map(|(block, before)| (block.table, before.next(number, &block.units_root, &block.credits_root)))
			.collect()
	}
}
