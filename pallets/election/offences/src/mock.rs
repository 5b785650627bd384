//! A runtime with this pallet alone. The doubles of the testkit stand in for the other pallets.

use crate as pallet_offences;
use frame_support::{derive_impl, parameter_types, weights::constants::ParityDbWeight};
use frame_system::mocking::MockBlock;
use pallet_testkit::{CommitteeTable, ManualClock, Registry, SlashLog};
use tp_pbft::Epoch;

frame_support::construct_runtime!(pub enum Test { System: frame_system, Offences: pallet_offences });

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
	type Block = MockBlock<Test>;
	type DbWeight = ParityDbWeight;
}

parameter_types! {
	pub static EvidenceEpochs: Epoch = 3;
}

#[derive_impl(pallet_offences::config_preludes::MainChainDefaultConfig<Test>)]
impl pallet_offences::Config for Test {
	type Committees = CommitteeTable;
	type Nodes = Registry;
	type Punish = SlashLog;
	type Clock = ManualClock;
	type EvidenceEpochs = EvidenceEpochs;
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = crate::benchmarking::TestHelper;
}
