//! The outcome of a batch.

use crate::{
	table::tables_root, LatticeDigest, Mark, Reason, RemotePayment, TableBlock, TableHead, TableId, UnitHash, Usage,
};
use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode};
use scale_info::TypeInfo;
use sp_core::H256;
use tp_core::{merkle, AccountId, Balance, BlockNumber};

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
	/// The payments to other shards, in the order of the batch: one for each such operation of a unit that applied. Not a part of
	/// the encoding, since the header commits to their messages.
	#[codec(skip)]
	pub remote: Vec<RemotePayment>,
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
