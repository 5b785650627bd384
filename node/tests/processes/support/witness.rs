//! A witness records every final block that any node reports, and the time.
//!
//! It polls each node for its newest final block, and for the hashes of those in between.
//! It records conflicts, for the test to assert that there are none.

use std::{
	collections::BTreeMap,
	sync::{Arc, Mutex, MutexGuard},
	time::{Duration, Instant},
};
use tokio::{sync::watch, task::JoinHandle};
use top_local_network::LocalNetwork;
use top_sdk::{Error, RpcClient};
use tp_core::Hash;

/// Pause between two queries to a node: the resolution of all times here.
const POLL: Duration = Duration::from_millis(40);
/// How long a node may take to answer before it is queried again. A paused node does not answer.
const PATIENCE: Duration = Duration::from_secs(3);
/// How long a node may be behind the others when all are compared.
const LEVEL_TIMEOUT: Duration = Duration::from_secs(60);
/// Hashes of one query.
const CHUNK: u32 = 256;

/// The record of one node.
#[derive(Clone, Debug, Default)]
struct Seen {
	/// The newest final block of its last report, and the time of the query.
	last: Option<(u32, Instant)>,
	/// The newest final block it ever reported.
	highest: u32,
}

/// The record of all nodes.
#[derive(Debug)]
struct Record {
	blocks: BTreeMap<u32, (Hash, String)>,
	nodes: Vec<(String, Seen)>,
	conflicts: Vec<String>,
	setbacks: Vec<(String, u32)>,
	newest_at: Instant,
	longest_gap: Duration,
}

/// Follows all nodes of a network until it is dropped.
pub struct Witness {
	record: Arc<Mutex<Record>>,
	newest: watch::Receiver<u32>,
	tasks: Vec<JoinHandle<()>>,
}

impl Drop for Witness {
	fn drop(&mut self) {
		for task in &self.tasks {
			task.abort();
		}
	}
}

impl Witness {
	/// Starts polling.
	pub fn start(network: &LocalNetwork) -> Self {
		let nodes = network.nodes().iter().map(|node| (node.name().to_owned(), Seen::default())).collect();
		let record = Arc::new(Mutex::new(Record {
			blocks: BTreeMap::new(),
			nodes,
			conflicts: Vec::new(),
			setbacks: Vec::new(),
			newest_at: Instant::now(),
			longest_gap: Duration::ZERO,
		}));
		let (announce, newest) = watch::channel(0);
		let announce = Arc::new(announce);
		let tasks = network
			.nodes()
			.iter()
			.enumerate()
			.map(|(index, node)| tokio::spawn(follow(index, node.rpc_url(), record.clone(), announce.clone())))
			.collect();
		Self { record, newest, tasks }
	}

	fn record(&self) -> MutexGuard<'_, Record> {
		self.record.lock().unwrap()
	}

	/// Returns the height of the newest reported final block.
	pub fn newest(&self) -> u32 {
		*self.newest.borrow()
	}

	/// Waits until a node has reported a final block at `height`; returns the time since `since`. Fails if
	/// it takes longer than `limit`.
	pub async fn continues(&self, height: u32, since: Instant, limit: Duration) -> Duration {
		let mut newest = self.newest.clone();
		let reached = tokio::time::timeout(limit, newest.wait_for(|newest| *newest >= height)).await;
		assert!(reached.is_ok(), "no block {height} within {limit:?}; the newest is {}", self.newest());
		since.elapsed()
	}

	/// Waits until a node has reported a final block at `height` in answer to a query after `since`; returns the time
	/// since `since`. Fails if it takes longer than `limit`.
	pub async fn catches_up(&self, node: usize, height: u32, since: Instant, limit: Duration) -> Duration {
		loop {
			let (name, seen) = self.record().nodes[node].clone();
			if seen.last.is_some_and(|(last, asked)| last >= height && asked >= since) {
				return since.elapsed();
			}
			let now = since.elapsed();
			assert!(now < limit, "{name} has not got to block {height} in {now:?}, but to {:?}", seen.last);
			tokio::time::sleep(POLL / 2).await;
		}
	}

	/// Returns the longest time without a new final block since the last call.
	pub fn take_longest_gap(&self) -> Duration {
		let mut record = self.record();
		let gap = record.longest_gap.max(record.newest_at.elapsed());
		record.longest_gap = Duration::ZERO;
		record.newest_at = Instant::now();
		gap
	}

	/// Returns each restart of a node with fewer final blocks than it had reported before, and the difference. It had
	/// these blocks from other nodes, and must get them from them again.
	pub fn setbacks(&self) -> Vec<(String, u32)> {
		self.record().setbacks.clone()
	}

	/// Stops polling, and compares the record with the blocks of all nodes, height by height. Every final block is
	/// still there, on every node, and there is one at each height. Returns the number of compared heights.
	pub async fn verify(&self, network: &LocalNetwork) -> usize {
		for task in &self.tasks {
			task.abort();
		}
		let record = self.record().blocks.clone();
		let conflicts = self.record().conflicts.clone();
		assert!(conflicts.is_empty(), "two blocks at one height were final: {conflicts:?}");
		let newest = *record.keys().last().expect("the network has made blocks");
		for node in network.nodes() {
			let client = node.rpc().await.unwrap();
			let since = Instant::now();
			while client.finalized_height().await.unwrap() < newest {
				assert!(since.elapsed() < LEVEL_TIMEOUT, "{} does not get to block {newest}", node.name());
				tokio::time::sleep(POLL).await;
			}
			let hashes = hashes(&client, 1, newest).await.unwrap();
			assert_eq!(hashes.len(), newest as usize, "{} lacks blocks", node.name());
			for (height, hash) in hashes {
				let (known, reporter) = record.get(&height).expect("the witness asks for all heights");
				assert_eq!(
					hash,
					*known,
					"{} has another block {height} than {reporter} reported as final",
					node.name()
				);
			}
		}
		record.len()
	}
}

