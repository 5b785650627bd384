//! The nonce of an account, whether it exists or not, and behind all that waits in both lanes.

use super::{
	memory::{id, pay, MemoryChain, HEAD},
	scene::Scene,
};
use crate::next_index;
use jsonrpsee::RpcModule;
use serde_json::{json, Value};
use std::{collections::BTreeSet, sync::Arc};
use tc_lattice::Extrinsics;
use tp_core::{AccountId, Nonce};
use tp_lattice::Batch;

/// One account's extrinsics.
struct Of(AccountId, BTreeSet<Nonce>);

impl Extrinsics for Of {
	fn waiting(&self, account: &AccountId) -> BTreeSet<Nonce> {
		if *account == self.0 {
			self.1.clone()
		} else {
			BTreeSet::new()
		}
	}
}

/// Returns the report of an account, and the nonce that wallets hear.
async fn answers(scene: &Scene, account: u8) -> (Value, Value) {
	let (report, _) = scene.call("lattice_account", json!([id(account)])).await;
	let mut module = RpcModule::new(());
	module.register_method("system_accountNextIndex", |_, (), _| 1_000_000).unwrap();
	next_index(&mut module, scene.units.clone()).unwrap();
	let params = json!([id(account)]);
	let mut nonces = Vec::new();
	for method in ["system_accountNextIndex", "account_nextIndex"] {
		let request = json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params }).to_string();
		let (response, _) = module.raw_json_request(&request, 1).await.unwrap();
		let response: Value = serde_json::from_str(&response).unwrap();
		nonces.push(response["result"].clone());
	}
	assert_eq!(nonces[0], nonces[1]);
	(report["result"].clone(), nonces.remove(0))
}

#[tokio::test]
async fn an_account_that_does_not_exist_is_answered_as_it_would_begin() {
	let chain = MemoryChain::new(20, 1_000_000);
	let scene = Scene::on(chain.clone());
	let (report, nonce) = answers(&scene, 99).await;
	assert_eq!(
		(&report["exists"], &report["height"], &report["next"]["height"]),
		(&json!(false), &json!(1), &json!(1))
	);
	assert_eq!((&report["free"], &nonce), (&json!("0"), &json!(1)));
	let (report, nonce) = answers(&scene, 1).await;
	assert_eq!((&report["exists"], &report["height"], &nonce), (&json!(true), &json!(0), &json!(0)));
	// An account that ended with a higher nonce goes on from there.
	chain.make(&Batch::default(), |store| {
		store.remove(&id(3));
		store.tombstones.insert(id(3), 40);
	});
	let scene = Scene::on(chain);
	let (report, nonce) = answers(&scene, 3).await;
	assert_eq!((&report["exists"], &report["height"], &nonce), (&json!(false), &json!(40), &json!(40)));
	let (report, nonce) = answers(&scene, 99).await;
	assert_eq!((&report["height"], &nonce), (&json!(2), &json!(2)));
}

#[tokio::test]
async fn an_account_that_ends_with_its_last_unit_goes_on_behind_it() {
	let scene = Scene::on(MemoryChain::new(20, 1_000_000));
	let first = pay(1, 0, HEAD, 2, 10);
	let last = pay(1, 1, first.hash(), 2, 999_990);
	scene.submit(&[first, last]).await;
	let (report, nonce) = answers(&scene, 1).await;
	assert_eq!((&report["height"], &report["next"]["height"]), (&json!(0), &json!(2)), "{report}");
	assert_eq!(nonce, json!(2));
}

#[tokio::test]
async fn units_and_extrinsics_that_wait_count() {
	let extrinsics = Arc::new(Of(id(1), BTreeSet::from([1, 2, 4])));
	let scene = Scene::beside(MemoryChain::new(20, 1_000_000), extrinsics);
	let (report, nonce) = answers(&scene, 1).await;
	assert_eq!((&report["next"]["height"], &nonce), (&json!(0), &json!(0)), "a gap ends what counts");
	let unit = pay(1, 0, HEAD, 2, 10);
	scene.submit(std::slice::from_ref(&unit)).await;
	let (report, nonce) = answers(&scene, 1).await;
	assert_eq!((&report["next"]["height"], &nonce), (&json!(3), &json!(3)));
	assert_eq!((&report["next"]["head"], &report["next"]["pending"]), (&json!(unit.hash()), &json!(1)));
	let report = &scene.submit(&[pay(1, 1, unit.hash(), 2, 10)]).await[0];
	assert_eq!(
		(&report["status"], &report["reason"]["code"]),
		(&json!("dropped"), &json!("extrinsicWaits")),
		"{report}"
	);
}
