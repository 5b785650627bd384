//! Genesis presets. Their keys are the well-known development keys: for networks that guard nothing.

use crate::*;
use alloc::{vec, vec::Vec};
use frame_support::build_struct_json_patch;
use serde_json::Value;
use sp_core::H256;
use sp_genesis_builder::PresetId;
use sp_keyring::{Ed25519Keyring, Sr25519Keyring};
use tp_core::TOTAL_SUPPLY;
use tp_pbft::{Height, Member, Pace};

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
/// Blocks of an epoch in the presets: short, so that whoever develops meets their ends.
pub const EPOCH_LENGTH: Height = 20;

/// The seed of the first height in the presets. It need not be secret: the order of primaries is public anyway.
const GENESIS_SEED: [u8; 32] = *b"TOP development seed, no secret!";

/// A member with well-known keys.
fn member(vote: Ed25519Keyring, vrf: Sr25519Keyring) -> Member {
	Member { key: vote.public().into(), vrf: vrf.public().into(), weight: 1 }
}

fn alice() -> Member {
	member(Ed25519Keyring::Alice, Sr25519Keyring::Alice)
}

fn local_members() -> Vec<Member> {
	vec![
		alice(),
		member(Ed25519Keyring::Bob, Sr25519Keyring::Bob),
		member(Ed25519Keyring::Charlie, Sr25519Keyring::Charlie),
		member(Ed25519Keyring::Dave, Sr25519Keyring::Dave),
	]
}

/// All TOP, in equal shares for Alice to Ferdie and their stashes. Alice has the rest of the division.
fn balances() -> Vec<(AccountId, Balance)> {
	let accounts = Sr25519Keyring::well_known().map(Sr25519Keyring::to_account_id).collect::<Vec<_>>();
	let share = TOTAL_SUPPLY / accounts.len() as Balance;
	let rest = TOTAL_SUPPLY % accounts.len() as Balance;
	let alice = Sr25519Keyring::Alice.to_account_id();
	accounts
		.into_iter()
		.map(|account| {
			let balance = if account == alice { share + rest } else { share };
			(account, balance)
		})
		.collect()
}

fn genesis(members: Vec<Member>, pace: Pace) -> Value {
	build_struct_json_patch!(RuntimeGenesisConfig {
		balances: BalancesConfig { balances: balances() },
		committee: CommitteeConfig { members, seed: H256(GENESIS_SEED), epoch_length: EPOCH_LENGTH, pace },
		sudo: SudoConfig { key: Some(Sr25519Keyring::Alice.to_account_id()) },
	})
}

/// The preset of a name, as a JSON patch to the default genesis.
pub fn get_preset(id: &PresetId) -> Option<Vec<u8>> {
	let patch = match id.as_ref() {
		DEVELOPMENT => genesis(vec![alice()], MAIN_PACE),
		LOCAL => genesis(local_members(), MAIN_PACE),
		LOCAL_FAST => genesis(local_members(), FAST_PACE),
		_ => return None,
	};
	let json = serde_json::to_vec(&patch).expect("a JSON value is serializable; qed");
	Some(json)
}

/// The names of all presets.
pub fn preset_names() -> Vec<PresetId> {
	vec![PresetId::from(DEVELOPMENT), PresetId::from(LOCAL), PresetId::from(LOCAL_FAST)]
}
