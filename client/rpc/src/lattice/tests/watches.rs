//! Watches: they end with their connection, are bounded, and tell the truth when the node has too much to do.

use super::{
	memory::{pay, MemoryChain, HEAD},
	scene::{encoded, next_report, Connection, Gate, Scene, PATIENCE},
};
use serde_json::{json, Value};
use std::{sync::OnceLock, time::Duration};
use tc_lattice_rpc_types::ERROR_BUSY;
use tp_lattice::Unit;

/// A unit that waits for another one, for as long as the test runs.
fn waiting(number: u32) -> Unit {
	pay(5, 1 + number, HEAD, 2, 10)
}

async fn watch(scene: &Scene, units: &[Unit]) -> (Value, Connection) {
	scene.call("lattice_submitAndWatch", json!([encoded(units)])).await
}

/// Waits until the node watches a number of units.
async fn watches(scene: &Scene, number: usize) {
	let reached = async {
		while scene.units.watched() != number {
			tokio::time::sleep(Duration::from_millis(5)).await;
		}
	};
	let waited = tokio::time::timeout(Duration::from_secs(3), reached).await;
	assert!(waited.is_ok(), "{} units are watched, not {number}", scene.units.watched());
}

#[tokio::test]
async fn a_watch_ends_with_its_connection() {
	let scene = Scene::on(MemoryChain::new(20, 1_000_000));
	let units: Vec<_> = (0..50).map(waiting).collect();
	let (answer, mut connection) = watch(&scene, &units).await;
	assert!(answer["result"].is_string() || answer["result"].is_number(), "{answer}");
	for _ in 0..50 {
		assert_eq!(next_report(&mut connection).await["status"], json!("future"));
	}
	watches(&scene, 50).await;
	drop(connection);
	watches(&scene, 0).await;
}

#[tokio::test]
async fn a_watch_ends_when_its_connection_closes_before_the_units_are_verified() {
	let scene = Scene::on(MemoryChain::new(20, 1_000_000));
	let gate = Gate::close(&scene.chain);
	let unit = pay(5, 0, HEAD, 2, 10);
	let (_, connection) = watch(&scene, std::slice::from_ref(&unit)).await;
	watches(&scene, 1).await;
	drop(connection);
	watches(&scene, 0).await;
	gate.open();
	let submitted = async {
		while scene.units.get(&unit.hash()).is_none() {
			tokio::time::sleep(Duration::from_millis(5)).await;
		}
	};
	tokio::time::timeout(PATIENCE, submitted).await.expect("the unit is submitted all the same");
}

#[tokio::test]
async fn a_unit_that_is_sent_many_times_is_watched_once() {
	let scene = Scene::on(MemoryChain::new(20, 1_000_000));
	let units = vec![waiting(0); 1_000];
	let (_, mut connection) = watch(&scene, &units).await;
	assert_eq!(next_report(&mut connection).await["status"], json!("future"));
	watches(&scene, 1).await;
}

#[tokio::test]
async fn a_connection_watches_a_bounded_number_of_units() {
	let scene = Scene::on(MemoryChain::new(20, 1_000_000));
	let gate = Gate::close(&scene.chain);
	let mut connections = Vec::new();
	let mut refused = Value::Null;
	for call in 0..33 {
		let units: Vec<_> = (1_000 * call..1_000 * (call + 1)).map(forged).collect();
		let (answer, connection) = watch(&scene, &units).await;
		if answer["error"].is_null() {
			connections.push(connection);
		} else {
			refused = answer;
		}
	}
	assert_eq!(refused["error"]["code"], json!(ERROR_BUSY), "{refused}");
	assert!(refused["error"]["message"].as_str().unwrap().contains("32768"), "{refused}");
	assert_eq!((connections.len(), scene.units.watched()), (32, 32_000));
	drop((connections, gate));
	watches(&scene, 0).await;
}

/// A unit with a wrong signature, which costs a test less.
fn forged(height: u32) -> Unit {
	static UNIT: OnceLock<Unit> = OnceLock::new();
	let mut unit = UNIT.get_or_init(|| waiting(0)).clone();
	unit.body.height = height;
	unit
}

#[tokio::test]
async fn an_overloaded_node_drops_nothing_that_it_has() {
	let scene = Scene::on(MemoryChain::new(20, 1_000_000));
	let held = pay(3, 0, HEAD, 2, 10);
	assert_eq!(scene.submit(std::slice::from_ref(&held)).await[0]["status"], json!("ready"));
	// The database hangs, and the queue fills.
	let gate = Gate::close(&scene.chain);
	let mut connections = Vec::new();
	for (call, count) in (0..).zip([1_000; 16].into_iter().chain([380])) {
		let units: Vec<_> = (call * 1_000..call * 1_000 + count).map(forged).collect();
		connections.push(watch(&scene, &units).await.1);
	}
	let mut units: Vec<_> = (900_000..900_020).map(forged).collect();
	units.push(held.clone());
	let (_, mut connection) = watch(&scene, &units).await;
	let mut reports = Vec::new();
	for _ in 0..units.len() {
		reports.push(next_report(&mut connection).await);
	}
	gate.open();
	for report in reports {
		match report["hash"] == json!(held.hash()) {
			true => assert_eq!(report["status"], json!("ready"), "the pool has it"),
			false => {
				let told = (&report["status"], &report["reason"]["code"]);
				assert_eq!(told, (&json!("unknown"), &json!("overloaded")), "{report}");
			},
		}
	}
	// It is watched still.
	drop(connections);
	watches(&scene, units.len()).await;
}

#[tokio::test]
async fn reports_come_in_lists_if_the_client_asks() {
	let scene = Scene::on(MemoryChain::new(20, 1_000_000));
	let units: Vec<_> = (0..50).map(waiting).collect();
	let params = json!([encoded(&units), { "grouped": true }]);
	let (_, mut connection) = scene.call("lattice_submitAndWatch", params).await;
	let list = next_report(&mut connection).await;
	let hashes: Vec<_> = list.as_array().unwrap().iter().map(|report| report["hash"].clone()).collect();
	assert_eq!(hashes, units.iter().map(|unit| json!(unit.hash())).collect::<Vec<_>>());
	assert!(list.as_array().unwrap().iter().all(|report| report["status"] == json!("future")), "{list}");
	// The first unit is ready, and nothing else changes.
	let first = pay(5, 0, HEAD, 2, 10);
	let second = pay(5, 1, first.hash(), 2, 10);
	let (_, mut other) = scene.call("lattice_submitAndWatch", json!([encoded(&[second]), { "grouped": true }])).await;
	assert_eq!(next_report(&mut other).await[0]["status"], json!("dropped"), "another unit has its height");
	scene.submit(&[first]).await;
	let list = next_report(&mut connection).await;
	assert_eq!(list.as_array().unwrap().len(), 1, "{list}");
	assert_eq!(
		(&list[0]["hash"], &list[0]["status"], &list[0]["reason"]["code"]),
		(&json!(units[0].hash()), &json!("invalid"), &json!("parent"))
	);
}
