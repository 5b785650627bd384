//! The archive: the newest blocks in memory, older ones in the database, units by the index.

use super::{
	block::{batch_bytes, NewBlock, Recent},
	cache::{NewestBlocks, OlderBlocks},
	error::ArchiveError,
};
use crate::{
	chain::{ChainError, ChainView},
	log_targets::LOG_TARGET,
};
use parking_lot::Mutex;
use std::{
	path::Path,
	sync::{mpsc, Arc},
	time::{Duration, Instant},
};
use tc_lattice_index::{BlockRef, Link, Place, UnitIndex};
use tokio::sync::watch;
use tp_core::{AccountId, BlockNumber, Hash};
use tp_lattice::{HashedBatch, Mark, Receipt, Unit, UnitHash};

/// Blocks in one commit of the index while it catches up.
const CATCH_UP_BLOCKS: u32 = 256;
/// Interval at which a long rebuild logs its progress.
const PROGRESS_INTERVAL: Duration = Duration::from_secs(5);

/// A unit of the chain.
#[derive(Clone, Debug)]
pub struct FoundUnit {
	/// The unit.
	pub unit: Unit,
	/// Hash of the unit.
	pub hash: UnitHash,
	/// Height of its block.
	pub number: BlockNumber,
	/// Hash of its block.
	pub block: Hash,
	/// Index in the batch.
	pub index: u32,
	/// Whether it applied, or the reason why not.
	pub mark: Mark,
}

/// Blocks and units of the past.
pub struct Archive {
	chain: Arc<dyn ChainView>,
	newest: NewestBlocks,
	older: OlderBlocks,
	/// `None` on a node that keeps no index.
	indexer: Option<Indexer>,
}

/// The index, and what the thread that writes it shares with others.
struct Indexer {
	index: UnitIndex,
	/// The newest indexed block.
	progress: watch::Sender<BlockNumber>,
	/// Wakes the thread.
	wake: mpsc::SyncSender<()>,
	/// Error of the thread's last run.
	failure: Mutex<Option<String>>,
}

impl Archive {
	/// Opens the index in a folder and starts the thread that follows the chain.
	///
	/// # Errors
	/// If the index cannot be used.
	pub fn open(chain: Arc<dyn ChainView>, path: &Path) -> Result<Arc<Self>, ArchiveError> {
		let index = UnitIndex::open(path)?;
		let (wake, woken) = mpsc::sync_channel(1);
		let progress = watch::Sender::new(index.newest()?.map_or(0, |(number, _)| number));
		let indexer = Some(Indexer { index, progress, wake, failure: Mutex::default() });
		let (newest, older) = (NewestBlocks::default(), OlderBlocks::default());
		let archive = Arc::new(Self { chain, newest, older, indexer });
		let follower = Arc::downgrade(&archive);
		std::thread::Builder::new()
			.name("unit-indexer".into())
			.spawn(move || loop {
				let Some(archive) = follower.upgrade() else { return };
				let Some(indexer) = &archive.indexer else { return };
				let failure = archive.catch_up(indexer).err().map(|error| error.to_string());
				if let Some(error) = &failure {
					log::error!(target: LOG_TARGET, "The unit index does not follow the chain: {error}");
				}
				*indexer.failure.lock() = failure;
				drop(archive);
				if woken.recv().is_err() {
					return;
				}
			})
			.map_err(ArchiveError::Thread)?;
		Ok(archive)
	}

	/// Creates the archive of a node that keeps no index. It has the units that the pool remembers, and no others.
	pub fn without_index(chain: Arc<dyn ChainView>) -> Arc<Self> {
		Arc::new(Self { chain, newest: NewestBlocks::default(), older: OlderBlocks::default(), indexer: None })
	}

	/// Returns whether the node keeps an index.
	pub fn has_index(&self) -> bool {
		self.indexer.is_some()
	}

	fn indexer(&self) -> Result<&Indexer, ArchiveError> {
		self.indexer.as_ref().ok_or(ArchiveError::NoIndex)
	}

	/// Takes in an imported block.
	pub(crate) fn imported(&self, hash: Hash, block: NewBlock) -> Arc<Recent> {
		let recent = Arc::new(Recent::new(block));
		self.newest.insert(hash, recent.clone());
		if let Some(Indexer { wake, .. }) = &self.indexer {
			// A full channel: the indexer is about to look anyway.
			if let Err(mpsc::TrySendError::Disconnected(())) = wake.try_send(()) {
				log::debug!(target: LOG_TARGET, "The unit indexer has stopped");
			}
		}
		recent
	}

	/// Returns the newest block whose units are indexed.
	///
	/// # Errors
	/// If the index does not answer, or there is none.
	pub fn indexed(&self) -> Result<BlockNumber, ArchiveError> {
		Ok(self.indexer()?.index.newest()?.map_or(0, |(number, _)| number))
	}

	/// Waits until the units of a block are indexed, or until a time has passed. Returns whether they are.
	pub async fn wait_until_indexed(&self, number: BlockNumber, patience: Duration) -> bool {
		let Some(indexer) = &self.indexer else { return false };
		let mut progress = indexer.progress.subscribe();
		let waited = tokio::time::timeout(patience, progress.wait_for(|newest| *newest >= number)).await;
		matches!(waited, Ok(Ok(_)))
	}

	/// Returns whether the index has the units of all blocks up to a height: a unit that it does not have is in none of
	/// them. A node that did not execute the chain from its beginning has no earlier units.
	///
	/// # Errors
	/// If the index does not answer, or there is none.
	pub fn is_complete(&self, number: BlockNumber) -> Result<bool, ArchiveError> {
		let is_from_beginning = self.indexer()?.index.first()?.is_none_or(|first| first <= 1);
		Ok(is_from_beginning && self.indexed()? >= number)
	}

