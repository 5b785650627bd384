//! A runtime with this pallet alone, on a shard.

use crate::{self as pallet_committee, *};
use frame_support::{construct_runtime, derive_impl, parameter_types, traits::Hooks};
use pallet_testkit::{ElectionLog, ManualClock, GENESIS_MS};
use sp_core::H256;
use sp_io::TestExternalities;
use tp_core::ChainTag;
use tp_pbft::{Height, Member, Pace};

construct_runtime! {
	pub enum Test {
		System: frame_system,
		Committee: pallet_committee,
	}
}

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
	type Block = frame_system::mocking::MockBlockU32<Test>;
}

parameter_types! {
	pub const Chain: ChainTag = ChainTag::Shard { zone: 3, incarnation: 5 };
}

#[derive_impl(pallet_committee::config_preludes::LedgerDefaultConfig<Test>)]
impl Config for Test {
	type Chain = Chain;
	type Time = ManualClock;
	type Election = ElectionLog;
}

pallet_testkit::impl_ledger_runtime!(Test, AllPalletsWithSystem, Committee);

pub const PACE: Pace = Pace { block_interval_ms: 100, idle_interval_ms: 3_000, base_timeout_ms: 1_000 };
pub const GENESIS_SEED: [u8; 32] = [9; 32];
/// Blocks of an epoch: tickets close with the third of them, at a block a second.
pub const EPOCH_LENGTH: Height = 5;
pub const EPOCH_MS: u64 = 5_000;
pub const CLOSING_BLOCKS: Height = 2;

/// Returns the members with some numbers.
pub fn members(which: impl IntoIterator<Item = usize>) -> Vec<Member> {
	which.into_iter().map(|at| pallet_testkit::member(u16::try_from(at).unwrap())).collect()
}

pub fn genesis_config(members: Vec<Member>) -> pallet_committee::GenesisConfig<Test> {
	pallet_committee::GenesisConfig {
		members,
		seed: H256(GENESIS_SEED),
		epoch_ms: EPOCH_MS,
		closing_blocks: CLOSING_BLOCKS,
		pace: PACE,
		_config: Default::default(),
	}
}

pub fn build(committee: pallet_committee::GenesisConfig<Test>) -> TestExternalities {
	let mut ledger = pallet_testkit::genesis(RuntimeGenesisConfig { system: Default::default(), committee });
	// The first epoch is as long in blocks as all others, though it begins with the first block's time.
	ledger.execute_with(|| ClosesAt::<Test>::put(GENESIS_MS + 3_000));
	ledger
}

#[test]
fn integrity() {
	Committee::integrity_test();
}
