//! Latency of single transfers on an idle network.

use crate::ledgers::SignTransfer;
use anyhow::Context;
use rand::Rng;
use std::time::{Duration, Instant};
use top_sdk::{Keypair, RpcClient};
use tp_core::{AccountId, TOP};

/// Sends transfers one after the other, each to the next node. Returns the time of each from submission until final.
///
/// # Errors
/// If a transfer does not become final.
pub async fn latencies(
	clients: &[RpcClient],
	sign: &SignTransfer,
	payer: &Keypair,
	destination: &AccountId,
	samples: u32,
) -> anyhow::Result<Vec<Duration>> {
	let first = clients.first().context("there is at least one validator; qed")?;
	let mut clients = clients.iter().cycle();
	paced(first, samples, async |nonce| {
		let client = clients.next().context("a cycle has no end; qed")?;
		let extrinsic = sign(payer, nonce, destination, TOP / 1_000);
		let submitted = Instant::now();
		client.submit_and_watch(&extrinsic).await?.finalized().await?;
		Ok(submitted.elapsed())
	})
	.await
}

/// Takes samples one after the other. Pauses between them for a random time longer than the minimum block interval:
/// light use is not in step with the blocks.
///
/// # Errors
/// If a sample fails.
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