	/// Returns why the index does not follow the chain, or `None` if it follows.
	pub fn failure(&self) -> Option<String> {
		self.indexer.as_ref()?.failure.lock().clone()
	}

	/// Brings the index up to the newest block.
	fn catch_up(&self, indexer: &Indexer) -> Result<(), ArchiveError> {
		let Indexer { index, progress, .. } = indexer;
		let (newest, _) = self.chain.newest();
		// A node that began with a late state has executed no block before.
		let from = index.newest()?.map_or_else(|| self.chain.first_state(), |(number, _)| Ok(number))? + 1;
		if from > newest {
			return Ok(());
		}
		let mut logged = Instant::now();
		let mut writer = index.writer(CATCH_UP_BLOCKS)?;
		for number in from..=newest {
			let hash = self.hash_at(number)?;
			// Each block once: it displaces no block that others ask for.
			let block = self.newest.get(&hash).map_or_else(|| self.load(hash), Ok)?;
			let reference = BlockRef { number, hash, parent: block.header().parent_hash };
			writer.insert_block(&reference, block.batch().batch(), block.outcome())?;
			if logged.elapsed() > PROGRESS_INTERVAL {
				logged = Instant::now();
				log::info!(target: LOG_TARGET, "Indexing units: block {number} of {newest}");
			}
		}
		writer.finish()?;
		progress.send_replace(newest);
		Ok(())
	}

	/// Returns block and place of a unit by the index alone, or `None` if it is in no indexed block.
	///
	/// # Errors
	/// If index or database fail, or there is no index.
	pub fn place(&self, hash: &UnitHash) -> Result<Option<(Hash, Place)>, ArchiveError> {
		let Some(place) = self.indexer()?.index.unit(hash)? else { return Ok(None) };
		Ok(Some((self.hash_at(place.number)?, place)))
	}

	/// Returns a unit by its hash, or `None` if it is in no block.
	///
	/// # Errors
	/// If index or database fail, or there is no index.
	pub fn unit(&self, hash: &UnitHash) -> Result<Option<FoundUnit>, ArchiveError> {
		match self.indexer()?.index.unit(hash)? {
			Some(place) => self.unit_at(*hash, place),
			None => Ok(None),
		}
	}

	/// Returns a unit whose place is known. Reads one block.
	///
	/// # Errors
	/// If the database fails.
	pub fn unit_at(&self, hash: UnitHash, place: Place) -> Result<Option<FoundUnit>, ArchiveError> {
		self.unit_in(self.hash_at(place.number)?, hash, place)
	}

	/// Returns a unit whose block and place are known. Reads the block.
	///
	/// # Errors
	/// If the database fails.
	pub fn unit_in(&self, block: Hash, hash: UnitHash, place: Place) -> Result<Option<FoundUnit>, ArchiveError> {
		let Place { number, index, mark } = place;
		let unit = self.block(block)?.batch().units().get(index as usize).cloned();
		Ok(unit.map(|unit| FoundUnit { unit, hash, number, block, index, mark }))
	}

	/// Returns the newest applied units of an account's chain, newest first. With `before`, returns those below that
	/// height. Reads the index alone.
	///
	/// # Errors
	/// If the index fails, or there is none.
	pub fn links(&self, id: &AccountId, before: Option<u32>, limit: usize) -> Result<Vec<Link>, ArchiveError> {
		Ok(self.indexer()?.index.chain(id, before, limit)?)
	}

	/// Returns the receipt of the unit at an index, or `None` if it did not apply.
	///
	/// # Errors
	/// If the database fails.
	pub fn receipt(&self, block: Hash, index: u32) -> Result<Option<Receipt>, ArchiveError> {
		Ok(self.block(block)?.receipt(index))
	}

	fn hash_at(&self, number: BlockNumber) -> Result<Hash, ArchiveError> {
		self.chain.hash_at(number)?.ok_or(ArchiveError::NoBlock(number))
	}

	/// Returns whether a block is one of the newest, which are in memory.
	pub fn is_newest(&self, block: &Hash) -> bool {
		self.newest.get(block).is_some()
	}

	/// Returns a block with the outcome of its units.
	fn block(&self, hash: Hash) -> Result<Arc<Recent>, ArchiveError> {
		match self.newest.get(&hash) {
			Some(block) => Ok(block),
			None => self.older.get_or_load(hash, || self.load(hash)),
		}
	}

	/// Reads a block from the database.
	fn load(&self, hash: Hash) -> Result<Arc<Recent>, ArchiveError> {
		let (header, body) = self.chain.block(hash)?.ok_or(ChainError::UnknownBlock(hash))?;
		let certificate = self.chain.certificate(hash)?.ok_or(ArchiveError::NoCertificate(hash))?;
		let batch = batch_bytes(&body).and_then(|bytes| HashedBatch::decode(bytes).ok()).unwrap_or_default();
		let record = self.chain.record(hash)?;
		if record.is_none() && !batch.units().is_empty() {
			return Err(ArchiveError::NoRecord(header.number));
		}
		let block = NewBlock { batch: Arc::new(batch), record: record.unwrap_or_default(), header, certificate };
		Ok(Arc::new(Recent::new(block)))
	}

	/// Returns number and memory of the older blocks in memory.
	#[cfg(test)]
	pub(crate) fn older_size(&self) -> (usize, usize) {
		self.older.size()
	}
}
