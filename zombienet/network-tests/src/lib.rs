//! Networks of TOP nodes under zombienet. The tests in `tests/` use the node at `TOP_NODE`, by default the newest build
//! of this checkout.

use anyhow::{anyhow, Context};
use std::{
	collections::hash_map::RandomState,
	env,
	hash::{BuildHasher, Hasher},
	net::TcpListener,
	ops::Range,
	path::{Path, PathBuf},
	time::Duration,
};
use zombienet_sdk::{
	subxt::ext::subxt_rpcs::{client::RpcParams, rpc_params},
	NetworkConfig, NetworkConfigBuilder, NetworkNode,
};

/// Names of the validators. zombienet derives a node's keys from its name: `alice` has the keys of `//Alice`, a member of
/// the committee of the preset `local`.
pub const VALIDATORS: [&str; 4] = ["alice", "bob", "charlie", "dave"];

/// Keys that zombienet puts into each node's keystore: vote key and VRF key.
const KEY_TYPES: [&str; 2] = ["pbft_ed", "pvrf_sr"];

/// Ports for nodes. Linux takes the ports of outgoing connections from 32768 on: one of those may be in use by the time that a node starts.
const PORTS: Range<u16> = 15_000..32_000;

/// Interval at which a waiting test polls.
const POLL_INTERVAL: Duration = Duration::from_millis(500);

/// Returns the node program: `TOP_NODE`, by default `release/top-node` in the target folder of the main workspace.
///
/// # Errors
///
/// If the program does not exist.
pub fn node_program() -> anyhow::Result<PathBuf> {
	let built = || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../target/release/top-node"));
	let program = env::var_os("TOP_NODE").map_or_else(built, PathBuf::from);
	program.canonicalize().with_context(|| format!("there is no node at {}: run `make build`", program.display()))
}

/// Configures a validator with its ports for RPC, peers and Prometheus. A macro, since zombienet does not export the builder's type.
macro_rules! validator {
	($node:expr, $name:expr, $ports:expr) => {
		$node
			.with_name($name)
			.with_keystore_key_types(KEY_TYPES.to_vec())
			.with_rpc_port($ports[0])
			.with_p2p_port($ports[1])
			.with_prometheus_port($ports[2])
	};
}

/// Returns `count` free ports. The search starts at a random one, since other networks may be starting.
fn free_ports(count: usize) -> anyhow::Result<Vec<u16>> {
	let random = RandomState::new().build_hasher().finish();
	let start = PORTS.start + u16::try_from(random % u64::try_from(PORTS.len())?)?;
	let free: Vec<u16> = (start..PORTS.end)
		.chain(PORTS.start..start)
		.filter(|port| TcpListener::bind(("127.0.0.1", *port)).is_ok())
		.take(count)
		.collect();
	anyhow::ensure!(free.len() == count, "only {} of {count} ports in {PORTS:?} are free", free.len());
	Ok(free)
}

/// Returns a network of the preset `local`: four validators that listen on this machine only, with their files in
/// `folder`.
///
/// # Errors
///
/// If there is no node program, too few ports are free, or zombienet rejects the configuration.
pub fn network_of_four(folder: &Path) -> anyhow::Result<NetworkConfig> {
	let program = node_program()?;
	let program = program.to_str().context("the node's path is not UTF-8")?;
	let ports = free_ports(3 * VALIDATORS.len())?;
	let mut nodes = VALIDATORS.iter().zip(ports.chunks_exact(3));
	NetworkConfigBuilder::new()
		.with_relaychain(|chain| {
			let chain = chain
				.with_chain("local")
				.with_default_command(program)
				// zombienet replaces the port by the one of the node.
				.with_default_args(vec![("--listen-addr", "/ip4/127.0.0.1/tcp/0/ws").into()])
				// The raw genesis: zombienet would edit a plain one by rules for other chains.
				.with_chain_spec_command("{{mainCommand}} export-chain-spec --chain {{chainName}} --raw");
			let (first, ports) = nodes.next().expect("there are four validators");
			let chain = chain.with_validator(|node| validator!(node, *first, ports));
			nodes.fold(chain, |chain, (name, ports)| chain.with_validator(|node| validator!(node, *name, ports)))
		})
		.with_global_settings(|settings| settings.with_base_dir(folder))
		.build()
		.map_err(|errors| anyhow!("zombienet rejects the network: {errors:?}"))
}

async fn call<T: serde::de::DeserializeOwned>(
	node: &NetworkNode,
	method: &str,
	params: RpcParams,
) -> anyhow::Result<T> {
	let answer = node.rpc().await?.request(method, params).await;
	answer.with_context(|| format!("node {} does not respond to {method}", node.name()))
}

/// Returns the height of the newest final block on a node.
///
/// # Errors
///
/// If the node does not respond.
pub async fn finalized_height(node: &NetworkNode) -> anyhow::Result<u32> {
	let hash: String = call(node, "chain_getFinalizedHead", rpc_params![]).await?;
	let header: serde_json::Value = call(node, "chain_getHeader", rpc_params![hash]).await?;
	let number = header["number"].as_str().context("a header has a number")?;
	Ok(u32::from_str_radix(number.trim_start_matches("0x"), 16)?)
}

/// Returns the hash of a node's block at a height, or `None` if it has none.
///
/// # Errors
///
/// If the node does not respond.
pub async fn block_hash(node: &NetworkNode, height: u32) -> anyhow::Result<Option<String>> {
	call(node, "chain_getBlockHash", rpc_params![height]).await
}

/// Waits until a node has finalized `height`. Ignores failed requests meanwhile: the node may be starting.
///
/// # Errors
///
/// If that takes longer than `timeout`.
pub async fn wait_for_finalized(node: &NetworkNode, height: u32, timeout: Duration) -> anyhow::Result<()> {
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
	tokio::time::timeout(timeout, reached)
		.await
		.map_err(|_| anyhow!("node {} has not finalized block {height} within {timeout:?}: {last:?}", node.name()))
}
