//! Genesis presets, for networks that guard nothing.

use crate::*;
use alloc::{vec, vec::Vec};
use frame_support::build_struct_json_patch;
use serde_json::Value;
use sp_genesis_builder::PresetId;
use top_runtime_common::development::{alice, balances, members, DEVELOPMENT_SHARES, EPOCH_LENGTH, GENESIS_SEED};
use tp_pbft::{Member, Pace};

/// One validator, Alice.
pub const DEVELOPMENT: &str = sp_genesis_builder::DEV_RUNTIME_PRESET;
/// Four validators: Alice, Bob, Charlie and Dave.
pub const LOCAL: &str = "local";
/// The four, at a pace at which thousands of blocks take minutes: for tests of sync.
pub const LOCAL_FAST: &str = "local-fast";

/// The main chain's pace.
pub const MAIN_PACE: Pace = Pace { block_interval_ms: 500, idle_interval_ms: 3_000, base_timeout_ms: 1_000 };
/// The pace of [`LOCAL_FAST`]. The timeout stays: it is about the machine, not about the pace.
pub const FAST_PACE: Pace = Pace { block_interval_ms: 20, idle_interval_ms: 50, base_timeout_ms: 1_000 };

fn genesis(members: Vec<Member>, pace: Pace) -> Value {
	build_struct_json_patch!(RuntimeGenesisConfig {
		balances: BalancesConfig { balances: balances() },
		committee: CommitteeConfig { members, seed: GENESIS_SEED, epoch_length: EPOCH_LENGTH, pace },
		quota: QuotaConfig { rules: Some(DEVELOPMENT_SHARES) },
		sudo: SudoConfig { key: Some(alice()) },
	})
}

/// The preset of a name, as a JSON patch to the default genesis.
pub fn get_preset(id: &PresetId) -> Option<Vec<u8>> {
	let patch = match id.as_ref() {
		DEVELOPMENT => genesis(members(1), MAIN_PACE),
		LOCAL => genesis(members(4), MAIN_PACE),
		LOCAL_FAST => genesis(members(4), FAST_PACE),
		_ => return None,
	};
	Some(serde_json::to_vec(&patch).expect("a JSON value is serializable; qed"))
}

/// The names of all presets.
pub fn preset_names() -> Vec<PresetId> {
	vec![PresetId::from(DEVELOPMENT), PresetId::from(LOCAL), PresetId::from(LOCAL_FAST)]
}
