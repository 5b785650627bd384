//! A store that is created: from the genesis state, or from the tables of another node.

use crate::{
	bucket::MAX_VALUE_BYTES,
	disk::{Folder, Log, Snapshots},
	error::StoreError,
	head::Head,
	history::History,
	limits::Limits,
	recovery::check_hashes,
	state::State,
	store::Store,
	table::Table,
	tree::Tree,
};
use std::sync::Arc;
use tp_account_store::{bits_after, AccountKey, BatchHasher, Hash, MAX_BITS, TABLES};

/// Collects the tables of a store.
pub struct StoreBuilder {
	tables: Vec<Table>,
}

impl Default for StoreBuilder {
	fn default() -> Self {
		Self { tables: vec![Table::default(); TABLES] }
	}
}

impl StoreBuilder {
	/// Makes a store of the accounts of a genesis state, in any order. Each table grows from nothing at once.
	pub fn genesis<V: AsRef<[u8]>>(mut accounts: Vec<(AccountKey, V)>) -> Result<Self, StoreError> {
		accounts.sort_by_key(|(key, _)| *key);
		let mut builder = Self::default();
		for part in accounts.chunk_by(|one, other| one.0.table() == other.0.table()) {
			let accounts = part.iter().map(|(key, value)| (*key, value.as_ref()));
			builder.set_table(part[0].0.table(), bits_after(0, part.len() as u64), accounts)?;
		}
		Ok(builder)
	}

	/// Sets a table to accounts in ascending order. `bits` is the committed shape. What the caller takes from another node
	/// is right if [`Self::root`] is that of a final block.
	pub fn set_table<'a>(
		&mut self,
		number: u8,
		bits: u8,
		accounts: impl Iterator<Item = (AccountKey, &'a [u8])> + Clone,
	) -> Result<(), StoreError> {
		let mut last = None;
		for (key, value) in accounts.clone() {
			if key.table() != number || last >= Some(key) || bits > MAX_BITS {
				return Err(StoreError::Unsorted(number));
			}
			if value.len() > MAX_VALUE_BYTES {
				return Err(StoreError::ValueTooLarge(value.len()));
			}
			last = Some(key);
		}
		self.tables[usize::from(number)] = Table::build(0, bits, accounts);
		Ok(())
	}

	/// Removes the accounts of a table.
	pub(crate) fn clear_table(&mut self, number: u8) {
		self.tables[usize::from(number)] = Table::default();
	}

	/// Returns the number of accounts of a table.
	pub(crate) fn accounts_of(&self, number: u8) -> u64 {
		self.tables[usize::from(number)].count()
	}

	/// Returns the root of a table.
	pub(crate) fn table_root(&self, number: u8) -> Hash {
		self.tables[usize::from(number)].root()
	}

	/// Returns the root of the accounts.
	pub fn root(&self) -> Hash {
		Tree::build(&self.tables.iter().map(Table::root).collect::<Vec<_>>(), &mut BatchHasher::default()).root()
	}

	/// Creates the store on disk, at a block. `head.root` is [`Self::root`].
	///
	/// # Errors
	/// [`StoreError::Exists`] if the folder has a store, and [`StoreError::WrongHashes`]. What an interrupted creation left is removed.
	pub fn create(
		self,
		folder: Arc<dyn Folder>,
		chain: Hash,
		limits: Limits,
		version: u64,
		hash: Hash,
		time_ms: u64,
	) -> Result<Store, StoreError> {
		check_hashes()?;
		let head = Head { version, hash, root: self.root(), time_ms };
		Snapshots::prepare(&*folder)?;
		let mut tables = self.tables;
		tables.iter_mut().for_each(|table| table.version = version);
		let log = Log::create(folder.clone(), chain, 0, version)?;
		let snapshots = Snapshots::create(folder.clone(), chain, &head, &tables)?;
		Ok(Store::new(State::new(tables, History::new(head)), log, snapshots, folder, chain, limits))
	}
}
