//! A steady load: signed transfers, submitted to random nodes, running or not.
//!
//! Each sender queries a node for its nonce on the chain and submits the next transfers, always the same
//! bytes for a nonce. So a transfer that was lost with its node is submitted again elsewhere, and nothing is spent
//! twice. After a runtime upgrade the senders sign for the new version, as clients do.

use futures::future::join_all;
use rand::{rngs::StdRng, Rng, SeedableRng};
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
use top_local_network::LocalNetwork;
use top_main_runtime::Runtime;
use top_node::transaction::{ChainParams, TransferBuilder};
use top_sdk::{Keypair, RpcClient};
use tp_core::{AccountId, Balance, Hash, Nonce};

/// How long a node may take to answer a sender before it tries another. A paused node does not answer.
const PATIENCE: Duration = Duration::from_secs(2);
/// Transfers of one batch of a sender.
const BATCH: Nonce = 4;
/// Pause of a sender between two batches.
const PAUSE: Duration = Duration::from_millis(250);
/// Amount of a transfer, in the smallest unit.
const AMOUNT: Balance = 1;

type AccountInfo = frame_system::AccountInfo<Nonce, pallet_balances::AccountData<Balance>>;

/// Counts of submissions.
#[derive(Debug, Default)]
pub struct Counts {
	/// Number of accepted transfers.
	pub taken: AtomicU64,
	/// Number of refused transfers; most of them were known already.
	pub refused: AtomicU64,
	/// Number of batches without a running node.
	pub unreachable: AtomicU64,
	/// Number of times that a sender found a new runtime version.
	pub upgrades: AtomicU64,
}

/// A running load. Dropping it stops it.
pub struct Load {
	pub counts: Arc<Counts>,
	senders: Vec<AccountId>,
	stop: watch::Sender<bool>,
	tasks: Vec<JoinHandle<()>>,
}

impl Load {
	/// Starts senders at all nodes of a network: all funded accounts of the presets but Alice, whose nonces belong to
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
					key: key.pair().into(),
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

	/// Returns the number of the senders' transfers in the state of a block.
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

	/// Returns its figures in one line.
	pub fn summary(&self) -> String {
		let Counts { taken, refused, unreachable, upgrades: _ } = &*self.counts;
		let of = |count: &AtomicU64| count.load(Ordering::Relaxed);
		format!("{} submitted, {} refused, {} batches without a node", of(taken), of(refused), of(unreachable))
	}
}

/// One account that pays.
struct Sender {
	key: Keypair,
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
			if !matches!(tokio::time::timeout(PATIENCE, self.submit(node)).await, Ok(Ok(()))) {
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

	async fn submit(&mut self, node: usize) -> anyhow::Result<()> {
		let client = match self.connections.get(&node) {
			Some(client) => client.clone(),
			None => {
				let client = RpcClient::connect(&self.urls[node]).await?;
				self.connections.insert(node, client.clone());
				client
			},
		};
		let builder = self.builder(&client).await?;
		let key = frame_system::Account::<Runtime>::hashed_key_for(self.key.account());
		let info: AccountInfo = client.storage(&key, None).await?.unwrap_or_default();
		// Old transfers are in the blocks of other nodes: a node that lags does not need them.
		self.signed = self.signed.split_off(&info.nonce.saturating_sub(256));
		let batch: Vec<Vec<u8>> = (info.nonce..info.nonce + BATCH)
			.map(|nonce| {
				let signed = self.signed.entry(nonce);
				signed.or_insert_with(|| builder.build(&self.key, nonce, &self.destination, AMOUNT)).clone()
			})
			.collect();
		let refused = client.submit_all(&batch).await?.len() as u64;
		self.counts.refused.fetch_add(refused, Ordering::Relaxed);
		self.counts.taken.fetch_add(batch.len() as u64 - refused, Ordering::Relaxed);
		Ok(())
	}

	/// Returns a builder for the node's runtime version.
	async fn builder(&mut self, client: &RpcClient) -> anyhow::Result<TransferBuilder> {
		let version = client.runtime_version(None).await?;
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
