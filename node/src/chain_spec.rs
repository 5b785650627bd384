//! Chain specifications: those that are built in, of the main chain and of a shard, and those read from files.
//!
//! The genesis comes from the presets that the runtime offers by its GenesisBuilder API, so that any tool which knows
//! that API makes the same chain from the same runtime.

use anyhow::{anyhow, bail, Context};
use sc_chain_spec::{ChainType, GenericChainSpec, GenesisConfigBuilderRuntimeCaller, NoExtension, Properties};
use sc_executor_common::runtime_blob::RuntimeBlob;
use sp_core::storage::well_known_keys::CODE;
use std::{fs, path::Path};
use tp_core::{Block, SS58_PREFIX, TOKEN_DECIMALS, TOKEN_SYMBOL};
use tp_lattice::lattice_host;
use tp_pbft::PbftApi;

/// A TOP chain specification: no extensions, and the host functions that our runtimes import.
pub type ChainSpec = GenericChainSpec<NoExtension, lattice_host::HostFunctions>;
type Builder = sc_chain_spec::ChainSpecBuilder<NoExtension, lattice_host::HostFunctions>;

/// Id of the chain of one validator.
pub const DEV_ID: &str = "top_dev";
/// Id of the chain of four validators.
pub const LOCAL_ID: &str = "top_local";
/// Id of the chain of four validators at a test's pace.
pub const LOCAL_FAST_ID: &str = "top_local_fast";
/// Id of the chain whose committee is drawn.
pub const ROTATION_ID: &str = "top_rotation";
/// Id of the shard of one validator.
pub const SHARD_DEV_ID: &str = "top_shard_dev";
/// Id of the shard of four validators.
pub const SHARD_LOCAL_ID: &str = "top_shard_local";
/// Largest chain specification that is read. A plain one is a few MB; the genesis of a big network some hundred.
const MAX_SPEC_BYTES: u64 = 1 << 30;

/// The genesis presets of the runtimes that chains are made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Preset {
	/// One validator: Alice.
	#[value(alias = "development")]
	Dev,
	/// Four validators: Alice, Bob, Charlie and Dave.
	Local,
	/// The four, at a pace at which thousands of blocks take minutes.
	LocalFast,
	/// A committee of four that is drawn anew each epoch among registered nodes: the first nine of ten.
	Rotation,
	/// A shard of one validator: Alice.
	ShardDev,
	/// A shard of four validators: Alice, Bob, Charlie and Dave.
	ShardLocal,
}

impl Preset {
	/// Its name in the runtime.
	pub fn name(self) -> &'static str {
		match self {
			Self::Dev => top_main_runtime::genesis::DEVELOPMENT,
			Self::Local => top_main_runtime::genesis::LOCAL,
			Self::LocalFast => top_main_runtime::genesis::LOCAL_FAST,
			Self::Rotation => top_main_runtime::genesis::ROTATION,
			Self::ShardDev => top_shard_runtime::genesis::SHARD_DEVELOPMENT,
			Self::ShardLocal => top_shard_runtime::genesis::SHARD_LOCAL,
		}
	}

	/// Its runtime, as this binary carries it.
	pub fn wasm_code(self) -> anyhow::Result<&'static [u8]> {
		let code = match self {
			Self::Dev | Self::Local | Self::LocalFast | Self::Rotation => top_main_runtime::WASM_BINARY,
			Self::ShardDev | Self::ShardLocal => top_shard_runtime::WASM_BINARY,
		};
		code.context("this binary was built without the wasm runtimes (SKIP_WASM_BUILD); build it anew without that")
	}

	/// How many validators its first committee has: the first of the development keys, or the first nodes.
	pub fn validators(self) -> u16 {
		match self {
			Self::Dev | Self::ShardDev => 1,
			Self::Local | Self::LocalFast | Self::Rotation | Self::ShardLocal => 4,
		}
	}

	/// Whether its committee is drawn among nodes that register.
	pub fn is_elected(self) -> bool {
		self == Self::Rotation
	}

	/// How many of them it takes to decide.
	pub fn quorum(self) -> u16 {
		let validators = self.validators();
		validators - (validators - 1) / 3
	}

	/// The chain specification with the preset as genesis.
	pub fn chain_spec(self) -> anyhow::Result<ChainSpec> {
		Ok(self.builder()?.with_genesis_config_preset_name(self.name()).build())
	}

	/// A chain specification of another id, whose genesis is that of the preset with some changes: each entry of
	/// `changes` takes the place of the entry of the same name, down to the first that is no object.
	pub fn chain_spec_with(self, id: &str, changes: serde_json::Value) -> anyhow::Result<ChainSpec> {
		let mut patch = self.genesis_patch()?;
		sc_chain_spec::json_merge(&mut patch, changes);
		Ok(self.builder()?.with_id(id).with_genesis_config_patch(patch).build())
	}

	/// What the preset changes of the runtime's default genesis, as JSON.
	pub fn genesis_patch(self) -> anyhow::Result<serde_json::Value> {
		GenesisConfigBuilderRuntimeCaller::<lattice_host::HostFunctions>::new(self.wasm_code()?)
			.get_named_preset(Some(&self.name().to_owned()))
			.map_err(|error| anyhow!(error))
			.with_context(|| format!("the runtime does not yield its genesis preset {:?}", self.name()))
	}

	fn builder(self) -> anyhow::Result<Builder> {
		let (name, id, chain_type) = match self {
			Self::Dev => ("TOP Development", DEV_ID, ChainType::Development),
			Self::Local => ("TOP Local", LOCAL_ID, ChainType::Local),
			Self::LocalFast => ("TOP Local Fast", LOCAL_FAST_ID, ChainType::Local),
			Self::Rotation => ("TOP Rotation", ROTATION_ID, ChainType::Local),
			Self::ShardDev => ("TOP Shard Development", SHARD_DEV_ID, ChainType::Development),
			Self::ShardLocal => ("TOP Shard Local", SHARD_LOCAL_ID, ChainType::Local),
		};
		Ok(ChainSpec::builder(self.wasm_code()?, NoExtension::None)
			.with_name(name)
			.with_id(id)
			.with_chain_type(chain_type)
			.with_protocol_id("top")
			.with_properties(properties()))
	}
}

