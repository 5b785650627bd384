//! Reads of the past: by the index where it will do, bounded, and never denied before the index knows.

use super::{
	memory::{self, pay, MemoryChain, HEAD},
	scene::{encoded, next_report, Gate, Scene, PATIENCE},
};
use serde_json::{json, Value};
use std::{
	sync::{atomic::Ordering, Arc},
	time::Duration,
};
use tc_lattice_rpc_types::{ERROR_BUSY, ERROR_NOT_INDEXED, ERROR_UNKNOWN_UNIT};
use tc_routing_rpc_types::ERROR_NOT_HERE;
use tp_lattice::UnitHash;

#[tokio::test]
async fn old_units_are_answered_without_their_blocks() {
	let (chain, units) = MemoryChain::with_blocks(200);
	let scene = Scene::on(chain).indexed(200).await;
	// No block can be read. With one thread for tasks, a read on it would hold up the answer for good.
	let gate = Gate::close(&scene.chain);
	*scene.chain.on_block_only.lock() = true;
	let reports = tokio::time::timeout(PATIENCE, scene.submit(&units)).await.expect("no block is read");
	gate.open();
	assert_eq!(reports.len(), 200);
	for (number, report) in (1..).zip(&reports) {
		assert_eq!((&report["status"], &report["block"]["number"]), (&json!("final"), &json!(number)), "{report}");
	}
	assert_eq!(scene.chain.loads.load(Ordering::Relaxed), 0);
	// A unit whose height another one took is invalid, and not final.
	let other = pay(1, 5, units[4].hash(), 3, 10);
	let report = &scene.submit(&[other]).await[0];
	assert_eq!((&report["status"], &report["reason"]["code"]), (&json!("invalid"), &json!("height")));
}

#[tokio::test]
async fn an_index_that_lags_denies_nothing() {
	let (chain, units) = MemoryChain::with_blocks(20);
	// The index cannot read the blocks.
	let gate = Gate::close(&chain);
	*chain.on_block_only.lock() = true;
	let scene = Scene::on(chain);
	let report = &scene.submit(&units[3..4]).await[0];
	assert_eq!((&report["status"], &report["reason"]["code"]), (&json!("unknown"), &json!("notIndexed")), "{report}");
	let hash = units[3].hash();
	let (unit, _) = scene.call("lattice_unit", json!([hash])).await;
	let (proof, _) = scene.call("lattice_prove", json!([hash])).await;
	for answer in [unit, proof] {
		assert_eq!(answer["error"]["code"], json!(ERROR_NOT_INDEXED), "{answer}");
	}
	gate.open();
	let scene = scene.indexed(20).await;
	assert_eq!(scene.submit(&units[3..4]).await[0]["status"], json!("final"));
	let (unit, _) = scene.call("lattice_unit", json!([hash])).await;
	assert_eq!(unit["result"]["status"], json!("final"), "{unit}");
	let (proof, _) = scene.call("lattice_prove", json!([hash])).await;
	assert!(proof["result"].is_string(), "{proof}");
	// What no block has is denied now.
	let (unit, _) = scene.call("lattice_unit", json!([UnitHash::repeat_byte(9)])).await;
	assert_eq!(unit["result"], Value::Null);
	let (proof, _) = scene.call("lattice_prove", json!([UnitHash::repeat_byte(9)])).await;
	assert_eq!(proof["error"]["code"], json!(ERROR_UNKNOWN_UNIT));
}

#[tokio::test]
async fn a_node_without_the_zone_proves_no_way_to_other_ledgers() {
	let (chain, units) = MemoryChain::with_blocks(3);
	let scene = Scene::on(chain).indexed(3).await;
	let hash = units[0].hash();
	for level in ["sealed", "credited"] {
		let (proof, _) = scene.call("lattice_prove", json!([hash, level])).await;
		assert_eq!(proof["error"]["code"], json!(ERROR_NOT_HERE), "{proof}");
	}
	let (proof, _) = scene.call("lattice_prove", json!([hash, "final"])).await;
	assert!(proof["result"].is_string(), "{proof}");
	let (proof, _) = scene.call("lattice_prove", json!([hash, "paid"])).await;
	assert_eq!(proof["error"]["code"], json!(-32_602), "{proof}");
}

#[tokio::test]
async fn a_subscriber_waits_for_an_index_that_lags() {
	let (chain, units) = MemoryChain::with_blocks(20);
	let gate = Gate::close(&chain);
	*chain.on_block_only.lock() = true;
	let scene = Scene::on(chain);
	let (_, mut connection) =
		scene.call("lattice_submitAndWatch", json!([encoded(&units[3..4]), { "receipts": true }])).await;
	tokio::time::sleep(Duration::from_millis(300)).await;
	gate.open();
	let report = next_report(&mut connection).await;
	assert_eq!((&report["status"], &report["block"]["number"]), (&json!("final"), &json!(4)), "{report}");
	assert!(report["receipt"].is_string());
}

#[tokio::test]
async fn too_many_reads_are_told_to_ask_again_and_delay_no_other_call() {
	let (chain, units) = MemoryChain::with_blocks(3);
	let scene = Arc::new(Scene::on(chain).indexed(3).await);
	let gate = Gate::close(&scene.chain);
	*scene.chain.on_block_only.lock() = true;
	let hash = units[0].hash();
	let calls: Vec<_> = (0..600)
		.map(|_| {
			let scene = scene.clone();
			tokio::spawn(async move { scene.call("lattice_prove", json!([hash])).await.0 })
		})
		.collect();
	tokio::time::sleep(Duration::from_millis(200)).await;
	// The newest state, the pool and the runtime's own threads answer meanwhile.
	let meanwhile = async {
		let account = memory::id(2);
		let (account, _) = scene.call("lattice_account", json!([account])).await;
		assert_eq!(account["result"]["free"], json!("1000030"), "{account}");
		assert_eq!(scene.submit(&[pay(3, 0, HEAD, 2, 10)]).await[0]["status"], json!("ready"));
		tokio::task::spawn_blocking(|| ()).await.unwrap();
	};
	tokio::time::timeout(PATIENCE, meanwhile).await.expect("reads of the past delay nothing else");
	gate.open();
	let (mut proved, mut busy) = (0, 0);
	for call in calls {
		let answer = call.await.unwrap();
		proved += usize::from(answer["result"].is_string());
		busy += usize::from(answer["error"]["code"] == json!(ERROR_BUSY));
	}
	assert_eq!((proved + busy, proved > 0, busy > 0), (600, true, true), "{proved} proved, {busy} told to ask again");
	assert_eq!(scene.chain.loads.load(Ordering::Relaxed), 1, "all share one load");
}

#[tokio::test]
async fn a_page_of_a_chain_has_its_units() {
	let (chain, units) = MemoryChain::with_blocks(150);
	let scene = Scene::on(chain).indexed(150).await;
	let (page, _) = scene.call("lattice_units", json!([memory::id(1), 120, 100])).await;
	let heights: Vec<_> = page["result"].as_array().unwrap().iter().map(|unit| unit["height"].clone()).collect();
	assert_eq!(heights, (20..120).rev().map(|height| json!(height)).collect::<Vec<_>>());
	let hashes: Vec<_> = page["result"].as_array().unwrap().iter().map(|unit| unit["hash"].clone()).collect();
	assert_eq!(hashes, units[20..120].iter().rev().map(|unit| json!(unit.hash())).collect::<Vec<_>>());
}
