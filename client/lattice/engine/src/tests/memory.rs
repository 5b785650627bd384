//! A chain in memory. The tests of the RPC use it as well.

use super::{ChainError, ChainView};
use codec::Encode;
use parking_lot::Mutex;
use sp_core::{ed25519, Pair, H256};
use sp_runtime::{Digest, OpaqueExtrinsic};
use std::sync::{
	atomic::{AtomicUsize, Ordering},
	Arc,
};
use tc_lattice_pool::Accounts;
use tp_core::{AccountId, Balance, BlockNumber, ChainTag, Hash, Header, Nonce};
use tp_lattice::{
	apply_units, Account, AccountData, Batch, BlockRecord, Context, Domain, Lives, Operation, PoolContext, QuotaRules,
	TableHead, TableId, Unit, UnitBody, UnitHash, APPLY_CALL,
};
use tp_pbft::{Certificate, Committee};

pub const HEAD: UnitHash = H256::repeat_byte(7);

pub type Store = tp_lattice::MemoryAccounts;

/// Chain that applies the units it is given.
pub struct MemoryChain {
	blocks: Mutex<Vec<MemoryBlock>>,
	/// Quota of all accounts.
	pub quota: Mutex<Option<QuotaRules>>,
	/// Number of blocks that were read from the database.
	pub loads: AtomicUsize,
	/// Called at each read of an account and of a block.
	pub on_read: Arc<Mutex<Option<OnRead>>>,
	/// Whether it is called at reads of blocks alone.
	pub on_block_only: Mutex<bool>,
	/// Block with whose state the node began.
	pub first_state: Mutex<BlockNumber>,
}

/// Called when the chain is read.
pub type OnRead = Arc<dyn Fn() + Send + Sync>;

pub struct MemoryBlock {
	header: Header,
	body: Vec<OpaqueExtrinsic>,
	record: Option<BlockRecord>,
	state: Store,
}

impl MemoryChain {
	pub fn new(accounts: u8, free: Balance) -> Arc<Self> {
		let account = |number| {
			let data = AccountData { free, unit_head: HEAD, ..Default::default() };
			(id(number), Account { providers: 1, data, ..Default::default() })
		};
		let genesis = MemoryBlock {
			header: header(0, H256::zero()),
			body: Vec::new(),
			record: None,
			state: (0..accounts).map(account).collect(),
		};
		Arc::new(Self {
			blocks: Mutex::new(vec![genesis]),
			quota: Mutex::default(),
			loads: AtomicUsize::default(),
			on_read: Arc::default(),
			on_block_only: Mutex::default(),
			first_state: Mutex::default(),
		})
	}

	fn context(&self, number: BlockNumber) -> Context {
		Context {
			domain: domain(),
			number,
			now: 1_800_000_000_000,
			tables: 0..=255,
			existential_deposit: 10,
			quota: *self.quota.lock(),
			compute_per_unit: 100_000_000,
			compute_per_operation: 0,
			lives: Some(Lives { chain: ChainTag::Shard { zone: 0, incarnation: 0 }, base: 0 }),
			room: None,
			version: Default::default(),
		}
	}

	/// Creates a chain of blocks with one unit each, all of one account. Returns the units as well.
	pub fn with_blocks(blocks: u32) -> (Arc<Self>, Vec<Unit>) {
		let chain = Self::new(20, 1_000_000);
		let mut parent = HEAD;
		let mut units = Vec::new();
		for height in 0..blocks {
			let unit = pay(1, height, parent, 2, 10);
			parent = unit.hash();
			chain.make(&Batch::new(vec![unit.clone()]).expect("one unit"), |_| ());
			units.push(unit);
		}
		(chain, units)
	}

	/// Adds a block of units to the chain.
	pub fn make(&self, batch: &Batch, extrinsics: impl FnOnce(&mut Store)) -> Made {
		let (number, parent) = self.newest();
		let number = number + 1;
		let before = self.blocks.lock().last().expect("there is a genesis").state.clone();
		let mut state = before.clone();
		let outcome = apply_units(batch, &|_, unit| unit.is_signed(&domain()), &mut state, &self.context(number));
		extrinsics(&mut state);
		let record = BlockRecord::new(outcome, |_| TableHead::default());
		let mut header = header(number, parent);
		header.digest.push(record.outcome.digest(&record.heads(number)).item());
		let call = (5u8, APPLY_CALL, batch.encode()).encode();
		let hash = header.hash();
		let changed = state.iter().filter(|(id, account)| before.get(*id) != Some(*account));
		let mut accounts: Vec<_> = changed.map(|(id, account)| (id.clone(), Some(account.clone()))).collect();
		accounts.extend(before.keys().filter(|id| !state.contains_key(*id)).map(|id| (id.clone(), None)));
		let block = MemoryBlock {
			header: header.clone(),
			body: vec![OpaqueExtrinsic::from_blob(call)],
			record: Some(record.clone()),
			state,
		};
		self.blocks.lock().push(block);
		Made { hash, header, record, accounts }
	}

