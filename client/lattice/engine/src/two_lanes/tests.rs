//! One account in both lanes: who takes a nonce first keeps it, and the other hears so at once.

use super::*;
use crate::{
	extrinsics::Extrinsics,
	handle::{UnitPool, UnitPoolParams},
	tests::memory::{id, pay, MemoryChain, HEAD},
	ChainView, DropReason, Outgoing, Status,
};
use async_trait::async_trait;
use codec::{Decode, Encode};
use parking_lot::Mutex;
use sc_transaction_pool_api::{
	error::{Error as PoolError, IntoPoolError},
	ImportNotificationStream, InPoolTransaction, PoolStatus, ReadyTransactions, TransactionFor, TransactionPool,
	TransactionSource, TransactionStatusStreamFor, TransactionTag, TxHash, TxInvalidityReportMap,
};
use sp_runtime::{
	traits::{BlakeTwo256, Block as BlockT, Hash as _},
	OpaqueExtrinsic,
};
use std::{
	collections::HashMap,
	pin::Pin,
	sync::{
		atomic::{AtomicBool, Ordering::Relaxed},
		Arc,
	},
	time::Duration,
};
use tokio::sync::mpsc;
use tp_core::{AccountId, Block, Hash, Nonce};

type Extrinsic = <Block as BlockT>::Extrinsic;

/// An extrinsic of an account: the form of version 4, and behind the sender nothing but the nonce.
fn extrinsic(account: &AccountId, nonce: Nonce) -> Extrinsic {
	OpaqueExtrinsic::from_blob((0x84u8, 0u8, account, nonce).encode())
}

fn tags(extrinsic: &Extrinsic) -> Vec<TransactionTag> {
	let bytes = Vec::<u8>::decode(&mut &extrinsic.encode()[..]).unwrap();
	vec![bytes[2..].to_vec()]
}

#[derive(Clone, Debug)]
struct Waiting {
	hash: Hash,
	data: Arc<Extrinsic>,
	tags: Vec<TransactionTag>,
}

impl InPoolTransaction for Waiting {
	type Transaction = Arc<Extrinsic>;
	type Hash = Hash;
	fn data(&self) -> &Arc<Extrinsic> {
		&self.data
	}
	fn hash(&self) -> &Hash {
		&self.hash
	}
	fn priority(&self) -> &u64 {
		&0
	}
	fn longevity(&self) -> &u64 {
		&0
	}
	fn requires(&self) -> &[TransactionTag] {
		&[]
	}
	fn provides(&self) -> &[TransactionTag] {
		&self.tags
	}
	fn is_propagable(&self) -> bool {
		true
	}
}

/// A pool that takes everything.
#[derive(Default)]
struct TestPool {
	/// Whether what enters waits for something else.
	is_early: AtomicBool,
	ready: Mutex<Vec<Arc<Waiting>>>,
	futures: Mutex<Vec<Waiting>>,
	/// The views and extrinsics that were reported.
	reported: Mutex<Vec<(Option<Hash>, Vec<Hash>)>>,
}

fn waiting(extrinsic: Extrinsic) -> Waiting {
	let hash = BlakeTwo256::hash(&extrinsic.encode());
	Waiting { hash, tags: tags(&extrinsic), data: Arc::new(extrinsic) }
}

struct Ready(std::vec::IntoIter<Arc<Waiting>>);
impl Iterator for Ready {
	type Item = Arc<Waiting>;
	fn next(&mut self) -> Option<Self::Item> {
		self.0.next()
	}
}
impl ReadyTransactions for Ready {
	fn report_invalid(&mut self, _: &Self::Item) {}
}

#[async_trait]
impl TransactionPool for TestPool {
	type Block = Block;
	type Hash = Hash;
	type InPoolTransaction = Waiting;
	type Error = PoolError;

