//! The backend beside a database with the accounts in its trie.

// The numbers of blocks are small.
#![allow(clippy::cast_possible_truncation)]

use crate::{account_of, key_of, provable_by_trie, AccountBackend, ACCOUNT_PREFIX, ROOT_KEY};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use sc_client_api::{
	backend::TrieCacheContext, blockchain::HeaderBackend, Backend, BlockImportOperation, NewBlockState, StateBackend,
};
use sc_client_db::{Backend as Database, BlocksPruning, DatabaseSettings, DatabaseSource, PruningMode};
use sp_core::H256;
use sp_runtime::{
	generic,
	traits::{BlakeTwo256, Header as _},
	OpaqueExtrinsic,
};
use sp_state_machine::{IterArgs, StorageChanges, StorageCollection};
use sp_storage::{StateVersion, Storage};
use std::{collections::BTreeMap, fs, path::Path, sync::Arc};
use tc_account_store::{
	transfer::{Answer, Importer, Request, Want},
	DiskFolder, Limits, StoreBuilder,
};
use tempfile::TempDir;
use tp_account_store::{AccountKey, KEY_BYTES};

type Header = generic::Header<u32, BlakeTwo256>;
type Block = generic::Block<Header, OpaqueExtrinsic>;
type Accounts = AccountBackend<Block, Database<Block>>;
type Contents = BTreeMap<Vec<u8>, Vec<u8>>;

fn database(path: &Path) -> Arc<Database<Block>> {
	let settings = DatabaseSettings {
		trie_cache_maximum_size: None,
		state_pruning: Some(PruningMode::blocks_pruning(64)),
		source: DatabaseSource::ParityDb { path: path.join("db") },
		blocks_pruning: BlocksPruning::KeepAll,
		pruning_filters: Vec::new(),
		metrics_registry: None,
	};
	Arc::new(Database::new(settings, 4096).unwrap())
}

fn open(databases: &Path, accounts: &Path) -> Accounts {
	let folder = Arc::new(DiskFolder::open(&accounts.join("accounts")).unwrap());
	Accounts::open(database(databases), folder, Limits::default()).unwrap()
}

fn copy(from: &Path, to: &Path) {
	fs::create_dir_all(to).unwrap();
	for entry in fs::read_dir(from).unwrap() {
		let entry = entry.unwrap();
		let target = to.join(entry.file_name());
		match entry.file_type().unwrap().is_dir() {
			true => copy(&entry.path(), &target),
			false => drop(fs::copy(entry.path(), target).unwrap()),
		}
	}
}

/// A chain with random changes, and what each of its states has.
struct Chain {
	random: ChaCha8Rng,
	states: Vec<Contents>,
	headers: Vec<Header>,
	changes: Vec<StorageCollection>,
}

impl Chain {
	fn new(seed: u64) -> Self {
		let random = ChaCha8Rng::seed_from_u64(seed);
		let mut chain = Self { random, states: vec![Contents::new()], headers: Vec::new(), changes: vec![Vec::new()] };
		for _ in 0..40 {
			let (key, value) = (chain.key(), chain.value());
			chain.states[0].insert(key, value);
		}
		chain
	}

	/// A key of an account, one around those, or another.
	fn key(&mut self) -> Vec<u8> {
		let number: u8 = self.random.gen_range(0..60);
		match self.random.gen_range(0..10) {
			0 => vec![0x26, number],
			1 => vec![0x26, 0xaa, 0x39, number],
			2 => [&ACCOUNT_PREFIX[..], &[number]].concat(),
			3 => vec![number, 1],
			4 => vec![0xb0, number],
			_ => {
				let mut key = [0; KEY_BYTES];
				ChaCha8Rng::seed_from_u64(u64::from(number)).fill(&mut key[..]);
				key_of(&AccountKey(key))
			},
		}
	}

