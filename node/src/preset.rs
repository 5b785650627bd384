//! Genesis presets of the runtimes.
//!
//! The runtimes offer them by their GenesisBuilder API, so that any tool that knows the API builds the same chain from
//! the same runtime. The node calls the API in the native build of the runtime: compiling the wasm build takes seconds,
//! and both come from one source. A test compares the results.

use anyhow::{anyhow, Context};
use sp_core::storage::{well_known_keys::CODE, Storage};
use sp_genesis_builder::runtime_decl_for_genesis_builder::GenesisBuilderV1;
use sp_state_machine::BasicExternalities;
use tc_chain::AccountStore;

/// The genesis presets of the runtimes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Preset {
	/// One validator: Alice.
	#[value(alias = "development")]
	Dev,
	/// Four validators: Alice, Bob, Charlie and Dave.
	Local,
	/// The four validators at a fast pace: thousands of blocks take minutes.
	LocalFast,
	/// A committee of four, drawn each epoch among registered nodes: the first nine of ten.
	Rotation,
	/// Committees of four for the main chain, zone 0 and two shards, drawn each epoch among ten registered nodes. Run it with `--shards 2`.
	Drawn,
	/// The four validators without a sudo key, whose referenda take seconds for days.
	Governed,
	/// Four registered nodes, no sudo key, and all spans as they are in production: a specification to start from.
	Production,
	/// A shard with one validator: Alice.
	ShardDev,
	/// A shard with four validators: Alice, Bob, Charlie and Dave.
	ShardLocal,
	/// The zone of shards that run beside a main chain. It is no chain to start alone.
	#[value(skip)]
	ZoneLocal,
}

/// The runtime of a preset.
enum Runtime {
	Main,
	Shard,
	Zone,
}

impl Preset {
	/// Returns the preset that `--chain` names, if it names one.
	pub fn of_chain(name: &str) -> Option<Self> {
		match name {
			"" | "local" => Some(Self::Local),
			"dev" => Some(Self::Dev),
			"local-fast" => Some(Self::LocalFast),
			"rotation" => Some(Self::Rotation),
			"drawn" => Some(Self::Drawn),
			"governed" => Some(Self::Governed),
			"production" => Some(Self::Production),
			"shard-dev" => Some(Self::ShardDev),
			"shard-local" => Some(Self::ShardLocal),
			_ => None,
		}
	}

