//! Reports the epochs of a network whose committee is drawn: one line for each as it ends, and all as JSON.
//!
//! The figures come from final blocks and their states, over the RPC of one node.

use crate::transaction::transfers_in;
use anyhow::{bail, Context};
use codec::Decode;
use pallet_rewards::{CurrentTotals, Pallet, PotDeposit, Totals};
use serde::Serialize;
use std::{
	collections::BTreeMap,
	fs,
	path::{Path, PathBuf},
	time::{Duration, Instant},
};
use top_main_runtime::Runtime;
use top_sdk::RpcClient;
use tp_core::{AccountId, Balance, BlockNumber, Hash};
use tp_pbft::{Committee, Epoch, PbftId};

/// Interval of queries for a new block.
const POLL_INTERVAL: Duration = Duration::from_millis(100);
/// A network without a new block for this long has stopped.
const STALL: Duration = Duration::from_secs(60);

/// The report of the epochs that have ended.
#[derive(Debug, Default, Serialize)]
struct Report {
	epochs: Vec<EpochReport>,
}

/// The report of one epoch. Amounts are totals since the genesis, in the token's smallest unit, after the epoch's
/// rewards.
#[derive(Debug, Serialize)]
struct EpochReport {
	number: Epoch,
	/// Names of the members, by index.
	committee: Vec<String>,
	/// Number of members that were not in the committee of the epoch before.
	seats_changed: usize,
	blocks: u32,
	/// Longest time between two blocks of which the later is in this epoch, by their timestamps.
	longest_gap_ms: u64,
	/// Sum of the views of the blocks: each view change counts once.
	view_changes: u64,
	transfers_final: u64,
	issued: Balance,
	claimable: Balance,
	claimed: Balance,
	burned: Balance,
}

/// A node of the network, as the report names it.
pub struct Named {
	/// Its name.
	pub name: String,
	/// Its vote key at the genesis.
	pub key: PbftId,
	/// Its controller, on a chain that registers nodes: its keys may change.
	pub controller: Option<AccountId>,
}

impl Report {
	/// Writes the report to a file. A reader sees the report of before, or all of this one.
	fn write(&self, path: &Path) -> anyhow::Result<()> {
		let json = serde_json::to_string_pretty(self).context("a report is plain data; qed")?;
		let mut unfinished = path.as_os_str().to_owned();
		unfinished.push(".part");
		fs::write(&unfinished, json + "\n")
			.and_then(|()| fs::rename(&unfinished, path))
			.with_context(|| format!("cannot write the report {}", path.display()))
	}
}

/// Follows a network from its first block.
pub struct Observer {
	client: RpcClient,
	nodes: Vec<Named>,
	/// Names of members by their vote keys, as far as they were looked up.
	known: BTreeMap<PbftId, String>,
	/// The current epoch, once its first block was read.
	open: Option<OpenEpoch>,
	/// Hash and time of the newest block that was read.
	at: Hash,
	time_ms: Option<u64>,
	height: BlockNumber,
	report: Report,
	/// The file of the report, if one is wanted.
	file: Option<PathBuf>,
}

/// Counters of the current epoch.
struct OpenEpoch {
	committee: Committee,
	blocks: u32,
	longest_gap_ms: u64,
	view_changes: u64,
	transfers: u64,
}

impl OpenEpoch {
	fn new(committee: Committee) -> Self {
		Self { committee, blocks: 0, longest_gap_ms: 0, view_changes: 0, transfers: 0 }
	}
}

impl Observer {
	/// Begins at the genesis. Writes the report to the file after each epoch.
	pub async fn new(client: RpcClient, nodes: Vec<Named>, file: Option<PathBuf>) -> anyhow::Result<Self> {
		let at = client.block_hash(0).await?;
		let known = nodes.iter().map(|node| (node.key.clone(), node.name.clone())).collect();
		let report = Report::default();
		Ok(Self { client, nodes, known, open: None, at, time_ms: None, height: 0, report, file })
	}

	/// Returns its connection.
	pub fn client(&self) -> RpcClient {
		self.client.clone()
	}

	/// Follows `epochs` epochs. Prints each as it ends, and adds it to the report.
	///
	/// # Errors
	/// If the network stops, the node does not answer, or the report cannot be written.
	pub async fn follow(mut self, epochs: usize) -> anyhow::Result<()> {
		self.print_head();
		let mut last_block_at = Instant::now();
		while self.report.epochs.len() < epochs {
			let newest = self.client.finalized_height().await?;
			if self.height == newest {
				if last_block_at.elapsed() > STALL {
					bail!("no block after {newest} in {} s", STALL.as_secs());
				}
				tokio::time::sleep(POLL_INTERVAL).await;
				continue;
			}
			last_block_at = Instant::now();
			while self.height < newest && self.report.epochs.len() < epochs {
				self.read_block().await?;
			}
		}
		Ok(())
	}