	fn value(&mut self) -> Vec<u8> {
		(0..self.random.gen_range(1..60)).map(|_| self.random.gen()).collect()
	}

	fn genesis<B: Backend<Block>>(&mut self, backend: &B) {
		let mut operation = backend.begin_operation().unwrap();
		let top = self.states[0].clone();
		let storage = Storage { top, children_default: Default::default() };
		let root = operation.set_genesis_state(storage, true, StateVersion::V0).unwrap();
		let header = Header::new(0, H256::zero(), root, H256::zero(), Default::default());
		operation.set_block_data(header.clone(), Some(Vec::new()), None, None, NewBlockState::Final, true).unwrap();
		backend.commit_operation(operation).unwrap();
		self.headers = vec![header];
	}

	/// Draws the changes of the next block.
	fn draw(&mut self) -> StorageCollection {
		let mut next = self.states.last().unwrap().clone();
		let mut changes = BTreeMap::new();
		for _ in 0..self.random.gen_range(0..20) {
			let key = self.key();
			let value = self.random.gen_bool(0.7).then(|| self.value());
			match &value {
				Some(value) => next.insert(key.clone(), value.clone()),
				None => next.remove(&key),
			};
			changes.insert(key, value);
		}
		self.states.push(next);
		let changes: StorageCollection = changes.into_iter().collect();
		self.changes.push(changes.clone());
		changes
	}

	/// Imports a block with changes, as the SDK's client does. Proposals that are not imported come before it.
	fn import<B: Backend<Block>>(&mut self, backend: &B, changes: &StorageCollection) {
		let parent = self.headers.last().unwrap().clone();
		let state = backend.state_at(parent.hash(), TrieCacheContext::Trusted).unwrap();
		let delta = || changes.iter().map(|(key, value)| (&key[..], value.as_deref()));
		let (root, _) = state.storage_root(delta().skip(1), StateVersion::V0);
		assert!(changes.is_empty() || root != H256::zero());
		let (root, transaction) = state.storage_root(delta(), StateVersion::V0);
		assert_eq!(state.storage_root(delta(), StateVersion::V0).0, root);
		assert_eq!(state.storage_root([].into_iter(), StateVersion::V0).0, *parent.state_root());
		let number = *parent.number() + 1;
		let header = Header::new(number, H256::zero(), root, parent.hash(), Default::default());
		let mut operation = backend.begin_operation().unwrap();
		backend.begin_state_operation(&mut operation, parent.hash()).unwrap();
		operation.update_db_storage(transaction).unwrap();
		operation.update_storage(changes.clone(), Vec::new()).unwrap();
		let aux = vec![(b"aux".to_vec(), Some(number.to_le_bytes().to_vec()))];
		operation.insert_aux(aux).unwrap();
		operation.set_block_data(header.clone(), Some(Vec::new()), None, None, NewBlockState::Final, true).unwrap();
		backend.commit_operation(operation).unwrap();
		self.headers.push(header);
	}

	/// Returns the changes of a block as an execution gives them.
	fn changes_of(&self, number: usize) -> StorageChanges<BlakeTwo256> {
		StorageChanges { main_storage_changes: self.changes[number].clone(), ..StorageChanges::default() }
	}

	fn block<B: Backend<Block>>(&mut self, backend: &B) {
		let changes = self.draw();
		self.import(backend, &changes);
	}

