//! The latency of single transfers on a network that has nothing else to do.

use crate::client::{RpcClient, Signer, TransferBuilder};
use anyhow::Context;
use rand::Rng;
use std::time::{Duration, Instant};
use tp_core::{AccountId, TOP};

/// Sends transfers one after the other, each to the next node, and returns how long each took from its submission
/// until it was final.
pub async fn latencies(
	clients: &[RpcClient],
	builder: &TransferBuilder,
	payer: &impl Signer,
	destination: &AccountId,
	samples: u32,
) -> anyhow::Result<Vec<Duration>> {
	let first = clients.first().context("there is at least one validator; qed")?;
	let mut clients = clients.iter().cycle();
	paced(first, samples, async |nonce| {
		let client = clients.next().context("a cycle has no end; qed")?;
		let extrinsic = builder.build(payer, nonce, destination, TOP / 1_000);
		let submitted = Instant::now();
		client.submit_and_watch(&extrinsic).await?.until_final().await?;
		Ok(submitted.elapsed())
	})
	.await
}

/// Takes samples one after the other. Between two of them the network is left alone for longer than the least time
/// between blocks, and not in step with it, as a network is that somebody uses now and then.
pub async fn paced(
	client: &RpcClient,
	samples: u32,
	mut sample: impl AsyncFnMut(u32) -> anyhow::Result<Duration>,
) -> anyhow::Result<Vec<Duration>> {
	let interval = u64::from(client.pbft_config().await?.pace.block_interval_ms);
	let mut latencies = Vec::new();
	for number in 0..samples {
		let pause = rand::thread_rng().gen_range(interval..=interval * 3);
		tokio::time::sleep(Duration::from_millis(pause)).await;
		latencies.push(sample(number).await?);
	}
	Ok(latencies)
}
