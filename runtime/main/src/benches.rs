//! The pallets that are measured, and the committees, nodes and votes that their benchmarks need.

use crate::*;
use alloc::{vec, vec::Vec};
use frame_support::{traits::fungible::Mutate, Hashable};
use pallet_comprehensive_stake::GenesisNode;
use sp_core::{crypto::UncheckedFrom, sr25519};
use sp_runtime::Perbill;
use tp_core::{ChainTag, TOP};
use tp_pbft::{Domain, Epoch, Member, PbftId, VrfId};
use tp_sortition::{Role, Roles};
use tp_stake::{EpochClock, NodeKeys, Seat};

frame_benchmarking::define_benchmarks!(
	[frame_benchmarking, BaselineBench::<Runtime>]
	[pallet_balances, Balances]
	[pallet_collective, Council]
	[pallet_committee, Committee]
	[pallet_comprehensive_stake, ComprehensiveStake]
	[pallet_computing_power, ComputingPower]
	[pallet_multisig, Multisig]
	[pallet_offences, Offences]
	[pallet_preimage, Preimage]
	[pallet_proxy, Proxy]
	[pallet_quota, Quota]
	[pallet_rewards, Rewards]
	[pallet_scheduler, Scheduler]
	[pallet_shard_assignment, ShardAssignment]
	[pallet_sudo, Sudo]
	[pallet_timestamp, Timestamp]
	[pallet_utility, Utility]
);

/// Sets up other pallets for a benchmark.
pub struct Helper;

/// Registers a node with all roles, whose keys are valid from the first epoch on.
fn register(node: AccountId, keys: NodeKeys) -> AccountId {
	let deposit = 2_000_000 * TOP;
	Balances::set_balance(&node, 2 * deposit);
	ComprehensiveStake::add_genesis_node(GenesisNode {
		controller: node.clone(),
		roles: Roles::of(&Role::ALL),
		keys,
		network_id: vec![1],
		deposit,
		dividend: Perbill::from_percent(10),
		votes: vec![],
	});
	node
}

/// Returns keys that differ by their seed, and belong to no secret.
fn keys(seed: &[u8; 32]) -> NodeKeys {
	let vote = sp_core::ed25519::Public::unchecked_from(*seed);
	NodeKeys { pbft: PbftId::from(vote), vrf: VrfId::from(sr25519::Public::unchecked_from(*seed)) }
}

impl pallet_computing_power::BenchmarkHelper<AccountId> for Helper {
	fn register(keys: NodeKeys) -> AccountId {
		register(frame_benchmarking::account("node", 0, 0), keys)
	}
}

impl pallet_shard_assignment::BenchmarkHelper<AccountId> for Helper {
	fn register(index: u32, keys: NodeKeys) -> AccountId {
		register(frame_benchmarking::account("node", index, 1), keys)
	}
}

impl pallet_offences::BenchmarkHelper<AccountId> for Helper {
	fn make_committee(members: Vec<Member>) -> Domain {
		let seats = (0..).zip(members).map(|(index, member)| {
			let keys = NodeKeys { pbft: member.key.clone(), vrf: member.vrf.clone() };
			let node = register(frame_benchmarking::account("member", index, 2), keys);
			Seat { node: Some(node), member, since: 0 }
		});
		let seats: Vec<Seat> = seats.collect();
		ShardAssignment::set_committee(ChainTag::Main, Committee::epoch(), &seats);
		Domain { chain: ChainTag::Main, genesis: System::block_hash(0) }
	}

	fn make_node(keys: NodeKeys) -> AccountId {
		register(frame_benchmarking::account("reporter", 0, 3), keys)
	}

	fn set_epoch(epoch: Epoch) {
		pallet_committee::CurrentCommittee::<Runtime>::mutate(|committee| {
			if let Some(committee) = committee {
				committee.epoch = epoch;
			}
		});
	}
}

impl pallet_rewards::BenchmarkHelper<AccountId> for Helper {
	fn make_votes(holder: &AccountId, nodes: u32) -> Vec<AccountId> {
		Balances::set_balance(holder, 1_000_000 * TOP);
		let votes = (0..nodes).map(|index| {
			let node: AccountId = frame_benchmarking::account("voted", index, 4);
			let seed = node.blake2_256();
			register(node.clone(), keys(&seed));
			let origin = RuntimeOrigin::signed(holder.clone());
			ComprehensiveStake::vote(origin, node.clone(), 10 * TOP, 30)
				.expect("the holder has enough to vote with; qed");
			node
		});
		votes.collect()
	}

	fn set_time(now_ms: u64) {
		pallet_timestamp::Now::<Runtime>::put(now_ms);
	}
}
