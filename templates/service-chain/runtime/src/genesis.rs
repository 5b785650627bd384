//! Genesis presets. Their keys are the public development keys: replace them before the chain has value.

use crate::*;
use alloc::{vec, vec::Vec};
use frame_support::build_struct_json_patch;
use serde_json::Value;
use sp_genesis_builder::PresetId;
use sp_runtime::traits::{BlakeTwo256, Hash as _};
use top_runtime_common::development::{alice, balances, members, DEVELOPMENT_SHARES, EPOCH_LENGTH, GENESIS_SEED};
use tp_pbft::{Member, Pace};

/// One validator: Alice.
pub const DEVELOPMENT: &str = sp_genesis_builder::DEV_RUNTIME_PRESET;
/// Four validators: Alice, Bob, Charlie and Dave.
pub const LOCAL: &str = sp_genesis_builder::LOCAL_TESTNET_RUNTIME_PRESET;

/// The zone number of this chain.
pub const ZONE: u16 = 1;

/// Blocks every 100 ms under load, every 3 s without.
const PACE: Pace = Pace { block_interval_ms: 100, idle_interval_ms: 3_000, base_timeout_ms: 1_000 };

/// Returns the hash that stands for the main chain's genesis: a solo ledger has none. Unit signatures are bound to it, so
/// that a unit for another chain with the same zone number is invalid here.
pub fn main_genesis() -> Hash {
	BlakeTwo256::hash(b"template-chain")
}

fn genesis(members: Vec<Member>) -> Value {
	build_struct_json_patch!(RuntimeGenesisConfig {
		balances: BalancesConfig { balances: balances() },
		committee: CommitteeConfig { members, seed: GENESIS_SEED, epoch_length: EPOCH_LENGTH, pace: PACE },
		lattice: LatticeConfig { main_genesis: main_genesis(), zone: ZONE },
		quota: QuotaConfig { rules: Some(DEVELOPMENT_SHARES) },
		sudo: SudoConfig { key: Some(alice()) },
	})
}

/// Returns a preset, as a JSON patch to the default genesis.
pub fn get_preset(id: &PresetId) -> Option<Vec<u8>> {
	let patch = match id.as_ref() {
		DEVELOPMENT => genesis(members(1)),
		LOCAL => genesis(members(4)),
		_ => return None,
	};
	Some(serde_json::to_vec(&patch).expect("a JSON value is serializable; qed"))
}

/// Returns the names of all presets.
pub fn preset_names() -> Vec<PresetId> {
	vec![PresetId::from(DEVELOPMENT), PresetId::from(LOCAL)]
}
