//! Genesis presets, for networks that guard nothing.

use crate::{configs::COUNCIL_SIZE, *};
use alloc::vec::Vec;
use serde_json::{json, Value};
use sp_genesis_builder::PresetId;
use sp_keyring::Sr25519Keyring;
use top_runtime_common::development::{self, members, merge};
use tp_pbft::Pace;

/// One validator, Alice.
pub const DEVELOPMENT: &str = sp_genesis_builder::DEV_RUNTIME_PRESET;
/// Four validators: Alice, Bob, Charlie and Dave.
pub const LOCAL: &str = "local";
/// The same four at a pace of thousands of blocks in minutes, for tests of sync.
pub const LOCAL_FAST: &str = "local-fast";
/// Nine registered nodes, of which a committee of four is drawn each epoch. The first four are the first committee. More
/// nodes can register, up to sixteen.
pub const ROTATION: &str = "rotation";

/// The main chain's pace.
pub const MAIN_PACE: Pace = Pace { block_interval_ms: 500, idle_interval_ms: 3_000, base_timeout_ms: 1_000 };
/// The pace of [`LOCAL_FAST`]. The timeout stays, since it depends on the machine and not on the pace.
pub const FAST_PACE: Pace = Pace { block_interval_ms: 20, idle_interval_ms: 50, base_timeout_ms: 1_000 };
/// The pace of [`ROTATION`], at which epochs take some seconds.
pub const ROTATION_PACE: Pace = Pace { block_interval_ms: 200, idle_interval_ms: 1_000, base_timeout_ms: 1_000 };

/// Returns the part of all presets that only the main chain has: a council of well-known accounts.
fn with_council(ledger: Value) -> Value {
	let council = Sr25519Keyring::well_known().take(COUNCIL_SIZE as usize).map(Sr25519Keyring::to_account_id);
	merge(ledger, json!({ "council": { "members": council.collect::<Vec<_>>() } }))
}

/// Returns a preset: a JSON patch to the default genesis.
pub fn get_preset(id: &PresetId) -> Option<Vec<u8>> {
	let ledger = match id.as_ref() {
		DEVELOPMENT => development::genesis(&members(1), MAIN_PACE),
		LOCAL => development::genesis(&members(4), MAIN_PACE),
		LOCAL_FAST => development::genesis(&members(4), FAST_PACE),
		ROTATION => development::rotation(ROTATION_PACE),
		_ => return None,
	};
	Some(development::preset(&with_council(ledger)))
}

/// Returns the names of all presets.
pub fn preset_names() -> Vec<PresetId> {
	[DEVELOPMENT, LOCAL, LOCAL_FAST, ROTATION].map(PresetId::from).to_vec()
}