	fn check<B: Backend<Block>>(&mut self, backend: &B, number: usize) {
		let state = backend.state_at(self.headers[number].hash(), TrieCacheContext::Untrusted).unwrap();
		let without_root = |pairs: Vec<(Vec<u8>, Vec<u8>)>| -> Vec<_> {
			pairs.into_iter().filter(|(key, _)| key != ROOT_KEY).collect()
		};
		let contents = self.states[number].clone();
		let all: Vec<_> = contents.clone().into_iter().collect();
		let pairs = state.pairs(IterArgs::default()).unwrap().collect::<Result<Vec<_>, _>>();
		assert!(without_root(pairs.unwrap_or_else(|_| panic!("it has pairs"))) == all, "block {number}");
		for _ in 0..60 {
			let key = self.key();
			let expected = contents.get(&key);
			assert!(state.storage(&key).is_ok_and(|value| value.as_ref() == expected));
			assert!(state.exists_storage(&key).is_ok_and(|exists| exists == expected.is_some()));
			let hash = expected.map(|value| sp_crypto_hashing::blake2_256(value).into());
			assert!(state.storage_hash(&key).is_ok_and(|found| found == hash));
			let next = contents.keys().find(|next| **next > key);
			let found = state.next_storage_key(&key).unwrap_or_else(|_| panic!("it answers"));
			let found = found.filter(|found| found != ROOT_KEY);
			assert!(found.as_ref() == next || next.is_some_and(|next| &next[..] > ROOT_KEY && key[..] < *ROOT_KEY));
			// Ranges.
			let prefix = key[..self.random.gen_range(0..=key.len().min(40))].to_vec();
			let start = self.key();
			for exclusive in [false, true] {
				let mut args = IterArgs::default();
				args.prefix = Some(&prefix);
				let has_start = self.random.gen_bool(0.5) && start.starts_with(&prefix);
				args.start_at = has_start.then_some(&start[..]);
				args.start_at_exclusive = exclusive;
				let keys = state.keys(args).unwrap().map(|key| key.unwrap_or_else(|_| panic!("it has keys")));
				let keys: Vec<_> = keys.filter(|key| key != ROOT_KEY).collect();
				let in_range = |key: &&Vec<u8>| {
					key.starts_with(&prefix) && (!has_start || if exclusive { **key > start } else { **key >= start })
				};
				let expected: Vec<_> = contents.keys().filter(in_range).cloned().collect();
				assert!(keys == expected, "block {number}, prefix {prefix:?}");
			}
		}
	}
}

/// Makes the same blocks on a backend and on the SDK's, and compares all states with what they should be.
fn beside_the_sdk(backend: &Accounts, seed: u64, blocks: usize) -> (Chain, Chain) {
	let plain_folder = tempfile::tempdir().unwrap();
	let plain = database(plain_folder.path());
	let (mut chain, mut plain_chain) = (Chain::new(seed), Chain::new(seed));
	chain.genesis(backend);
	plain_chain.genesis(&*plain);
	for number in 1..=blocks {
		chain.block(backend);
		plain_chain.block(&*plain);
		assert_eq!(chain.states[number], plain_chain.states[number]);
		chain.check(backend, number);
		plain_chain.check(&*plain, number);
	}
	(chain, plain_chain)
}

#[test]
fn both_backends_have_the_same_states() {
	let folder = tempfile::tempdir().unwrap();
	let backend = open(folder.path(), folder.path());
	let (mut chain, _) = beside_the_sdk(&backend, 1, 60);
	(0..60).for_each(|number| chain.check(&backend, number));
	assert_eq!(backend.store().unwrap().unwrap().head().version, 60);
	let accounts = chain.states[60].keys().filter(|key| account_of(key).is_some()).count();
	assert_eq!(backend.store().unwrap().unwrap().size().accounts, accounts as u64);
	// The trie has none of them.
	let inner = backend.inner().state_at(chain.headers[60].hash(), TrieCacheContext::Untrusted).unwrap();
	let keys = inner.keys(IterArgs::default()).unwrap().map(|key| key.unwrap_or_else(|_| panic!("it has keys")));
	assert!(keys.into_iter().all(|key| account_of(&key).is_none()));
}