	/// Returns its name in the runtime.
	pub fn name(self) -> &'static str {
		match self {
			Self::Dev => top_main_runtime::genesis::DEVELOPMENT,
			Self::Local => top_main_runtime::genesis::LOCAL,
			Self::LocalFast => top_main_runtime::genesis::LOCAL_FAST,
			Self::Rotation => top_main_runtime::genesis::ROTATION,
			Self::Drawn => top_main_runtime::genesis::DRAWN,
			Self::Governed => top_main_runtime::genesis::GOVERNED,
			Self::Production => top_main_runtime::genesis::PRODUCTION,
			Self::ShardDev => top_shard_runtime::genesis::SHARD_DEVELOPMENT,
			Self::ShardLocal => top_shard_runtime::genesis::SHARD_LOCAL,
			Self::ZoneLocal => top_zone_runtime::genesis::ZONE_LOCAL,
		}
	}

	fn runtime(self) -> Runtime {
		match self {
			Self::Dev
			| Self::Local
			| Self::LocalFast
			| Self::Rotation
			| Self::Drawn
			| Self::Governed
			| Self::Production => Runtime::Main,
			Self::ShardDev | Self::ShardLocal => Runtime::Shard,
			Self::ZoneLocal => Runtime::Zone,
		}
	}

	/// Returns where it keeps accounts: a shard has many, and every transfer changes two.
	pub fn account_store(self) -> AccountStore {
		match self.runtime() {
			Runtime::Main | Runtime::Zone => AccountStore::Trie,
			Runtime::Shard => AccountStore::Memory,
		}
	}

	/// Returns the wasm code of its runtime.
	///
	/// # Errors
	/// If this binary was built without it.
	pub fn wasm_code(self) -> anyhow::Result<&'static [u8]> {
		let code = match self.runtime() {
			Runtime::Main => top_main_runtime::WASM_BINARY,
			Runtime::Shard => top_shard_runtime::WASM_BINARY,
			Runtime::Zone => top_zone_runtime::WASM_BINARY,
		};
		code.context("this binary was built without the wasm runtimes (SKIP_WASM_BUILD); build it again with them")
	}

	/// Returns the size of its first committee: the first development keys, or the first registered nodes.
	pub fn validators(self) -> u16 {
		match self {
			Self::Dev | Self::ShardDev => 1,
			Self::Local
			| Self::LocalFast
			| Self::Rotation
			| Self::Drawn
			| Self::Governed
			| Self::Production
			| Self::ShardLocal
			| Self::ZoneLocal => 4,
		}
	}

	/// Whether its committee is drawn among registered nodes.
	pub fn is_elected(self) -> bool {
		matches!(self, Self::Rotation | Self::Drawn | Self::Production)
	}

	/// Returns the size of a quorum of its first committee.
	pub fn quorum(self) -> u16 {
		let validators = self.validators();
		validators - (validators - 1) / 3
	}

	/// Returns its changes to the runtime's default genesis, as JSON.
	///
	/// # Errors
	/// If the runtime does not have the preset.
	pub fn genesis_patch(self) -> anyhow::Result<serde_json::Value> {
		self.genesis_config(Some(self.name()))
	}

	/// Builds the genesis state, with the runtime's wasm code, of the default genesis and a patch.
	///
	/// # Errors
	/// If the runtime refuses the genesis, or this binary was built without the wasm runtimes.
	pub fn genesis_state(self, patch: serde_json::Value) -> anyhow::Result<Storage> {
		let mut config = self.genesis_config(None)?;
		sc_chain_spec::json_merge(&mut config, patch);
		let config = serde_json::to_vec(&config).context("a genesis config is plain data; qed")?;
		let mut state = BasicExternalities::new_empty();
		state
			.execute_with(|| match self.runtime() {
				Runtime::Main => {
					<top_main_runtime::Runtime as GenesisBuilderV1<top_main_runtime::Block>>::build_state(config)
				},
				Runtime::Shard => {
					<top_shard_runtime::Runtime as GenesisBuilderV1<top_shard_runtime::Block>>::build_state(config)
				},
				Runtime::Zone => {
					<top_zone_runtime::Runtime as GenesisBuilderV1<top_zone_runtime::Block>>::build_state(config)
				},
			})
			.map_err(|error| anyhow!(error))
			.context("the runtime refuses the genesis")?;
		let mut storage = state.into_storages();
		storage.top.insert(CODE.to_vec(), self.wasm_code()?.to_vec());
		Ok(storage)
	}

	/// Returns the runtime's genesis config of a name: the whole default without one, a patch with one.
	fn genesis_config(self, name: Option<&str>) -> anyhow::Result<serde_json::Value> {
		let id = name.map(ToOwned::to_owned);
		let json = match self.runtime() {
			Runtime::Main => <top_main_runtime::Runtime as GenesisBuilderV1<top_main_runtime::Block>>::get_preset(&id),
			Runtime::Shard => {
				<top_shard_runtime::Runtime as GenesisBuilderV1<top_shard_runtime::Block>>::get_preset(&id)
			},
			Runtime::Zone => <top_zone_runtime::Runtime as GenesisBuilderV1<top_zone_runtime::Block>>::get_preset(&id),
		};
		let json = json.with_context(|| format!("the runtime does not have its genesis preset {name:?}"))?;
		serde_json::from_slice(&json).context("a genesis config of the runtime is JSON; qed")
	}
}
