//! Genesis presets. Their keys are the public development keys: replace them before the chain has value.

use crate::*;
use serde_json::{json, Value};
use sp_runtime::traits::{BlakeTwo256, Hash as _};
use top_runtime_common::development::{self, merge};
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

/// Returns the part that all ledgers have, and this chain's part over it.
fn genesis(members: &[Member]) -> Value {
	let chain = json!({ "lattice": { "mainGenesis": main_genesis(), "zone": ZONE } });
	merge(development::genesis(members, PACE), chain)
}

// Add presets of your own here.
top_runtime_common::presets!(genesis, [DEVELOPMENT: 1, LOCAL: 4]);
