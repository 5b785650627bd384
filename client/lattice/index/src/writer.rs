//! Insertion of blocks.

use crate::{
	error::IndexError,
	index::UnitIndex,
	records::{
		anchor_key, block_key, is_anchor, Entry, Extent, Lives, UnitRecord, ACCOUNTS, ANCHORS, BLOCKS, EXTENT_KEY,
		FORMAT, UNITS,
	},
	Place,
};
use codec::Encode;
use parity_db::Operation;
use parking_lot::MutexGuard;
use std::collections::{BTreeMap, HashMap, HashSet};
use tp_core::{AccountId, BlockNumber, Hash};
use tp_lattice::{Batch, Mark, Outcome, Unit, UnitHash};

/// Units of a commit, about. More take memory and gain nothing.
const MAX_COMMIT_UNITS: usize = 20_000;

/// A final block and its parent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BlockRef {
	/// Height of the block.
	pub number: BlockNumber,
	/// Hash of the block.
	pub hash: Hash,
	/// Hash of its parent.
	pub parent: Hash,
}

/// Writer of blocks, several in one commit. Blocks after the last commit are lost unless [`Self::finish`] is called;
/// the index is consistent either way.
#[must_use = "blocks of the last commit are lost without `finish`"]
pub struct Writer<'a> {
	index: &'a UnitIndex,
	_writing: MutexGuard<'a, ()>,
	blocks_per_commit: u32,
	on_commit: Option<Box<dyn FnMut(BlockNumber) + 'a>>,
	/// Extent after the next commit.
	extent: Option<Extent>,
	pending: Pending,
}

/// Records of the next commit.
#[derive(Default)]
struct Pending {
	blocks: BTreeMap<BlockNumber, Hash>,
	units: HashMap<UnitHash, UnitRecord>,
	anchors: Vec<([u8; 36], UnitHash)>,
	accounts: HashMap<AccountId, Lives>,
}

impl UnitIndex {
	/// Inserts the block after the newest, or any block into an empty index. A block that the index has changes
	/// nothing.
	///
	/// # Errors
	/// If the block does not follow the newest, or the index belongs to another chain.
	pub fn insert_block(&self, block: &BlockRef, batch: &Batch, outcome: &Outcome) -> Result<(), IndexError> {
		let mut writer = self.writer(1)?;
		writer.insert_block(block, batch, outcome)?;
		writer.finish()
	}

	/// Returns a writer of many blocks, with a commit after every `blocks` blocks, for rebuilding. Waits for other
	/// writers.
	pub fn writer(&self, blocks: u32) -> Result<Writer<'_>, IndexError> {
		Writer::new(self, blocks)
	}
}

impl<'a> Writer<'a> {
	fn new(index: &'a UnitIndex, blocks_per_commit: u32) -> Result<Self, IndexError> {
		let writing = index.writing.lock();
		let extent = index.extent()?;
		let pending = Pending::default();
		Ok(Self { index, _writing: writing, blocks_per_commit, on_commit: None, extent, pending })
	}

	/// Calls `call` after each commit with the number of the newest block, to report progress.
	pub fn on_commit(mut self, call: impl FnMut(BlockNumber) + 'a) -> Self {
		self.on_commit = Some(Box::new(call));
		self
	}

	/// Inserts a block as [`UnitIndex::insert_block`] does.
	///
	/// # Errors
	/// Same as [`UnitIndex::insert_block`]. Nothing of the block is inserted then.
	pub fn insert_block(&mut self, block: &BlockRef, batch: &Batch, outcome: &Outcome) -> Result<(), IndexError> {
		let units = batch.units();
		if usize::try_from(outcome.units) != Ok(units.len()) {
			return Err(IndexError::OtherOutcome { outcome: outcome.units, batch: units.len() });
		}
		if self.is_there(block)? {
			return Ok(());
		}
		// All reads come first, so that an error leaves no part of the block.
		let mut accounts = Vec::new();
		let mut lasting = HashSet::new();
		for chain in units.chunk_by(|one, next| one.body.account == next.body.account) {
			let Some(first) = chain.first() else { continue };
			accounts.push(self.lives(&first.body.account)?);
		}
		for (index, _) in &outcome.refused {
			let hash = units.get(*index as usize).map(Unit::hash).unwrap_or_default();
			lasting.extend(self.applied(&hash)?.then_some(hash));
		}
		self.extend(block, units, outcome, accounts, &lasting);
		match self.is_full() {
			true => self.commit(),
			false => Ok(()),
		}
	}

	/// Commits the remaining blocks. Readers see them then; the disk has them a little later.
	pub fn finish(mut self) -> Result<(), IndexError> {
		self.commit()
	}

