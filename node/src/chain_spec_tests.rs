use super::*;
use sc_chain_spec::GenesisConfigBuilderRuntimeCaller;
use sp_core::storage::well_known_keys::CODE;
use sp_runtime::BuildStorage;
use std::io::Write;

fn spec_file(json: &str) -> tempfile::NamedTempFile {
	let mut file = tempfile::NamedTempFile::new().unwrap();
	file.write_all(json.as_bytes()).unwrap();
	file
}

fn load_error(path: &str) -> String {
	format!("{:#}", load(path, None).err().expect("the spec must be refused"))
}

#[test]
fn built_in_specs_have_the_properties_for_wallets() {
	let shards = [("shard-dev", SHARD_DEV_ID), ("shard-local", SHARD_LOCAL_ID)];
	let governed = [("governed", GOVERNED_ID), ("production", PRODUCTION_ID)];
	let ungoverned = [("dev", DEV_ID), ("local", LOCAL_ID), ("", LOCAL_ID)];
	for (id, chain) in ungoverned.into_iter().chain(governed).chain(shards) {
		let spec = load(id, None).unwrap();
		assert_eq!(spec.id(), chain);
		let properties = spec.properties();
		assert_eq!(properties["ss58Format"], 42);
		assert_eq!(properties["tokenSymbol"], "TOP");
		assert_eq!(properties["tokenDecimals"], 6);
	}
}

#[test]
fn a_spec_keeps_its_genesis_in_a_file_plain_and_raw() {
	let storage = |spec: &ChainSpec| spec.build_storage().unwrap();
	for id in ["local", "shard-local"] {
		let spec = load(id, None).unwrap();
		let expected = storage(&spec);
		for raw in [false, true] {
			let file = spec_file(&spec.as_json(raw).unwrap());
			let read = load(file.path().to_str().unwrap(), None).unwrap();
			assert_eq!(storage(&read).top, expected.top);
		}
	}
}

#[test]
fn a_missing_file_is_named() {
	let error = load_error("/no/such/spec.json");
	assert!(error.contains("/no/such/spec.json") && error.contains("dev, local"), "{error}");
}

#[test]
fn text_and_other_json_are_refused() {
	for text in ["hello", "{}", "[1, 2]", r#"{"genesis": {"raw": {"top": {"0x3a636f6465": "0xzz"}}}}"#] {
		let error = load_error(spec_file(text).path().to_str().unwrap());
		assert!(error.contains("is not a chain spec"), "{error}");
	}
}

#[test]
fn a_spec_of_a_runtime_without_pbft_is_foreign() {
	// The smallest wasm module: it has no PbftApi, as the runtime of another chain.
	let spec = r#"{"name": "Foreign", "id": "foreign", "chainType": "Live", "bootNodes": [],
		"genesis": {"raw": {"top": {"0x3a636f6465": "0x0061736d01000000"}, "childrenDefault": {}}}}"#;
	let error = load_error(spec_file(spec).path().to_str().unwrap());
	assert!(error.contains("of another chain") && error.contains("foreign"), "{error}");
}

#[test]
fn presets_have_the_stated_number_of_validators() {
	let governed = [Preset::Governed, Preset::Production];
	let others = [Preset::Dev, Preset::Local, Preset::LocalFast, Preset::ShardDev, Preset::ShardLocal];
	for preset in governed.into_iter().chain(others) {
		let patch = preset.genesis_patch().unwrap();
		assert_eq!(patch["committee"]["members"].as_array().unwrap().len(), usize::from(preset.validators()));
		assert_eq!(patch.get("sudo").is_none(), governed.contains(&preset), "{preset:?}");
	}
	assert_eq!(Preset::Dev.quorum(), 1);
	assert_eq!(Preset::Local.quorum(), 3);
}

#[test]
fn other_tools_build_a_shard_without_its_host_functions() {
	let patch = Preset::ShardDev.genesis_patch().unwrap();
	let caller = GenesisConfigBuilderRuntimeCaller::<()>::new(Preset::ShardDev.wasm_code().unwrap());
	let storage = caller.get_storage_for_patch(patch).unwrap();
	let mut expected = Preset::ShardDev.chain_spec().unwrap().build_storage().unwrap();
	expected.top.remove(CODE);
	assert_eq!(storage.top, expected.top);
}

#[test]
fn changes_replace_entries_of_the_preset() {
	let spec = Preset::Local.chain_spec_with("changed", serde_json::json!({"committee": {"epochMs": 7_000}})).unwrap();
	assert_eq!(spec.id(), "changed");
	let json: serde_json::Value = serde_json::from_str(&spec.as_json(false).unwrap()).unwrap();
	let committee = &json["genesis"]["runtimeGenesis"]["patch"]["committee"];
	assert_eq!(committee["epochMs"], 7_000);
	assert_eq!(committee["members"].as_array().unwrap().len(), 4);
}

#[test]
fn the_native_genesis_is_that_of_the_wasm_runtime() {
	for preset in [Preset::Dev, Preset::Rotation, Preset::Drawn, Preset::Production, Preset::ShardLocal] {
		let of_wasm = preset.chain_spec().unwrap().build_storage().unwrap();
		assert_eq!(preset.raw_spec().unwrap().build_storage().unwrap().top, of_wasm.top, "{preset:?}");
	}
	let changes = serde_json::json!({"committee": {"epochMs": 7_000}});
	let of_wasm = Preset::Local.chain_spec_with("changed", changes.clone()).unwrap().build_storage().unwrap();
	assert_eq!(Preset::Local.raw_spec_with("changed", changes).unwrap().build_storage().unwrap().top, of_wasm.top);
}

#[test]
fn a_genesis_that_the_runtime_refuses_is_an_error() {
	let changes = serde_json::json!({"committee": {"epochMs": "seven"}});
	let error = format!("{:#}", Preset::Local.raw_spec_with("changed", changes).err().unwrap());
	assert!(error.contains("refuses the genesis"), "{error}");
}

#[test]
fn a_chain_says_where_its_accounts_are() {
	use AccountStore::{Memory, Trie};
	let kept = |id: &str, wanted| load(id, wanted).unwrap().extensions().account_store;
	assert_eq!([kept("local", None), kept("shard-local", None)], [Trie, Memory]);
	assert_eq!([kept("local", Some(Memory)), kept("shard-local", Some(Trie))], [Memory, Trie]);
	// A file says it itself.
	let mut json: serde_json::Value =
		serde_json::from_str(&load("shard-local", None).unwrap().as_json(false).unwrap()).unwrap();
	assert_eq!(json["accountStore"], "memory");
	let file = spec_file(&json.to_string());
	let path = file.path().to_str().unwrap();
	assert_eq!([kept(path, None), kept(path, Some(Memory))], [Memory, Memory]);
	let error = format!("{:#}", load(path, Some(Trie)).err().unwrap());
	assert!(error.contains("keeps its accounts in memory") && error.contains("says trie"), "{error}");
	// One of before, and a typing error.
	json.as_object_mut().unwrap().remove("accountStore");
	let file = spec_file(&json.to_string());
	assert_eq!(kept(file.path().to_str().unwrap(), None), Trie);
	json["accountStore"] = "disk".into();
	assert!(load_error(spec_file(&json.to_string()).path().to_str().unwrap()).contains("is not a chain spec"));
}
