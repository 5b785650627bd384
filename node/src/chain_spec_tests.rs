use super::*;
use std::io::Write;

fn spec_file(json: &str) -> tempfile::NamedTempFile {
	let mut file = tempfile::NamedTempFile::new().unwrap();
	file.write_all(json.as_bytes()).unwrap();
	file
}

fn load_error(path: &str) -> String {
	format!("{:#}", load(path).err().expect("the spec must be refused"))
}

#[test]
fn built_in_specs_tell_wallets_the_token() {
	let shards = [("shard-dev", SHARD_DEV_ID), ("shard-local", SHARD_LOCAL_ID)];
	for (id, chain) in [("dev", DEV_ID), ("local", LOCAL_ID), ("", LOCAL_ID)].into_iter().chain(shards) {
		let spec = load(id).unwrap();
		assert_eq!(spec.id(), chain);
		let properties = spec.properties();
		assert_eq!(properties["ss58Format"], 42);
		assert_eq!(properties["tokenSymbol"], "TOP");
		assert_eq!(properties["tokenDecimals"], 6);
	}
}

#[test]
fn a_spec_survives_the_way_through_a_file_plain_and_raw() {
	let storage = |spec: &ChainSpec| sp_runtime::BuildStorage::build_storage(spec).unwrap();
	for id in ["local", "shard-local"] {
		let spec = load(id).unwrap();
		let expected = storage(&spec);
		for raw in [false, true] {
			let file = spec_file(&spec.as_json(raw).unwrap());
			let read = load(file.path().to_str().unwrap()).unwrap();
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
fn text_and_other_json_are_no_specs() {
	for text in ["hello", "{}", "[1, 2]", r#"{"genesis": {"raw": {"top": {"0x3a636f6465": "0xzz"}}}}"#] {
		let error = load_error(spec_file(text).path().to_str().unwrap());
		assert!(error.contains("is not a chain spec"), "{error}");
	}
}

#[test]
fn a_spec_of_a_runtime_without_pbft_is_foreign() {
	// The smallest wasm module; as the runtime of another chain it carries no PbftApi.
	let spec = r#"{"name": "Foreign", "id": "foreign", "chainType": "Live", "bootNodes": [],
		"genesis": {"raw": {"top": {"0x3a636f6465": "0x0061736d01000000"}, "childrenDefault": {}}}}"#;
	let error = load_error(spec_file(spec).path().to_str().unwrap());
	assert!(error.contains("of another chain") && error.contains("foreign"), "{error}");
}

#[test]
fn presets_have_as_many_validators_as_they_say() {
	for preset in [Preset::Dev, Preset::Local, Preset::LocalFast, Preset::ShardDev, Preset::ShardLocal] {
		let patch = preset.genesis_patch().unwrap();
		assert_eq!(patch["committee"]["members"].as_array().unwrap().len(), usize::from(preset.validators()));
	}
	assert_eq!(Preset::Dev.quorum(), 1);
	assert_eq!(Preset::Local.quorum(), 3);
}

#[test]
fn other_tools_build_a_shard_without_its_host_functions() {
	let patch = Preset::ShardDev.genesis_patch().unwrap();
	let caller = GenesisConfigBuilderRuntimeCaller::<()>::new(Preset::ShardDev.wasm_code().unwrap());
	let storage = caller.get_storage_for_patch(patch).unwrap();
	let mut expected = sp_runtime::BuildStorage::build_storage(&Preset::ShardDev.chain_spec().unwrap()).unwrap();
	expected.top.remove(CODE);
	assert_eq!(storage.top, expected.top);
}

#[test]
fn changes_replace_what_the_preset_says() {
	let spec = Preset::Local.chain_spec_with("changed", serde_json::json!({"committee": {"epochLength": 7}})).unwrap();
	assert_eq!(spec.id(), "changed");
	let json: serde_json::Value = serde_json::from_str(&spec.as_json(false).unwrap()).unwrap();
	let committee = &json["genesis"]["runtimeGenesis"]["patch"]["committee"];
	assert_eq!(committee["epochLength"], 7);
	assert_eq!(committee["members"].as_array().unwrap().len(), 4);
}
