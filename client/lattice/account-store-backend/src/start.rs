//! The start: both databases at the same block.
//!
//! A commit goes to the log of the store first, so after a crash of the process the store is level with the SDK's database, or
//! ahead by the blocks that the database had queued in memory. A power cut can set it back by far more, because it syncs seldom:
//! it is brought forward from the log. It can also take the newest second of the log, and leave the SDK's database ahead. Then the blocks that the
//! store lacks are executed again: see [`AccountBackend::behind`].

use crate::{
	backend::AccountBackend,
	block::PendingBlock,
	error::BackendError,
	keys::ROOT_KEY,
	log_targets::LOG_TARGET,
	record::{justifications, offchain_from_record, AuxChange, Other},
	shared::{hash_of, version_of, Changes, Shared},
};
use codec::DecodeAll;
use sc_client_api::{
	backend::TrieCacheContext,
	blockchain::{Backend as _, HeaderBackend},
	Backend, BlockImportOperation, NewBlockState, StateBackend,
};
use sp_runtime::{
	traits::{Block as BlockT, HashingFor, Header, NumberFor},
	SaturatedConversion,
};
use sp_state_machine::StorageChanges;
use sp_storage::{ChildInfo, StateVersion};
use std::{ops::RangeInclusive, sync::Arc};
use tc_account_store::{Folder, Limits, Record, Store, StoreError};