	/// Returns whether the index has a block. Fails if the block cannot belong to its chain.
	fn is_there(&self, block: &BlockRef) -> Result<bool, IndexError> {
		let Some(Extent { first, number: newest, .. }) = self.extent else { return Ok(false) };
		let BlockRef { number, hash, parent } = *block;
		if number < first {
			return Err(IndexError::BeforeFirst { first, found: number });
		}
		if number > newest.saturating_add(1) {
			return Err(IndexError::Gap { newest, found: number });
		}
		let (number, found) = if number > newest { (newest, parent) } else { (number, hash) };
		let indexed = match self.pending.blocks.get(&number) {
			Some(hash) => *hash,
			None => self.index.block(number)?.ok_or(IndexError::Damaged("the hash of a block is missing"))?,
		};
		if indexed != found {
			return Err(IndexError::OtherChain { number, indexed, found });
		}
		Ok(block.number <= newest)
	}

	fn lives(&self, account: &AccountId) -> Result<Lives, IndexError> {
		match self.pending.accounts.get(account) {
			Some(lives) => Ok(*lives),
			None => self.index.lives(account),
		}
	}

	/// Returns whether a unit applied in an earlier block.
	fn applied(&self, hash: &UnitHash) -> Result<bool, IndexError> {
		let record = match self.pending.units.get(hash) {
			Some(record) => Some(*record),
			None => self.index.record(hash)?,
		};
		Ok(record.is_some_and(|record| record.entry.is_some()))
	}

	/// Adds a block to the next commit. `accounts` are the lives of the batch's accounts, `lasting` its refused units
	/// that applied in an earlier block.
	fn extend(
		&mut self,
		block: &BlockRef,
		units: &[Unit],
		outcome: &Outcome,
		accounts: Vec<Lives>,
		lasting: &HashSet<UnitHash>,
	) {
		let Pending { blocks, units: records, anchors, accounts: changed } = &mut self.pending;
		let mut refused = outcome.refused.iter().peekable();
		let mut at = 0u32..;
		let of_accounts = units.chunk_by(|one, next| one.body.account == next.body.account);
		for (chain, mut lives) in of_accounts.zip(accounts) {
			let before = lives.next;
			for (unit, index) in chain.iter().zip(&mut at) {
				let (hash, body) = (unit.hash(), &unit.body);
				let mark = Mark(refused.next_if(|(of, _)| *of == index).map(|(_, reason)| *reason));
				let place = Place { number: block.number, index, mark };
				if mark != Mark::APPLIED {
					if !lasting.contains(&hash) {
						records.insert(hash, UnitRecord { place, entry: None });
					}
					continue;
				}
				if body.parent != lives.newest {
					lives.life = lives.next;
				}
				let entry = Entry { height: body.height, previous: lives.newest };
				records.insert(hash, UnitRecord { place, entry: Some(entry) });
				if is_anchor(lives.next) {
					anchors.push((anchor_key(&body.account, lives.next), hash));
				}
				lives.next += 1;
				lives.newest = hash;
			}
			if let Some(first) = chain.first().filter(|_| lives.next > before) {
				changed.insert(first.body.account.clone(), lives);
			}
		}
		blocks.insert(block.number, block.hash);
		let first = self.extent.map_or(block.number, |extent| extent.first);
		self.extent = Some(Extent { format: FORMAT, first, number: block.number, hash: block.hash });
	}

	fn is_full(&self) -> bool {
		let Pending { blocks, units, .. } = &self.pending;
		blocks.len() >= self.blocks_per_commit as usize || units.len() >= MAX_COMMIT_UNITS
	}

	fn commit(&mut self) -> Result<(), IndexError> {
		let Pending { blocks, units, anchors, accounts } = &self.pending;
		let (Some(extent), false) = (self.extent, blocks.is_empty()) else { return Ok(()) };
		let mut changes = Vec::with_capacity(1 + blocks.len() + units.len() + anchors.len() + accounts.len());
		let mut set = |column, key: &[u8], record| changes.push((column, Operation::Set(key.to_vec(), record)));
		units.iter().for_each(|(hash, record)| set(UNITS, hash.as_bytes(), record.encode()));
		anchors.iter().for_each(|(key, hash)| set(ANCHORS, key, hash.encode()));
		accounts.iter().for_each(|(account, lives)| set(ACCOUNTS, account.as_ref(), lives.encode()));
		blocks.iter().for_each(|(number, hash)| set(BLOCKS, &block_key(*number), hash.encode()));
		set(BLOCKS, EXTENT_KEY, extent.encode());
		// The records of a commit that fails stay pending: a later commit must include them.
		self.index.db.commit_changes(changes)?;
		self.pending = Pending::default();
		if let Some(call) = &mut self.on_commit {
			call(extent.number);
		}
		Ok(())
	}
}
