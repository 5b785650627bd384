//! A main chain with this pallet alone. Clock, nodes and their power are doubles; keys and tickets are real.

use crate as pallet_shard_assignment;
use frame_support::{
	derive_impl, parameter_types,
	weights::{
		constants::{ParityDbWeight, WEIGHT_REF_TIME_PER_SECOND},
		Weight,
	},
};
use frame_system::{limits::BlockWeights, mocking::MockBlock};
use pallet_testkit::{ManualClock, ParticipationLog, Registry, RootOrCouncil};

frame_support::construct_runtime!(pub enum Test { System: frame_system, ShardAssignment: pallet_shard_assignment });

parameter_types! {
	/// Two seconds, as in the main chain.
	pub Block2s: BlockWeights = BlockWeights::simple_max(Weight::from_parts(2 * WEIGHT_REF_TIME_PER_SECOND, u64::MAX));
}

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
	type Block = MockBlock<Test>;
	type BlockWeights = Block2s;
	type DbWeight = ParityDbWeight;
}

#[derive_impl(pallet_shard_assignment::config_preludes::MainChainDefaultConfig<Test>)]
impl pallet_shard_assignment::Config for Test {
	type Clock = ManualClock;
	type Nodes = Registry;
	type Power = Registry;
	type OnParticipation = ParticipationLog;
	type AdminOrigin = RootOrCouncil<u64>;
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = crate::benchmarking::TestHelper;
}