#[test]
fn a_runtime_cannot_write_the_root_of_accounts() {
	let folder = tempfile::tempdir().unwrap();
	let backend = open(folder.path(), folder.path());
	let mut chain = Chain::new(2);
	chain.genesis(&backend);
	let state = backend.state_at(chain.headers[0].hash(), TrieCacheContext::Trusted).unwrap();
	let root = *chain.headers[0].state_root();
	let write = [(ROOT_KEY, Some(&[1_u8; 32][..]))];
	assert_eq!(state.storage_root(write.into_iter(), StateVersion::V0).0, root);
	let remove = [(ROOT_KEY, None)];
	assert_eq!(state.storage_root(remove.into_iter(), StateVersion::V0).0, root);
}

#[test]
fn a_state_that_was_exported_is_imported_with_a_new_root() {
	let (folder, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
	let (backend, again) = (open(folder.path(), folder.path()), open(other.path(), other.path()));
	let (mut chain, mut exported) = (Chain::new(3), Chain::new(3));
	chain.genesis(&backend);
	exported.states[0].insert(ROOT_KEY.to_vec(), vec![9; 32]);
	exported.genesis(&again);
	assert_eq!(chain.headers[0].state_root(), exported.headers[0].state_root());
}

/// Returns a chain of ten blocks, the folder of its closed database and store, and an empty folder.
fn ten_blocks(seed: u64) -> (Chain, TempDir, TempDir) {
	let folder = tempfile::tempdir().unwrap();
	let mut chain = Chain::new(seed);
	let backend = open(folder.path(), folder.path());
	chain.genesis(&backend);
	(0..10).for_each(|_| chain.block(&backend));
	drop(backend);
	(chain, folder, tempfile::tempdir().unwrap())
}

/// Returns a chain of ten blocks and some more, and beside its folder one with a part as it was after the ten.
fn set_back(seed: u64, part: &str, more: usize) -> (Chain, TempDir, TempDir) {
	let (mut chain, folder, old) = ten_blocks(seed);
	copy(&folder.path().join(part), &old.path().join(part));
	let backend = open(folder.path(), folder.path());
	(0..more).for_each(|_| chain.block(&backend));
	drop(backend);
	(chain, folder, old)
}

#[test]
fn a_database_that_was_set_back_is_brought_forward() {
	let (mut chain, folder, old) = set_back(4, "db", 10);
	let backend = open(old.path(), folder.path());
	let info = backend.blockchain().info();
	assert_eq!((info.best_number, info.finalized_number), (20, 20));
	assert_eq!(info.best_hash, chain.headers[20].hash());
	assert_eq!(sc_client_api::AuxStore::get_aux(&backend, b"aux").unwrap(), Some(20_u32.to_le_bytes().to_vec()));
	(5..=20).for_each(|number| chain.check(&backend, number));
	chain.block(&backend);
	chain.check(&backend, 21);
}

#[test]
fn a_database_that_lost_its_genesis_is_brought_forward() {
	let (mut chain, folder, empty) = ten_blocks(8);
	let backend = open(empty.path(), folder.path());
	assert!(backend.store().is_err());
	Chain::new(8).genesis(&backend);
	assert_eq!(backend.blockchain().info().best_hash, chain.headers[10].hash());
	(0..=10).for_each(|number| chain.check(&backend, number));
}

#[test]
fn a_store_that_was_set_back_names_the_blocks_to_execute() {
	let (mut chain, folder, old) = set_back(5, "accounts", 4);
	let backend = open(folder.path(), old.path());
	assert_eq!(backend.behind(), Some(11..=14));
	assert!(backend.state_at(chain.headers[14].hash(), TrieCacheContext::Untrusted).is_err());
	assert!(!backend.have_state_at(chain.headers[14].hash(), 14));
	for number in 11..=14 {
		backend.catch_up(chain.headers[number].hash(), &chain.changes_of(number), &[]).unwrap();
	}
	assert_eq!(backend.behind(), None);
	(5..=14).for_each(|number| chain.check(&backend, number));
	// A block that is there already is imported again without effect.
	backend.catch_up(chain.headers[12].hash(), &chain.changes_of(12), &[]).unwrap();
	chain.block(&backend);
	chain.check(&backend, 15);
}

#[test]
fn auxiliary_data_beside_blocks_comes_back_with_the_next_one() {
	let (mut chain, folder, old) = ten_blocks(12);
	copy(&folder.path().join("db"), &old.path().join("db"));
	let backend = open(folder.path(), folder.path());
	sc_client_api::AuxStore::insert_aux(&backend, &[(&b"beside"[..], &b"1"[..])], &[]).unwrap();
	chain.block(&backend);
	drop(backend);
	let backend = open(old.path(), folder.path());
	assert_eq!(sc_client_api::AuxStore::get_aux(&backend, b"beside").unwrap(), Some(b"1".to_vec()));
}

#[test]
fn databases_of_different_chains_are_refused() {
	let (mut chain, folder, other) = ten_blocks(13);
	copy(folder.path(), other.path());
	// The same length with other blocks.
	for path in [folder.path(), other.path()] {
		let backend = open(path, path);
		let (headers, states, changes) = (chain.headers.clone(), chain.states.clone(), chain.changes.clone());
		chain.block(&backend);
		(chain.headers, chain.states, chain.changes) = (headers, states, changes);
	}
	let accounts = Arc::new(DiskFolder::open(&other.path().join("accounts")).unwrap());
	let error = Accounts::open(database(folder.path()), accounts, Limits::default()).map(drop).unwrap_err();
	assert!(error.to_string().contains("the databases are of different chains"), "{error}");
}

#[test]
fn a_missing_store_and_a_revert_are_named() {
	let folder = tempfile::tempdir().unwrap();
	let mut chain = Chain::new(6);
	let backend = open(folder.path(), folder.path());
	chain.genesis(&backend);
	chain.block(&backend);
	assert!(backend.revert(1, true).unwrap_err().to_string().contains("only goes forward"));
	drop(backend);
	fs::remove_dir_all(folder.path().join("accounts")).unwrap();
	let accounts = Arc::new(DiskFolder::open(&folder.path().join("accounts")).unwrap());
	let error = Accounts::open(database(folder.path()), accounts, Limits::default()).map(drop).unwrap_err();
	assert!(error.to_string().contains("account store is missing"), "{error}");
}

/// Opens a database that keeps the state of the genesis in memory alone, as a node does that takes a later state from others.
fn open_empty(databases: &Path, accounts: &Path, seed: u64) -> Accounts {
	let backend = open(databases, accounts);
	let (top, mut operation) = (Chain::new(seed).states[0].clone(), backend.begin_operation().unwrap());
	let storage = Storage { top, children_default: Default::default() };
	let root = operation.set_genesis_state(storage, false, StateVersion::V0).unwrap();
	let header = Header::new(0, H256::zero(), root, H256::zero(), Default::default());
	let is_new = backend.blockchain().info().best_hash == H256::zero();
	let state = if is_new { NewBlockState::Final } else { NewBlockState::Normal };
	operation.set_block_data(header, Some(Vec::new()), None, None, state, true).unwrap();
	backend.commit_operation(operation).unwrap();
	backend
}

/// Takes the accounts of a block over from another node.
fn accounts_of(source: &Accounts, block: H256) -> StoreBuilder {
	let view = source.view(block).unwrap();
	let mut importer = Importer::new(view.root());
	importer.join(());
	while let Some(Request { id, want }) = importer.ask(&()) {
		let answer = match want {
			Want::Outline => Answer::Outline(view.outline().unwrap()),
			Want::Part { table, part } => Answer::Part(view.export(table).unwrap().part(part, 1_000).unwrap()),
			Want::More { table, part, from } => {
				Answer::More(view.export(table).unwrap().more(part, from, 1_000).unwrap())
			},
		};
		importer.answered(&(), id, answer).unwrap();
	}
	importer.finish().unwrap()
}

/// Imports the state after a block, of which the trie came by block sync.
fn take_over(chain: &Chain, backend: &Accounts, number: usize, root: &[u8]) -> sp_blockchain::Result<()> {
	let mut top = chain.states[number].clone();
	top.retain(|key, _| account_of(key).is_none());
	top.insert(ROOT_KEY.to_vec(), root.to_vec());
	let header = chain.headers[number].clone();
	let mut operation = backend.begin_operation().unwrap();
	let storage = Storage { top, children_default: Default::default() };
	assert_eq!(operation.reset_storage(storage, StateVersion::V0)?, *header.state_root());
	operation.set_block_data(header, Some(Vec::new()), None, None, NewBlockState::Final, true).unwrap();
	backend.commit_operation(operation)
}

#[test]
fn a_late_state_is_taken_over_with_its_accounts() {
	let (mut chain, folder, other) = ten_blocks(21);
	let source = open(folder.path(), folder.path());
	let tenth = chain.headers[10].hash();
	let root = source.view(tenth).unwrap().root();
	let backend = open_empty(other.path(), other.path(), 21);
	// Before, the node has the genesis in memory.
	chain.check(&backend, 0);
	assert!(backend.store().is_err() && backend.behind().is_none());
	let error = take_over(&chain, &backend, 10, &root).unwrap_err();
	assert!(error.to_string().contains("without its accounts"), "{error}");
	backend.stage(accounts_of(&source, chain.headers[9].hash()));
	let error = take_over(&chain, &backend, 10, &root).unwrap_err();
	assert!(error.to_string().contains("or with others"), "{error}");
	backend.stage(accounts_of(&source, tenth));
	take_over(&chain, &backend, 10, &root).unwrap();
	chain.check(&backend, 10);
	assert_eq!(backend.store().unwrap().unwrap().head().version, 10);
	chain.block(&backend);
	chain.check(&backend, 11);
	drop(backend);
	let backend = open(other.path(), other.path());
	chain.check(&backend, 11);
	chain.block(&backend);
	chain.check(&backend, 12);
}

#[test]
fn a_store_without_its_database_is_replaced_by_that_of_the_next_state() {
	let (mut chain, folder, other) = ten_blocks(22);
	let source = open(folder.path(), folder.path());
	let root_of = |number: usize| source.view(chain.headers[number].hash()).unwrap().root();
	let (fifth, tenth) = (root_of(5), root_of(10));
	let backend = open_empty(other.path(), other.path(), 22);
	backend.stage(accounts_of(&source, chain.headers[5].hash()));
	take_over(&chain, &backend, 5, &fifth).unwrap();
	drop(backend);
	// A power cut takes all of the database, or all but the header of its genesis.
	for again in [false, true] {
		let fresh = tempfile::tempdir().unwrap();
		if again {
			drop(open_empty(fresh.path(), fresh.path(), 22));
		}
		let backend = open_empty(fresh.path(), other.path(), 22);
		chain.check(&backend, 0);
		backend.stage(accounts_of(&source, chain.headers[10].hash()));
		take_over(&chain, &backend, 10, &tenth).unwrap();
		chain.check(&backend, 10);
	}
}

#[test]
fn a_chain_with_its_accounts_in_the_trie_is_that_of_the_sdk() {
	let folder = tempfile::tempdir().unwrap();
	let backend = Accounts::in_trie(database(folder.path())).unwrap();
	let (chain, plain_chain) = beside_the_sdk(&backend, 9, 20);
	assert_eq!(chain.headers, plain_chain.headers);
	assert!(backend.store().unwrap().is_none() && backend.behind().is_none());
	assert!(backend.prove_account(chain.headers[20].hash(), &AccountKey([1; KEY_BYTES])).is_none());
}

#[test]
fn a_database_of_the_other_kind_is_refused() {
	let (folder, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
	Chain::new(10).genesis(&open(folder.path(), folder.path()));
	let error = Accounts::in_trie(database(folder.path())).map(drop).unwrap_err();
	assert!(error.to_string().contains("keeps its accounts in an account store"), "{error}");
	Chain::new(10).genesis(&Accounts::in_trie(database(other.path())).unwrap());
	let accounts = Arc::new(DiskFolder::open(&other.path().join("accounts")).unwrap());
	let error = Accounts::open(database(other.path()), accounts, Limits::default()).map(drop).unwrap_err();
	assert!(error.to_string().contains("keeps its accounts in the trie"), "{error}");
}

#[test]
fn accounts_and_their_absence_are_proved_below_the_root_in_the_trie() {
	let folder = tempfile::tempdir().unwrap();
	let backend = open(folder.path(), folder.path());
	let mut chain = Chain::new(11);
	chain.genesis(&backend);
	(0..5).for_each(|_| chain.block(&backend));
	for number in [2, 5] {
		let hash = chain.headers[number].hash();
		let state = backend.state_at(hash, TrieCacheContext::Untrusted).unwrap();
		let root = state.storage(ROOT_KEY).unwrap_or_else(|_| panic!("it answers")).unwrap();
		let mut keys: Vec<_> = chain.states[number].keys().filter_map(|key| account_of(key)).collect();
		keys.push(AccountKey([1; KEY_BYTES]));
		for key in keys {
			let proof = backend.prove_account(hash, &key).unwrap().unwrap();
			let proven = proof.verify(root[..].try_into().unwrap(), &key).unwrap();
			assert_eq!(proven, chain.states[number].get(&key_of(&key)).map(Vec::as_slice));
		}
	}
}

#[test]
fn pinned_blocks_keep_their_accounts() {
	let folder = tempfile::tempdir().unwrap();
	let limits = Limits { history_ms: 0, history_versions: 0, history_bytes: 0, ..Limits::default() };
	let accounts = Arc::new(DiskFolder::open(&folder.path().join("accounts")).unwrap());
	let backend = Accounts::open(database(folder.path()), accounts, limits).unwrap();
	let mut chain = Chain::new(7);
	chain.genesis(&backend);
	(0..3).for_each(|_| chain.block(&backend));
	let pinned = chain.headers[3].hash();
	backend.pin_block(pinned).unwrap();
	(0..5).for_each(|_| chain.block(&backend));
	chain.check(&backend, 3);
	backend.unpin_block(pinned);
	(0..2).for_each(|_| chain.block(&backend));
	assert!(!backend.have_state_at(pinned, 3));
	assert!(backend.pin_block(pinned).is_err());
	// All but the accounts can still be read.
	let state = backend.state_at(pinned, TrieCacheContext::Untrusted).unwrap();
	let other = chain.states[3].keys().find(|key| account_of(key).is_none()).unwrap();
	assert!(state.storage(other).is_ok_and(|value| value.as_ref() == chain.states[3].get(other)));
	let account = chain.states[3].keys().find(|key| account_of(key).is_some()).unwrap();
	assert!(state.storage(account).unwrap_err().contains("is not kept any more"));
}

#[test]
fn proofs_of_accounts_from_the_trie_are_refused() {
	let account = key_of(&AccountKey([1; KEY_BYTES]));
	assert!(provable_by_trie([&account[..]]).unwrap_err().to_string().contains("lattice_accountProof"));
	assert!(provable_by_trie([&ACCOUNT_PREFIX[..]]).is_err());
	assert!(provable_by_trie([&b":code"[..], &ACCOUNT_PREFIX[..31]]).is_ok());
}

#[test]
fn prefixes_are_those_of_the_pallets() {
	use sp_crypto_hashing::twox_128;
	assert_eq!(ACCOUNT_PREFIX[..], [twox_128(b"System"), twox_128(b"Account")].concat());
	assert_eq!(crate::keys::TIME_KEY[..], [twox_128(b"Timestamp"), twox_128(b"Now")].concat());
}
