//! A shard with its accounts in the trie, and one with them in the account store, answer a wallet's requests in the same way.
//! And a node goes on when a power cut took the newest writes of its database, or of its account store.

use crate::support::{block_on, find_folder, network, network_of, run, turn, TestNetwork, UP_TIMEOUT};
use codec::DecodeAll;
use jsonrpsee::{
	core::{params::ArrayParams, traits::ToRpcParams},
	rpc_params,
};
use serde_json::{json, Value};
use sp_core::Bytes;
use sp_crypto_hashing::twox_128;
use sp_keyring::Sr25519Keyring;
use std::{fs, path::Path, process::Command, time::Duration};
use tc_chain::AccountStore;
use top_local_network::Node;
use top_node::chain_spec::Preset;
use top_sdk::{Client, Keypair, RpcClient, TOP};
use tp_account_store::{AccountKey, AccountProof};
use tp_core::{AccountId, Hash};
use tp_lattice::storage::account_key;

/// Where the trie has the root of the store.
const ROOT_KEY: &[u8] = b":account_store_root";

/// An account that does not exist.
const MISSING: [u8; 32] = [0xee; 32];

/// What a node answers.
struct Answers {
	/// To the requests that both kinds of nodes answer.
	common: Vec<(String, Value)>,
	/// The root of the store.
	root: Option<Bytes>,
	/// To requests for proofs of accounts: by the trie, by the store.
	proofs: [Result<Value, String>; 2],
}

#[test]
fn wallets_get_the_same_answers_from_both_stores() {
	let _turn = turn::beside_another();
	let trie = answers(AccountStore::Trie);
	let memory = answers(AccountStore::Memory);
	assert_eq!(trie.common.len(), memory.common.len());
	for ((request, trie), (_, memory)) in trie.common.iter().zip(&memory.common) {
		assert_eq!(trie, memory, "{request}");
	}
	println!("{} requests have the same answers", trie.common.len());

	assert!(trie.root.is_none());
	let root: [u8; 32] = memory.root.unwrap().0.try_into().unwrap();
	let [by_trie, by_store] = trie.proofs;
	assert!(by_trie.is_ok() && by_store.unwrap_err().contains("state_getReadProof"));
	let [by_trie, by_store] = memory.proofs;
	assert!(by_trie.unwrap_err().contains("lattice_accountProof"));
	let proof: Bytes = serde_json::from_value(by_store.unwrap()["proof"].clone()).unwrap();
	let proof = AccountProof::decode_all(&mut &proof.0[..]).unwrap();
	let alice = Sr25519Keyring::Alice.to_account_id();
	let key = AccountKey::from_slice(&account_key(&alice)[32..]).unwrap();
	let value: Bytes = serde_json::from_value(memory.common[0].1.clone()).unwrap();
	assert_eq!(proof.verify(&root, &key), Ok(Some(&value.0[..])));
}

/// Asks a shard of one validator for its accounts in the genesis.
fn answers(store: AccountStore) -> Answers {
	let mut spec = Preset::ShardDev.raw_spec().unwrap();
	spec.extensions_mut().account_store = store;
	let TestNetwork { mut network, folder: _folder } = network_of(spec, 1, 0);
	network.start().unwrap();
	block_on(async {
		network.wait_for_height(2, UP_TIMEOUT).await.unwrap();
		let rpc = network.nodes()[0].rpc().await.unwrap();
		let genesis: Hash = rpc.request("chain_getBlockHash", rpc_params![0]).await.unwrap();
		let mut common = Vec::new();
		for (method, params) in requests(genesis) {
			let request = format!("{method} {}", text(&params));
			let answer: Value = rpc.request(method, params).await.unwrap_or_else(|error| panic!("{request}: {error}"));
			common.push((request, comparable(answer)));
		}
		let alice = Sr25519Keyring::Alice.to_account_id();
		let key = Bytes(account_key(&alice));
		let root = rpc.request("state_getStorage", rpc_params![Bytes(ROOT_KEY.to_vec()), genesis]).await.unwrap();
		let by_trie = ask(&rpc, "state_getReadProof", rpc_params![[key], genesis]).await;
		let by_store = ask(&rpc, "lattice_accountProof", rpc_params![alice, genesis]).await;
		Answers { common, root, proofs: [by_trie, by_store] }
	})
}

async fn ask(rpc: &RpcClient, method: &'static str, params: ArrayParams) -> Result<Value, String> {
	rpc.request(method, params).await.map_err(|error| error.to_string())
}

