//! Chain specifications.

use sc_chain_spec::{ChainType, GenericChainSpec, Properties};
use tc_chain::{AccountStore, SpecExtensions};
use template_chain_runtime::{genesis, WASM_BINARY};
use tp_core::{SS58_PREFIX, TOKEN_DECIMALS, TOKEN_SYMBOL};
use tp_lattice::lattice_host;

/// A chain specification. The runtime needs the lattice's host functions to build its genesis.
pub type ChainSpec = GenericChainSpec<SpecExtensions, lattice_host::HostFunctions>;

/// Returns the specification that `--chain` names: `dev` (one validator), `local` (four), or a file.
pub fn load(id: &str) -> Result<ChainSpec, String> {
	match id {
		"dev" => {
			preset("Template Chain Development", "template_chain_dev", genesis::DEVELOPMENT, ChainType::Development)
		},
		"" | "local" => preset("Template Chain Local", "template_chain_local", genesis::LOCAL, ChainType::Local),
		path => ChainSpec::from_json_file(path.into()),
	}
}

fn preset(name: &str, id: &str, preset: &str, chain_type: ChainType) -> Result<ChainSpec, String> {
	let code = WASM_BINARY.ok_or("the WebAssembly runtime is missing: build without SKIP_WASM_BUILD")?;
	let mut properties = Properties::new();
	properties.insert("ss58Format".into(), SS58_PREFIX.into());
	properties.insert("tokenSymbol".into(), TOKEN_SYMBOL.into());
	properties.insert("tokenDecimals".into(), TOKEN_DECIMALS.into());
	// `Trie` keeps accounts in the SDK's database: more of them than memory holds, each transfer ten times as expensive.
	let extensions = SpecExtensions { account_store: AccountStore::Memory };
	Ok(ChainSpec::builder(code, extensions)
		.with_name(name)
		.with_id(id)
		.with_chain_type(chain_type)
		.with_protocol_id("template-chain")
		.with_properties(properties)
		.with_genesis_config_preset_name(preset)
		.build())
}
