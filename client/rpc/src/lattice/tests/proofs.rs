//! Proofs of accounts share the room of the other reads of the state.

use super::{
	memory::{id, MemoryChain},
	scene::{Scene, PATIENCE},
};
use crate::accounts::{tests::Chain, AccountProofApiServer, AccountProofs, AccountProver};
use serde_json::{json, Value};
use std::{
	sync::{
		atomic::{AtomicBool, Ordering},
		Arc,
	},
	time::Duration,
};
use tc_lattice_rpc_types::{ERROR_BUSY, ERROR_INTERNAL};
use tp_account_store::{AccountKey, AccountProof};
use tp_core::Hash;

/// A store that waits for its disk, and then fails.
#[derive(Default)]
struct Slow {
	is_read: AtomicBool,
}

impl AccountProofs for Slow {
	fn account_proof(&self, _: Hash, _: &AccountKey) -> Result<AccountProof, String> {
		while !self.is_read.load(Ordering::Relaxed) {
			std::thread::sleep(Duration::from_millis(1));
		}
		Err("the disk is broken".into())
	}
}

#[tokio::test]
async fn too_many_proofs_of_accounts_are_told_to_ask_again() {
	let scene = Scene::on(MemoryChain::new(20, 1_000_000));
	let store = Arc::new(Slow::default());
	let prover = AccountProver::new(Arc::new(Chain), Some(store.clone()), Some(scene.units.clone()));
	let module = Arc::new(prover.into_rpc());
	let request = json!({ "jsonrpc": "2.0", "id": 1, "method": "lattice_accountProof", "params": [id(1)] }).to_string();
	let calls: Vec<_> = (0..600)
		.map(|_| {
			let (module, request) = (module.clone(), request.clone());
			tokio::spawn(async move { module.raw_json_request(&request, 1).await.unwrap().0 })
		})
		.collect();
	tokio::time::sleep(Duration::from_millis(200)).await;
	// The runtime's own threads answer meanwhile.
	let meanwhile = tokio::task::spawn_blocking(|| ());
	tokio::time::timeout(PATIENCE, meanwhile).await.expect("proofs delay nothing else").unwrap();
	store.is_read.store(true, Ordering::Relaxed);
	let (mut read, mut busy) = (0, 0);
	for call in calls {
		let answer: Value = serde_json::from_str(&call.await.unwrap()).unwrap();
		read += usize::from(answer["error"]["code"] == json!(ERROR_INTERNAL));
		busy += usize::from(answer["error"]["code"] == json!(ERROR_BUSY));
	}
	assert_eq!((read + busy, read > 0, busy > 0), (600, true, true), "{read} read, {busy} told to ask again");
}
