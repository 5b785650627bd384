//! A shard with its accounts in the trie, and one with them in the account store, answer a wallet's requests in the same way.

use crate::support::{block_on, network_of, turn, TestNetwork, UP_TIMEOUT};
use codec::DecodeAll;
use jsonrpsee::{
	core::{params::ArrayParams, traits::ToRpcParams},
	rpc_params,
};
use serde_json::{json, Value};
use sp_core::Bytes;
use sp_crypto_hashing::twox_128;
use sp_keyring::Sr25519Keyring;
use tc_chain::AccountStore;
use top_node::chain_spec::Preset;
use top_sdk::RpcClient;
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
