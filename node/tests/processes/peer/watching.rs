//! Observations of the nodes from outside: their blocks, their memory, and their reports about a peer.

use crate::peer::forgery::OfferedBlock;
use sc_network::{config::MultiaddrWithPeerId, PeerId};
use std::{
	fs,
	sync::{
		atomic::{AtomicBool, AtomicU64, Ordering},
		Arc,
	},
	time::{Duration, Instant},
};
use tokio::task::JoinHandle;
use top_local_network::Node;
use top_sdk::{Error, RpcClient};
use tp_core::{Hash, Header};

/// The option for logs of each change of a reputation.
pub const LOG_OPTION: &str = "-lsub-libp2p::peerstore=trace,sync=debug,pbft=debug";

/// Returns the address of a node.
pub fn address(node: &Node) -> MultiaddrWithPeerId {
	node.p2p_address().parse().unwrap()
}

/// Returns the reputation changes of a peer at a node, with their reasons.
pub fn reports(node: &Node, peer: &PeerId) -> Vec<(i64, String)> {
	let log = fs::read_to_string(node.log_file()).unwrap();
	let start = format!("Report {peer}: ");
	log.lines()
		.filter(|line| line.contains(" TRACE "))
		.filter_map(|line| {
			let (_, report) = line.split_once(&start)?;
			let (value, rest) = report.split_once(" to ")?;
			let (_, reason) = rest.split_once("Reason: ")?;
			Some((value.parse().unwrap(), reason.trim_end_matches('.').to_owned()))
		})
		.collect()
}

/// Whether a node lowered a peer's reputation by at least `by`, for a reason that contains `reason`.
pub fn was_reported(node: &Node, peer: &PeerId, by: i64, reason: &str) -> bool {
	reports(node, peer).iter().any(|(change, text)| *change <= -by && text.contains(reason))
}

/// Returns the newest header, and the newest final one.
pub async fn heads(client: &RpcClient) -> (Header, Header) {
	let best: Header = client.request("chain_getHeader", jsonrpsee::rpc_params![]).await.unwrap();
	let finalized = client.header(client.finalized_head().await.unwrap()).await.unwrap();
	(best, finalized)
}

/// Whether a node has a block.
pub async fn knows(client: &RpcClient, hash: Hash) -> bool {
	match client.header(hash).await {
		Ok(_) => true,
		Err(Error::Unknown { .. }) => false,
		Err(error) => panic!("{error}"),
	}
}

/// Returns a real block for an offer.
pub async fn real_block(client: &RpcClient, height: u32) -> OfferedBlock {
	let signed = client.block(client.block_hash(height).await.unwrap()).await.unwrap();
	OfferedBlock { header: signed.block.header, body: signed.block.extrinsics, justifications: signed.justifications }
}

/// Returns the number of blocks that become final per ten seconds, measured over a time.
pub async fn pace(client: &RpcClient, time: Duration) -> f64 {
	let (before, since) = (client.finalized_height().await.unwrap(), Instant::now());
	tokio::time::sleep(time).await;
	let after = client.finalized_height().await.unwrap();
	f64::from(after - before) * 10.0 / since.elapsed().as_secs_f64()
}

/// Returns the resident memory of a node's process, in MiB.
pub fn resident_mib(node: &Node) -> u64 {
	resident(node.pid().expect("the node runs").as_raw())
}

fn resident(pid: i32) -> u64 {
	let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
	let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("a process has memory");
	line.trim().trim_end_matches("kB").trim().parse::<u64>().unwrap() / 1024
}

/// Samples the memory of a node until it is dropped.
pub struct MemoryWatch {
	peak: Arc<AtomicU64>,
	stop: Arc<AtomicBool>,
	before: u64,
	_task: JoinHandle<()>,
}

impl MemoryWatch {
	/// Interval of samples.
	const INTERVAL: Duration = Duration::from_millis(100);

	pub fn start(node: &Node) -> Self {
		let pid = node.pid().expect("the node runs").as_raw();
		let before = resident(pid);
		let (peak, stop) = (Arc::new(AtomicU64::new(before)), Arc::new(AtomicBool::new(false)));
		let (highest, stopped) = (peak.clone(), stop.clone());
		let task = tokio::spawn(async move {
			while !stopped.load(Ordering::Relaxed) {
				highest.fetch_max(resident(pid), Ordering::Relaxed);
				tokio::time::sleep(Self::INTERVAL).await;
			}
		});
		Self { peak, stop, before, _task: task }
	}

	/// Returns the memory at the start, and the maximum since, in MiB.
	pub fn figures(&self) -> (u64, u64) {
		(self.before, self.peak.load(Ordering::Relaxed))
	}
}

impl Drop for MemoryWatch {
	fn drop(&mut self) {
		self.stop.store(true, Ordering::Relaxed);
	}
}