	async fn submit_at(
		&self,
		_: Hash,
		_: TransactionSource,
		_: Vec<TransactionFor<Self>>,
	) -> Result<Vec<Result<TxHash<Self>, PoolError>>, PoolError> {
		unreachable!("the guard submits one at a time")
	}
	async fn submit_one(&self, _: Hash, _: TransactionSource, extrinsic: Extrinsic) -> Result<Hash, PoolError> {
		let waiting = waiting(extrinsic);
		match self.is_early.load(Relaxed) {
			true => self.futures.lock().push(waiting.clone()),
			false => self.ready.lock().push(Arc::new(waiting.clone())),
		}
		Ok(waiting.hash)
	}
	async fn submit_and_watch(
		&self,
		at: Hash,
		source: TransactionSource,
		extrinsic: Extrinsic,
	) -> Result<Pin<Box<TransactionStatusStreamFor<Self>>>, PoolError> {
		self.submit_one(at, source, extrinsic).await?;
		Ok(Box::pin(futures::stream::empty()))
	}
	async fn ready_at(&self, _: Hash) -> Box<dyn ReadyTransactions<Item = Arc<Waiting>> + Send> {
		self.ready()
	}
	fn ready(&self) -> Box<dyn ReadyTransactions<Item = Arc<Waiting>> + Send> {
		Box::new(Ready(self.ready.lock().clone().into_iter()))
	}
	async fn report_invalid(&self, at: Option<Hash>, errors: TxInvalidityReportMap<Hash>) -> Vec<Arc<Waiting>> {
		self.reported.lock().push((at, errors.keys().copied().collect()));
		Vec::new()
	}
	fn futures(&self) -> Vec<Waiting> {
		self.futures.lock().clone()
	}
	fn status(&self) -> PoolStatus {
		let (ready, future) = (self.ready.lock().len(), self.futures.lock().len());
		PoolStatus { ready, ready_bytes: 0, future, future_bytes: 0 }
	}
	fn import_notification_stream(&self) -> ImportNotificationStream<Hash> {
		unreachable!("nothing asks for it")
	}
	fn on_broadcasted(&self, _: HashMap<Hash, Vec<String>>) {}
	fn hash_of(&self, extrinsic: &Extrinsic) -> Hash {
		waiting(extrinsic.clone()).hash
	}
	fn ready_transaction(&self, hash: &Hash) -> Option<Arc<Waiting>> {
		self.ready.lock().iter().find(|waiting| waiting.hash == *hash).cloned()
	}
	async fn ready_at_with_timeout(
		&self,
		_: Hash,
		_: Duration,
	) -> Box<dyn ReadyTransactions<Item = Arc<Waiting>> + Send> {
		self.ready()
	}
}

struct Scene {
	chain: Arc<MemoryChain>,
	pool: Arc<TestPool>,
	units: UnitPool,
	guard: Guard<TestPool>,
	waiting: Arc<WaitingExtrinsics<TestPool>>,
	_outgoing: mpsc::Receiver<Outgoing>,
}

fn scene() -> Scene {
	let (chain, pool) = (MemoryChain::new(20, 1_000_000), Arc::new(TestPool::default()));
	let waiting = Arc::new(WaitingExtrinsics::new(pool.clone()));
	let extrinsics: Arc<dyn Extrinsics> = waiting.clone();
	let params = UnitPoolParams { chain: chain.clone(), extrinsics, limits: Default::default(), registry: None };
	let (units, outgoing) = UnitPool::open(params).unwrap().unwrap();
	let tags_of: Arc<TagsOf> = Arc::new(|_, _, extrinsic| Some(tags(extrinsic)));
	let lane = OtherLane { units: units.clone(), waiting: waiting.clone(), tags_of };
	let guard = Guard::new(pool.clone(), Some(lane));
	Scene { chain, pool, units, guard, waiting, _outgoing: outgoing }
}

impl Scene {
	async fn send(&self, account: u8, nonce: Nonce) -> Result<Hash, GuardError<PoolError>> {
		self.guard.submit_one(self.chain.newest().1, TransactionSource::External, extrinsic(&id(account), nonce)).await
	}
}

#[tokio::test]
async fn an_extrinsic_whose_nonce_a_unit_has_is_refused_with_the_reason() {
	let scene = scene();
	let unit = pay(1, 0, HEAD, 2, 10);
	let behind = pay(1, 1, unit.hash(), 2, 10);
	scene.units.submit(vec![unit, behind]).await.unwrap();
	for nonce in [0, 1] {
		let refused = scene.send(1, nonce).await.unwrap_err();
		assert!(refused.to_string().contains("system_accountNextIndex"), "{refused}");
		assert!(refused.into_pool_error().is_err(), "the RPC shows the words");
	}
	let at = scene.chain.newest().1;
	let watched = scene.guard.submit_and_watch(at, TransactionSource::External, extrinsic(&id(1), 0)).await;
	assert!(matches!(watched, Err(GuardError::UnitWaits { nonce: 0, .. })));
	assert_eq!(scene.pool.status().ready, 0, "none has entered the pool");
	// The next one, and those of others, do.
	scene.send(1, 2).await.unwrap();
	scene.send(2, 0).await.unwrap();
	assert_eq!(scene.pool.status().ready, 2);
}

