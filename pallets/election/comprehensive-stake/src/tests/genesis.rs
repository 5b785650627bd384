//! Checks of the genesis, and its result.

use super::ledger::*;
use crate::{mock::*, *};
use tp_core::{Balance, TOP};
use tp_sortition::Role;
use tp_stake::{Nodes as _, Voters};

const DEPOSIT: Balance = 500_000 * TOP;

fn a_vote(holder: u8, amount: Balance, days: u32) -> GenesisVote<AccountId> {
	GenesisVote { holder: account(holder), amount, days, unlocks_at: GENESIS_MS + 30 * DAY_MS }
}

#[test]
fn first_nodes_may_stand_at_once() {
	let first = GenesisNode { votes: vec![a_vote(10, 1_000 * TOP, 600)], ..genesis_node(1) };
	build(vec![first, genesis_node(2)]).execute_with(|| {
		check();
		assert_eq!(CurrentParameters::<Test>::get(), PARAMETERS);
		assert!(may_stand(1, Role::Validator) && may_stand(2, Role::Validator));
		assert_eq!(Stake::keys_at(&account(1), 0), Some(keys(1)));
		assert_eq!((free(1), held_deposit(1)), (ENDOWMENT - DEPOSIT, DEPOSIT));
		assert_eq!([assets(1), assets(2)], [DEPOSIT + 1_000 * TOP, DEPOSIT]);
		assert_eq!((free(10), held_votes()), (ENDOWMENT - 1_000 * TOP, 1_000 * TOP));
		assert_eq!(Stake::weight_of(&account(1)), 2_000 * TOP);
		Now::set(GENESIS_MS + 30 * DAY_MS - 1);
		frame_support::assert_noop!(Stake::withdraw_vote(signed(10), 0), Error::<Test>::VoteLocked);
		Now::mutate(|now| *now += 1);
		frame_support::assert_ok!(Stake::withdraw_vote(signed(10), 0));
	});
}

#[test]
fn the_default_genesis_builds() {
	build_with(Parameters::default(), Vec::new()).execute_with(|| {
		check();
		assert_eq!(CurrentParameters::<Test>::get().least_deposits.validator, DEPOSIT);
	});
}

#[test]
fn a_genesis_survives_json() {
	let first = GenesisNode { votes: vec![a_vote(10, 1_000 * TOP, 600)], ..genesis_node(1) };
	let config = GenesisConfig::<Test> { parameters: PARAMETERS, nodes: vec![first], ..Default::default() };
	let written = serde_json::to_value(&config).unwrap();
	let node = &written["nodes"][0];
	assert_eq!(node["networkId"], format!("0x{}", "01".repeat(38)));
	assert_eq!(node["votes"][0]["unlocksAt"], GENESIS_MS + 30 * DAY_MS);
	assert_eq!(written["parameters"]["leastDeposits"]["edge"], 200_000_000_000u64);
	let read: GenesisConfig<Test> = serde_json::from_value(written).unwrap();
	assert_eq!((read.parameters, read.nodes), (config.parameters, config.nodes));
}

#[test]
#[should_panic = "KeysInUse"]
fn one_key_twice_is_refused() {
	build(vec![genesis_node(1), GenesisNode { keys: keys(1), ..genesis_node(2) }]);
}

#[test]
#[should_panic = "DepositTooSmall"]
fn too_small_a_deposit_is_refused() {
	build(vec![GenesisNode { deposit: DEPOSIT - 1, ..genesis_node(1) }]);
}

#[test]
#[should_panic = "NotEnoughFree"]
fn a_deposit_without_balance_is_refused() {
	build(vec![GenesisNode { deposit: ENDOWMENT, ..genesis_node(1) }]);
}

#[test]
#[should_panic = "AlreadyRegistered"]
fn one_controller_twice_is_refused() {
	build(vec![genesis_node(1), GenesisNode { keys: keys(2), ..genesis_node(1) }]);
}

#[test]
#[should_panic = "is longer than 64 bytes"]
fn too_long_a_network_id_is_refused() {
	build(vec![GenesisNode { network_id: vec![0; 65], ..genesis_node(1) }]);
}

#[test]
#[should_panic = "LockTooShort"]
fn too_short_a_vote_is_refused() {
	build(vec![GenesisNode { votes: vec![a_vote(10, TOP, 29)], ..genesis_node(1) }]);
}

#[test]
#[should_panic = "invalid parameters of stake: LeastVoteTooSmall"]
fn unsound_parameters_are_refused() {
	build_with(Parameters { least_vote: 0, ..PARAMETERS }, Vec::new());
}
