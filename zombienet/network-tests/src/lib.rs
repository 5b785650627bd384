//! Networks of TOP nodes as zombienet runs them: the tests in `tests/` use the node at `TOP_NODE`, or else the one that
//! was built last in this checkout.

use anyhow::{anyhow, Context};
use std::{
	env,
	path::{Path, PathBuf},
	time::Duration,
};
use zombienet_sdk::{
	subxt::ext::subxt_rpcs::{client::RpcParams, rpc_params},
	NetworkConfig, NetworkConfigBuilder, NetworkNode,
};

/// Names of the validators. zombienet derives a node's keys from its name, so that `alice` has those of `//Alice`, whom
/// the preset `local` has in its committee.
pub const VALIDATORS: [&str; 4] = ["alice", "bob", "charlie", "dave"];

/// Files that zombienet puts into each node's keystore: vote key and VRF key.
const KEY_TYPES: [&str; 2] = ["pbft_ed", "pvrf_sr"];

/// How often a waiting test asks again.
const POLL_INTERVAL: Duration = Duration::from_millis(500);

/// The node to run: `TOP_NODE`, or else `release/top-node` in the target folder of the main workspace.
///
/// # Errors
///
/// If it is not there.
pub fn node_program() -> anyhow::Result<PathBuf> {
	let built = || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../target/release/top-node"));
	let program = env::var_os("TOP_NODE").map_or_else(built, PathBuf::from);
	program.canonicalize().with_context(|| format!("no node at {}: `make build` makes one", program.display()))
}

/// A network of the preset `local`: four validators, listening on this machine alone, with their files in `folder`.
///
/// # Errors
///
/// If there is no node, or zombienet finds the configuration wrong.
pub fn network_of_four(folder: &Path) -> anyhow::Result<NetworkConfig> {
	let program = node_program()?;
	let program = program.to_str().context("the node's path is not UTF-8")?;
	NetworkConfigBuilder::new()
		.with_relaychain(|chain| {
			let (first, others) = (VALIDATORS[0], &VALIDATORS[1..]);
			let chain = chain
				.with_chain("local")
				.with_default_command(program)
				// zombienet puts the port it has chosen into the address.
				.with_default_args(vec![("--listen-addr", "/ip4/127.0.0.1/tcp/0/ws").into()])
				// The built genesis: zombienet would edit a plain one in ways that are made for other chains.
				.with_chain_spec_command("{{mainCommand}} export-chain-spec --chain {{chainName}} --raw")
				.with_validator(|node| node.with_name(first).with_keystore_key_types(KEY_TYPES.to_vec()));
			others.iter().fold(chain, |chain, name| {
				chain.with_validator(|node| node.with_name(*name).with_keystore_key_types(KEY_TYPES.to_vec()))
			})
		})
		.with_global_settings(|settings| settings.with_base_dir(folder))
		.build()
		.map_err(|errors| anyhow!("zombienet refuses the network: {errors:?}"))
}

async fn call<T: serde::de::DeserializeOwned>(
	node: &NetworkNode,
	method: &str,
	params: RpcParams,
) -> anyhow::Result<T> {
	let answer = node.rpc().await?.request(method, params).await;
	answer.with_context(|| format!("{} does not answer {method}", node.name()))
}

/// The height up to which blocks are final on a node.
///
/// # Errors
///
/// If the node does not answer.
pub async fn finalized_height(node: &NetworkNode) -> anyhow::Result<u32> {
	let hash: String = call(node, "chain_getFinalizedHead", rpc_params![]).await?;
	let header: serde_json::Value = call(node, "chain_getHeader", rpc_params![hash]).await?;
	let number = header["number"].as_str().context("a header has a number")?;
	Ok(u32::from_str_radix(number.trim_start_matches("0x"), 16)?)
}

/// The hash of a node's block at a height; `None` if it has none.
///
/// # Errors
///
/// If the node does not answer.
pub async fn block_hash(node: &NetworkNode, height: u32) -> anyhow::Result<Option<String>> {
	call(node, "chain_getBlockHash", rpc_params![height]).await
}

/// Waits until a node has finalized `height`. A node that does not answer is asked again: it may be starting.
///
/// # Errors
///
/// If that takes longer than `patience`.
pub async fn wait_for_finalized(node: &NetworkNode, height: u32, patience: Duration) -> anyhow::Result<()> {
	let mut last = None;
	let reached = async {
		loop {
			let now = finalized_height(node).await;
			if now.as_ref().is_ok_and(|now| *now >= height) {
				return;
			}
			last = Some(now);
			tokio::time::sleep(POLL_INTERVAL).await;
		}
	};
	tokio::time::timeout(patience, reached)
		.await
		.map_err(|_| anyhow!("{} has not finalized block {height} in {patience:?}: {last:?}", node.name()))
}
