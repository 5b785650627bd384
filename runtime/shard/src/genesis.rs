//! Genesis presets, for networks that guard nothing.

use crate::*;
use alloc::vec::Vec;
use serde_json::{json, Value};
use sp_genesis_builder::PresetId;
use top_runtime_common::development::{self, members, merge};
use tp_pbft::{Member, Pace};

/// One validator, Alice.
pub const SHARD_DEVELOPMENT: &str = "shard-development";
/// Four validators: Alice, Bob, Charlie and Dave.
pub const SHARD_LOCAL: &str = "shard-local";

/// A shard's pace.
pub const SHARD_PACE: Pace = Pace { block_interval_ms: 100, idle_interval_ms: 3_000, base_timeout_ms: 1_000 };
/// The genesis hash of the main chain for a shard that runs without one.
pub const NO_MAIN_CHAIN: Hash = Hash::zero();

fn genesis(members: &[Member]) -> Value {
	let lattice = json!({ "lattice": { "mainGenesis": NO_MAIN_CHAIN, "zone": 0 } });
	merge(development::genesis(members, SHARD_PACE), lattice)
}

/// Returns a preset: a JSON patch to the default genesis.
pub fn get_preset(id: &PresetId) -> Option<Vec<u8>> {
	let patch = match id.as_ref() {
		SHARD_DEVELOPMENT => genesis(&members(1)),
		SHARD_LOCAL => genesis(&members(4)),
		_ => return None,
	};
	Some(development::preset(&patch))
}

/// Returns the names of all presets.
pub fn preset_names() -> Vec<PresetId> {
	[SHARD_DEVELOPMENT, SHARD_LOCAL].map(PresetId::from).to_vec()
}
