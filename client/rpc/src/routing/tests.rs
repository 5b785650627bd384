//! The methods over a zone of two shards in memory, as a connection calls them.

#[path = "../../../routing/engine/src/tests/ledger.rs"]
// The tests of the router use all of it.
#[allow(dead_code)]
mod ledger;

use super::LedgerReader;
use crate::{Beacon, BeaconApiServer, Mailbox, MailboxApiServer, Zone, ZoneApiServer};
use codec::{Decode, DecodeAll};
use futures::future::BoxFuture;
use jsonrpsee::RpcModule;
use ledger::{shard, TestLedger, BAD, ZONE};
use serde_json::{json, Value};
use sp_core::{traits::SpawnNamed, Bytes};
use sp_inherents::InherentData;
use std::{sync::Arc, time::Duration};
use tc_pbft::{sdk::TransactionsOnly, Tip};
use tc_routing::{AccessError, LedgerAccess, RouterHandle, Taken, SEATS_BEFORE};
use tc_routing_rpc_types::{
	HeadsReport, LanesReport, LedgerReport, LevelReport, LocationReport, MessageReport, MessageStage, Outcome,
	SentReport, ERROR_NOT_HERE, ERROR_NOT_YET, ERROR_RETURNED, ERROR_UNKNOWN,
};
use tokio::sync::mpsc;
use tp_beacon::SignedHeader;
use tp_core::AccountId;
use tp_mailbox::{Home, Payload, TableId};
use tp_pbft::{check_signature, Domain};
use tp_receipt::{Anchors, MessageReceipt, TrustedCommittee};

/// Rounds in which each ledger makes a block that carry a message and its cursor.
const ROUNDS: usize = 6;

#[derive(Clone)]
struct Tokio;

impl SpawnNamed for Tokio {
	fn spawn(&self, _: &'static str, _: Option<&'static str>, task: BoxFuture<'static, ()>) {
		tokio::spawn(task);
	}
	fn spawn_blocking(&self, _: &'static str, _: Option<&'static str>, task: BoxFuture<'static, ()>) {
		tokio::spawn(task);
	}
}

/// A node with a zone and two shards, and the RPC of the first shard.
struct Node {
	router: RouterHandle,
	zone: Arc<TestLedger>,
	shards: [Arc<TestLedger>; 2],
	module: RpcModule<()>,
}

impl Node {
	fn new() -> Self {
		let (zone, shards) = (TestLedger::new(ZONE), [1, 2].map(|number| TestLedger::new(shard(number))));
		shards.iter().for_each(|shard| shard.follows(&zone));
		let router = RouterHandle::new(0);
		shards.iter().chain([&zone]).for_each(|ledger| std::mem::forget(router.serve(ledger.clone())));
		let reader = LedgerReader::new(router.clone(), shard(1));
		let mut module = RpcModule::new(());
		module.merge(Zone::new(reader.clone()).into_rpc()).unwrap();
		module.merge(Mailbox::new(reader.clone(), Arc::new(Tokio)).into_rpc()).unwrap();
		module.merge(Beacon::new(reader).into_rpc()).unwrap();
		Self { router, zone, shards, module }
	}

	/// Makes a block of a ledger.
	fn make(&self, ledger: &TestLedger) {
		let mut data = InherentData::new();
		let tip = Tip { height: ledger.newest(), hash: ledger.newest_hash() };
		let contents = self.router.contents(ledger.chain(), Arc::new(TransactionsOnly));
		contents.provide(tip, Duration::from_secs(1), &mut data).unwrap();
		ledger.make(&data);
	}

	/// Each ledger makes a block, some times.
	fn rounds(&self, count: usize) {
		for _ in 0..count {
			self.shards.iter().for_each(|shard| self.make(shard));
			self.make(&self.zone);
		}
	}

	/// Pays from the first shard to the second in its next block. Returns the account that is paid.
	fn pay(&self, value: u128) -> AccountId {
		let to = resident(2);
		let destination = tp_mailbox::Destination::of(Home::Zone(0), &to);
		self.shards[0].ask(&resident(1), destination, value, codec::Encode::encode(&Payload::Pay(to.clone())));
		to
	}

	async fn call(&self, method: &str, parameters: Value) -> (Value, mpsc::Receiver<String>) {
		let request = json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": parameters });
		let (answer, connection) = self.module.raw_json_request(&request.to_string(), 64).await.unwrap();
		(serde_json::from_str(&answer).unwrap(), connection)
	}

	async fn ask<R: serde::de::DeserializeOwned>(&self, method: &str, parameters: Value) -> R {
		let (answer, _) = self.call(method, parameters).await;
		serde_json::from_value(answer["result"].clone()).unwrap_or_else(|error| panic!("{method}: {error}: {answer}"))
	}

