//! Resources that the validators use while the load runs.

use crate::accounting::{Meter, Metered};
use anyhow::{bail, Context};
use std::time::{Duration, Instant};
use top_local_network::Node;
use top_sdk::RpcClient;
use tp_core::{AccountId, BlockNumber};

/// How long unwatched transfers may take to become final after the last watched one.
const STRAGGLERS: Duration = Duration::from_secs(30);
/// Interval of checks whether they are final.
const POLL_INTERVAL: Duration = Duration::from_millis(200);

/// An open window.
pub struct Window {
	client: RpcClient,
	height: BlockNumber,
	meter: Meter,
}

/// Resources used in a window.
#[derive(Clone, Debug, Default)]
pub struct Used {
	/// Number of units or extrinsics that became final in it.
	pub done: u64,
	/// What nodes and generator used.
	pub metered: Metered,
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
		let height = client.finalized_height().await?;
		Ok(Self { client: client.clone(), height, meter: Meter::begin(nodes).await? })
	}

	/// Closes the window when `expected` transfers are final, by the nonces of all senders, which began with 0.
	///
	/// # Errors
	/// If that number does not become final in time.
	pub async fn end(self, senders: &[AccountId], expected: u64, nodes: &[Node]) -> anyhow::Result<Used> {
		let Self { client, height: begin, meter } = self;
		let deadline = Instant::now() + STRAGGLERS;
		loop {
			let end = client.finalized_height().await?;
			// Read before the transfers are counted, which costs time as well.
			let metered = meter.read(nodes).await?;
			let done = done(&client, end, senders).await?;
			if done == expected {
				let memory = nodes.iter().map(Node::peak_memory).collect::<anyhow::Result<Vec<u64>>>()?;
				return Ok(Used { done, metered, blocks: (begin, end), memory });
			}
			if done > expected || Instant::now() > deadline {
				bail!("{done} of {expected} transfers are final, by the nonces of their senders");
			}
			tokio::time::sleep(POLL_INTERVAL).await;
		}
	}
}

/// Returns the sum of the senders' nonces at a height.
async fn done(client: &RpcClient, height: BlockNumber, senders: &[AccountId]) -> anyhow::Result<u64> {
	let nonces = client.nonces(senders, client.block_hash(height).await?).await;
	Ok(nonces.context("cannot count the final transfers")?.into_iter().map(u64::from).sum())
}
