//! Receipts across ledgers, as a part of the test of many chains: the RPC of zones and messages, and the commands that fetch and check
//! receipts.

use crate::support::top_node;
use serde_json::Value;
use sp_core::{crypto::Ss58Codec, Bytes};
use std::{
	path::Path,
	time::{Duration, Instant},
};
use tc_routing_rpc_types::{
	HeadsReport, LanesReport, LedgerReport, LevelReport, LocationReport, MessageReport, MessageStage, Outcome,
	SentReport,
};
use top_local_network::{LocalNetwork, NodeLedger};
use top_node::transaction::send;
use top_sdk::{AccountId, Keypair, RpcClient, TOP};
use tp_core::{ChainTag, Hash};
use tp_mailbox::Home;

const ZONE: ChainTag = ChainTag::Zone(0);
const SHARD: ChainTag = ChainTag::Shard { zone: 0, incarnation: 0 };
/// How long a message may take from its block to its confirmation.
const CONFIRMED: Duration = Duration::from_secs(30);

fn ledger(network: &LocalNetwork, chain: ChainTag) -> NodeLedger {
	network.nodes()[0].ledgers().find(|ledger| ledger.chain == chain).unwrap()
}

/// Calls a method whose parameters are positional.
async fn ask<R: serde::de::DeserializeOwned>(client: &RpcClient, method: &'static str, parameters: &[Value]) -> R {
	let mut params = jsonrpsee::core::params::ArrayParams::new();
	parameters.iter().for_each(|parameter| params.insert(parameter).unwrap());
	client.request(method, params).await.unwrap_or_else(|error| panic!("{method}: {error}"))
}

/// Every ledger of a node tells the same of all of them.
async fn the_ledgers_of_a_node_are_told(network: &LocalNetwork, accounts: [&AccountId; 2]) {
	for chain in [ChainTag::Main, ZONE, SHARD] {
		let client = ledger(network, chain).rpc().await.unwrap();
		let ledgers: Vec<LedgerReport> = ask(&client, "zone_ledgers", &[]).await;
		assert_eq!(
			ledgers.iter().map(|ledger| &ledger.chain[..]).collect::<Vec<_>>(),
			["main", "zone 0", "shard 0/0", "shard 0/1"]
		);
		for told in &ledgers {
			let known = network.nodes()[0].ledgers().find(|ledger| ledger.chain.to_string() == told.chain).unwrap();
			assert!(told.endpoints.contains(&known.rpc_url()), "{told:?}");
			let at = RpcClient::connect(&told.endpoints[0]).await.unwrap();
			assert_eq!(at.block_hash(0).await.unwrap(), told.genesis);
		}
		for (account, shard) in accounts.into_iter().zip(["shard 0/0", "shard 0/1"]) {
			let found: LocationReport = ask(&client, "zone_locate", &[account.to_ss58check().into()]).await;
			assert_eq!(found.chain, shard);
		}
		let heads: HeadsReport = ask(&client, "zone_heads", &[]).await;
		assert!(heads.heads.len() >= 2 && heads.zone.number > 0, "{heads:?}");
		let levels: Vec<LevelReport> = ask(&client, "zone_levels", &[]).await;
		assert_eq!(levels.len(), 2);
	}
}

/// Pays an account of the other shard. Returns the block that sent the message, and the message.
async fn pay(client: &RpcClient, from: &Keypair, to: &AccountId) -> (Hash, SentReport) {
	let call = pallet_mailbox::Call::transfer { home: Home::Zone(0), to: to.clone(), value: TOP };
	let block = send(client, from, top_shard_runtime::RuntimeCall::Mailbox(call)).await.unwrap().inclusion.block;
	let sent: Vec<SentReport> = ask(client, "mailbox_sent", &[serde_json::to_value(block).unwrap()]).await;
	let message = sent.into_iter().find(|sent| sent.initiator == from.account()).expect("the block sent it");
	(block, message)
}

