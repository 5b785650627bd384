//! A ledger with time slots. A test sets the time.

use crate as pallet_time_slots;
use crate::*;
use frame_support::{construct_runtime, derive_impl, traits::Hooks};
use frame_system::mocking::MockBlockU32;
use pallet_testkit::{ManualClock, Now};
use sp_io::TestExternalities;

construct_runtime!(pub enum Test { System: frame_system, TimeSlots: pallet_time_slots });

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
	type Block = MockBlockU32<Test>;
}

#[derive_impl(pallet_time_slots::config_preludes::LedgerDefaultConfig)]
impl Config for Test {
	type Time = ManualClock;
}

/// Returns a ledger of this pace, whose genesis has no time.
pub fn ledger(pace: Pace) -> TestExternalities {
	let time_slots = GenesisConfig { pace, ..Default::default() };
	let ledger = pallet_testkit::genesis(RuntimeGenesisConfig { system: Default::default(), time_slots });
	Now::set(0);
	ledger
}

/// Executes a block with a time, in milliseconds since 1970. Returns the slot before the time is set, and after it.
pub fn block(number: u32, now_ms: u64) -> (u32, u32) {
	System::set_block_number(number);
	TimeSlots::on_initialize(number);
	let before = TimeSlots::current();
	Now::set(now_ms);
	let after = TimeSlots::current();
	TimeSlots::on_finalize(number);
	TimeSlots::do_try_state().unwrap();
	(before, after)
}
