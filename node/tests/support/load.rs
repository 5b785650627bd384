//! A steady load: signed transfers, handed to nodes at random, whether they live or not.
//!
//! Each sender asks some node for its nonce on the chain and hands in the transfers that come next, always the same
//! bytes for a nonce. So a transfer that was lost with its node is handed in again elsewhere, and nothing is spent
//! twice. After a runtime upgrade the senders sign for the new version, as a client does that reads it.

use futures::future::join_all;
use rand::{rngs::StdRng, Rng, SeedableRng};
use sp_core::{sr25519, Pair};
use sp_keyring::Sr25519Keyring;
use std::{
	collections::{BTreeMap, HashMap},
	sync::{
		atomic::{AtomicU64, Ordering},
		Arc,
	},
	time::Duration,
};
use tokio::{sync::watch, task::JoinHandle};
use top_main_runtime::Runtime;
use top_node::{
	client::{ChainParams, RpcClient, RpcError, TransferBuilder},
	network::LocalNetwork,
};
use tp_core::{AccountId, Balance, Hash, Nonce};

/// How long a node may take to answer one sender, before that tries another. A paused node answers nothing.
const PATIENCE: Duration = Duration::from_secs(2);
/// Transfers of one sender that are handed in at once.
const BATCH: Nonce = 4;
/// Pause of a sender between two batches.
const PAUSE: Duration = Duration::from_millis(250);
/// What a transfer moves, in the smallest unit.
const AMOUNT: Balance = 1;

type AccountInfo = frame_system::AccountInfo<Nonce, pallet_balances::AccountData<Balance>>;

/// What was handed in.
#[derive(Debug, Default)]
pub struct Counts {
	/// Transfers that a node took.
	pub taken: AtomicU64,
	/// Transfers that a node refused; most since it had them already.
	pub refused: AtomicU64,
	/// Batches for which no node was there.
	pub unreachable: AtomicU64,
	/// How often a sender found a runtime of another version than before.
	pub upgrades: AtomicU64,
}

/// A running load. It stops when it is dropped.
pub struct Load {
	pub counts: Arc<Counts>,
	senders: Vec<AccountId>,
	stop: watch::Sender<bool>,
	tasks: Vec<JoinHandle<()>>,
}

impl Load {
	/// Starts senders at all nodes of a network: every rich account of the presets but Alice, whose nonces belong to
	/// the test.
	pub fn start(network: &LocalNetwork, seed: u64) -> Self {
		let urls: Vec<String> = network.nodes().iter().map(|node| node.rpc_url()).collect();
		let keys: Vec<_> = Sr25519Keyring::well_known().filter(|key| *key != Sr25519Keyring::Alice).collect();
		let counts = Arc::new(Counts::default());
		let (stop, stopped) = watch::channel(false);
		let tasks = keys
			.iter()
			.zip(seed..)
			.map(|(key, seed)| {
				let sender = Sender {
					pair: key.pair(),
					destination: Sr25519Keyring::Alice.to_account_id(),
					urls: urls.clone(),
					connections: HashMap::new(),
					rng: StdRng::seed_from_u64(seed),
					version: None,
					signed: BTreeMap::new(),
					counts: counts.clone(),
				};
				tokio::spawn(sender.run(stopped.clone()))
			})
			.collect();
		Self { counts, senders: keys.iter().map(|key| key.to_account_id()).collect(), stop, tasks }
	}

	/// Transfers of the senders that are in the state of a block.
	pub async fn transfers_until(&self, client: &RpcClient, block: Hash) -> u64 {
		let mut transfers = 0;
		for account in &self.senders {
			let key = frame_system::Account::<Runtime>::hashed_key_for(account);
			let info: AccountInfo = client.storage(&key, Some(block)).await.unwrap().unwrap();
			transfers += u64::from(info.nonce);
		}
		transfers
	}

	/// Stops the senders; fails if one has panicked.
	pub async fn stop(&mut self) {
		self.stop.send_replace(true);
		for ended in join_all(self.tasks.drain(..)).await {
			ended.unwrap();
		}
	}

	/// Its figures in a line.
	pub fn summary(&self) -> String {
		let Counts { taken, refused, unreachable, upgrades: _ } = &*self.counts;
		let of = |count: &AtomicU64| count.load(Ordering::Relaxed);
		format!("{} handed in, {} refused, {} batches met no node", of(taken), of(refused), of(unreachable))
	}
}

/// One account that pays.
struct Sender {
	pair: sr25519::Pair,
	destination: AccountId,
	urls: Vec<String>,
	connections: HashMap<usize, RpcClient>,
	rng: StdRng,
	version: Option<(u32, TransferBuilder)>,
	signed: BTreeMap<Nonce, Vec<u8>>,
	counts: Arc<Counts>,
}

impl Sender {
	async fn run(mut self, mut stopped: watch::Receiver<bool>) {
		while !*stopped.borrow() {
			let node = self.rng.gen_range(0..self.urls.len());
			if !matches!(tokio::time::timeout(PATIENCE, self.hand_in(node)).await, Ok(Ok(()))) {
				self.connections.remove(&node);
				self.counts.unreachable.fetch_add(1, Ordering::Relaxed);
			}
			if let Ok(changed) = tokio::time::timeout(PAUSE, stopped.changed()).await {
				if changed.is_err() {
					return;
				}
			}
		}
	}

	async fn hand_in(&mut self, node: usize) -> Result<(), RpcError> {
		let client = match self.connections.get(&node) {
			Some(client) => client.clone(),
			None => {
				let client = RpcClient::connect(&self.urls[node]).await?;
				self.connections.insert(node, client.clone());
				client
			},
		};
		let builder = self.builder(&client).await?;
		let key = frame_system::Account::<Runtime>::hashed_key_for(AccountId::from(self.pair.public()));
		let info: AccountInfo = client.storage(&key, None).await?.unwrap_or_default();
		// A node that lags needs the transfers no more that others have in their blocks.
		self.signed = self.signed.split_off(&info.nonce.saturating_sub(256));
		let batch: Vec<Vec<u8>> = (info.nonce..info.nonce + BATCH)
			.map(|nonce| {
				let signed = self.signed.entry(nonce);
				signed.or_insert_with(|| builder.build(&self.pair, nonce, &self.destination, AMOUNT)).clone()
			})
			.collect();
		let refused = client.submit_all(&batch).await?.len() as u64;
		self.counts.refused.fetch_add(refused, Ordering::Relaxed);
		self.counts.taken.fetch_add(batch.len() as u64 - refused, Ordering::Relaxed);
		Ok(())
	}

	/// Signs for the version of the runtime that the node has.
	async fn builder(&mut self, client: &RpcClient) -> Result<TransferBuilder, RpcError> {
		let version: sp_version::RuntimeVersion =
			client.request("state_getRuntimeVersion", jsonrpsee::rpc_params![]).await?;
		match self.version {
			Some((known, builder)) if known == version.spec_version => Ok(builder),
			_ => {
				let builder = TransferBuilder::immortal(ChainParams::fetch(client).await?);
				if self.version.replace((version.spec_version, builder)).is_some() {
					self.counts.upgrades.fetch_add(1, Ordering::Relaxed);
				}
				self.signed.clear();
				Ok(builder)
			},
		}
	}
}