impl Record {
	/// Records final blocks that a node reported, in order, the newest last.
	fn note(&mut self, node: usize, asked: Instant, blocks: Vec<(u32, Hash)>) -> Option<u32> {
		let (head, _) = blocks.last().copied()?;
		let known = self.blocks.keys().last().copied().unwrap_or_default();
		let (name, seen) = &mut self.nodes[node];
		for (height, hash) in blocks {
			let (first, reporter) = self.blocks.entry(height).or_insert_with(|| (hash, name.clone()));
			if *first != hash {
				self.conflicts.push(format!("{name} has {hash:?} at {height}, {reporter} has {first:?}"));
			}
		}
		if head < seen.highest && seen.last.is_none() {
			self.setbacks.push((name.clone(), seen.highest - head));
		} else if seen.last.is_some_and(|(last, _)| head < last) {
			self.conflicts.push(format!("{name} fell back to {head} while it ran"));
		}
		seen.last = Some((head, asked));
		seen.highest = seen.highest.max(head);
		(head > known).then(|| {
			self.longest_gap = self.longest_gap.max(self.newest_at.elapsed());
			self.newest_at = Instant::now();
			head
		})
	}
}

async fn follow(node: usize, url: String, record: Arc<Mutex<Record>>, announce: Arc<watch::Sender<u32>>) {
	loop {
		if let Ok(Ok(client)) = tokio::time::timeout(PATIENCE, RpcClient::connect(&url)).await {
			// Until it stops answering.
			while let Ok(Ok(())) = tokio::time::timeout(PATIENCE, ask(node, &client, &record, &announce)).await {
				tokio::time::sleep(POLL).await;
			}
			record.lock().unwrap().nodes[node].1.last = None;
		}
		tokio::time::sleep(POLL).await;
	}
}

async fn ask(
	node: usize,
	client: &RpcClient,
	record: &Mutex<Record>,
	announce: &watch::Sender<u32>,
) -> Result<(), Error> {
	let asked = Instant::now();
	let head = client.finalized_head().await?;
	let height = client.header(head).await?.number;
	let known = record.lock().unwrap().nodes[node].1.last.map(|(last, _)| last);
	let blocks = match known {
		Some(known) if height == known => vec![(height, head)],
		Some(known) => hashes(client, known + 1, height).await?,
		// After a start or a pause: all blocks from the first one.
		None => hashes(client, 1, height).await?,
	};
	let blocks = if blocks.is_empty() { vec![(height, head)] } else { blocks };
	let newer = record.lock().unwrap().note(node, asked, blocks);
	if let Some(newer) = newer {
		announce.send_if_modified(|newest| {
			let more = newer > *newest;
			*newest = newer.max(*newest);
			more
		});
	}
	Ok(())
}

/// Returns a node's hashes of the blocks from one height to another, both included.
pub async fn hashes(client: &RpcClient, first: u32, last: u32) -> Result<Vec<(u32, Hash)>, Error> {
	let mut found = Vec::new();
	let mut next = first;
	while next <= last {
		let heights: Vec<u32> = (next..=last.min(next + CHUNK - 1)).collect();
		let hashes: Vec<Option<Hash>> = client.request("chain_getBlockHash", jsonrpsee::rpc_params![&heights]).await?;
		found.extend(heights.iter().copied().zip(hashes).filter_map(|(height, hash)| Some((height, hash?))));
		next += CHUNK;
	}
	Ok(found)
}
