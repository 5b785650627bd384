//! Many units in one byte string.

use super::{
	memory::{pay, MemoryChain, HEAD},
	scene::{next_report, Scene},
};
use codec::{Compact, Encode};
use jsonrpsee::types::error::INVALID_PARAMS_CODE;
use serde_json::{json, Value};
use sp_core::Bytes;
use tc_lattice_rpc_types::ERROR_TOO_MANY_UNITS;
use tp_lattice::Unit;

fn units() -> Vec<Unit> {
	(1..=5).map(|account| pay(account, 0, HEAD, 9, 10)).collect()
}

async fn error_of(scene: &Scene, bytes: Vec<u8>) -> Value {
	let (answer, _) = scene.call("lattice_submit", json!([Bytes(bytes)])).await;
	assert!(answer["result"].is_null(), "{answer}");
	answer["error"].clone()
}

#[tokio::test]
async fn units_of_one_string_are_answered_as_those_of_a_list() {
	let scene = Scene::on(MemoryChain::new(20, 1_000_000));
	let units = units();
	let (joined, _) = scene.call("lattice_submit", json!([Bytes(units.encode())])).await;
	let hashes: Vec<_> = joined["result"].as_array().unwrap().iter().map(|report| report["hash"].clone()).collect();
	assert_eq!(hashes, units.iter().map(|unit| json!(unit.hash())).collect::<Vec<_>>());
	assert_eq!(joined["result"], json!(scene.submit(&units).await), "both forms have the same answer");
	let (none, _) = scene.call("lattice_submit", json!([Bytes(Vec::<Unit>::new().encode())])).await;
	assert_eq!(none["result"], json!([]));
}

#[tokio::test]
async fn units_of_one_string_are_watched() {
	let scene = Scene::on(MemoryChain::new(20, 1_000_000));
	let params = json!([Bytes(units().encode()), { "grouped": true }]);
	let (_, mut connection) = scene.call("lattice_submitAndWatch", params).await;
	let list = next_report(&mut connection).await;
	let statuses: Vec<_> = list.as_array().unwrap().iter().map(|report| report["status"].clone()).collect();
	assert_eq!(statuses, vec![json!("ready"); 5]);
}

#[tokio::test]
async fn a_string_that_is_no_list_of_units_is_refused() {
	let scene = Scene::on(MemoryChain::new(20, 1_000_000));
	let bytes = units().encode();
	for (wrong, place) in [
		(Vec::new(), "unit 0 "),
		(bytes[..bytes.len() - 1].to_vec(), "unit 4 "),
		([bytes.clone(), vec![0]].concat(), "unit 5 "),
		(Compact(7u32).encode(), "unit 0 "),
	] {
		let error = error_of(&scene, wrong).await;
		assert_eq!(error["code"], json!(INVALID_PARAMS_CODE), "{error}");
		assert!(error["message"].as_str().unwrap().contains(place), "{error}");
	}
	// Nothing is allocated for units that are not there.
	let error = error_of(&scene, Compact(u32::MAX).encode()).await;
	assert_eq!(error["code"], json!(ERROR_TOO_MANY_UNITS), "{error}");
	assert!(scene.units.stats().units == 0, "no unit of a wrong string is taken");
}
