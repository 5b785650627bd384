//! Light load: single units, one at a time.

use super::accounts::{genesis_head, Accounts};
use crate::{bench::idle::paced, client::RpcClient};
use anyhow::Context;
use std::time::{Duration, Instant};
use top_sdk::{Client, UnitBuilder};

/// Sends units one after the other, each to the next node; returns how long each took from its submission until its
/// receipt was there and verified here.
pub async fn latencies(
	first: &RpcClient,
	nodes: &[Client],
	accounts: &Accounts,
	samples: u32,
) -> anyhow::Result<Vec<Duration>> {
	let payer = &accounts.payer;
	let destination = accounts.ids.first().context("there are accounts; qed")?;
	let mut head = genesis_head(&payer.account());
	let mut nodes = nodes.iter().cycle();
	let mut verifier = nodes.clone().next().context("there is at least one validator; qed")?.verifier().await?;
	paced(first, samples, async |height| {
		let node = nodes.next().context("a cycle has no end; qed")?;
		let builder = UnitBuilder::new().transfer_keep_alive(destination, 1).at(height, head);
		let unit = builder.sign(payer, node.domain())?;
		head = unit.hash();
		let submitted = Instant::now();
		let receipt = node.send(unit).await?.finalized().await?;
		// Once an epoch.
		node.add_committee_of(&receipt, &mut verifier).await?;
		verifier.verify(&receipt)?;
		Ok(submitted.elapsed())
	})
	.await
}
