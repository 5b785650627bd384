//! A network of four starts, finalizes, and continues after the restart of one node.

use anyhow::{ensure, Context};
use std::time::Duration;
use top_network_tests::{block_hash, finalized_height, network_of_four, wait_for_finalized, VALIDATORS};
use zombienet_sdk::{LocalFileSystem, Network, NetworkConfigExt};

/// A node starts within seconds and blocks come at least every three; a loaded machine may be slow.
const TIMEOUT: Duration = Duration::from_secs(90);

/// For all of it: zombienet waits without an end for a node that does not start.
const TEST_TIMEOUT: Duration = Duration::from_secs(8 * 60);

#[tokio::test(flavor = "multi_thread")]
async fn four_validators_continue_after_the_restart_of_one() -> anyhow::Result<()> {
	let folder = std::env::temp_dir().join(format!("top-zombienet-{}", std::process::id()));
	let logs = || format!("the nodes' logs are in {}", folder.display());
	let network = tokio::time::timeout(TIMEOUT, network_of_four(&folder)?.spawn_native())
		.await
		.context("zombienet started no network")
		.with_context(logs)??;
	let outcome = tokio::time::timeout(TEST_TIMEOUT, finalizes_across_a_restart(&network)).await;
	network.destroy().await?;
	outcome.context("the network came to no end").and_then(|outcome| outcome).with_context(logs)?;
	Ok(std::fs::remove_dir_all(&folder)?)
}

async fn finalizes_across_a_restart(network: &Network<LocalFileSystem>) -> anyhow::Result<()> {
	network.wait_until_is_up(TIMEOUT.as_secs()).await?;
	for name in VALIDATORS {
		wait_for_finalized(network.get_node(name)?, 5, TIMEOUT).await?;
	}
	same_blocks(network, 5).await?;

	// The node is paused while the others continue, then killed without a clean shutdown and restarted from its disk.
	let (restarted, witness) = (network.get_node("bob")?, network.get_node("alice")?);
	restarted.pause().await?;
	let before = finalized_height(witness).await?;
	wait_for_finalized(witness, before + 3, TIMEOUT).await.context("three of four are a quorum")?;
	restarted.restart(None).await?;

	let goal = finalized_height(witness).await? + 5;
	for name in VALIDATORS {
		wait_for_finalized(network.get_node(name)?, goal, TIMEOUT).await?;
	}
	same_blocks(network, goal).await
}

/// Checks that all nodes have the same block at each height up to `up_to`, which all have finalized.
async fn same_blocks(network: &Network<LocalFileSystem>, up_to: u32) -> anyhow::Result<()> {
	for height in 0..=up_to {
		let expected = block_hash(network.get_node(VALIDATORS[0])?, height).await?;
		ensure!(expected.is_some(), "node {} has no block {height}", VALIDATORS[0]);
		for name in &VALIDATORS[1..] {
			let found = block_hash(network.get_node(*name)?, height).await?;
			ensure!(
				found == expected,
				"block {height} is {expected:?} on node {}, {found:?} on node {name}",
				VALIDATORS[0]
			);
		}
	}
	Ok(())
}
