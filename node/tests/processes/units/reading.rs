//! A hundred connections read from one validator at full speed, each the most expensive call of a method, while an ordinary
//! user pays: blocks keep their pace, and the memory of the node stays.

use crate::{
	peer::watching::{pace, MemoryWatch},
	support::{block_on, turn},
	units::{
		accounts::{account, payers, Payer},
		attacks::{setting::USER, user::User},
		figures::Figures,
		scene::Scene,
		senders::{send_all, Manner},
		size,
	},
};
use codec::Encode;
use jsonrpsee::{core::params::ArrayParams, rpc_params};
use serde_json::Value;
use sp_core::{storage::well_known_keys::CODE, Bytes};
use sp_crypto_hashing::twox_128;
use std::{
	collections::BTreeMap,
	sync::{
		atomic::{AtomicBool, Ordering::Relaxed},
		Arc, Mutex,
	},
	time::Duration,
};
use tokio::task::JoinSet;
use top_sdk::{
	reports::{MAX_CHAINED_UNITS, MAX_UNITS_PER_CALL},
	Balance, RpcClient, Unit, TOP,
};

const VALIDATORS: usize = 4;
const BALANCE: Balance = 100 * TOP;
const CONNECTIONS: usize = 100;
/// Most keys of one call of `state_getKeysPaged`.
const KEYS: u32 = 1_000;
/// How much slower blocks may become, and how much more memory the node may take.
const SLOWER: f64 = 1.2;
const LARGER: f64 = 1.5;

/// Where the trie has the root of the accounts, if they are in a store beside it.
const ACCOUNTS_ROOT: &[u8] = b":account_store_root";