/// What wallets need to show addresses and amounts.
fn properties() -> Properties {
	let mut properties = Properties::new();
	properties.insert("ss58Format".into(), SS58_PREFIX.into());
	properties.insert("tokenSymbol".into(), TOKEN_SYMBOL.into());
	properties.insert("tokenDecimals".into(), TOKEN_DECIMALS.into());
	properties
}

/// The specification that `--chain` names: `dev`, `local` (also the default), `local-fast`, `rotation`, `shard-dev`,
/// `shard-local`, or a file.
///
/// # Errors
/// If it is neither, if the file cannot be read, or if its runtime is not one of a TOP ledger.
pub fn load(id: &str) -> anyhow::Result<ChainSpec> {
	match id {
		"" | "local" => Preset::Local.chain_spec(),
		"dev" => Preset::Dev.chain_spec(),
		"local-fast" => Preset::LocalFast.chain_spec(),
		"rotation" => Preset::Rotation.chain_spec(),
		"shard-dev" => Preset::ShardDev.chain_spec(),
		"shard-local" => Preset::ShardLocal.chain_spec(),
		path => load_file(Path::new(path)),
	}
}

fn load_file(path: &Path) -> anyhow::Result<ChainSpec> {
	let shown = path.display();
	let size = fs::metadata(path)
		.with_context(|| {
			format!("cannot read the chain spec {shown}; --chain takes dev, local, rotation, shard-dev, shard-local, or a path")
		})?
		.len();
	if size > MAX_SPEC_BYTES {
		bail!("the chain spec {shown} has {size} bytes; more than {MAX_SPEC_BYTES} are not read");
	}
	let json = fs::read(path).with_context(|| format!("cannot read the chain spec {shown}"))?;
	let code = genesis_code(&json).with_context(|| format!("{shown} is not a chain spec"))?;
	let spec = ChainSpec::from_json_bytes(json)
		.map_err(|error| anyhow!(error))
		.with_context(|| format!("{shown} is not a chain spec"))?;
	ensure_runs_pbft(&code).with_context(|| format!("the chain spec {shown} is of another chain ({:?})", spec.id()))?;
	Ok(spec)
}

/// The runtime's code in a plain or a raw chain specification.
fn genesis_code(json: &[u8]) -> anyhow::Result<Vec<u8>> {
	let spec: serde_json::Value = serde_json::from_slice(json)?;
	let raw_key = format!("0x{}", hex::encode(CODE));
	let code = spec
		.pointer("/genesis/runtimeGenesis/code")
		.or_else(|| spec.pointer("/genesis/raw/top").and_then(|top| top.get(&raw_key)))
		.and_then(serde_json::Value::as_str)
		.context("it has no runtime code in its genesis")?;
	hex::decode(code.trim_start_matches("0x")).context("its runtime code is not hexadecimal")
}

/// A foreign runtime would fail only at the first call of the engine, after the database was made.
fn ensure_runs_pbft(code: &[u8]) -> anyhow::Result<()> {
	let blob = RuntimeBlob::uncompress_if_needed(code).context("its runtime code is not WebAssembly")?;
	let version = sc_executor::read_embedded_version(&blob)
		.context("its runtime version cannot be read")?
		.context("its runtime names no version")?;
	if version.api_version(&<dyn PbftApi<Block> as sp_api::RuntimeApiInfo>::ID).is_none() {
		bail!("its runtime {:?} has no PbftApi, and this node runs TOP ledgers only", version.spec_name);
	}
	Ok(())
}

/// The specification as raw JSON: with the genesis state in place of what it is made from, so that a node which loads
/// it need not execute the runtime, and a runtime built later still makes the same chain.
pub fn raw_json(spec: &ChainSpec) -> anyhow::Result<String> {
	spec.as_json(true).map_err(|error| anyhow!(error)).context("cannot build the genesis state")
}

#[cfg(test)]
#[path = "chain_spec_tests.rs"]
mod tests;
