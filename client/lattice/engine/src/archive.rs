//! Blocks and receipts of the past, and the index by which units are found.
//!
//! ```text
//! import ─▶ recent blocks ─▶ indexer (a thread) ─▶ UnitIndex
//!                │                                    │
//! receipts ◀─────┴──── blocks of the database ◀── by hash, by account
//! ```

use crate::{chain::ChainView, observer::batch_of};
use parking_lot::Mutex;
use schnellru::{ByLength, LruMap};
use std::{
	path::Path,
	sync::{mpsc, Arc, OnceLock},
	time::{Duration, Instant},
};
use tc_lattice_index::{BlockRef, IndexError, Link, Place, UnitIndex};
use tc_lattice_pool::IncludedUnit;
use tp_core::{AccountId, BlockNumber, Hash, Header};
use tp_lattice::{Batch, BlockRecord, Mark, Outcome, Receipt, Receipts, Unit, UnitHash};
use tp_pbft::Certificate;

/// Blocks kept in memory: those whose receipts are asked for are mostly the newest.
const RECENT: u32 = 32;
/// Blocks that one commit of the index takes while it catches up.
const CATCH_UP_BLOCKS: u32 = 256;
/// How often a long rebuild says how far it is.
const PROGRESS_INTERVAL: Duration = Duration::from_secs(5);

/// Why something of the past is not known.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
	/// The index does not answer.
	#[error(transparent)]
	Index(#[from] IndexError),
	/// The database or the runtime does not answer.
	#[error("the chain cannot be read: {0}")]
	Chain(String),
	/// The block is there, but not what its units did.
	#[error("block {0} was imported without the record of its units: rebuild the database")]
	NoRecord(BlockNumber),
}

/// A block that was imported, as long as it is held in memory.
pub(crate) struct NewBlock {
	pub batch: Batch,
	pub record: BlockRecord,
	pub header: Header,
	pub certificate: Certificate,
}

/// A block in memory, and its receipts from the first time that one is asked for.
pub(crate) struct Recent {
	block: NewBlock,
	receipts: OnceLock<Option<Receipts>>,
}

impl Recent {
	fn new(block: NewBlock) -> Self {
		Self { block, receipts: OnceLock::new() }
	}

	pub fn batch(&self) -> &Batch {
		&self.block.batch
	}

	/// Hash and mark of each unit, in the order of the batch.
	pub fn units(&self) -> Vec<IncludedUnit> {
		let units = (0..).zip(self.batch().units());
		units.map(|(index, unit)| IncludedUnit { hash: unit.hash(), mark: self.outcome().mark(index) }).collect()
	}

	pub fn outcome(&self) -> &Outcome {
		&self.block.record.outcome
	}

	fn receipt(&self, index: u32) -> Option<Receipt> {
		let receipts = self.receipts.get_or_init(|| {
			let NewBlock { batch, record, header, certificate } = &self.block;
			Receipts::new(batch.clone(), record.clone(), header.clone(), certificate.clone())
		});
		receipts.as_ref()?.receipt(index)
	}
}

/// A unit of the chain.
#[derive(Clone, Debug)]
pub struct FoundUnit {
	/// The unit.
	pub unit: Unit,
	/// Its hash.
	pub hash: UnitHash,
	/// Height of its block.
	pub number: BlockNumber,
	/// Its block.
	pub block: Hash,
	/// Its place in the batch.
	pub index: u32,
	/// What became of it.
	pub mark: Mark,
}

/// What a node knows of the past.
pub struct Archive {
	chain: Arc<dyn ChainView>,
	index: UnitIndex,
	recent: Mutex<LruMap<Hash, Arc<Recent>, ByLength>>,
	news: mpsc::SyncSender<()>,
	/// Why the index does not follow, if it does not.
	failure: Mutex<Option<String>>,
}

impl Archive {
	/// Opens the index in a folder and has it follow the chain.
	///
	/// # Errors
	/// If the index cannot be used.
	pub fn open(chain: Arc<dyn ChainView>, path: &Path) -> Result<Arc<Self>, ArchiveError> {
		let index = UnitIndex::open(path)?;
		let (news, arrived) = mpsc::sync_channel(1);
		let recent = Mutex::new(LruMap::new(ByLength::new(RECENT)));
		let archive = Arc::new(Self { chain, index, recent, news, failure: Mutex::default() });
		let follower = Arc::downgrade(&archive);
		std::thread::Builder::new()
			.name("unit-indexer".into())
			.spawn(move || loop {
				let Some(archive) = follower.upgrade() else { return };
				let failure = archive.catch_up().err().map(|error| error.to_string());
				if let Some(error) = &failure {
					log::error!(target: crate::LOG_TARGET, "The unit index does not follow the chain: {error}");
				}
				*archive.failure.lock() = failure;
				drop(archive);
				if arrived.recv().is_err() {
					return;
				}
			})
			.map_err(|error| ArchiveError::Chain(format!("no thread for the unit index: {error}")))?;
		Ok(archive)
	}

