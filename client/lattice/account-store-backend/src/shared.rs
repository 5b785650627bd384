//! What the backend, its states and its operations share: the store, and what leads to it.

use crate::{
	block::{NewAccounts, PendingBlock},
	error::BackendError,
	keys::{account_of, time_of, ROOT_KEY, TIME_KEY},
	record::{offchain_to_record, AuxChange, Other},
	roots::Roots,
	state::{Accounts, MemoryAccounts},
};
use codec::Encode;
use parking_lot::{Mutex, RwLock};
use sp_runtime::{
	traits::{Block as BlockT, Header, NumberFor},
	SaturatedConversion,
};
use sp_state_machine::{ChildStorageCollection, OffchainChangesCollection, StorageCollection};
use std::{collections::HashMap, sync::Arc};
use tc_account_store::{Block as StoreBlock, Delta, Folder, Limits, Store, StoreBuilder, StoreError, View};
use tp_account_store::Hash;

/// The shared part.
pub(crate) struct Shared<Block: BlockT> {
	folder: Arc<dyn Folder>,
	limits: Limits,
	store: RwLock<Option<Arc<Store>>>,
	/// The accounts of the genesis, if its state is not committed.
	memory: RwLock<Option<(Block::Hash, Arc<MemoryAccounts>)>>,
	/// Tables that were taken over from other nodes, for the state that is imported next.
	pub staged: Mutex<Option<StoreBuilder>>,
	/// Readers that hold a block.
	pins: Mutex<HashMap<Block::Hash, (View, usize)>>,
	pub roots: Arc<Roots<Block::Hash>>,
	/// Auxiliary data that was written without a block since the last one.
	pub aux_beside: Mutex<Vec<AuxChange>>,
}

/// The changes of a block beside those of accounts.
pub(crate) struct Changes<'a> {
	pub main: &'a StorageCollection,
	pub children: &'a ChildStorageCollection,
	pub offchain: &'a OffchainChangesCollection,
	pub aux: &'a [AuxChange],
}

/// Returns the number of a block as the store counts versions.
pub(crate) fn version_of<Block: BlockT>(number: NumberFor<Block>) -> u64 {
	number.saturated_into()
}

/// Returns a hash as the store keeps it. The hashes of our chains have 32 bytes.
pub(crate) fn hash_of<Block: BlockT>(hash: &Block::Hash) -> Hash {
	let mut bytes = [0; 32];
	let common = hash.as_ref().len().min(bytes.len());
	bytes[..common].copy_from_slice(&hash.as_ref()[..common]);
	bytes
}

impl<Block: BlockT> Shared<Block> {
	pub fn new(folder: Arc<dyn Folder>, limits: Limits, store: Option<Arc<Store>>) -> Self {
		Self {
			folder,
			limits,
			store: RwLock::new(store),
			memory: RwLock::default(),
			staged: Mutex::default(),
			pins: Mutex::default(),
			roots: Arc::default(),
			aux_beside: Mutex::default(),
		}
	}

	/// Returns the store.
	pub fn store(&self) -> Result<Arc<Store>, BackendError> {
		self.store.read().clone().ok_or(BackendError::NoStore)
	}

	/// Opens the accounts of a block.
	pub fn accounts(&self, hash: &Block::Hash, number: u64) -> Result<Accounts, BackendError> {
		if let Some((genesis, accounts)) = &*self.memory.read() {
			if genesis == hash {
				return Ok(Accounts::Memory(accounts.clone()));
			}
		}
		let store = self.store()?;
		match Self::view_in(&store, hash, number) {
			Ok(view) => Ok(Accounts::Store(store, view)),
			Err(BackendError::Store(StoreError::VersionGone { version, oldest })) => {
				Ok(Accounts::Gone { version, oldest })
			},
			Err(error) => Err(error),
		}
	}

	/// Opens the accounts of a block in the store.
	pub fn view(&self, hash: &Block::Hash, number: u64) -> Result<View, BackendError> {
		Self::view_in(&*self.store()?, hash, number)
	}

	fn view_in(store: &Store, hash: &Block::Hash, number: u64) -> Result<View, BackendError> {
		let view = store.view_at(number)?;
		match view.head().hash == hash_of::<Block>(hash) {
			true => Ok(view),
			false => Err(BackendError::OtherBlock { number }),
		}
	}

	/// Counts a reader of a block that keeps its accounts.
	pub fn pin(&self, hash: Block::Hash, number: u64) -> Result<(), BackendError> {
		// The genesis in memory stays.
		let Ok(store) = self.store() else { return Ok(()) };
		let mut pins = self.pins.lock();
		if let Some((_, readers)) = pins.get_mut(&hash) {
			*readers += 1;
			return Ok(());
		}
		let view = Self::view_in(&store, &hash, number)?;
		pins.insert(hash, (view, 1));
		Ok(())
	}

