//! A ledger that follows a zone, a shard and the main chain, whose committees have four members each.

#[path = "tests/committees.rs"]
mod committees;

pub use committees::{first_key, members, neighbour, Begun, DrawnHere, SHARD, ZONE};

use crate::{self as pallet_beacon, *};
use frame_support::{construct_runtime, derive_impl, parameter_types};
use sp_io::TestExternalities;
use tp_core::ChainTag;
use tp_pbft::Epoch;
use tp_stake::OwnEpoch;

construct_runtime! {
	pub enum Test {
		System: frame_system,
		Beacon: pallet_beacon,
	}
}

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
	type Block = frame_system::mocking::MockBlockU32<Test>;
}

parameter_types! {
	/// The ledger itself with its epoch.
	pub static Own: Option<(ChainTag, Epoch)> = None;
	/// The block's time in milliseconds.
	pub static NowMs: u64 = 0;
}

/// Where the ledger stands, as a test says.
pub struct OwnStand;
impl OwnEpoch for OwnStand {
	fn own_epoch() -> Option<(ChainTag, Epoch)> {
		Own::get()
	}
}

#[derive_impl(pallet_beacon::config_preludes::LedgerDefaultConfig<Test>)]
impl Config for Test {
	type Own = OwnStand;
	type Drawn = DrawnHere;
	type Now = NowMs;
}

/// Runs a test in an open block, and checks the invariants after it.
pub fn in_block(test: impl FnOnce()) {
	let neighbours = [ChainTag::Main, ZONE, SHARD].map(neighbour).to_vec();
	let beacon = pallet_beacon::GenesisConfig { neighbours, ..Default::default() };
	let mut ledger: TestExternalities =
		pallet_testkit::genesis(RuntimeGenesisConfig { system: Default::default(), beacon });
	Own::set(None);
	Begun::set(None);
	NowMs::set(0);
	ledger.execute_with(|| {
		next_block();
		test();
		pallet_testkit::close_block::<Test, AllPalletsWithSystem>();
		Beacon::do_try_state().unwrap();
	});
}

/// Ends the block, if one is open, and opens the next.
pub fn next_block() {
	if System::block_number() > 0 {
		pallet_testkit::close_block::<Test, AllPalletsWithSystem>();
	}
	pallet_testkit::open_block::<Test, AllPalletsWithSystem>();
}
