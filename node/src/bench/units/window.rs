//! What the validators used while the load ran.

use super::stages::StageSeconds;
use crate::{
	bench::session::Edge,
	client::RpcClient,
	network::{self, Node},
};
use anyhow::{bail, Context};
use nix::unistd::Pid;
use std::time::{Duration, Instant};
use tp_core::{AccountId, BlockNumber};

/// How long transfers of which none is watched may need to become final after the last one that is.
const STRAGGLERS: Duration = Duration::from_secs(30);
/// How often it is looked whether they are.
const POLL_INTERVAL: Duration = Duration::from_millis(200);

/// A window that is open.
pub struct Window {
	client: RpcClient,
	edge: Edge,
	stages: StageSeconds,
	generator_cpu: Duration,
}

/// What was used in a window.
#[derive(Debug)]
pub struct Used {
	/// Units or extrinsics that became final in it.
	pub done: u64,
	/// Its length.
	pub time: Duration,
	/// Processor time of all validators.
	pub cpu: Duration,
	/// Of that, or of waiting, by stage.
	pub stages: StageSeconds,
	/// Processor time of this process.
	pub generator_cpu: Duration,
	/// The blocks before it and at its end.
	pub blocks: (BlockNumber, BlockNumber),
	/// Peak memory of each validator, in bytes.
	pub memory: Vec<u64>,
}

impl Window {
	/// Opens it.
	pub async fn begin(client: &RpcClient, nodes: &[Node]) -> anyhow::Result<Self> {
		// What costs time comes first.
		let stages = StageSeconds::of(nodes).await?;
		let generator_cpu = network::cpu_time(Pid::this())?;
		Ok(Self { client: client.clone(), edge: Edge::take(client, nodes).await?, stages, generator_cpu })
	}

	/// Closes it, now that all is expected to be final: as many as `expected`, by the nonces of all senders, which began
	/// with 0.
	///
	/// # Errors
	/// If it is not so, and does not become so.
	pub async fn end(self, senders: &[AccountId], expected: u64, nodes: &[Node]) -> anyhow::Result<Used> {
		let Self { client, edge: begin, stages, generator_cpu } = self;
		let deadline = Instant::now() + STRAGGLERS;
		loop {
			let end = Edge::take(&client, nodes).await?;
			let generator_cpu = network::cpu_time(Pid::this())?.saturating_sub(generator_cpu);
			let stages = StageSeconds::of(nodes).await? - stages;
			let memory = nodes.iter().map(Node::peak_memory).collect::<anyhow::Result<Vec<u64>>>()?;
			let nonces = client.nonces(senders, client.block_hash(end.height).await?).await;
			let done: u64 = nonces.context("cannot count what is final")?.into_iter().map(u64::from).sum();
			if done == expected {
				let (time, cpu) = (end.time - begin.time, end.cpu.saturating_sub(begin.cpu));
				let blocks = (begin.height, end.height);
				return Ok(Used { done, time, cpu, stages, generator_cpu, blocks, memory });
			}
			if done > expected || Instant::now() > deadline {
				bail!("{done} of {expected} are final by the nonces of their senders");
			}
			tokio::time::sleep(POLL_INTERVAL).await;
		}
	}
}
