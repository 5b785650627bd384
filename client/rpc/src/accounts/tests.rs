use super::{server::key_of, *};
use crate::replace;
use codec::DecodeAll;
use jsonrpsee::RpcModule;
use sc_client_api::{CompactProof, ProofProvider, StorageProof};
use serde_json::{json, Value};
use sp_blockchain::{BlockStatus, HeaderBackend, Info, Result};
use sp_core::{
	storage::{ChildInfo, StorageKey},
	Bytes,
};
use sp_crypto_hashing::twox_128;
use sp_state_machine::{KeyValueStates, KeyValueStorageLevel};
use std::sync::Arc;
use tc_account_store_backend::{account_of, ROOT_KEY};
use tc_lattice_rpc_types::{ERROR_INTERNAL, ERROR_IN_TRIE, ERROR_NOT_IN_TRIE};
use tp_core::{AccountId, Block, BlockNumber, Header};

const NEWEST: Hash = Hash::repeat_byte(7);
const ALICE: AccountId = AccountId::new([1; 32]);

/// A chain whose trie proves keys by their bytes.
pub(crate) struct Chain;

impl HeaderBackend<Block> for Chain {
	fn header(&self, _: Hash) -> Result<Option<Header>> {
		Ok(None)
	}
	fn info(&self) -> Info<Block> {
		Info {
			best_hash: NEWEST,
			best_number: 7,
			genesis_hash: Hash::zero(),
			finalized_hash: NEWEST,
			finalized_number: 7,
			finalized_state: None,
			number_leaves: 1,
			block_gap: None,
		}
	}
	fn status(&self, _: Hash) -> Result<BlockStatus> {
		Ok(BlockStatus::Unknown)
	}
	fn number(&self, _: Hash) -> Result<Option<BlockNumber>> {
		Ok(None)
	}
	fn hash(&self, _: BlockNumber) -> Result<Option<Hash>> {
		Ok(None)
	}
}

impl ProofProvider<Block> for Chain {
	fn read_proof(&self, _: Hash, keys: &mut dyn Iterator<Item = &[u8]>) -> Result<StorageProof> {
		Ok(StorageProof::new(keys.map(<[u8]>::to_vec)))
	}
	fn read_child_proof(&self, _: Hash, _: &ChildInfo, _: &mut dyn Iterator<Item = &[u8]>) -> Result<StorageProof> {
		unimplemented!("no method asks for it")
	}
	fn execution_proof(&self, _: Hash, _: &str, _: &[u8]) -> Result<(Vec<u8>, StorageProof)> {
		unimplemented!("no method asks for it")
	}
	fn read_proof_collection(&self, _: Hash, _: &[Vec<u8>], _: usize) -> Result<(CompactProof, u32)> {
		unimplemented!("no method asks for it")
	}
	fn storage_collection(&self, _: Hash, _: &[Vec<u8>], _: usize) -> Result<Vec<(KeyValueStorageLevel, bool)>> {
		unimplemented!("no method asks for it")
	}
	fn verify_range_proof(&self, _: Hash, _: CompactProof, _: &[Vec<u8>]) -> Result<(KeyValueStates, usize)> {
		unimplemented!("no method asks for it")
	}
}

/// A store that has one block, and names block and account in its proofs.
struct OneBlock;

fn proof_of(at: Hash, key: &AccountKey) -> AccountProof {
	let value = Some([&at[..], key.as_ref()].concat());
	AccountProof { value, bits: 0, count: 0, bucket: Vec::new(), path: Vec::new(), table_path: Vec::new() }
}

impl AccountProofs for OneBlock {
	fn account_proof(&self, at: Hash, key: &AccountKey) -> std::result::Result<AccountProof, String> {
		match at == NEWEST {
			true => Ok(proof_of(at, key)),
			false => Err("the state is gone".into()),
		}
	}
}

