//! Genesis presets, for networks that guard nothing.

use crate::*;
use alloc::{vec, vec::Vec};
use frame_support::build_struct_json_patch;
use serde_json::Value;
use sp_genesis_builder::PresetId;
use top_runtime_common::development::{alice, balances, members, DEVELOPMENT_SHARES, EPOCH_LENGTH, GENESIS_SEED};
use tp_pbft::{Member, Pace};

/// One validator, Alice.
pub const SHARD_DEVELOPMENT: &str = "shard-development";
/// Four validators: Alice, Bob, Charlie and Dave.
pub const SHARD_LOCAL: &str = "shard-local";

/// A shard's pace.
pub const SHARD_PACE: Pace = Pace { block_interval_ms: 100, idle_interval_ms: 3_000, base_timeout_ms: 1_000 };
/// The main chain of a shard that runs alone: there is none.
pub const NO_MAIN_CHAIN: Hash = Hash::zero();

fn genesis(members: Vec<Member>) -> Value {
	build_struct_json_patch!(RuntimeGenesisConfig {
		balances: BalancesConfig { balances: balances() },
		committee: CommitteeConfig { members, seed: GENESIS_SEED, epoch_length: EPOCH_LENGTH, pace: SHARD_PACE },
		lattice: LatticeConfig { main_genesis: NO_MAIN_CHAIN, zone: 0 },
		quota: QuotaConfig { rules: Some(DEVELOPMENT_SHARES) },
		sudo: SudoConfig { key: Some(alice()) },
	})
}

/// The preset of a name, as a JSON patch to the default genesis.
pub fn get_preset(id: &PresetId) -> Option<Vec<u8>> {
	let patch = match id.as_ref() {
		SHARD_DEVELOPMENT => genesis(members(1)),
		SHARD_LOCAL => genesis(members(4)),
		_ => return None,
	};
	Some(serde_json::to_vec(&patch).expect("a JSON value is serializable; qed"))
}

/// The names of all presets.
pub fn preset_names() -> Vec<PresetId> {
	vec![PresetId::from(SHARD_DEVELOPMENT), PresetId::from(SHARD_LOCAL)]
}
