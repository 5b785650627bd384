//! When blocks became final, as a client sees it.

use crate::client::RpcClient;
use anyhow::Context;
use futures::FutureExt;
use jsonrpsee::core::client::Subscription;
use std::{
	future::Future,
	time::{Duration, Instant},
};
use tp_core::{BlockNumber, Header};

/// A record of final blocks.
pub struct BlockTimes {
	client: RpcClient,
	headers: Subscription<Header>,
	/// The newest block that was shown, or need not be.
	newest: BlockNumber,
	seen: Vec<(BlockNumber, Instant)>,
}

impl BlockTimes {
	/// Subscribes to what comes after the newest final block.
	pub async fn follow(client: &RpcClient) -> anyhow::Result<Self> {
		let headers = client.finalized_headers().await?;
		Ok(Self { client: client.clone(), headers, newest: client.finalized_height().await?, seen: Vec::new() })
	}

	/// Records for a while. What came before, and waits to be read, does not count.
	pub async fn record_for(&mut self, duration: Duration) -> anyhow::Result<()> {
		while self.headers.next().now_or_never().is_some() {}
		self.newest = self.client.finalized_height().await?;
		self.record_while(tokio::time::sleep(duration).map(Ok), |_| {}).await
	}

	/// Records while something is done, and shows every header; those of which the node did not tell are fetched.
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

	/// The times between one block and the next. A height of which the node did not tell parts no two blocks.
	pub fn intervals(&self) -> Vec<Duration> {
		let pairs = self.seen.windows(2);
		pairs.filter(|pair| pair[0].0 + 1 == pair[1].0).map(|pair| pair[1].1 - pair[0].1).collect()
	}
}
