//! Light load: single units, one at a time.

use crate::{
	idle::paced,
	units::accounts::{genesis_head, Accounts},
};
use anyhow::Context;
use std::time::{Duration, Instant};
use top_sdk::{Client, RpcClient, UnitBuilder};

/// Sends units one after the other, each to the next node; returns the time of each from submission until its receipt
/// was verified here.
///
/// # Errors
/// If a unit does not become final, or its receipt proves nothing.
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
		// Asks the node once an epoch.
		node.follow(&mut verifier, &receipt).await?;
		verifier.verify_unit(&receipt, head)?;
		Ok(submitted.elapsed())
	})
	.await
}