impl<Block, Inner> AccountBackend<Block, Inner>
where
	Block: BlockT,
	Inner: Backend<Block>,
	Inner::State: StateBackend<HashingFor<Block>, Error = String>,
{
	/// Opens a database with its accounts in the trie.
	///
	/// # Errors
	/// If the accounts of the database are in a store.
	pub fn in_trie(inner: Arc<Inner>) -> sp_blockchain::Result<Self> {
		match has_accounts_apart(&*inner)? {
			Some(true) => Err(BackendError::AccountsApart.into()),
			_ => Ok(Self { inner, shared: None }),
		}
	}

	/// Opens the store beside a database, and brings the database forward to it.
	///
	/// # Errors
	/// If the store is damaged, one of the two is missing, or the accounts of the database are in its trie.
	pub fn open(inner: Arc<Inner>, folder: Arc<dyn Folder>, limits: Limits) -> sp_blockchain::Result<Self> {
		if has_accounts_apart(&*inner)? == Some(false) {
			return Err(BackendError::AccountsInTrie.into());
		}
		let info = inner.blockchain().info();
		// A database without a state is new, or takes its first state from other nodes: a store beside it is of no use then.
		let store = match info.finalized_state {
			None => None,
			Some((_, number)) => match Store::open(folder.clone(), hash_of::<Block>(&info.genesis_hash), limits) {
				Ok((store, recovery)) => {
					log::info!(
						target: LOG_TARGET,
						"Account store at block {}, {} accounts, {} blocks from its log, {} bytes of a torn tail dropped",
						recovery.head.version,
						store.size().accounts,
						recovery.replayed,
						recovery.torn_bytes,
					);
					Some(Arc::new(store))
				},
				Err(StoreError::Missing) => return Err(BackendError::StoreMissing(version_of::<Block>(number)).into()),
				Err(error) => return Err(BackendError::from(error).into()),
			},
		};
		let backend = Self { inner, shared: Some(Arc::new(Shared::new(folder, limits, store))) };
		backend.roll_forward()?;
		Ok(backend)
	}

	/// Brings the database forward to the newest block of the store, without executing it.
	pub(crate) fn roll_forward(&self) -> sp_blockchain::Result<()> {
		let Ok(Some(store)) = self.store() else { return Ok(()) };
		let best = version_of::<Block>(self.inner.blockchain().info().best_number);
		let head = store.head();
		if head.version <= best {
			let number = head.version.saturated_into::<NumberFor<Block>>();
			let hash = self.inner.blockchain().hash(number)?;
			return match hash.is_some_and(|hash| hash_of::<Block>(&hash) == head.hash) {
				true => Ok(()),
				false => Err(BackendError::OtherBlock { number: head.version }.into()),
			};
		}
		let mut next = best + 1;
		let mut outcome = Ok(());
		let read = store.records(next, |record| {
			if outcome.is_ok() {
				outcome = match record.version == next {
					true => self.import(&record),
					false => Err(BackendError::Record(next).into()),
				};
				next += 1;
			}
			Ok(())
		});
		read.map_err(BackendError::from)?;
		outcome?;
		if next <= head.version {
			return Err(BackendError::Apart { database: next - 1, store: head.version }.into());
		}
		log::info!(target: LOG_TARGET, "Brought the database forward from block {best} to {}", next - 1);
		Ok(())
	}

	/// Imports a block into the database alone.
	fn import(&self, record: &Record) -> sp_blockchain::Result<()> {
		let unreadable = |_| BackendError::Record(record.version);
		let other = Other::<Block>::decode_all(&mut &record.other[..]).map_err(unreadable)?;
		let justifications = justifications(&record.certificate).map_err(unreadable)?;
		let Other { header, body, main, children, offchain, aux } = other;
		let parent = *header.parent_hash();
		let mut operation = self.inner.begin_operation()?;
		self.inner.begin_state_operation(&mut operation, parent)?;
		let state = self.inner.state_at(parent, TrieCacheContext::Trusted)?;
		let root_of = |version| {
			let mut changes = main.clone();
			changes.push((ROOT_KEY.to_vec(), Some(record.root.to_vec())));
			let infos: Vec<_> = children.iter().map(|(key, changes)| (ChildInfo::new_default(key), changes)).collect();
			let child_deltas = infos
				.iter()
				.map(|(info, changes)| (info, changes.iter().map(|(key, value)| (&key[..], value.as_deref()))));
			let delta = changes.iter().map(|(key, value)| (&key[..], value.as_deref()));
			state.full_storage_root(delta, child_deltas, version)
		};
		// The record does not say whether the runtime has values by their hash. The root does.
		let versions = [StateVersion::V0, StateVersion::V1];
		let found = versions.into_iter().map(root_of).find(|(root, _)| root == header.state_root());
		let (_, transaction) = found.ok_or(BackendError::OtherRoot(record.version))?;
		operation.update_db_storage(transaction)?;
		operation.update_storage(main, children)?;
		operation.update_offchain_storage(offchain_from_record(offchain))?;
		operation.insert_aux(aux)?;
		// A record without a body is of a block that was imported so.
		operation.set_create_gap(false);
		operation.set_block_data(header, body, None, justifications, NewBlockState::Final, true)?;
		self.inner.commit_operation(operation)
	}

	/// Returns the blocks that the database has and the store lacks. The caller executes them in their order on the states of
	/// their parents, and passes what changed to [`Self::catch_up`]. `None` if the store is level.
	pub fn behind(&self) -> Option<RangeInclusive<u64>> {
		let store = self.store().ok()??;
		let best = version_of::<Block>(self.inner.blockchain().info().best_number);
		let next = store.head().version + 1;
		(next <= best).then_some(next..=best)
	}

	/// Commits to the store a block that the database has already: what its execution changed, and its auxiliary data.
	///
	/// # Errors
	/// If the changes do not lead to the root that the database has.
	pub fn catch_up(
		&self,
		hash: Block::Hash,
		changes: &StorageChanges<HashingFor<Block>>,
		aux: &[AuxChange],
	) -> sp_blockchain::Result<()> {
		let header = self.inner.blockchain().expect_header(hash)?;
		let justifications = self.inner.blockchain().justifications(hash)?;
		let body = self.inner.blockchain().body(hash)?;
		let block = PendingBlock { header, body, justifications };
		let changes = Changes {
			main: &changes.main_storage_changes,
			children: &changes.child_storage_changes,
			offchain: &changes.offchain_storage_changes,
			aux,
		};
		let shared = self.shared.as_ref().ok_or(BackendError::NoStore)?;
		shared.commit(&block, &changes)?;
		let number = self.number(hash)?;
		let state = self.inner.state_at(hash, TrieCacheContext::Trusted)?;
		let root = state.storage(ROOT_KEY).map_err(|error| sp_blockchain::Error::from_state(Box::new(error)))?;
		match root.as_deref() == Some(&shared.view(&hash, number)?.root()[..]) {
			true => Ok(()),
			false => Err(BackendError::OtherRoot(number).into()),
		}
	}
}

/// Tells whether the accounts of a database are in a store: then its trie has their root. `None` if it has no state.
fn has_accounts_apart<Block: BlockT>(inner: &impl Backend<Block>) -> sp_blockchain::Result<Option<bool>> {
	let Some((block, _)) = inner.blockchain().info().finalized_state else { return Ok(None) };
	let state = inner.state_at(block, TrieCacheContext::Trusted)?;
	let has_root = state.exists_storage(ROOT_KEY).map_err(|error| sp_blockchain::Error::from_state(Box::new(error)))?;
	Ok(Some(has_root))
}