/// A call that readers make again and again.
type Call = (&'static str, ArrayParams);

#[test]
#[ignore = "measures against the clock: run it on a machine that does nothing else, by `make units`"]
fn reads_at_full_speed_do_not_hold_blocks_up() {
	let _turn = turn::alone();
	let time = Duration::from_secs(size(15, 60));
	let accounts = 40;
	let mut scene = Scene::of_accounts(0..accounts, BALANCE, 0);
	let mut figures = Figures::of("reading");
	block_on(async {
		scene.come_up().await;
		let mut payers = payers(2..accounts);
		let old = make_history(&scene, &mut payers).await;
		let calls = most_expensive(&scene, &old, &payers).await;

		let user = User::start(&scene, USER);
		let witness = scene.rpc(1).await;
		let before = pace(&witness, time).await;
		user.tell("user alone", &mut figures);
		let memory = MemoryWatch::start(&scene.nodes()[0]);

		let stop = Arc::new(AtomicBool::new(false));
		let answers = Arc::<Mutex<BTreeMap<&'static str, (usize, usize)>>>::default();
		let mut readers = JoinSet::new();
		for number in 0..CONNECTIONS {
			let rpc = scene.rpc(0).await;
			let call = calls[number % calls.len()].clone();
			readers.spawn(read(rpc, call, stop.clone(), answers.clone()));
		}
		let during = pace(&witness, time).await;
		user.tell("  user meanwhile", &mut figures);
		stop.store(true, Relaxed);
		while let Some(ended) = readers.join_next().await {
			ended.unwrap();
		}
		let (usual, peak) = memory.figures();
		figures.add("blocks in 10 s, alone and meanwhile", format!("{before:.1}, {during:.1}"));
		figures.add("memory of the node, alone and at most, MiB", format!("{usual}, {peak}"));
		for (method, (answered, refused)) in &*answers.lock().unwrap() {
			figures.add(*method, format!("{answered} answers, {refused} errors"));
			assert!(*answered > 0, "{method} was never answered");
		}
		figures.print();
		assert!(before / during <= SLOWER, "blocks became {:.2} times slower", before / during);
		assert!(peak as f64 <= usual as f64 * LARGER, "memory grew from {usual} to {peak} MiB");
		user.stop().await;
	});
	scene.assert_sound();
}

/// Makes units of all accounts final: as many of each as one call returns, in many blocks.
async fn make_history(scene: &Scene, payers: &mut [Payer]) -> Vec<Unit> {
	let lists: Vec<Vec<Unit>> = payers
		.iter_mut()
		.map(|payer| (0..MAX_CHAINED_UNITS).map(|_| payer.pay(&account(1), TOP / 1_000, &scene.domain)).collect())
		.collect();
	let units: Vec<Unit> = lists.iter().flatten().cloned().collect();
	let manner = Manner { urls: scene.urls(VALIDATORS), batch: 5, pause: Duration::from_millis(20), nodes_die: false };
	send_all(lists, manner).await.assert_all_final(units.len());
	units
}

/// Returns the most expensive calls: old units from many blocks, whole chains, proofs, metadata, large answers.
async fn most_expensive(scene: &Scene, old: &[Unit], payers: &[Payer]) -> Vec<Call> {
	let (client, rpc) = (scene.client(0).await, scene.rpc(0).await);
	let (first, payer) = (&old[0], &payers[0].id);
	let block = client.unit(first.hash()).await.unwrap().unwrap().report.block.unwrap().hash;
	let receipt = Bytes(client.prove(first.hash()).await.unwrap().encode());
	let spread: Vec<Bytes> = old
		.iter()
		.step_by(old.len() / 100)
		.take(MAX_UNITS_PER_CALL as usize)
		.map(|unit| Bytes(unit.encode()))
		.collect();
	let accounts = Bytes([twox_128(b"System"), twox_128(b"Account")].concat());
	let keys: Vec<Bytes> = rpc.request("state_getKeysPaged", rpc_params![&accounts, KEYS]).await.unwrap();
	let all: Vec<Bytes> = rpc.request("state_getKeysPaged", rpc_params!["0x", KEYS]).await.unwrap();
	// Another call reads the code.
	let others: Vec<Bytes> = all.into_iter().filter(|key| !key.starts_with(&accounts) && key.0 != CODE).collect();
	assert!(!others.is_empty(), "the state has more than accounts");
	let root = rpc_params![Bytes(ACCOUNTS_ROOT.to_vec())];
	let root: Option<Bytes> = rpc.request("state_getStorage", root).await.unwrap();
	// The trie proves no accounts that are in the store.
	let proof = match root {
		Some(_) => ("lattice_accountProof", rpc_params![payer]),
		None => ("state_getReadProof", rpc_params![&keys]),
	};
	vec![
		("lattice_submit", rpc_params![&spread]),
		("lattice_units", rpc_params![payer, None::<u32>, MAX_CHAINED_UNITS]),
		("lattice_unit", rpc_params![first.hash()]),
		("lattice_prove", rpc_params![first.hash()]),
		("lattice_verify", rpc_params![&receipt]),
		("lattice_account", rpc_params![payer]),
		("lattice_table", rpc_params![7]),
		("lattice_info", rpc_params![]),
		("pbft_committee", rpc_params![block]),
		("pbft_certificate", rpc_params![block]),
		("pbft_status", rpc_params![]),
		("system_accountNextIndex", rpc_params![payer]),
		("state_getKeysPaged", rpc_params![&accounts, KEYS]),
		("state_queryStorageAt", rpc_params![&keys]),
		("state_getReadProof", rpc_params![&others]),
		proof,
		("state_getMetadata", rpc_params![]),
		("state_call", rpc_params!["Metadata_metadata", "0x"]),
		("state_getStorage", rpc_params![Bytes(CODE.to_vec())]),
		("chain_getBlock", rpc_params![block]),
		("author_pendingExtrinsics", rpc_params![]),
	]
}

/// Makes a call again and again.
async fn read(
	rpc: RpcClient,
	(method, params): Call,
	stop: Arc<AtomicBool>,
	answers: Arc<Mutex<BTreeMap<&'static str, (usize, usize)>>>,
) {
	while !stop.load(Relaxed) {
		let answered = rpc.request::<Value>(method, params.clone()).await.is_ok();
		let mut answers = answers.lock().unwrap();
		let (good, bad) = answers.entry(method).or_default();
		match answered {
			true => *good += 1,
			false => *bad += 1,
		}
	}
}
