//! The unit lane over a chain in memory.

use crate::{
	archive::{batch_of, Archive, NewBlock},
	author::LatticeContents,
	chain::{ChainError, ChainView},
	handle::{UnitPool, UnitPoolParams},
	submission::SubmitError,
};
use codec::{DecodeAll, Encode};
use parking_lot::Mutex;
use sp_core::{ed25519, Pair, H256};
use sp_inherents::{InherentData, InherentDataProvider};
use sp_runtime::{Digest, OpaqueExtrinsic};
use std::{
	collections::BTreeMap,
	sync::Arc,
	time::{Duration, Instant},
};
use tc_lattice_pool::{Accounts, ImportedBlock, Limits, Status};
use tc_pbft::{sdk::BlockContents, Tip};
use tp_core::{AccountId, Balance, BlockNumber, Hash, Header};
use tp_lattice::{
	apply_units, Account, AccountData, Batch, BlockRecord, Context, Domain, KnownVerdicts, Operation, PoolContext,
	Reason, TableHead, TableId, Unit, UnitBody, UnitHash, APPLY_CALL, INHERENT_IDENTIFIER,
};
use tp_pbft::{Certificate, Committee};

const HEAD: UnitHash = H256::repeat_byte(7);

type Store = BTreeMap<AccountId, Account>;

/// Chain that applies the units it is given.
struct MemoryChain {
	blocks: Mutex<Vec<MemoryBlock>>,
}

struct MemoryBlock {
	header: Header,
	body: Vec<OpaqueExtrinsic>,
	record: Option<BlockRecord>,
	state: Store,
}

impl MemoryChain {
	fn new(accounts: u8, free: Balance) -> Arc<Self> {
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
		Arc::new(Self { blocks: Mutex::new(vec![genesis]) })
	}

	fn context(number: BlockNumber) -> Context {
		Context {
			domain: domain(),
			number,
			now: 1_800_000_000_000,
			tables: 0..=255,
			existential_deposit: 10,
			quota: None,
			compute_per_unit: 100_000_000,
			compute_per_operation: 0,
			free_without_deposit: false,
		}
	}

	/// Makes a block of units and passes it to pool and archive as an import does.
	fn import(&self, units: &UnitPool, archive: &Archive, batch: &Batch) -> Hash {
		let (number, parent) = self.newest();
		let number = number + 1;
		let before = self.blocks.lock().last().expect("there is a genesis").state.clone();
		let mut state = before.clone();
		let outcome = apply_units(batch, &|_, unit| unit.is_signed(&domain()), &mut state, &Self::context(number));
		let record = BlockRecord::new(outcome, |_| TableHead::default());
		let mut header = header(number, parent);
		header.digest.push(record.outcome.digest(&record.heads(number)).item());
		let call = (5u8, APPLY_CALL, batch.encode()).encode();
		let hash = header.hash();
		let changed = state.iter().filter(|(id, account)| before.get(*id) != Some(*account));
		let accounts = changed.map(|(id, account)| (id.clone(), Some(account.clone()))).collect();
		let block = MemoryBlock {
			header: header.clone(),
			body: vec![OpaqueExtrinsic::from_blob(call)],
			record: Some(record.clone()),
			state,
		};
		self.blocks.lock().push(block);
		let new = NewBlock { batch: batch.clone(), record, header, certificate: certificate(hash, number) };
		let recent = archive.imported(hash, new);
		let context = self.pool_context(hash).unwrap().unwrap();
		units.state().imported(&ImportedBlock { number, hash, context, units: recent.units(), accounts }).unwrap();
		hash
	}

	fn find<R>(&self, hash: Hash, read: impl FnOnce(&MemoryBlock) -> R) -> Option<R> {
		self.blocks.lock().iter().find(|block| block.header.hash() == hash).map(read)
	}
}

struct MemoryAccounts(Store);
impl Accounts for MemoryAccounts {
	fn account(&self, id: &AccountId) -> Option<Account> {
		self.0.get(id).cloned()
	}
}