	async fn read_block(&mut self) -> anyhow::Result<()> {
		let hash = self.client.block_hash(self.height + 1).await?;
		let committee = self.client.committee(self.at).await?;
		if self.open.as_ref().is_none_or(|open| open.committee.epoch != committee.epoch) {
			if let Some(ended) = self.open.replace(OpenEpoch::new(committee)) {
				// This block pays the rewards of the epoch before it.
				self.close(ended, hash).await?;
			}
		}
		let header = self.client.header(hash).await?;
		let view = tp_pbft::find_pre_digest(&header.digest).context("a final block names its author; qed")?.view;
		let key = pallet_timestamp::Now::<Runtime>::hashed_key();
		let now: u64 = self.read(&key, hash).await?;
		let open = self.open.as_mut().context("opened above; qed")?;
		open.blocks += 1;
		open.view_changes += u64::from(view);
		open.transfers += transfers_in(&self.client, hash).await?;
		if let Some(before) = self.time_ms.replace(now) {
			open.longest_gap_ms = open.longest_gap_ms.max(now.saturating_sub(before));
		}
		self.at = hash;
		self.height += 1;
		Ok(())
	}

	async fn close(&mut self, ended: OpenEpoch, paid_in: Hash) -> anyhow::Result<()> {
		let OpenEpoch { committee, blocks, longest_gap_ms, view_changes, transfers } = ended;
		let Totals { issued, claimed, burned, .. } =
			self.read(&CurrentTotals::<Runtime>::hashed_key(), paid_in).await?;
		// The balance that the pallet's account really holds: its totals may differ.
		let account = self.client.account_at(&Pallet::<Runtime>::account_id(), Some(paid_in)).await?;
		let deposit: Balance = self.read(&PotDeposit::<Runtime>::hashed_key(), paid_in).await?;
		let claimable = account.free.saturating_sub(deposit);
		let mut members = Vec::new();
		for member in &committee.members {
			members.push(self.name(&member.key, paid_in).await?);
		}
		let seats_changed = match self.report.epochs.last() {
			Some(before) => members.iter().filter(|name| !before.committee.contains(name)).count(),
			None => 0,
		};
		let epoch = EpochReport {
			number: committee.epoch,
			committee: members,
			seats_changed,
			blocks,
			longest_gap_ms,
			view_changes,
			transfers_final: transfers,
			issued,
			claimable,
			claimed,
			burned,
		};
		self.print(&epoch);
		self.report.epochs.push(epoch);
		match &self.file {
			Some(file) => self.report.write(file),
			None => Ok(()),
		}
	}

	/// Returns a value in the state of a block, or the default.
	async fn read<T: Decode + Default>(&self, key: &[u8], at: Hash) -> anyhow::Result<T> {
		Ok(self.client.storage(key, Some(at)).await?.unwrap_or_default())
	}

	/// Returns the name of the node with a vote key.
	async fn name(&mut self, key: &PbftId, at: Hash) -> anyhow::Result<String> {
		if let Some(name) = self.known.get(key) {
			return Ok(name.clone());
		}
		let controller: Option<AccountId> = self.client.runtime_call("StakeApi_node_by_key", key, Some(at)).await?;
		let node = self.nodes.iter().find(|node| controller.is_some() && node.controller == controller);
		let name = match node {
			Some(node) => node.name.clone(),
			None => format!("0x{}", hex::encode(&AsRef::<[u8]>::as_ref(key)[..4])),
		};
		self.known.insert(key.clone(), name.clone());
		Ok(name)
	}

	fn print_head(&self) {
		println!("One column for each node, in order: ■ has a seat. A + is a seat of another node.");
		println!(
			"{:>5}  {:width$}  new  blocks  gap      views  transfers  issued",
			"epoch",
			"seats",
			width = self.width()
		);
	}

	fn width(&self) -> usize {
		(2 * self.nodes.len() + 2).max(5)
	}

	fn print(&self, epoch: &EpochReport) {
		let mut seats: String =
			self.nodes.iter().map(|node| if epoch.committee.contains(&node.name) { "■ " } else { "· " }).collect();
		let known = |member: &&String| self.nodes.iter().any(|node| node.name == **member);
		let others = epoch.committee.iter().filter(|member| !known(member)).count();
		seats.extend(std::iter::repeat_n('+', others));
		println!(
			"{:>5}  {seats:width$}  {:>3}  {:>6}  {:>6.2} s {:>5}  {:>9}  {:.3} TOP",
			epoch.number,
			epoch.seats_changed,
			epoch.blocks,
			epoch.longest_gap_ms as f64 / 1e3,
			epoch.view_changes,
			epoch.transfers_final,
			epoch.issued as f64 / tp_core::TOP as f64,
			width = self.width(),
		);
	}
}
