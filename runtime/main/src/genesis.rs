//! Genesis presets, for networks that guard nothing, and one to begin a network with.

use crate::configs::{TreasuryAccount, COUNCIL_SIZE};
use alloc::vec::Vec;
use sp_genesis_builder::PresetId;
use top_runtime_common::development::{self, members, with_zones};
pub use top_runtime_common::development::{FAST_PACE, MAIN_PACE, ROTATION_PACE};

/// One validator, Alice.
pub const DEVELOPMENT: &str = sp_genesis_builder::DEV_RUNTIME_PRESET;
/// Four validators: Alice, Bob, Charlie and Dave.
pub const LOCAL: &str = "local";
/// The same four at a pace of thousands of blocks in minutes, for tests of sync.
pub const LOCAL_FAST: &str = "local-fast";
/// Nine registered nodes and up to seven more, of which a committee of four is drawn each epoch. The first four are the first one.
pub const ROTATION: &str = "rotation";
/// Ten registered nodes, of which the committees of the main chain, of zone 0 and of two shards are drawn each epoch, four members each.
pub const DRAWN: &str = "drawn";
/// The four of [`LOCAL`] without a sudo key: a referendum of a day lasts 2 s.
pub const GOVERNED: &str = "governed";
/// Four registered nodes, no sudo key, and all spans as they are in production. An operator replaces accounts and keys.
pub const PRODUCTION: &str = "production";

/// Returns a preset: a JSON patch to the default genesis.
pub fn get_preset(id: &PresetId) -> Option<Vec<u8>> {
	let ledger = match id.as_ref() {
		DEVELOPMENT => with_zones(development::genesis(&members(1), MAIN_PACE)),
		LOCAL => with_zones(development::genesis(&members(4), MAIN_PACE)),
		LOCAL_FAST => with_zones(development::genesis(&members(4), FAST_PACE)),
		ROTATION => development::rotation(ROTATION_PACE),
		DRAWN => development::drawn(ROTATION_PACE),
		GOVERNED => with_zones(development::without_sudo(&members(4), MAIN_PACE)),
		PRODUCTION => development::production(MAIN_PACE),
		_ => return None,
	};
	Some(development::preset(&development::governed(ledger, COUNCIL_SIZE, TreasuryAccount::get())))
}

/// Returns the names of all presets.
pub fn preset_names() -> Vec<PresetId> {
	[DEVELOPMENT, LOCAL, LOCAL_FAST, ROTATION, DRAWN, GOVERNED, PRODUCTION].map(PresetId::from).to_vec()
}