	/// Ends what [`Self::pin`] began.
	pub fn unpin(&self, hash: &Block::Hash) {
		let mut pins = self.pins.lock();
		if let Some((_, readers)) = pins.get_mut(hash) {
			*readers -= 1;
			if *readers == 0 {
				pins.remove(hash);
			}
		}
	}

	/// Creates the store at a block, or opens it if a crash came between the creation and the SDK's database. A store that another
	/// state left is replaced by that of a state that is taken over: the SDK's database has lost that state.
	pub fn create(
		&self,
		accounts: NewAccounts,
		header: &Block::Header,
		genesis: &Block::Hash,
	) -> Result<(), BackendError> {
		let (hash, number) = (header.hash(), version_of::<Block>(*header.number()));
		if let Some(memory) = accounts.memory {
			*self.memory.write() = Some((hash, Arc::new(memory)));
			return Ok(());
		}
		let chain = hash_of::<Block>(if number == 0 { &hash } else { genesis });
		let (block, root) = (hash_of::<Block>(&hash), accounts.builder.root());
		let fits = |store: &Store| {
			let head = store.head();
			// A power cut can set a young database back to before its genesis. The store is of the same genesis.
			(head.version, head.hash, head.root) == (number, block, root) || (number == 0 && head.version > 0)
		};
		let found = match Store::open(self.folder.clone(), chain, self.limits) {
			Ok((store, _)) if fits(&store) => Some(store),
			Ok(_) if number == 0 => return Err(StoreError::Exists.into()),
			Err(error) if !error.is_damage() && !matches!(error, StoreError::Missing) => return Err(error.into()),
			Err(error) if number == 0 && error.is_damage() => return Err(error.into()),
			Ok(_) | Err(_) => None,
		};
		let store = match found {
			Some(store) => store,
			None => {
				if number > 0 {
					Store::remove(&*self.folder)?;
				}
				accounts.builder.create(self.folder.clone(), chain, self.limits, number, block, accounts.time_ms)?
			},
		};
		*self.store.write() = Some(Arc::new(store));
		*self.memory.write() = None;
		Ok(())
	}

	/// Commits the accounts of a block, before the SDK's database publishes it. A block that the store has already changes
	/// nothing: it is imported again after a crash.
	pub fn commit(&self, block: &PendingBlock<Block>, changes: &Changes) -> Result<(), BackendError> {
		let store = self.store()?;
		let head = store.head();
		let (hash, number) = (block.header.hash(), version_of::<Block>(*block.header.number()));
		if number <= head.version {
			return Self::view_in(&store, &hash, number).map(drop);
		}
		let follows = number == head.version + 1 && hash_of::<Block>(block.header.parent_hash()) == head.hash;
		if !follows {
			return Err(BackendError::NotNext { number, head: head.version });
		}
		let computed = self.roots.get(block.header.state_root());
		let delta = || {
			let entries = changes.main.iter();
			entries.filter_map(|(key, value)| Some((account_of(key)?, value.as_deref()))).collect::<Delta<'_>>()
		};
		let root = match computed {
			Some(root) => root,
			None => store.root_with(&store.view(), delta())?,
		};
		let is_other = |key: &[u8]| account_of(key).is_none() && key != ROOT_KEY;
		let aux_beside = std::mem::take(&mut *self.aux_beside.lock());
		let other = Other::<Block> {
			header: block.header.clone(),
			body: block.body.clone(),
			main: changes.main.iter().filter(|(key, _)| is_other(key)).cloned().collect(),
			children: changes.children.clone(),
			offchain: offchain_to_record(changes.offchain),
			aux: aux_beside.iter().chain(changes.aux).cloned().collect(),
		};
		let time = changes.main.iter().rfind(|(key, _)| key[..] == TIME_KEY);
		let time_ms = time_of(time.and_then(|(_, value)| value.as_deref())).unwrap_or(head.time_ms);
		let (certificate, other) = (block.justifications.encode(), other.encode());
		let hash = hash_of::<Block>(&hash);
		let committed = StoreBlock { hash, root, time_ms, certificate: &certificate, other: &other };
		match store.commit(&committed) {
			// Its changes had to make room for others.
			Err(StoreError::UnknownRoot { .. }) => {
				if store.root_with(&store.view(), delta())? != root {
					return Err(BackendError::OtherRoot(number));
				}
				store.commit(&committed)?;
			},
			committed => {
				committed?;
			},
		}
		Ok(())
	}
}
