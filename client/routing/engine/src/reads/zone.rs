//! What a zone says of its ledgers.

use super::{error::ReadError, ledgers::Ledgers};
use crate::access::{AccessError, LedgerAccess};
use std::sync::Arc;
use tp_core::{AccountId, BlockNumber, ChainTag, Hash, TableId};
use tp_mailbox::{Commitments, Destination, Head, Levels};

/// The newest block of a zone, and the heads that it seals.
#[derive(Clone, Debug)]
pub struct SealedHeads {
	/// The height of the zone's block.
	pub number: BlockNumber,
	/// Its hash.
	pub hash: Hash,
	/// The heads, by ledger.
	pub heads: Vec<Head>,
	/// Blocks above the heads that their committees certified, and that this node found invalid.
	pub invalid: Vec<(ChainTag, BlockNumber)>,
}

/// The load of a ledger, as its newest header states it.
#[derive(Clone, Copy, Debug)]
pub struct Level {
	/// The ledger.
	pub chain: ChainTag,
	/// The height of its newest block.
	pub number: BlockNumber,
	/// The load.
	pub levels: Levels,
}

impl Ledgers {
	/// Returns the table of an account in the node's zone, and the shard that has it.
	///
	/// # Errors
	/// If this node does not run the shard.
	pub fn locate(&self, account: &AccountId) -> Result<(TableId, &dyn LedgerAccess), ReadError> {
		let (zone, table) = (self.zone(), TableId::of(account));
		let owner = self.owner(&Destination::Table { zone, table })?;
		owner.map(|ledger| (table, ledger)).ok_or(ReadError::NoShard { zone, table })
	}

	/// Returns what the newest block of the node's zone seals.
	///
	/// # Errors
	/// If this node does not run the zone.
	pub fn sealed(&self) -> Result<SealedHeads, ReadError> {
		let zone = self.get(ChainTag::Zone(self.zone()))?;
		let number = zone.newest();
		let heads = zone.neighbours(number)?.heads;
		let invalid = |ledger: &Arc<dyn LedgerAccess>| Some((ledger.chain(), ledger.invalid()?.header.number));
		Ok(SealedHeads {
			number,
			hash: hash_of(zone, number)?,
			heads,
			invalid: self.all().filter_map(invalid).collect(),
		})
	}

	/// Returns the load of each shard of this node.
	///
	/// # Errors
	/// If a header cannot be read.
	pub fn levels(&self) -> Result<Vec<Level>, ReadError> {
		let shards = self.all().filter(|ledger| matches!(ledger.chain(), ChainTag::Shard { .. }));
		let level = |ledger: &Arc<dyn LedgerAccess>| {
			let (chain, number) = (ledger.chain(), ledger.newest());
			let header = ledger.bare_header(number)?.ok_or_else(|| missing(&**ledger, number))?;
			// The genesis states no load.
			let levels = Commitments::find(&header.digest).unwrap_or_default().levels;
			Ok(Level { chain, number, levels })
		};
		shards.map(level).collect()
	}
}

/// Returns the hash of a block that the node has.
pub(super) fn hash_of(ledger: &dyn LedgerAccess, number: BlockNumber) -> Result<Hash, ReadError> {
	let header = ledger.bare_header(number)?.ok_or_else(|| missing(ledger, number))?;
	Ok(header.hash())
}

/// A block that must be there is not.
pub(super) fn missing(ledger: &dyn LedgerAccess, number: BlockNumber) -> AccessError {
	AccessError { chain: ledger.chain(), source: format!("block {number} is not in the database").into() }
}
