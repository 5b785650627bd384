//! A runtime with this pallet alone, on a clock that follows its blocks.

use crate as pallet_computing_power;
use frame_support::{derive_impl, weights::constants::RocksDbWeight};
use frame_system::mocking::MockBlock;
use pallet_testkit::{BlockClock, CandidateList, Registry, RootOrCouncil};

frame_support::construct_runtime!(pub enum Test { System: frame_system, ComputingPower: pallet_computing_power });

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
	type Block = MockBlock<Test>;
	type DbWeight = RocksDbWeight;
}

#[derive_impl(pallet_computing_power::config_preludes::MainChainDefaultConfig<Test>)]
impl pallet_computing_power::Config for Test {
	type Clock = BlockClock<Test>;
	type Nodes = Registry;
	type Candidates = CandidateList;
	type AdminOrigin = RootOrCouncil<u64>;
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = crate::benchmarking::TestHelper;
}
