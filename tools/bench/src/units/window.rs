//! Resources that the validators use while the load runs.

use crate::{session::Edge, units::stages::StageSeconds};
use anyhow::{bail, Context};
use nix::unistd::Pid;
use std::time::{Duration, Instant};
use top_local_network::{cpu_time, Node};
use top_sdk::RpcClient;
use tp_core::{AccountId, BlockNumber};

/// How long unwatched transfers may take to become final after the last watched one.
const STRAGGLERS: Duration = Duration::from_secs(30);
/// Interval of checks whether they are final.
const POLL_INTERVAL: Duration = Duration::from_millis(200);

/// An open window.
pub struct Window {
	client: RpcClient,
	edge: Edge,
	stages: StageSeconds,
	generator_cpu: Duration,
}

/// Resources used in a window.
#[derive(Debug)]
pub struct Used {
	/// Number of units or extrinsics that became final in it.
	pub done: u64,
	/// Its length.
	pub time: Duration,
	/// Processor time of all validators.
	pub cpu: Duration,
	/// Wall time by stage.
	pub stages: StageSeconds,
	/// Processor time of this process.
	pub generator_cpu: Duration,
	/// The blocks before it and at its end.
	pub blocks: (BlockNumber, BlockNumber),
	/// Peak memory of each validator, in bytes.
	pub memory: Vec<u64>,
}

impl Window {
	/// Opens a window.
	///
	/// # Errors
	/// If a node does not answer.
	pub async fn begin(client: &RpcClient, nodes: &[Node]) -> anyhow::Result<Self> {
		// The slow queries come first.
		let stages = StageSeconds::of(nodes).await?;
		let generator_cpu = cpu_time(Pid::this())?;
		Ok(Self { client: client.clone(), edge: Edge::take(client, nodes).await?, stages, generator_cpu })
	}

	/// Closes the window when `expected` transfers are final, by the nonces of all senders, which began with 0.
	///
	/// # Errors
	/// If that number does not become final in time.
	pub async fn end(self, senders: &[AccountId], expected: u64, nodes: &[Node]) -> anyhow::Result<Used> {
		let Self { client, edge: begin, stages, generator_cpu } = self;
		let deadline = Instant::now() + STRAGGLERS;
		loop {
			let end = Edge::take(&client, nodes).await?;
			let generator_cpu = cpu_time(Pid::this())?.saturating_sub(generator_cpu);
			let stages = StageSeconds::of(nodes).await? - stages;
			let memory = nodes.iter().map(Node::peak_memory).collect::<anyhow::Result<Vec<u64>>>()?;
			let nonces = client.nonces(senders, client.block_hash(end.height).await?).await;
			let done: u64 = nonces.context("cannot count the final transfers")?.into_iter().map(u64::from).sum();
			if done == expected {
				let (time, cpu) = (end.time - begin.time, end.cpu.saturating_sub(begin.cpu));
				let blocks = (begin.height, end.height);
				return Ok(Used { done, time, cpu, stages, generator_cpu, blocks, memory });
			}
			if done > expected || Instant::now() > deadline {
				bail!("{done} of {expected} transfers are final, by the nonces of their senders");
			}
			tokio::time::sleep(POLL_INTERVAL).await;
		}
	}
}