	/// Returns code and message of a refusal.
	async fn refused(&self, method: &str, parameters: Value) -> (i64, String) {
		let (answer, _) = self.call(method, parameters).await;
		let error = &answer["error"];
		(error["code"].as_i64().unwrap_or_else(|| panic!("{answer}")), error["message"].to_string())
	}

	/// Returns the messages of the newest block of the first shard.
	async fn sent(&self) -> Vec<SentReport> {
		self.ask("mailbox_sent", json!([self.shards[0].newest_hash()])).await
	}

	/// Trusts the zone's first committee.
	fn anchors(&self) -> Anchors {
		let mut anchors = Anchors::default();
		let domain = Domain { chain: ZONE, genesis: self.zone.genesis() };
		let members = self.zone.committee(1).unwrap().members;
		anchors.trust(TrustedCommittee { domain, epoch: 0, first: 0, members });
		anchors
	}
}

fn resident(incarnation: u32) -> AccountId {
	let accounts = (0u32..).map(|number| AccountId::new(sp_crypto_hashing::blake2_256(&number.to_le_bytes())));
	let is_first = |account: &AccountId| TableId::of(account).0 < 128;
	accounts.into_iter().find(|account| is_first(account) == (incarnation == 1)).unwrap()
}

#[tokio::test]
async fn the_ledgers_and_their_accounts_are_told() {
	let node = Node::new();
	node.rounds(2);
	let ledgers: Vec<LedgerReport> = node.ask("zone_ledgers", json!([])).await;
	let names: Vec<&str> = ledgers.iter().map(|ledger| ledger.chain.as_str()).collect();
	assert_eq!(names, ["zone 0", "shard 0/1", "shard 0/2"]);
	assert_eq!(ledgers[2].tables.map(|tables| (tables.first, tables.last)), Some((128, 255)));
	assert_eq!((ledgers[0].tables, ledgers[0].genesis), (None, node.zone.genesis()));
	assert_eq!(ledgers[1].endpoints, ["ws://127.0.0.1/shard 0/1"]);

	let account = resident(2);
	let found: LocationReport = node.ask("zone_locate", json!([account])).await;
	assert_eq!((found.zone, found.table), (0, TableId::of(&account).0));
	assert_eq!((found.chain.as_str(), found.tables.first), ("shard 0/2", 128));
	assert_eq!(found.endpoints, ["ws://127.0.0.1/shard 0/2"]);

	let heads: HeadsReport = node.ask("zone_heads", json!([])).await;
	assert_eq!((heads.zone.number, heads.zone.hash), (2, node.zone.newest_hash()));
	assert_eq!(heads.heads.iter().map(|head| head.number).collect::<Vec<_>>(), [2, 2]);
	let levels: Vec<LevelReport> = node.ask("zone_levels", json!([])).await;
	assert_eq!(levels.iter().map(|level| level.chain.as_str()).collect::<Vec<_>>(), ["shard 0/1", "shard 0/2"]);
}

#[tokio::test]
async fn a_node_without_the_shard_says_so() {
	let node = Node::new();
	let lone = LedgerReader::new(RouterHandle::new(0), shard(1));
	let mut module = RpcModule::new(());
	module.merge(Zone::new(lone).into_rpc()).unwrap();
	let lone = Node { module, ..node };
	let (code, message) = lone.refused("zone_locate", json!([resident(2)])).await;
	assert_eq!(code, i64::from(ERROR_NOT_HERE));
	assert!(message.contains("runs no shard with table"), "{message}");
	assert_eq!(lone.refused("zone_heads", json!([])).await.0, i64::from(ERROR_NOT_HERE));
}

#[tokio::test]
async fn a_message_is_told_from_its_block_on() {
	let node = Node::new();
	node.rounds(2);
	let to = node.pay(70);
	node.make(&node.shards[0]);
	let sent = node.sent().await;
	let [message] = &sent[..] else { panic!("one is sent: {sent:?}") };
	assert_eq!((message.value, message.sequence, &message.to), (70, 0, &Some(to)));
	assert_eq!((&message.initiator, message.unit), (&resident(1), None));
	assert_eq!(message.lane.source, "shard 0/1");
	let lanes: LanesReport = node.ask("mailbox_lanes", json!([])).await;
	assert_eq!((lanes.outbound[0].sent, lanes.outbound[0].in_flight, lanes.in_lanes), (1, 1, 1_000));
	assert_eq!(lanes.outbound[0].lane, message.lane);

	let at: MessageReport = node.ask("mailbox_message", json!([message.id])).await;
	assert_eq!((at.stage, at.sent.map(|block| block.number)), (MessageStage::Final, Some(3)));
	assert_eq!((at.sealed, at.taken, at.outcome), (None, None, None));
	let not_yet = node.refused("mailbox_prove", json!([message.id, "credited"])).await;
	assert_eq!(not_yet.0, i64::from(ERROR_NOT_YET), "{}", not_yet.1);
	node.rounds(ROUNDS);
	let at: MessageReport = node.ask("mailbox_message", json!([message.id])).await;
	assert_eq!((at.stage, at.outcome), (MessageStage::Confirmed, Some(Outcome::Credited)));
	assert_eq!(at.taken.map(|block| block.chain), Some("shard 0/2".into()));
	assert!(at.sealed.is_some());

	let (code, _) = node.refused("mailbox_sent", json!([node.zone.newest_hash()])).await;
	assert_eq!(code, i64::from(ERROR_UNKNOWN));
	assert_eq!(node.refused("mailbox_message", json!(["0x00"])).await.0, -32_602);
}

