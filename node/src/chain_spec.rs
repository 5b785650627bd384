//! Chain specifications: those of the presets, of the main chain and of a shard, and those in files.

pub use crate::preset::Preset;

use crate::spec_code::{CodeOfGenesis, CodeOfSpec};
use anyhow::{anyhow, bail, Context};
use sc_chain_spec::{ChainSpec as _, ChainType, GenericChainSpec, Properties};
use sc_executor_common::runtime_blob::RuntimeBlob;
use std::{fs, path::Path};
use tc_chain::{AccountStore, SpecExtensions};
use top_local_network::Chain;
use top_runtime_common::development::node_path;
use tp_core::{Block, SS58_PREFIX, TOKEN_DECIMALS, TOKEN_SYMBOL};
use tp_lattice::lattice_host;
use tp_pbft::PbftApi;

/// A TOP chain specification, with the host functions that our runtimes import.
pub type ChainSpec = GenericChainSpec<SpecExtensions, lattice_host::HostFunctions>;
type Builder = sc_chain_spec::ChainSpecBuilder<SpecExtensions, lattice_host::HostFunctions>;

/// Id of the chain with one validator.
pub const DEV_ID: &str = "top_dev";
/// Id of the chain with four validators.
pub const LOCAL_ID: &str = "top_local";
/// Id of the chain with four validators at a fast pace.
pub const LOCAL_FAST_ID: &str = "top_local_fast";
/// Id of the chain with a drawn committee.
pub const ROTATION_ID: &str = "top_rotation";
/// Id of the chain that draws the committees of a zone and its shards too.
pub const DRAWN_ID: &str = "top_drawn";
/// Id of the chain with four validators and no sudo key.
pub const GOVERNED_ID: &str = "top_governed";
/// Id of the chain to start a network from.
pub const PRODUCTION_ID: &str = "top_production";
/// Id of the shard with one validator.
pub const SHARD_DEV_ID: &str = "top_shard_dev";
/// Id of the zone with four routers.
pub const ZONE_LOCAL_ID: &str = "top_zone_local";
/// Id of the shard with four validators.
pub const SHARD_LOCAL_ID: &str = "top_shard_local";
/// Maximum size of a chain specification file. A plain one has a few MB, the genesis of a large network some hundred, and
/// that of four million accounts 3 GB.
const MAX_SPEC_BYTES: u64 = 4 << 30;

impl Preset {
	/// Returns the chain specification with the preset as genesis.
	///
	/// # Errors
	/// If this binary was built without the wasm runtimes.
	pub fn chain_spec(self) -> anyhow::Result<ChainSpec> {
		Ok(self.builder()?.with_genesis_config_preset_name(self.name()).build())
	}

	/// Returns a chain specification of another id, with the preset and some changes as genesis. Each entry of
	/// `changes` replaces the entry of the same name, down to the first value that is no object.
	///
	/// # Errors
	/// As [`Self::chain_spec`].
	pub fn chain_spec_with(self, id: &str, changes: serde_json::Value) -> anyhow::Result<ChainSpec> {
		Ok(self.builder()?.with_id(id).with_genesis_config_patch(self.changed_patch(changes)?).build())
	}

	/// Returns the chain specification with the preset's genesis state: a node that loads it executes no runtime for
	/// it.
	///
	/// # Errors
	/// As [`Self::chain_spec`].
	pub fn raw_spec(self) -> anyhow::Result<ChainSpec> {
		let mut spec = self.chain_spec()?;
		spec.set_storage(self.genesis_state(self.genesis_patch()?)?);
		Ok(spec)
	}

	/// As [`Self::chain_spec_with`], with the genesis state.
	///
	/// # Errors
	/// If the runtime refuses the changes, or this binary was built without the wasm runtimes.
	pub fn raw_spec_with(self, id: &str, changes: serde_json::Value) -> anyhow::Result<ChainSpec> {
		let patch = self.changed_patch(changes)?;
		let mut spec = self.builder()?.with_id(id).with_genesis_config_patch(patch.clone()).build();
		spec.set_storage(self.genesis_state(patch)?);
		Ok(spec)
	}

	/// Returns the patch of its genesis with some changes, as [`Self::chain_spec_with`] has them.
	pub(crate) fn changed_patch(self, changes: serde_json::Value) -> anyhow::Result<serde_json::Value> {
		let mut patch = self.genesis_patch()?;
		sc_chain_spec::json_merge(&mut patch, changes);
		Ok(patch)
	}

