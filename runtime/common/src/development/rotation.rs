//! The main chain of a test network whose committee is drawn again each epoch, alone or with the committees of a zone and its shards.

use super::{
	alice, balances_of, genesis, merge, node, node_account, node_keys, with_zones, Balance, Member, NodeKeys, Pace,
	Value, EPOCH_BLOCKS, TOTAL_SUPPLY,
};
use alloc::vec::Vec;
use serde_json::json;
use tp_core::{AccountId, ChainTag, Hash, TOP};
use tp_sortition::Role;

/// Nodes that the genesis registers. More can register, as many as there are controllers.
const REGISTERED: u16 = 9;
/// The same where the committees of a zone and of two shards are drawn: two more than have seats.
const REGISTERED_WITH_ZONE: u16 = 10;
/// The time of an epoch there, in milliseconds: news of committees go through the zone to the shards.
const EPOCH_MS_WITH_ZONE: u64 = 30_000;
/// The epochs for which committees are kept there. A ledger that stood still for longer needs government to go on.
const HISTORY_WITH_ZONE: u32 = 64;
/// Controllers with a balance.
const CONTROLLERS: u16 = 16;
/// The balance of a controller.
const CONTROLLER_BALANCE: Balance = 10_000 * TOP;
/// The least deposit of a router. A validator's is half of it.
const DEPOSIT: Balance = 1_000 * TOP;
/// The least deposit of a node that offers both roles.
const DEPOSIT_OF_BOTH: Balance = DEPOSIT + DEPOSIT / 2;
/// Seats of the main chain's committee.
const SEATS: u32 = 4;
/// The part of the supply that is mined over the years, in percent.
const RESERVE_PERCENT: u32 = 38;

/// Returns the patch of a main chain whose committee of four is drawn from the registered nodes. The first four of them are
/// its first committee.
pub fn rotation(pace: Pace) -> Value {
	main_chain(pace, REGISTERED)
}

/// Returns the same with committees of four for zone 0 and two shards, which nodes run beside it. A node may sit in one committee of
/// routers, and in one of validators.
pub fn drawn(pace: Pace) -> Value {
	let [one, two] = [0, 1].map(|incarnation| ChainTag::Shard { zone: 0, incarnation });
	let ledger =
		|chain: ChainTag, role: Role| (chain, json!({ "seats": SEATS, "role": role, "genesisHash": Hash::zero() }));
	let patch = json!({
		"committee": { "epochMs": EPOCH_MS_WITH_ZONE },
		"shardAssignment": {
			// The genesis of a derived ledger binds that of the main chain, which cannot name it.
			"ledgers": [
				ledger(ChainTag::Main, Role::Router),
				ledger(ChainTag::Zone(0), Role::Router),
				ledger(one, Role::Validator),
				ledger(two, Role::Validator),
			],
			"firstCommittees": [
				(ChainTag::Zone(0), seated(5..=8)),
				(one, seated([1, 3, 5, 7])),
				(two, seated([2, 4, 6, 8])),
			],
			"history": HISTORY_WITH_ZONE,
		},
	});
	with_zones(merge(main_chain(pace, REGISTERED_WITH_ZONE), patch))
}

/// Returns nodes with their members.
fn seated(numbers: impl IntoIterator<Item = u16>) -> Vec<(AccountId, Member)> {
	let seat = |number: u16| {
		let NodeKeys { pbft, vrf } = node_keys(number);
		(node_account(number), Member { key: pbft, vrf, weight: 1 })
	};
	numbers.into_iter().map(seat).collect()
}

fn main_chain(pace: Pace, registered: u16) -> Value {
	let seated = seated((1..=registered).take(SEATS as usize));
	let members: Vec<Member> = seated.iter().map(|(_, member)| member.clone()).collect();
	let reserve = TOTAL_SUPPLY / 100 * Balance::from(RESERVE_PERCENT);
	let mined = TOTAL_SUPPLY / 100 * Balance::from(100 - RESERVE_PERCENT);
	let mut balances = balances_of(mined - Balance::from(CONTROLLERS) * CONTROLLER_BALANCE);
	balances.extend((1..=CONTROLLERS).map(|number| (node_account(number), CONTROLLER_BALANCE)));
	let patch = json!({
		"balances": { "balances": balances },
		"comprehensiveStake": {
			"parameters": {
				"leastDeposits": {
					"edge": DEPOSIT / 5, "router": DEPOSIT, "validator": DEPOSIT / 2, "archive": DEPOSIT,
				},
				"leastVote": TOP,
				"leaveDelayMs": 10_000,
				"evidenceEpochs": 4,
				"slashDelayEpochs": 1,
			},
			"nodes": (1..=registered).map(registered_node).collect::<Vec<_>>(),
		},
		// Lanes of a hundredth of a second, since all nodes of such a network share a few cores.
		"computingPower": {
			"parameters": {
				"window": EPOCH_BLOCKS / 2,
				"delay": 2,
				"shape": { "segmentsPerLane": 64, "stepsPerSegment": 1_024 },
				"required": { "edge": 1, "router": 2, "validator": 2, "archive": 1 },
			},
		},
		"shardAssignment": {
			"ledgers": [
				[ChainTag::Main, { "seats": SEATS, "role": Role::Router, "genesisHash": Hash::zero() }],
			],
			"committee": seated,
			"allowBoth": true,
			"history": 8,
		},
		"rewards": { "reserve": reserve },
	});
	merge(genesis(&members, pace), patch)
}

/// Returns a registered node.
fn registered_node(number: u16) -> Value {
	// Different deposits, up to twice as much, show that draws follow them.
	let deposit = DEPOSIT_OF_BOTH + DEPOSIT_OF_BOTH / 8 * Balance::from(number - 1);
	node(number, deposit, json!([{ "holder": alice(), "amount": 200 * TOP, "days": 30, "unlocksAt": 0 }]))
}
