//! A network of four starts, finalizes, and survives the restart of one node.

use anyhow::{ensure, Context};
use std::time::Duration;
use top_network_tests::{block_hash, finalized_height, network_of_four, wait_for_finalized, VALIDATORS};
use zombienet_sdk::{LocalFileSystem, Network, NetworkConfigExt};

/// A node is up in a few seconds, and a block is due in three at the latest; a loaded machine may be slow.
const PATIENCE: Duration = Duration::from_secs(90);

#[tokio::test(flavor = "multi_thread")]
async fn four_validators_survive_the_restart_of_one() -> anyhow::Result<()> {
	let folder = std::env::temp_dir().join(format!("top-zombienet-{}", std::process::id()));
	let network = network_of_four(&folder)?.spawn_native().await?;
	let outcome = starts_finalizes_and_survives(&network).await;
	network.destroy().await?;
	outcome.with_context(|| format!("the nodes' logs are in {}", folder.display()))?;
	Ok(std::fs::remove_dir_all(&folder)?)
}

async fn starts_finalizes_and_survives(network: &Network<LocalFileSystem>) -> anyhow::Result<()> {
	network.wait_until_is_up(PATIENCE.as_secs()).await?;
	for name in VALIDATORS {
		wait_for_finalized(network.get_node(name)?, 5, PATIENCE).await?;
	}
	same_blocks(network, 5).await?;

	// Held for a while, in which the others go on; then killed without a chance to tidy up, and started again on what it
	// had on disk.
	let (restarted, witness) = (network.get_node("bob")?, network.get_node("alice")?);
	restarted.pause().await?;
	let before = finalized_height(witness).await?;
	wait_for_finalized(witness, before + 3, PATIENCE).await.context("three of four are a quorum")?;
	restarted.restart(None).await?;

	let goal = finalized_height(witness).await? + 5;
	for name in VALIDATORS {
		wait_for_finalized(network.get_node(name)?, goal, PATIENCE).await?;
	}
	same_blocks(network, goal).await
}

/// All nodes have the same block at each height up to one that all have finalized.
async fn same_blocks(network: &Network<LocalFileSystem>, up_to: u32) -> anyhow::Result<()> {
	for height in 0..=up_to {
		let expected = block_hash(network.get_node(VALIDATORS[0])?, height).await?;
		ensure!(expected.is_some(), "{} has no block {height}", VALIDATORS[0]);
		for name in &VALIDATORS[1..] {
			let found = block_hash(network.get_node(*name)?, height).await?;
			ensure!(found == expected, "block {height} is {expected:?} on {}, {found:?} on {name}", VALIDATORS[0]);
		}
	}
	Ok(())
}