async fn ask(accounts: Option<Arc<dyn AccountProofs>>, parameters: Value) -> Value {
	let module = AccountProver::new(Arc::new(Chain), accounts, None).into_rpc();
	call(&module, "lattice_accountProof", parameters).await
}

async fn call<Context: Send + Sync + 'static>(module: &RpcModule<Context>, method: &str, parameters: Value) -> Value {
	let request = json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": parameters });
	let (answer, _) = module.raw_json_request(&request.to_string(), 1).await.unwrap();
	serde_json::from_str(&answer).unwrap()
}

/// The key of an account in the state.
fn state_key(account: &AccountId) -> Vec<u8> {
	[&twox_128(b"System")[..], &twox_128(b"Account"), key_of(account).as_ref()].concat()
}

#[test]
fn keys_are_those_of_the_state() {
	assert_eq!(account_of(&state_key(&ALICE)), Some(key_of(&ALICE)));
	assert_eq!(&key_of(&ALICE).as_ref()[16..], &[1u8; 32]);
}

#[tokio::test]
async fn an_account_is_proved_after_the_newest_or_a_named_block() {
	for parameters in [json!([ALICE]), json!([ALICE, NEWEST]), json!([ALICE, null])] {
		let answer = ask(Some(Arc::new(OneBlock)), parameters).await;
		let report: AccountProofReport = serde_json::from_value(answer["result"].clone()).unwrap();
		assert_eq!((report.block, report.store), (NEWEST, StoreReport::Memory));
		assert_eq!(answer["result"]["store"], json!("memory"));
		let proof = AccountProof::decode_all(&mut &report.proof[..]).unwrap();
		assert_eq!(proof, proof_of(NEWEST, &key_of(&ALICE)));
	}
}

#[tokio::test]
async fn what_the_store_lacks_is_told() {
	let block = Hash::repeat_byte(9);
	let answer = ask(Some(Arc::new(OneBlock)), json!([ALICE, block])).await;
	assert_eq!(answer["error"]["code"], json!(ERROR_INTERNAL), "{answer}");
	let message = answer["error"]["message"].as_str().unwrap();
	assert!(message.contains(&format!("{block:?}")) && message.ends_with("the state is gone"), "{message}");
}

#[tokio::test]
async fn a_chain_without_a_store_names_the_method_that_proves() {
	let answer = ask(None, json!([ALICE])).await;
	assert_eq!(answer["error"]["code"], json!(ERROR_IN_TRIE), "{answer}");
	assert!(answer["error"]["message"].as_str().unwrap().contains("state_getReadProof"), "{answer}");
}

#[tokio::test]
async fn the_trie_proves_no_accounts_and_all_else() {
	let mut module = RpcModule::new(());
	module.register_method("state_getReadProof", |_, _, _| 1_u32).unwrap();
	replace(&mut module, TrieProver::new(Arc::new(Chain)).into_rpc()).unwrap();
	let key = |bytes: &[u8]| StorageKey(bytes.to_vec());

	let answer = call(&module, "state_getReadProof", json!([[key(ROOT_KEY), key(b":code")]])).await;
	let expected = [Bytes(ROOT_KEY.to_vec()), Bytes(b":code".to_vec())];
	assert_eq!(answer["result"], json!({ "at": NEWEST, "proof": expected }), "{answer}");
	let at = Hash::repeat_byte(9);
	let answer = call(&module, "state_getReadProof", json!([[key(b":code")], at])).await;
	assert_eq!(answer["result"]["at"], json!(at), "{answer}");

	let account = state_key(&ALICE);
	let long = [account.clone(), vec![0; 100_000]].concat();
	for refused in [&account[..], &account[..32], &long[..]] {
		let answer = call(&module, "state_getReadProof", json!([[key(b":code"), key(refused)]])).await;
		assert_eq!(answer["error"]["code"], json!(ERROR_NOT_IN_TRIE), "{answer}");
		let message = answer["error"]["message"].as_str().unwrap();
		assert!(message.contains("lattice_accountProof") && message.len() < 1_000, "{message}");
	}
}