/// Pays an account of the other shard, follows the message, and checks its receipts without a node.
pub async fn receipts_are_proved(network: &LocalNetwork, folder: &Path, from: &Keypair, to: &AccountId) {
	the_ledgers_of_a_node_are_told(network, [&from.account(), to]).await;
	let (shard, zone) = (ledger(network, SHARD), ledger(network, ZONE));
	let client = shard.rpc().await.unwrap();
	let begun = Instant::now();
	let (block, message) = pay(&client, from, to).await;
	assert_eq!((message.value, &message.to), (TOP, &Some(to.clone())));
	let id = serde_json::to_value(&message.id).unwrap();
	let mut told = vec![];
	let report = loop {
		let report: MessageReport = ask(&client, "mailbox_message", std::slice::from_ref(&id)).await;
		if told.last() != Some(&report.stage) {
			println!("the message is {:?} after {:.2?}", report.stage, begun.elapsed());
			told.push(report.stage);
		}
		if report.stage.is_end() {
			break report;
		}
		assert!(begun.elapsed() < CONFIRMED, "{report:?}");
		tokio::time::sleep(Duration::from_millis(50)).await;
	};
	assert_eq!((report.stage, report.outcome), (MessageStage::Confirmed, Some(Outcome::Credited)));
	let sent_in = report.sent.expect("the state is new");
	assert_eq!(sent_in.hash, block);
	let (sealed, taken) = (report.sealed.unwrap(), report.taken.unwrap());
	assert_eq!(taken.chain, "shard 0/1");
	let lanes: LanesReport = ask(&client, "mailbox_lanes", &[]).await;
	assert!(lanes.inbound.iter().all(|lane| lane.lane.source == "shard 0/1"), "{lanes:?}");

	let file = |name: &str| folder.join(name).display().to_string();
	let hex = |bytes: &Bytes| format!("0x{}", hex::encode(&bytes.0));
	for (ledger, name) in [(&shard, "shard.json"), (&zone, "zone.json")] {
		top_node(["receipt", "anchor", "--url", &ledger.rpc_url(), "--out", &file(name)]).assert_success();
	}
	for (level, anchor) in [("final", "shard.json"), ("sealed", "zone.json"), ("credited", "zone.json")] {
		let (id, receipt) = (hex(&message.id), file(&format!("{level}.hex")));
		let url = shard.rpc_url();
		top_node(["receipt", "fetch", &id, "--url", &url, "--level", level, "--out", &receipt]).assert_success();
		let verified = top_node(["receipt", "verify", &receipt, "--anchor", &file(anchor), "--json"]);
		verified.assert_success();
		let statement: Value = serde_json::from_str(&verified.stdout).unwrap();
		let number = |part: &str| statement[part]["number"].as_u64();
		// The receipt cannot say whether what was taken came back.
		assert_eq!(statement["level"], if level == "credited" { "taken" } else { level });
		assert_eq!(number("final"), Some(sent_in.number.into()));
		assert_eq!(number("sealed"), (level != "final").then_some(sealed.number.into()));
		assert_eq!(number("taken").is_some(), level == "credited");
		assert!(number("taken").is_none_or(|at| at >= taken.number.into()), "{statement}");
	}
	// A receipt that cannot be made yet is waited for.
	let (id, early) = (hex(&pay(&client, from, to).await.1.id), file("early.hex"));
	let url = shard.rpc_url();
	let anchor: Value = serde_json::from_str(&std::fs::read_to_string(file("zone.json")).unwrap()).unwrap();
	let epoch = anchor["epoch"].to_string().replace('"', "");
	let fetch =
		["receipt", "fetch", &id, "--url", &url, "--level", "credited", "--out", &early, "--from-epoch", &epoch];
	top_node(fetch).assert_success();
	top_node(["receipt", "verify", &early, "--anchor", &file("zone.json")]).assert_success();

	let words = top_node(["receipt", "verify", &file("credited.hex"), "--anchor", &file("zone.json")]);
	words.assert_success();
	let (from, to) = (from.account().to_ss58check(), to.to_ss58check());
	assert!(
		words.stdout.starts_with(&format!("{from} paid 1 TOP to {to}: final in block {}", sent_in.number)),
		"{words:?}"
	);
	println!("{}", words.stdout);
	top_node(["receipt", "verify", &file("credited.hex"), "--anchor", &file("shard.json")])
		.assert_failure(&["no committee of zone 0"]);
}