	/// A block was imported.
	pub(crate) fn imported(&self, hash: Hash, block: NewBlock) -> Arc<Recent> {
		let recent = Arc::new(Recent::new(block));
		self.recent.lock().insert(hash, recent.clone());
		// Full: the indexer is about to look anyway.
		if let Err(mpsc::TrySendError::Disconnected(())) = self.news.try_send(()) {
			log::debug!(target: crate::LOG_TARGET, "The unit indexer has stopped");
		}
		recent
	}

	/// Up to which block units are indexed.
	///
	/// # Errors
	/// If the index does not answer.
	pub fn indexed(&self) -> Result<BlockNumber, ArchiveError> {
		Ok(self.index.newest()?.map_or(0, |(number, _)| number))
	}

	/// Why the index does not follow the chain, if it does not.
	pub fn failure(&self) -> Option<String> {
		self.failure.lock().clone()
	}

	/// Brings the index up to the newest block.
	fn catch_up(&self) -> Result<(), ArchiveError> {
		let (newest, _) = self.chain.newest();
		let from = self.index.newest()?.map_or(1, |(number, _)| number + 1);
		if from > newest {
			return Ok(());
		}
		let started = Instant::now();
		let mut said = started;
		let mut writer = self.index.writer(CATCH_UP_BLOCKS)?;
		for number in from..=newest {
			let hash = self.hash_at(number)?;
			let block = self.block(hash)?;
			let reference = BlockRef { number, hash, parent: block.block.header.parent_hash };
			writer.insert_block(&reference, block.batch(), block.outcome())?;
			if said.elapsed() > PROGRESS_INTERVAL {
				said = Instant::now();
				log::info!(target: crate::LOG_TARGET, "Indexing units: block {number} of {newest}");
			}
		}
		writer.finish()?;
		Ok(())
	}

	/// A unit of the chain by its hash; `None` if it is in no block.
	///
	/// # Errors
	/// If index or database fail.
	pub fn unit(&self, hash: &UnitHash) -> Result<Option<FoundUnit>, ArchiveError> {
		let Some(Place { number, index, mark }) = self.index.unit(hash)? else { return Ok(None) };
		let block = self.hash_at(number)?;
		let recent = self.block(block)?;
		let unit = recent.batch().units().get(index as usize).cloned();
		Ok(unit.map(|unit| FoundUnit { unit, hash: *hash, number, block, index, mark }))
	}

	/// The newest units of an account's chain that applied, newest first: those below a height, if one is given.
	///
	/// # Errors
	/// If index or database fail.
	pub fn chain(&self, id: &AccountId, before: Option<u32>, limit: usize) -> Result<Vec<FoundUnit>, ArchiveError> {
		let links = self.index.chain(id, before, limit)?;
		let found = links.into_iter().map(|Link { hash, .. }| self.unit(&hash));
		found.filter_map(Result::transpose).collect()
	}

	/// The receipt of the unit at a place; `None` if it did not apply.
	///
	/// # Errors
	/// If the database fails.
	pub fn receipt(&self, block: Hash, index: u32) -> Result<Option<Receipt>, ArchiveError> {
		Ok(self.block(block)?.receipt(index))
	}

	fn hash_at(&self, number: BlockNumber) -> Result<Hash, ArchiveError> {
		let found = self.chain.hash_at(number).map_err(ArchiveError::Chain)?;
		found.ok_or_else(|| ArchiveError::Chain(format!("block {number} is not there")))
	}

	/// A block with what its units did.
	fn block(&self, hash: Hash) -> Result<Arc<Recent>, ArchiveError> {
		if let Some(recent) = self.recent.lock().get(&hash) {
			return Ok(recent.clone());
		}
		let missing = || ArchiveError::Chain(format!("block {hash:?} is not there"));
		let (header, body) = self.chain.block(hash).map_err(ArchiveError::Chain)?.ok_or_else(missing)?;
		let certificate = self.chain.certificate(hash).map_err(ArchiveError::Chain)?.ok_or_else(missing)?;
		let batch = batch_of(&body).unwrap_or_default();
		let record = self.chain.record(hash).map_err(ArchiveError::Chain)?;
		if record.is_none() && !batch.units().is_empty() {
			return Err(ArchiveError::NoRecord(header.number));
		}
		let block = NewBlock { batch, record: record.unwrap_or_default(), header, certificate };
		let recent = Arc::new(Recent::new(block));
		self.recent.lock().insert(hash, recent.clone());
		Ok(recent)
	}
}