	fn note_read(&self) {
		let on_read = self.on_read.lock().clone();
		if let Some(on_read) = on_read {
			on_read();
		}
	}

	fn find<R>(&self, hash: Hash, read: impl FnOnce(&MemoryBlock) -> R) -> Option<R> {
		self.blocks.lock().iter().find(|block| block.header.hash() == hash).map(read)
	}
}

/// A block that was added to the chain.
pub struct Made {
	pub hash: Hash,
	pub header: Header,
	pub record: BlockRecord,
	pub accounts: Vec<(AccountId, Option<Account>)>,
}

struct MemoryAccounts(Store, Option<OnRead>);

impl Accounts for MemoryAccounts {
	fn account(&self, id: &AccountId) -> Option<Account> {
		if let Some(on_read) = &self.1 {
			on_read();
		}
		self.0.get(id).cloned()
	}
}

impl ChainView for MemoryChain {
	fn newest(&self) -> (BlockNumber, Hash) {
		let blocks = self.blocks.lock();
		let newest = &blocks.last().expect("there is a genesis").header;
		(newest.number, newest.hash())
	}
	fn first_state(&self) -> Result<BlockNumber, ChainError> {
		Ok(*self.first_state.lock())
	}
	fn pool_context(&self, at: Hash) -> Result<Option<PoolContext>, ChainError> {
		let number = self.find(at, |block| block.header.number).ok_or(ChainError::UnknownBlock(at))?;
		let context = self.context(number + 1);
		Ok(Some(PoolContext { context, max_batch_bytes: 1 << 20, max_batch_compute: u64::MAX, is_paused: false }))
	}
	fn accounts(&self, at: Hash) -> Result<Box<dyn Accounts>, ChainError> {
		let on_read = self.on_read.lock().clone().filter(|_| !*self.on_block_only.lock());
		self.find(at, |block| -> Box<dyn Accounts> { Box::new(MemoryAccounts(block.state.clone(), on_read)) })
			.ok_or(ChainError::UnknownBlock(at))
	}
	fn tombstone(&self, at: Hash, id: &AccountId) -> Result<Option<Nonce>, ChainError> {
		self.find(at, |block| block.state.tombstones.get(id).copied()).ok_or(ChainError::UnknownBlock(at))
	}
	fn table_head(&self, _: Hash, _: TableId) -> Result<TableHead, ChainError> {
		Ok(TableHead::default())
	}
	fn hash_at(&self, number: BlockNumber) -> Result<Option<Hash>, ChainError> {
		Ok(self.blocks.lock().get(number as usize).map(|block| block.header.hash()))
	}
	fn block(&self, hash: Hash) -> Result<Option<(Header, Vec<OpaqueExtrinsic>)>, ChainError> {
		self.loads.fetch_add(1, Ordering::Relaxed);
		self.note_read();
		Ok(self.find(hash, |block| (block.header.clone(), block.body.clone())))
	}
	fn certificate(&self, hash: Hash) -> Result<Option<Certificate>, ChainError> {
		Ok(self.find(hash, |block| certificate(hash, block.header.number)))
	}
	fn record(&self, hash: Hash) -> Result<Option<BlockRecord>, ChainError> {
		Ok(self.find(hash, |block| block.record.clone()).flatten())
	}
	fn committee(&self, parent: Hash) -> Result<(Committee, tp_pbft::Domain), ChainError> {
		Err(ChainError::Committee { parent, reason: "this chain has no committee".into() })
	}
}

pub fn domain() -> Domain {
	Domain(H256::repeat_byte(1))
}

pub fn key(number: u8) -> ed25519::Pair {
	ed25519::Pair::from_seed(&[number; 32])
}

pub fn id(number: u8) -> AccountId {
	key(number).public().into()
}

fn header(number: BlockNumber, parent: Hash) -> Header {
	Header {
		parent_hash: parent,
		number,
		state_root: H256::zero(),
		extrinsics_root: H256::zero(),
		digest: Digest::default(),
	}
}

pub fn certificate(hash: Hash, number: BlockNumber) -> Certificate {
	let slot = tp_pbft::Slot { epoch: 0, height: number, view: 0, kind: tp_pbft::MessageKind::Commit };
	Certificate::from_votes(slot, hash, 1, Vec::new())
}

pub fn pay(from: u8, height: u32, parent: UnitHash, dest: u8, amount: Balance) -> Unit {
	let operations = vec![Operation::Transfer { dest: id(dest), amount }].try_into().expect("one");
	let body = UnitBody { account: id(from), height, parent, valid_until: 0, operations };
	Unit { signature: key(from).sign(&body.signing_payload(&domain())).into(), body }
}
