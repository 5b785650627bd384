//! A node that keeps no index: it serves the pool, and names the flag where it needs the index.

use super::{
	memory::{self, pay, MemoryChain, HEAD},
	scene::{encoded, next_report, Scene},
};
use serde_json::{json, Value};
use tc_lattice_rpc_types::ERROR_NO_INDEX;

fn names_the_flag(message: &Value) -> bool {
	message.as_str().is_some_and(|message| message.contains("--unit-index=on"))
}

#[tokio::test]
async fn reads_of_the_past_name_the_flag() {
	let (chain, units) = MemoryChain::with_blocks(20);
	let scene = Scene::without_index(chain);
	let hash = units[3].hash();
	for (method, params) in [
		("lattice_unit", json!([hash])),
		("lattice_prove", json!([hash])),
		("lattice_units", json!([memory::id(1), null, 10])),
	] {
		let (answer, _) = scene.call(method, params).await;
		let error = &answer["error"];
		assert_eq!(error["code"], json!(ERROR_NO_INDEX), "{method}: {answer}");
		assert!(names_the_flag(&error["message"]), "{method}: {answer}");
	}
}

#[tokio::test]
async fn an_old_unit_is_neither_final_nor_invalid() {
	let (chain, units) = MemoryChain::with_blocks(20);
	let scene = Scene::without_index(chain);
	let (_, mut connection) = scene.call("lattice_submitAndWatch", json!([encoded(&units[4..5])])).await;
	for report in [scene.submit(&units[3..4]).await.remove(0), next_report(&mut connection).await] {
		assert_eq!(
			(&report["status"], &report["reason"]["code"]),
			(&json!("unknown"), &json!("notIndexed")),
			"{report}"
		);
		assert!(names_the_flag(&report["reason"]["message"]), "{report}");
	}
}

#[tokio::test]
async fn the_pool_s_units_are_served() {
	let scene = Scene::without_index(MemoryChain::new(20, 1_000_000));
	let unit = pay(3, 0, HEAD, 2, 10);
	assert_eq!(scene.submit(std::slice::from_ref(&unit)).await[0]["status"], json!("ready"));
	let (answer, _) = scene.call("lattice_unit", json!([unit.hash()])).await;
	assert_eq!(answer["result"]["status"], json!("ready"), "{answer}");
}