	/// Returns the builder of its specification, without a genesis.
	pub(crate) fn builder(self) -> anyhow::Result<Builder> {
		let (name, id, chain_type) = match self {
			Self::Dev => ("TOP Development", DEV_ID, ChainType::Development),
			Self::Local => ("TOP Local", LOCAL_ID, ChainType::Local),
			Self::LocalFast => ("TOP Local Fast", LOCAL_FAST_ID, ChainType::Local),
			Self::Rotation => ("TOP Rotation", ROTATION_ID, ChainType::Local),
			Self::Drawn => ("TOP Drawn", DRAWN_ID, ChainType::Local),
			Self::Governed => ("TOP Governed", GOVERNED_ID, ChainType::Local),
			Self::Production => ("TOP Production", PRODUCTION_ID, ChainType::Live),
			Self::ShardDev => ("TOP Shard Development", SHARD_DEV_ID, ChainType::Development),
			Self::ShardLocal => ("TOP Shard Local", SHARD_LOCAL_ID, ChainType::Local),
			Self::ZoneLocal => ("TOP Zone Local", ZONE_LOCAL_ID, ChainType::Local),
		};
		Ok(ChainSpec::builder(self.wasm_code()?, SpecExtensions { account_store: self.account_store() })
			.with_name(name)
			.with_id(id)
			.with_chain_type(chain_type)
			.with_protocol_id("top")
			.with_properties(properties()))
	}
}

/// Returns the properties that wallets need to show addresses and amounts.
fn properties() -> Properties {
	let mut properties = Properties::new();
	properties.insert("ss58Format".into(), SS58_PREFIX.into());
	properties.insert("tokenSymbol".into(), TOKEN_SYMBOL.into());
	properties.insert("tokenDecimals".into(), TOKEN_DECIMALS.into());
	properties
}

/// Loads the specification that `--chain` names: `dev`, `local` (also the default), `local-fast`, `rotation`,
/// `drawn`, `governed`, `production`, `shard-dev`, `shard-local`, or a file.
///
/// `account_store` replaces where a preset keeps accounts. A file says it itself: another value is an error.
///
/// # Errors
/// If the file cannot be read, its runtime is not that of a TOP ledger, or it keeps accounts elsewhere.
pub fn load(id: &str, account_store: Option<AccountStore>) -> anyhow::Result<ChainSpec> {
	if let Some(preset) = Preset::of_chain(id) {
		let mut spec = preset.chain_spec()?;
		let kept = &mut spec.extensions_mut().account_store;
		*kept = account_store.unwrap_or(*kept);
		return Ok(spec);
	}
	let spec = load_file(Path::new(id))?;
	let kept = spec.extensions().account_store;
	if let Some(wanted) = account_store.filter(|wanted| *wanted != kept) {
		bail!(
			"the chain spec {id} keeps its accounts in {kept}, and --account-store says {wanted}. It is a property of the chain: \
			 leave the flag out"
		);
	}
	Ok(spec)
}

fn load_file(path: &Path) -> anyhow::Result<ChainSpec> {
	let shown = path.display();
	let size = fs::metadata(path)
		.with_context(|| {
			format!(
				"cannot read the chain spec {shown}; --chain takes dev, local, rotation, drawn, governed, production, shard-dev, \
				 shard-local, or a path"
			)
		})?
		.len();
	if size > MAX_SPEC_BYTES {
		bail!("the chain spec {shown} has {size} bytes; the maximum is {MAX_SPEC_BYTES}");
	}
	let json = fs::read(path).with_context(|| format!("cannot read the chain spec {shown}"))?;
	let code = genesis_code(&json).with_context(|| format!("{shown} is not a chain spec"))?;
	let spec = ChainSpec::from_json_bytes(json)
		.map_err(|error| anyhow!(error))
		.with_context(|| format!("{shown} is not a chain spec"))?;
	ensure_runs_pbft(&code).with_context(|| format!("the chain spec {shown} is of another chain ({:?})", spec.id()))?;
	Ok(spec)
}

/// Returns the runtime's code in a plain or a raw chain specification.
fn genesis_code(json: &[u8]) -> anyhow::Result<Vec<u8>> {
	let spec: CodeOfSpec = serde_json::from_slice(json)?;
	let CodeOfGenesis { runtime_genesis, raw } = spec.genesis.unwrap_or_default();
	let code = runtime_genesis.and_then(|genesis| genesis.code).or_else(|| raw.and_then(|raw| raw.top.code));
	let code = code.context("it has no runtime code in its genesis")?;
	hex::decode(code.trim_start_matches("0x")).context("its runtime code is not hexadecimal")
}

/// Checks that a runtime offers the PBFT API. A foreign runtime would fail at the first call of the engine, after the
/// database was created.
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

/// Returns the specification as raw JSON, with the genesis state in place of a preset or a patch. A node that loads it
/// executes no runtime for it. A runtime that is built later does not change the chain.
///
/// # Errors
/// If the genesis state cannot be built.
pub fn raw_json(spec: &ChainSpec) -> anyhow::Result<String> {
	spec.as_json(true).map_err(|error| anyhow!(error)).context("cannot build the genesis state")
}

/// Returns the chain of a specification, for a network on this machine.
pub fn network_chain(spec: ChainSpec) -> Chain {
	let node_secret = |number| format!("//{}", node_path(number));
	Chain { id: spec.id().to_owned(), raw_spec: Box::new(move || raw_json(&spec)), node_secret: Some(node_secret) }
}

#[cfg(test)]
#[path = "chain_spec_tests.rs"]
mod tests;