/// Returns a node whose first shard has sent two payments, of which one returns.
async fn paid() -> (Node, Vec<SentReport>) {
	let node = Node::new();
	node.rounds(1);
	for value in [5, BAD] {
		node.pay(value);
	}
	node.make(&node.shards[0]);
	let sent = node.sent().await;
	(node, sent)
}

#[tokio::test]
async fn receipts_verify_by_the_committee_of_the_zone() {
	let (node, sent) = paid().await;
	node.rounds(ROUNDS);
	for level in ["sealed", "credited"] {
		let receipt: Bytes = node.ask("mailbox_prove", json!([sent[0].id, level])).await;
		let receipt = MessageReceipt::decode_all(&mut &receipt[..]).unwrap();
		let proven = receipt.verify(&node.anchors(), check_signature).unwrap();
		assert_eq!((proven.message.value, proven.taken.is_some()), (5, level == "credited"));
	}
	let (code, message) = node.refused("mailbox_prove", json!([sent[1].id, "credited"])).await;
	assert_eq!(code, i64::from(ERROR_RETURNED), "{message}");
	let final_alone: Bytes = node.ask("mailbox_prove", json!([sent[1].id])).await;
	assert!(MessageReceipt::decode_all(&mut &final_alone[..]).unwrap().sealing.is_none());
}

#[tokio::test]
async fn a_watch_tells_each_stage_and_ends() {
	let (node, sent) = paid().await;
	let mut connections = Vec::new();
	for message in &sent {
		let (answer, connection) = node.call("mailbox_watchMessage", json!([message.id])).await;
		assert!(answer["result"].is_number() || answer["result"].is_string(), "{answer}");
		connections.push(connection);
	}
	let mut stages = vec![Vec::new(); 2];
	for _ in 0..ROUNDS {
		for (connection, stages) in connections.iter_mut().zip(&mut stages) {
			let told = tokio::time::timeout(Duration::from_millis(1_500), connection.recv()).await;
			let Ok(Some(message)) = told else { continue };
			let message: Value = serde_json::from_str(&message).unwrap();
			assert_eq!(message["method"], "mailbox_messageStage");
			let report: MessageReport = serde_json::from_value(message["params"]["result"].clone()).unwrap();
			stages.push(report.stage);
		}
		node.rounds(1);
	}
	use MessageStage::{Confirmed, Credited, Final, Returned, Sealed};
	assert_eq!(stages, [vec![Final, Sealed, Credited, Confirmed], vec![Final, Sealed, Returned]]);
	let unknown = node.refused("mailbox_watchMessage", json!(["0x01"])).await;
	assert_eq!(unknown.0, -32_602, "{}", unknown.1);
}

#[tokio::test]
async fn the_ends_of_epochs_are_handed_over() {
	let node = Node::new();
	for _ in 0..3 {
		node.zone.end_epoch();
		node.rounds(2);
	}
	let handover: Vec<Bytes> = node.ask("beacon_handover", json!(["zone 0", 1])).await;
	let lasts: Vec<SignedHeader> = handover.iter().map(|last| SignedHeader::decode(&mut &last[..]).unwrap()).collect();
	assert_eq!(lasts.iter().map(|last| last.certificate.epoch).collect::<Vec<_>>(), [1, 2]);
	assert_eq!(lasts[0].header.number, 3);
	assert_eq!(node.refused("beacon_handover", json!(["zone 7", 0])).await.0, i64::from(ERROR_NOT_HERE));
	let (code, message) = node.refused("beacon_handover", json!(["Zone 0", 0])).await;
	assert!(code == -32_602 && message.contains("shard 0/1"), "{message}");
	let other: Vec<Bytes> = node.ask("beacon_handover", json!(["shard 0/2", 0])).await;
	assert!(other.is_empty());
}
