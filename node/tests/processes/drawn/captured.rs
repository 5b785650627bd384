//! A shard whose whole committee runs a runtime that mints tokens. The routers find its block invalid: the zone seals no head from it on, no
//! other ledger takes what it sends, and the zone, the other shard and the main chain go on.

use super::{anywhere, at_node, network, shard, until, Payment, ARRIVED, STOP_TIMEOUT};
use crate::support::{block_on, print_complaints, turn, LogsOnFailure, UP_TIMEOUT};
use serde_json::{json, Value};
use sp_crypto_hashing::twox_128;
use sp_keyring::Sr25519Keyring::{Alice, Bob, Eve, Ferdie};
use std::{fs, path::Path, time::Duration};
use tc_routing_rpc_types::{HeadReport, HeadsReport};
use top_local_network::LocalNetwork;
use top_node::chain_spec::Preset;
use top_runtime_common::development::{node_account, node_keys};
use top_sdk::{RpcClient, TOP};
use tp_core::{Balance, ChainTag};
use tp_pbft::Member;

/// The nodes of each committee. None of the captured shard is a router.
const ROUTERS: [u16; 4] = [5, 6, 7, 8];
const HONEST: [u16; 4] = [1, 3, 5, 7];
const CAPTURED: [u16; 4] = [2, 4, 9, 10];
/// One epoch for the whole test. The next committee would be honest, and could not go on from a block that is not valid.
const EPOCH_MS: u64 = 3_600_000;
/// How long the zone and the others go on while nothing of the captured shard may arrive.
const QUIET: Duration = Duration::from_secs(20);
/// More than Eve has, and less than the runtime mints for her.
const STOLEN: Balance = 500_000 * TOP;

fn captured_network(folder: &Path) -> LocalNetwork {
	let seats = |nodes: [u16; 4]| -> Value {
		let seat = |number: u16| {
			let keys = node_keys(number);
			(node_account(number), Member { key: keys.pbft, vrf: keys.vrf, weight: 1 })
		};
		json!(nodes.map(seat))
	};
	let changes = json!({
		"committee": { "epochMs": EPOCH_MS },
		"shardAssignment": { "firstCommittees": [
			[ChainTag::Zone(0), seats(ROUTERS)],
			[shard(0), seats(HONEST)],
			[shard(1), seats(CAPTURED)],
		] },
	});
	let runtimes = folder.join("minting");
	fs::create_dir(&runtimes).unwrap();
	let minting = top_shard_runtime_minting::WASM_BINARY.expect("the minting runtime was built to wasm");
	fs::write(runtimes.join("minting.wasm"), minting).unwrap();
	let spec = Preset::Drawn.raw_spec_with("top_captured", changes).unwrap();
	let mut network = network(&folder.join("network"), spec).assign_ledgers();
	for node in CAPTURED {
		let overrides = format!("--wasm-runtime-overrides={}", runtimes.display());
		network.nodes_mut()[usize::from(node - 1)].add_extra_arg(overrides);
	}
	network
}

/// Returns the height of the zone's newest block at a router, and what it says of the captured shard.
async fn sealed(zone: &RpcClient) -> (u32, HeadReport) {
	let HeadsReport { zone, heads } = zone.zone_heads().await.unwrap();
	let head = heads.into_iter().find(|head| head.chain == shard(1).to_string());
	(zone.number, head.expect("the zone seals the shard"))
}

/// Returns what a ledger has issued.
async fn issued(ledger: &RpcClient) -> Balance {
	let key = [twox_128(b"Balances"), twox_128(b"TotalIssuance")].concat();
	ledger.storage(&key, None).await.unwrap().unwrap_or_default()
}

/// Waits until all routers have found a block of the captured shard invalid. Returns its height.
async fn found_invalid(network: &LocalNetwork) -> u32 {
	let mut heights = Vec::new();
	for router in ROUTERS {
		let zone = at_node(network, router, ChainTag::Zone(0)).await.unwrap();
		until("a router that finds the block invalid", ARRIVED, async || sealed(&zone).await.1.invalid.is_some()).await;
		heights.extend(sealed(&zone).await.1.invalid);
	}
	assert!(heights.windows(2).all(|pair| pair[0] == pair[1]), "{heights:?}");
	heights[0]
}

