//! Genesis presets, for networks that guard nothing.

use crate::{configs::COUNCIL_SIZE, *};
use alloc::{vec, vec::Vec};
use frame_support::build_struct_json_patch;
use pallet_comprehensive_stake::{GenesisNode, GenesisVote, LeastDeposits, Parameters};
use pallet_shard_assignment::LedgerParams;
use serde_json::Value;
use sp_genesis_builder::PresetId;
use sp_keyring::Sr25519Keyring;
use sp_runtime::Perbill;
use top_runtime_common::development::{
	alice, balances, balances_of, members, node_account, node_keys, DEVELOPMENT_SHARES, EPOCH_LENGTH, GENESIS_SEED,
};
use tp_core::{ChainTag, TOP, TOTAL_SUPPLY};
use tp_pbft::{Member, Pace};
use tp_sortition::{Role, Roles};
use tp_stake::NodeKeys;

/// One validator, Alice.
pub const DEVELOPMENT: &str = sp_genesis_builder::DEV_RUNTIME_PRESET;
/// Four validators: Alice, Bob, Charlie and Dave.
pub const LOCAL: &str = "local";
/// The four, at a pace at which thousands of blocks take minutes: for tests of sync.
pub const LOCAL_FAST: &str = "local-fast";

/// Nodes whose committee of four is drawn anew each epoch: the first four of nine that the genesis registers. A tenth, and
/// as many more as there are keys, can register.
pub const ROTATION: &str = "rotation";

/// The main chain's pace.
pub const MAIN_PACE: Pace = Pace { block_interval_ms: 500, idle_interval_ms: 3_000, base_timeout_ms: 1_000 };
/// The pace of [`LOCAL_FAST`]. The timeout stays: it is about the machine, not about the pace.
pub const FAST_PACE: Pace = Pace { block_interval_ms: 20, idle_interval_ms: 50, base_timeout_ms: 1_000 };

/// The pace of [`ROTATION`]: epochs of some seconds.
pub const ROTATION_PACE: Pace = Pace { block_interval_ms: 200, idle_interval_ms: 1_000, base_timeout_ms: 1_000 };
/// Nodes that the genesis of [`ROTATION`] registers.
const REGISTERED: u16 = 9;
/// Controllers in [`ROTATION`] that have a balance.
const CONTROLLERS: u16 = 16;
/// Of the supply, what is mined over the years.
const RESERVE_PERCENT: u32 = 38;
/// What each of them has, and what registered nodes deposit, at least.
const CONTROLLER_BALANCE: Balance = 10_000 * TOP;
const DEPOSIT: Balance = 1_000 * TOP;
/// Seats of the main chain's committee.
const SEATS: u32 = 4;

fn rotation() -> Value {
	let nodes: Vec<GenesisNode> = (1..=REGISTERED)
		.map(|number| GenesisNode {
			controller: node_account(number),
			roles: Roles::of(&[Role::Router, Role::Validator]),
			keys: node_keys(number),
			network_id: b"made at its first start".to_vec(),
			// Some have more, up to twice as much: so that draws can be seen to follow it.
			deposit: DEPOSIT + DEPOSIT / 8 * Balance::from(number - 1),
			dividend: Perbill::from_percent(10),
			votes: vec![GenesisVote { holder: alice(), amount: 200 * TOP, days: 30, unlocks_at: 0 }],
		})
		.collect();
	let seated: Vec<(AccountId, Member)> = nodes
		.iter()
		.take(SEATS as usize)
		.map(|node| {
			let NodeKeys { pbft, vrf } = node.keys.clone();
			(node.controller.clone(), Member { key: pbft, vrf, weight: 1 })
		})
		.collect();
	// What is not mined yet is nobody's.
	let controllers = Balance::from(CONTROLLERS) * CONTROLLER_BALANCE;
	let mined = TOTAL_SUPPLY / 100 * Balance::from(100 - RESERVE_PERCENT);
	let mut balances = balances_of(mined - controllers);
	balances.extend((1..=CONTROLLERS).map(|number| (node_account(number), CONTROLLER_BALANCE)));
	let parameters = Parameters {
		least_deposits: LeastDeposits { edge: DEPOSIT / 5, router: DEPOSIT, validator: DEPOSIT / 2, archive: DEPOSIT },
		least_vote: TOP,
		leave_delay_ms: 10_000,
		evidence_epochs: 4,
		slash_delay_epochs: 1,
	};
	build_struct_json_patch!(RuntimeGenesisConfig {
		balances: BalancesConfig { balances },
		committee: CommitteeConfig {
			members: seated.iter().map(|(_, member)| member.clone()).collect::<Vec<_>>(),
			seed: GENESIS_SEED,
			epoch_length: EPOCH_LENGTH,
			pace: ROTATION_PACE
		},
		quota: QuotaConfig { rules: Some(DEVELOPMENT_SHARES) },
		sudo: SudoConfig { key: Some(alice()) },
		council: CouncilConfig { members: council() },
		comprehensive_stake: ComprehensiveStakeConfig { parameters, nodes },
		computing_power: ComputingPowerConfig { parameters: small_lanes() },
		shard_assignment: ShardAssignmentConfig {
			ledgers: vec![(
				ChainTag::Main,
				LedgerParams { seats: SEATS, role: Role::Router, genesis_hash: Hash::zero() }
			)],
			committee: seated,
			allow_both: true,
			history: 8,
		},
		rewards: RewardsConfig { reserve: TOTAL_SUPPLY / 100 * Balance::from(RESERVE_PERCENT) },
	})
}

/// Lanes of a hundredth of a second, since all nodes of such a network share a few cores.
fn small_lanes() -> pallet_computing_power::Parameters {
	pallet_computing_power::Parameters {
		window: EPOCH_LENGTH / 2,
		delay: 2,
		shape: tp_power::Shape { segments_per_lane: 64, steps_per_segment: 1_024 },
		required: pallet_computing_power::RequiredLanes { edge: 1, router: 2, validator: 2, archive: 1 },
	}
}

/// The first council: seven of the well-known accounts.
fn council() -> Vec<AccountId> {
	Sr25519Keyring::well_known().take(COUNCIL_SIZE as usize).map(Sr25519Keyring::to_account_id).collect()
}

fn genesis(members: Vec<Member>, pace: Pace) -> Value {
	build_struct_json_patch!(RuntimeGenesisConfig {
		balances: BalancesConfig { balances: balances() },
		committee: CommitteeConfig { members, seed: GENESIS_SEED, epoch_length: EPOCH_LENGTH, pace },
		quota: QuotaConfig { rules: Some(DEVELOPMENT_SHARES) },
		sudo: SudoConfig { key: Some(alice()) },
		council: CouncilConfig { members: council() },
	})
}

/// The preset of a name, as a JSON patch to the default genesis.
pub fn get_preset(id: &PresetId) -> Option<Vec<u8>> {
	let patch = match id.as_ref() {
		DEVELOPMENT => genesis(members(1), MAIN_PACE),
		LOCAL => genesis(members(4), MAIN_PACE),
		LOCAL_FAST => genesis(members(4), FAST_PACE),
		ROTATION => rotation(),
		_ => return None,
	};
	Some(serde_json::to_vec(&patch).expect("a JSON value is serializable; qed"))
}

/// The names of all presets.
pub fn preset_names() -> Vec<PresetId> {
	[DEVELOPMENT, LOCAL, LOCAL_FAST, ROTATION].map(PresetId::from).to_vec()
}
