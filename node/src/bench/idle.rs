//! The latency of single transfers on a network that has nothing else to do.

use super::genesis::{idle_sender, sender};
use crate::client::{RpcClient, TransferBuilder};
use anyhow::Context;
use rand::Rng;
use sp_core::Pair;
use std::time::{Duration, Instant};
use tp_core::{AccountId, TOP};

/// Sends transfers one after the other, each to the next node, and returns how long each took from its submission
/// until it was final. Between two of them the network is left alone for longer than the least time between blocks,
/// and not in step with it, as a network is that somebody uses now and then.
pub async fn latencies(
	clients: &[RpcClient],
	builder: &TransferBuilder,
	samples: u32,
) -> anyhow::Result<Vec<Duration>> {
	let first = clients.first().context("there is at least one validator; qed")?;
	let interval = u64::from(first.pbft_config().await?.pace.block_interval_ms);
	let payer = idle_sender();
	let destination = AccountId::from(sender(0).public());
	let mut latencies = Vec::new();
	for (nonce, client) in (0..samples).zip(clients.iter().cycle()) {
		let pause = rand::thread_rng().gen_range(interval..=interval * 3);
		tokio::time::sleep(Duration::from_millis(pause)).await;
		let extrinsic = builder.build(&payer, nonce, &destination, TOP / 1_000);
		let submitted = Instant::now();
		client.submit_and_watch(&extrinsic).await?.until_final().await?;
		latencies.push(submitted.elapsed());
	}
	Ok(latencies)
}