impl ChainView for MemoryChain {
	fn newest(&self) -> (BlockNumber, Hash) {
		let blocks = self.blocks.lock();
		let newest = &blocks.last().expect("there is a genesis").header;
		(newest.number, newest.hash())
	}
	fn pool_context(&self, at: Hash) -> Result<Option<PoolContext>, ChainError> {
		let number = self.find(at, |block| block.header.number).ok_or(ChainError::UnknownBlock(at))?;
		let context = Self::context(number + 1);
		Ok(Some(PoolContext { context, max_batch_bytes: 1 << 20, max_batch_compute: u64::MAX }))
	}
	fn accounts(&self, at: Hash) -> Result<Box<dyn Accounts>, ChainError> {
		self.find(at, |block| -> Box<dyn Accounts> { Box::new(MemoryAccounts(block.state.clone())) })
			.ok_or(ChainError::UnknownBlock(at))
	}
	fn table_head(&self, _: Hash, _: TableId) -> Result<TableHead, ChainError> {
		Ok(TableHead::default())
	}
	fn hash_at(&self, number: BlockNumber) -> Result<Option<Hash>, ChainError> {
		Ok(self.blocks.lock().get(number as usize).map(|block| block.header.hash()))
	}
	fn block(&self, hash: Hash) -> Result<Option<(Header, Vec<OpaqueExtrinsic>)>, ChainError> {
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

fn domain() -> Domain {
	Domain(H256::repeat_byte(1))
}

fn key(number: u8) -> ed25519::Pair {
	ed25519::Pair::from_seed(&[number; 32])
}

fn id(number: u8) -> AccountId {
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

fn certificate(hash: Hash, number: BlockNumber) -> Certificate {
	let slot = tp_pbft::Slot { epoch: 0, height: number, view: 0, kind: tp_pbft::MessageKind::Commit };
	Certificate::from_votes(slot, hash, 1, Vec::new())
}

fn pay(from: u8, height: u32, parent: UnitHash, dest: u8, amount: Balance) -> Unit {
	let operations = vec![Operation::Transfer { dest: id(dest), amount }].try_into().expect("one");
	let body = UnitBody { account: id(from), height, parent, valid_until: 0, operations };
	Unit { signature: key(from).sign(&body.signing_payload(&domain())).into(), body }
}

struct Lane {
	chain: Arc<MemoryChain>,
	units: UnitPool,
	archive: Arc<Archive>,
	folder: tempfile::TempDir,
}

fn lane() -> Lane {
	let chain = MemoryChain::new(20, 1_000_000);
	let params = UnitPoolParams { chain: chain.clone(), limits: Limits::default(), registry: None };
	// Items for gossip stay in the channel.
	let (units, outgoing) = UnitPool::open(params).unwrap().unwrap();
	std::mem::forget(outgoing);
	let folder = tempfile::tempdir().unwrap();
	let archive = Archive::open(chain.clone(), folder.path()).unwrap();
	Lane { chain, units, archive, folder }
}

/// Returns the batch of the next block.
fn next_batch(lane: &Lane, contents: &LatticeContents) -> Batch {
	let (height, hash) = lane.chain.newest();
	let mut data = InherentData::new();
	futures::executor::block_on(
		sp_timestamp::InherentDataProvider::from_system_time().provide_inherent_data(&mut data),
	)
	.unwrap();
	contents.provide(Tip { height, hash }, Duration::from_millis(300), &mut data).unwrap();
	match data.get_data::<Vec<u8>>(&INHERENT_IDENTIFIER).unwrap() {
		Some(batch) => Batch::decode_all(&mut &batch[..]).unwrap(),
		None => Batch::default(),
	}
}

#[tokio::test]
async fn a_unit_goes_from_submission_to_its_receipt() {
	let lane = lane();
	let contents = lane.units.contents();
	let first = pay(1, 0, HEAD, 2, 100);
	let second = pay(1, 1, first.hash(), 3, 100);
	let mut watch = lane.units.watch(vec![first.hash(), second.hash()]);
	// The later one first: it waits for the other.
	let statuses = lane.units.submit(vec![second.clone(), first.clone()]).await.unwrap();
	assert_eq!(statuses, [(second.hash(), Status::Future), (first.hash(), Status::Ready)]);
	lane.units.ready().await;
	assert_eq!(lane.units.verdicts().verdict(&domain(), &first), Some(true));
	let view = lane.units.account(&id(1)).unwrap().unwrap();
	let next = view.next.unwrap();
	assert_eq!((view.account.nonce, next.nonce, next.data.unit_head, view.pending), (0, 2, second.hash(), 2));

	let batch = next_batch(&lane, &contents);
	assert_eq!(batch.units(), [first.clone(), second.clone()]);
	let block = lane.chain.import(&lane.units, &lane.archive, &batch);
	let is_final = |index| Status::Final { number: 1, hash: block, index };
	let mut told = Vec::new();
	while let Some(event) = watch.next().await {
		told.push(event);
	}
	assert_eq!(
		told[..3],
		[(second.hash(), Status::Future), (first.hash(), Status::Ready), (second.hash(), Status::Ready)]
	);
	assert_eq!(told[3..], [(first.hash(), is_final(0)), (second.hash(), is_final(1))]);
	assert_eq!(lane.units.verdicts().verdict(&domain(), &first), None, "it is no longer needed");
	assert_eq!(lane.units.submit(vec![first.clone()]).await.unwrap()[0].1, is_final(0));
	assert_eq!(lane.archive.receipt(block, 1).unwrap().unwrap().unit, second);
	assert!(lane.archive.receipt(block, 2).unwrap().is_none());
	assert!(next_batch(&lane, &contents).units().is_empty());
}

#[tokio::test]
async fn a_wrong_signature_does_not_block_the_right_one() {
	let lane = lane();
	let unit = pay(1, 0, HEAD, 2, 100);
	let forged = Unit { signature: ed25519::Signature::default().into(), ..unit.clone() };
	let beside = pay(2, 0, HEAD, 3, 5);
	let statuses = lane.units.submit(vec![forged.clone(), beside]).await.unwrap();
	assert_eq!(statuses[0].1, Status::Invalid(Reason::Signature, None));
	assert_eq!(statuses[1].1, Status::Ready);
	assert_eq!(lane.units.verdicts().verdict(&domain(), &forged), None);
	assert_eq!(lane.units.submit(vec![unit]).await.unwrap()[0].1, Status::Ready);
	assert_eq!(lane.units.submit(Vec::new()).await, Ok(Vec::new()));
	let too_many = vec![forged; 70_000];
	assert_eq!(lane.units.submit(too_many).await, Err(SubmitError::Overloaded));
}

#[tokio::test]
async fn a_unit_is_sent_again_until_it_is_in_a_block() {
	let lane = lane();
	let contents = lane.units.contents();
	let sent = Instant::now();
	lane.units.submit(vec![pay(1, 0, HEAD, 2, 100), pay(2, 0, HEAD, 3, 100)]).await.unwrap();
	let due = |seconds| lane.units.state().due(sent + Duration::from_secs(seconds), 10).len();
	assert_eq!([due(4), due(6), due(7), due(12)], [0, 2, 0, 2]);
	lane.chain.import(&lane.units, &lane.archive, &next_batch(&lane, &contents));
	assert_eq!(due(60), 0, "they are final");
}

#[tokio::test]
async fn a_slow_machine_makes_smaller_blocks_and_a_fast_one_larger() {
	let lane = lane();
	let contents = lane.units.contents();
	let mut submitted = Vec::new();
	for account in 0..20 {
		let mut parent = HEAD;
		for height in 0..100 {
			let unit = pay(account, height, parent, 19 - account, 1);
			parent = unit.hash();
			submitted.push(unit);
		}
	}
	lane.units.submit(submitted).await.unwrap();
	// 75 ms of the 300, at 0.1 ms a unit.
	let first = next_batch(&lane, &contents).units().len();
	assert_eq!(first, 750);
	contents.built(Duration::from_millis(300));
	let slower = next_batch(&lane, &contents).units().len();
	assert!(slower < 450, "{slower} after {first} took four times as long as expected");
	(0..30).for_each(|_| contents.built(Duration::from_millis(1)));
	assert_eq!(next_batch(&lane, &contents).units().len(), 2_000, "all units");
}

#[tokio::test]
async fn the_index_follows_the_chain_and_a_rebuilt_index_is_the_same() {
	let lane = lane();
	let contents = lane.units.contents();
	let mut parent = HEAD;
	let mut hashes = Vec::new();
	for height in 0..50 {
		let unit = pay(4, height, parent, 5, 1);
		parent = unit.hash();
		hashes.push(parent);
		lane.units.submit(vec![unit]).await.unwrap();
		lane.chain.import(&lane.units, &lane.archive, &next_batch(&lane, &contents));
	}
	let wait = |archive: &Archive| {
		let indexed = (0..500).any(|_| {
			std::thread::sleep(Duration::from_millis(10));
			archive.indexed().unwrap() == 50
		});
		assert!(indexed, "{:?}", archive.failure());
	};
	wait(&lane.archive);
	let check = |archive: &Archive| {
		let page = archive.chain(&id(4), Some(30), 10).unwrap();
		assert_eq!(
			page.iter().map(|unit| unit.hash).collect::<Vec<_>>(),
			hashes[20..30].iter().rev().copied().collect::<Vec<_>>()
		);
		let found = archive.unit(&hashes[0]).unwrap().unwrap();
		assert_eq!((found.number, found.index, found.hash), (1, 0, hashes[0]));
		assert_eq!(archive.receipt(found.block, found.index).unwrap().unwrap().unit.hash(), hashes[0]);
		assert!(archive.unit(&H256::repeat_byte(99)).unwrap().is_none());
	};
	check(&lane.archive);
	let Lane { chain, archive, folder, units } = lane;
	drop((units, contents));
	// The indexer drops it a moment later.
	let weak = Arc::downgrade(&archive);
	drop(archive);
	while weak.upgrade().is_some() {
		std::thread::sleep(Duration::from_millis(5));
	}
	tc_lattice_index::UnitIndex::clear(folder.path()).unwrap();
	let again = Archive::open(chain, folder.path()).unwrap();
	wait(&again);
	check(&again);
}

#[test]
fn the_batch_is_found_in_the_block_s_extrinsics() {
	let batch = Batch::new(vec![pay(1, 0, HEAD, 2, 100)]).unwrap();
	let call = OpaqueExtrinsic::from_blob((5u8, APPLY_CALL, batch.encode()).encode());
	let timestamp = OpaqueExtrinsic::from_blob(vec![5, 1, 0, 11, 22]);
	assert_eq!(batch_of(&[timestamp.clone(), call.clone()]), Some(batch));
	assert_eq!(batch_of(&[timestamp]), None);
	let mut longer = call.inner().to_vec();
	longer.push(0);
	assert_eq!(batch_of(&[OpaqueExtrinsic::from_blob(longer)]), None);
	assert_eq!(batch_of(&[OpaqueExtrinsic::from_blob(vec![])]), None);
}