#[tokio::test]
async fn a_unit_whose_height_an_extrinsic_has_is_refused_with_the_reason() {
	let scene = scene();
	scene.send(1, 0).await.unwrap();
	let unit = pay(1, 0, HEAD, 2, 10);
	let statuses = scene.units.submit(vec![unit.clone()]).await.unwrap();
	assert_eq!(statuses, [(unit.hash(), Status::Dropped(DropReason::ExtrinsicWaits))]);
	assert_eq!(scene.units.stats().units, 0);
	// The one behind it waits for the extrinsic, and others are not concerned.
	let (behind, other) = (pay(1, 1, HEAD, 2, 10), pay(3, 0, HEAD, 2, 10));
	let statuses = scene.units.submit(vec![behind.clone(), other.clone()]).await.unwrap();
	assert_eq!(statuses, [(behind.hash(), Status::Future), (other.hash(), Status::Ready)]);
}

#[tokio::test]
async fn both_lanes_count_in_the_next_nonce() {
	let scene = scene();
	let next = |account| {
		let view = scene.units.account(&id(account)).unwrap();
		(view.next_nonce(), view.next.unwrap().data.unit_head)
	};
	assert_eq!(next(1), (0, HEAD));
	let first = pay(1, 0, HEAD, 2, 10);
	scene.units.submit(vec![first.clone()]).await.unwrap();
	assert_eq!(next(1), (1, first.hash()));
	scene.send(1, 1).await.unwrap();
	assert_eq!(next(1), (2, first.hash()), "an extrinsic leaves the head");
	let third = pay(1, 2, first.hash(), 2, 10);
	scene.units.submit(vec![third.clone()]).await.unwrap();
	assert_eq!(next(1), (3, third.hash()), "a unit that waits for the extrinsic is the next one's parent");
	// A gap ends what counts, and an account that does not exist begins in the next block.
	scene.send(1, 5).await.unwrap();
	assert_eq!(next(1), (3, third.hash()));
	assert_eq!(scene.units.account(&id(99)).unwrap().next_nonce(), 1);
}

#[tokio::test]
async fn extrinsics_that_are_early_count_at_once() {
	let scene = scene();
	scene.pool.is_early.store(true, Relaxed);
	// Read the list, so that it is read again only later.
	assert!(scene.waiting.waiting(&id(1)).is_empty());
	scene.units.submit(vec![pay(1, 0, HEAD, 2, 10)]).await.unwrap();
	// Behind a unit of this account, and behind nothing that this node has.
	scene.send(1, 1).await.unwrap();
	scene.send(2, 1).await.unwrap();
	assert_eq!(scene.units.account(&id(1)).unwrap().next_nonce(), 2);
	for account in [1, 2] {
		assert_eq!(scene.waiting.waiting(&id(account)).into_iter().collect::<Vec<_>>(), [1], "of account {account}");
	}
}

/// The row of the report: an app that pays by units and a wallet that pays by extrinsics share an account.
#[tokio::test]
async fn a_wallet_and_an_app_that_ask_for_the_nonce_never_take_the_same() {
	let scene = scene();
	let (mut taken, mut head) = (Vec::new(), HEAD);
	for turn in 0..10 {
		let view = scene.units.account(&id(1)).unwrap();
		let nonce = view.next_nonce();
		taken.push(nonce);
		if turn % 2 == 0 {
			let unit = pay(1, nonce, view.next.unwrap().data.unit_head, 2, 10);
			assert_eq!(unit.body.parent, head);
			head = unit.hash();
			let status = scene.units.submit(vec![unit]).await.unwrap()[0].1;
			assert!(!status.is_end(), "{status:?}");
		} else {
			scene.send(1, nonce).await.unwrap();
		}
	}
	assert_eq!(taken, (0..10).collect::<Vec<_>>());
}

#[tokio::test]
async fn extrinsics_that_peers_sent_are_seen_a_moment_later() {
	let scene = scene();
	assert!(scene.waiting.waiting(&id(1)).is_empty());
	scene.pool.ready.lock().push(Arc::new(waiting(extrinsic(&id(1), 4))));
	scene.pool.futures.lock().push(waiting(extrinsic(&id(1), 7)));
	tokio::time::sleep(Duration::from_millis(60)).await;
	assert_eq!(scene.waiting.waiting(&id(1)).into_iter().collect::<Vec<_>>(), [4, 7]);
	scene.pool.ready.lock().clear();
	tokio::time::sleep(Duration::from_millis(60)).await;
	assert_eq!(scene.waiting.waiting(&id(1)).into_iter().collect::<Vec<_>>(), [7]);
}

#[test]
fn extrinsics_whose_nonce_a_block_reaches_are_promoted() {
	let (chain, _) = MemoryChain::with_blocks(3);
	let pool = TestPool::default();
	let of = |account, nonce| waiting(extrinsic(&id(account), nonce));
	*pool.futures.lock() = vec![of(1, 2), of(1, 3), of(1, 4), of(2, 3), of(99, 0)];
	let next = super::promoter::next_ones(&pool, &*chain, chain.newest().1);
	assert_eq!(next, [of(1, 3).hash]);
}
