//! What came of a batch.

use crate::{merkle, table::tables_root, LatticeDigest, TableBlock, TableHead, TableId, UnitHash, Usage};
use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode};
use scale_info::TypeInfo;
use sp_core::H256;
use tp_core::{AccountId, Balance, BlockNumber};

/// Why a unit did not apply. The numbers are part of the format: none is used twice, none changes.
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
	/// Not by the account's key for this domain, or by a scheme that units are not signed with.
	#[error("the signature is not the account's")]
	#[codec(index = 2)]
	Signature = 2,
	/// The account lives in another shard.
	#[error("the account lives in another shard")]
	#[codec(index = 3)]
	Elsewhere = 3,
	/// There is no such account.
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
	/// It may be included longer than any unit may.
	#[error("the unit would be valid for too long")]
	#[codec(index = 8)]
	TooLong = 8,
	/// The account has used its share.
	#[error("the account has used its quota")]
	#[codec(index = 9)]
	Quota = 9,
	/// Too little money.
	#[error("the balance is too low")]
	#[codec(index = 10)]
	Balance = 10,
	/// There is enough, but it is frozen.
	#[error("the balance is frozen")]
	#[codec(index = 11)]
	Frozen = 11,
	/// The account must live on.
	#[error("the account would not live on")]
	#[codec(index = 12)]
	WouldDie = 12,
	/// The destination does not exist, and this is too little for it to live.
	#[error("the amount is too small for the destination to exist")]
	#[codec(index = 13)]
	BelowMinimum = 13,
	/// The destination lives in another shard, and this one does not send there.
	#[error("the destination lives in another shard")]
	#[codec(index = 14)]
	DestinationElsewhere = 14,
	/// This ledger does not know the operation.
	#[error("this ledger does not know the operation")]
	#[codec(index = 15)]
	Unsupported = 15,
}

/// What became of a unit: nothing is the matter, or a reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark(pub Option<Reason>);

impl Mark {
	/// It applied.
	pub const APPLIED: Self = Self(None);

	/// 0 if it applied, or the reason's number.
	pub fn code(&self) -> u8 {
		self.0.map_or(0, |reason| reason as u8)
	}
}

/// Money that came to an account.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub struct Credit {
	/// Who was paid.
	pub dest: AccountId,
	/// By which unit.
	pub unit: UnitHash,
	/// By which of its operations.
	pub operation: u32,
	/// How much.
	pub amount: Balance,
}

/// What came of a batch: all that replicas must agree on besides the accounts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub struct Outcome {
	/// Units of the batch.
	pub units: u32,
	/// Those that did not apply, by their place in the batch, ascending.
	pub refused: Vec<(u32, Reason)>,
	/// The tables touched, ascending.
	pub tables: Vec<TableBlock>,
	/// What accounts that are no more left behind: it is burnt.
	pub dust: Balance,
	/// What of the units' cost no stake covers.
	pub free: Usage,
}

impl Outcome {
	/// What became of a unit of the batch.
	pub fn mark(&self, index: u32) -> Mark {
		let found = self.refused.binary_search_by_key(&index, |(index, _)| *index).ok();
		Mark(found.map(|at| self.refused[at].1))
	}

	/// Units that applied.
	pub fn applied(&self) -> u32 {
		self.units.saturating_sub(self.refused.len() as u32)
	}

	/// What the header says, given the heads after the block.
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

/// What a block's units did, and where its tables' chains were before: with the batch, all that receipts are made of.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub struct BlockRecord {
	/// What came of the batch.
	pub outcome: Outcome,
	/// The heads of the tables touched as they were before, in the order of the outcome.
	pub previous: Vec<TableHead>,
}

impl BlockRecord {
	/// The record of a block, given where its tables' chains were before it.
	pub fn new(outcome: Outcome, previous: impl Fn(TableId) -> TableHead) -> Self {
		let previous = outcome.tables.iter().map(|block| previous(block.table)).collect();
		Self { outcome, previous }
	}

	/// The heads of the tables touched, after the block `number`.
	pub fn heads(&self, number: BlockNumber) -> Vec<(TableId, TableHead)> {
		let tables = self.outcome.tables.iter().zip(&self.previous);
		tables
			.map(|(block, before)| (block.table, before.next(number, &block.units_root, &block.credits_root)))
			.collect()
	}
}