/// Returns what wallets ask about accounts. The first one is for the value of Alice's account.
fn requests(genesis: Hash) -> Vec<(&'static str, ArrayParams)> {
	let alice = Sr25519Keyring::Alice.to_account_id();
	let id: &[u8] = alice.as_ref();
	let all: Vec<Bytes> = Sr25519Keyring::iter().map(|one| Bytes(account_key(&one.to_account_id()))).collect();
	let (key, absent) = (Bytes(account_key(&alice)), Bytes(account_key(&AccountId::from(MISSING))));
	let prefix = [twox_128(b"System"), twox_128(b"Account")].concat();
	let prefixes = [&prefix[..], &prefix[..16], &prefix[..1], &key.0[..34], &absent.0[..40]];
	let mut requests = vec![
		("state_getStorage", rpc_params![&key, genesis]),
		("state_getStorage", rpc_params![&absent, genesis]),
		("state_queryStorageAt", rpc_params![&all, genesis]),
		("state_call", rpc_params!["AccountNonceApi_account_nonce", Bytes(id.to_vec()), genesis]),
		("system_accountNextIndex", rpc_params![&alice]),
		("lattice_account", rpc_params![&alice]),
	];
	for method in ["state_getStorageHash", "state_getStorageSize"] {
		requests.extend([&key, &absent].map(|key| (method, rpc_params![key, genesis])));
	}
	for prefix in prefixes {
		for start in [None, Some(&key), Some(&absent)] {
			requests.push(("state_getKeysPaged", rpc_params![Bytes(prefix.to_vec()), 1_000, start, genesis]));
		}
	}
	requests
}

fn text(params: &ArrayParams) -> String {
	let json = params.clone().to_rpc_params().unwrap();
	json.map(|json| json.get().to_owned()).unwrap_or_default()
}

/// Leaves out what differs between two chains: their blocks, and the root of the store in the trie.
fn comparable(mut answer: Value) -> Value {
	match &mut answer {
		Value::Object(fields) => {
			["block", "at"].iter().for_each(|name| drop(fields.remove(*name)));
			fields.values_mut().for_each(|value| *value = comparable(value.take()));
		},
		Value::Array(values) => {
			values.retain(|value| *value != json!(Bytes(ROOT_KEY.to_vec())));
			values.iter_mut().for_each(|value| *value = comparable(value.take()));
		},
		_ => {},
	}
	answer
}

/// How long a node may take to stop.
const STOP_TIMEOUT: Duration = Duration::from_secs(60);
/// Units between two stops.
const UNITS: u128 = 5;

#[test]
fn a_database_or_a_store_that_was_set_back_comes_level() {
	let _turn = turn::beside_another();
	let TestNetwork { mut network, folder } = network(Preset::ShardDev, 0);
	let copy = folder.path().join("copy");
	network.start().unwrap();
	block_on(async {
		network.wait_for_height(1, UP_TIMEOUT).await.unwrap();
		let node = &mut network.nodes_mut()[0];
		let before = pay(node).await;
		node.stop(STOP_TIMEOUT).unwrap();
		let database = find_folder(folder.path(), "paritydb").expect("a chain has a database; qed");
		copy_folder(&database, &copy);
		let mut paid = UNITS;
		for (part, words) in [("full", "Brought the database forward from block"), ("accounts", "Executing blocks")] {
			node.start().unwrap();
			node.wait_for_height(1, UP_TIMEOUT).await.unwrap();
			let after = pay(node).await;
			paid += UNITS;
			assert_eq!(after - before, (paid - UNITS) * TOP, "{part}: all payments are there");
			node.stop(STOP_TIMEOUT).unwrap();
			fs::remove_dir_all(database.join(part)).unwrap();
			copy_folder(&copy.join(part), &database.join(part));
			node.clear_log().unwrap();
			node.start().unwrap();
			node.wait_for_height(1, UP_TIMEOUT).await.unwrap();
			let log = fs::read_to_string(node.log_file()).unwrap();
			assert!(log.contains(words), "{part}: {words:?} is missing in\n{log}");
			let client = Client::connect(&node.rpc_url()).await.unwrap();
			assert_eq!(balance(&client).await - before, (paid - UNITS) * TOP, "{part}: nothing is lost");
			let later = pay(node).await;
			paid += UNITS;
			assert_eq!(later - before, (paid - UNITS) * TOP, "{part}: payments go on");
			node.stop(STOP_TIMEOUT).unwrap();
		}
	});
}

/// Makes payments of 1 TOP, each final before the next. Returns the balance of their receiver.
async fn pay(node: &Node) -> u128 {
	let client = Client::connect(&node.rpc_url()).await.unwrap();
	let (alice, bob) = (Keypair::from_uri("//Alice").unwrap(), Sr25519Keyring::Bob.to_account_id());
	for _ in 0..UNITS {
		client.pay(&alice, &bob, TOP).await.unwrap().finalized().await.unwrap();
	}
	balance(&client).await
}

async fn balance(client: &Client) -> u128 {
	client.account(&Sr25519Keyring::Bob.to_account_id()).await.unwrap().unwrap().free
}

fn copy_folder(from: &Path, to: &Path) {
	let outcome = run(Command::new("cp").arg("-a").arg(from).arg(to));
	assert_eq!(outcome.code, Some(0), "{outcome:?}");
}
