//! Genesis presets, for networks that guard nothing.

use crate::*;
use serde_json::{json, Value};
use top_runtime_common::development::{self, merge};
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

top_runtime_common::presets!(genesis, [SHARD_DEVELOPMENT: 1, SHARD_LOCAL: 4]);
