//! Times at which blocks became final, as a client sees them.

use anyhow::Context;
use futures::FutureExt;
use jsonrpsee::core::client::Subscription;
use std::{
	future::Future,
	time::{Duration, Instant},
};
use top_sdk::RpcClient;
use tp_core::{BlockNumber, Header};

/// A record of final blocks.
pub struct BlockTimes {
	client: RpcClient,
	headers: Subscription<Header>,
	/// The newest block that was recorded or skipped.
	newest: BlockNumber,
	seen: Vec<(BlockNumber, Instant)>,
}

impl BlockTimes {
	/// Subscribes to the blocks after the newest final one.
	///
	/// # Errors
	/// If the node does not answer.
	pub async fn follow(client: &RpcClient) -> anyhow::Result<Self> {
		let headers = client.finalized_headers().await?;
		Ok(Self { client: client.clone(), headers, newest: client.finalized_height().await?, seen: Vec::new() })
	}

	/// Records for a while. Skips headers that arrived before.
	///
	/// # Errors
	/// If the node ends the subscription.
	pub async fn record_for(&mut self, duration: Duration) -> anyhow::Result<()> {
		while self.headers.next().now_or_never().is_some() {}
		self.newest = self.client.finalized_height().await?;
		self.record_while(tokio::time::sleep(duration).map(Ok), |_| {}).await
	}

	/// Records while `work` runs, and passes each header to `show`. Fetches the headers that the node did not send.
	///
	/// # Errors
	/// If `work` fails, or the node ends the subscription.
	pub async fn record_while<R>(
		&mut self,
		work: impl Future<Output = anyhow::Result<R>>,
		mut show: impl FnMut(&Header),
	) -> anyhow::Result<R> {
		tokio::pin!(work);
		loop {
			tokio::select! {
				header = self.headers.next() => {
					let header = header.context("the node ended the subscription to final headers")??;
					if header.number <= self.newest {
						continue;
					}
					self.seen.push((header.number, Instant::now()));
					for missed in self.newest + 1..header.number {
						show(&self.client.header(self.client.block_hash(missed).await?).await?);
					}
					show(&header);
					self.newest = header.number;
				},
				result = &mut work => return result,
			}
		}
	}

	/// Returns when a block was final: when its header came, or that of a later block.
	pub fn final_at(&self, height: BlockNumber) -> Option<Instant> {
		let place = self.seen.partition_point(|(seen, _)| *seen < height);
		self.seen.get(place).map(|(_, at)| *at)
	}

	/// Returns when the last header came.
	pub fn last(&self) -> Option<Instant> {
		self.seen.last().map(|(_, at)| *at)
	}

	/// Returns the times between consecutive blocks. A height that the node did not send gives no interval.
	pub fn intervals(&self) -> Vec<Duration> {
		let pairs = self.seen.windows(2);
		pairs.filter(|pair| pair[0].0 + 1 == pair[1].0).map(|pair| pair[1].1 - pair[0].1).collect()
	}
}
