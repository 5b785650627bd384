//! Genesis presets, for networks that guard nothing, and one to begin a network with.

use crate::configs::{TreasuryAccount, COUNCIL_SIZE};
use alloc::vec::Vec;
use sp_genesis_builder::PresetId;
use top_runtime_common::development::{self, members};
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
/// The four of [`LOCAL`] without a sudo key: a referendum of a day lasts 2 s.
pub const GOVERNED: &str = "governed";
/// Four registered nodes, no sudo key, and all spans as they are in production. An operator replaces accounts and keys.
pub const PRODUCTION: &str = "production";

/// The main chain's pace.
pub const MAIN_PACE: Pace = Pace { block_interval_ms: 500, idle_interval_ms: 3_000, base_timeout_ms: 1_000 };
/// The pace of [`LOCAL_FAST`]. The timeout stays, since it depends on the machine and not on the pace.
pub const FAST_PACE: Pace = Pace { block_interval_ms: 20, idle_interval_ms: 50, base_timeout_ms: 1_000 };
/// The pace of [`ROTATION`], at which epochs take some seconds.
pub const ROTATION_PACE: Pace = Pace { block_interval_ms: 200, idle_interval_ms: 1_000, base_timeout_ms: 1_000 };

/// Returns a preset: a JSON patch to the default genesis.
pub fn get_preset(id: &PresetId) -> Option<Vec<u8>> {
	let ledger = match id.as_ref() {
		DEVELOPMENT => development::genesis(&members(1), MAIN_PACE),
		LOCAL => development::genesis(&members(4), MAIN_PACE),
		LOCAL_FAST => development::genesis(&members(4), FAST_PACE),
		ROTATION => development::rotation(ROTATION_PACE),
		GOVERNED => development::without_sudo(&members(4), MAIN_PACE),
		PRODUCTION => development::production(MAIN_PACE),
		_ => return None,
	};
	Some(development::preset(&development::governed(ledger, COUNCIL_SIZE, TreasuryAccount::get())))
}

/// Returns the names of all presets.
pub fn preset_names() -> Vec<PresetId> {
	[DEVELOPMENT, LOCAL, LOCAL_FAST, ROTATION, GOVERNED, PRODUCTION].map(PresetId::from).to_vec()
}