#[test]
#[ignore = "ten processes for some two minutes: make soak, or cargo test --test processes drawn:: -- --ignored"]
fn a_shard_whose_committee_mints_tokens_exports_none() {
	let (_turn, folder) = (turn::alone(), tempfile::tempdir().unwrap());
	let mut network = captured_network(folder.path());
	let _logs = LogsOnFailure::of(&network);
	network.start().unwrap();
	block_on(async {
		network.wait_for_height(1, UP_TIMEOUT).await.unwrap();
		let [captured, honest] = [shard(1), shard(0)];
		let out = Payment { source: captured, from: Alice, target: honest, to: Bob, amount: TOP };
		out.pay(&network).await;

		// The block after her payment mints for Eve, and she pays others with it.
		Payment { source: captured, from: Eve, target: captured, to: Alice, amount: TOP }.send(&network).await;
		let (_, member) = anywhere(&network, captured).connect().await;
		let eve = Eve.to_account_id();
		until("the minted tokens", ARRIVED, async || member.account(&eve).await.unwrap().free > STOLEN).await;
		let stolen = [
			Payment { source: captured, from: Eve, target: honest, to: Bob, amount: STOLEN / 2 },
			Payment { source: captured, from: Eve, target: ChainTag::Main, to: Bob, amount: STOLEN / 4 },
		];
		let (_, at_honest) = anywhere(&network, honest).connect().await;
		let mut before = vec![issued(&at_honest).await];
		for payment in stolen {
			before.push(payment.balance(&network).await);
			payment.send(&network).await;
		}
		let invalid = found_invalid(&network).await;
		println!(
			"the captured shard is at {}, and its block {invalid} is not valid",
			member.finalized_height().await.unwrap()
		);

		// What others pay each other arrives as before.
		let zone = at_node(&network, ROUTERS[0], ChainTag::Zone(0)).await.unwrap();
		// What is valid is sealed to its end.
		until("the last valid head", ARRIVED, async || sealed(&zone).await.1.number == invalid - 1).await;
		let (zone_before, head) = sealed(&zone).await;
		Payment { source: honest, from: Ferdie, target: ChainTag::Main, to: Eve, amount: TOP }.pay(&network).await;
		Payment { source: ChainTag::Main, from: Eve, target: honest, to: Ferdie, amount: TOP }.pay(&network).await;
		// One to the captured shard leaves its payer, and waits.
		Payment { source: honest, from: Ferdie, target: captured, to: Alice, amount: TOP }.send(&network).await;
		tokio::time::sleep(QUIET).await;

		let mut after = vec![issued(&at_honest).await];
		for payment in stolen {
			after.push(payment.balance(&network).await);
		}
		assert_eq!(after, before, "nothing outside has accepted the minted tokens");
		let (zone_now, head_now) = sealed(&zone).await;
		assert!(zone_now > zone_before, "the zone goes on");
		assert_eq!((head_now.number, head_now.invalid), (head.number, Some(invalid)), "the zone seals nothing of it");
		assert!(member.finalized_height().await.unwrap() > invalid, "its own committee goes on");
		let router = at_node(&network, ROUTERS[0], captured).await.unwrap();
		assert!(router.finalized_height().await.unwrap() < invalid, "a router does not follow");
	});
	for router in ROUTERS {
		let log = fs::read_to_string(network.nodes()[usize::from(router - 1)].log_file()).unwrap();
		for line in ["has a certificate, and is not valid", "which is not valid: its heads are not routed"] {
			assert_eq!(log.matches(line).count(), 1, "node {router} says once: {line}");
		}
	}
	for node in network.nodes_mut() {
		node.stop(STOP_TIMEOUT).unwrap();
	}
	for node in network.nodes() {
		// The runtime of a router panics when it executes the block, which ends the call alone.
		let log = fs::read_to_string(node.log_file()).unwrap();
		let panics = log.lines().filter(|line| line.contains("panicked"));
		let others: Vec<_> = panics.filter(|line| !line.contains(" runtime: [shard 0/1] panicked at ")).collect();
		assert!(others.is_empty(), "{}: {others:#?}", node.name());
	}
	print_complaints(&network);
}
