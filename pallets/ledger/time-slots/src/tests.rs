//! Slots follow the time, and spans the pace.

use crate::{mock::*, *};
use frame_support::traits::Get;
use pallet_testkit::GENESIS_MS;
use sp_runtime::traits::BlockNumberProvider;

const FAST: Pace = Pace { slot_ms: 500, day_slots: 2 };

#[test]
fn slots_follow_the_time_from_the_first_block_on() {
	ledger(FAST).execute_with(|| {
		assert_eq!(TimeSlots::current(), 0, "the genesis has no time");
		assert_eq!(block(1, GENESIS_MS), (1, 1), "the first block has the slot of its number");
		assert_eq!(block(2, GENESIS_MS + 499), (1, 1));
		assert_eq!(block(3, GENESIS_MS + 500), (1, 2), "a block sees its own time once it is set");
		assert_eq!(block(4, GENESIS_MS + 500), (2, 2));
		assert_eq!(block(5, GENESIS_MS + 86_400_000), (2, 1 + 172_800), "a day without blocks has its slots");
		assert_eq!(<TimeSlots as BlockNumberProvider>::current_block_number(), 172_801);
	});
}

#[test]
fn slots_of_an_upgraded_chain_go_on_from_its_block_number() {
	ledger(Pace::NETWORK).execute_with(|| {
		pallet_testkit::Now::set(GENESIS_MS);
		System::set_block_number(70_000);
		assert_eq!(TimeSlots::current(), 70_000, "as before the upgrade");
		assert_eq!(block(70_001, GENESIS_MS + 1), (70_001, 70_001));
		assert_eq!(block(70_002, GENESIS_MS + 6_001), (70_001, 70_002));
		assert_eq!(block(70_003, GENESIS_MS + 60_001), (70_002, 70_011));
	});
}

#[test]
fn a_clock_that_goes_back_leaves_the_first_slot() {
	ledger(FAST).execute_with(|| {
		block(1, GENESIS_MS);
		pallet_testkit::Now::set(GENESIS_MS - 1);
		assert_eq!(TimeSlots::current(), 1);
		pallet_testkit::Now::set(u64::MAX);
		assert_eq!(TimeSlots::current(), u32::MAX, "slots saturate");
		pallet_testkit::Now::set(GENESIS_MS);
	});
}

#[test]
fn spans_are_days_of_the_pace() {
	ledger(Pace::NETWORK).execute_with(|| {
		assert_eq!(<Span<Test, 1> as Get<u32>>::get(), 10);
		assert_eq!(<Span<Test, HOUR> as Get<u32>>::get(), 600);
		assert_eq!(<Span<Test, { 28 * DAY }> as Get<u32>>::get(), 28 * 14_400);
		assert_eq!(Pace::NETWORK.slots(DAY) * u64::from(Pace::NETWORK.slot_ms), 86_400_000, "a day lasts a day");
	});
	ledger(FAST).execute_with(|| {
		assert_eq!(<Span<Test, { 28 * DAY }> as Get<u32>>::get(), 56);
		assert_eq!(<Span<Test, { 13 * HOUR }> as Get<u32>>::get(), 2, "rounded up");
		assert_eq!(<Span<Test, 0> as Get<u32>>::get(), 1, "at least a slot");
	});
	assert_eq!(
		Pace { slot_ms: 1, day_slots: u32::MAX }.slots(u32::MAX) as u128,
		(u32::MAX as u128).pow(2).div_ceil(1_440)
	);
}

#[test]
#[should_panic = "a slot of the genesis has no length, or a day no slots"]
fn a_genesis_without_slots_is_refused() {
	ledger(Pace { slot_ms: 0, day_slots: 1 });
}

#[test]
#[should_panic = "a slot of the genesis has no length, or a day no slots"]
fn a_genesis_without_days_is_refused() {
	ledger(Pace { slot_ms: 1, day_slots: 0 });
}

#[test]
fn a_genesis_is_written_as_clients_read_it() {
	let config = GenesisConfig::<Test>::default();
	let written = serde_json::to_value(&config).unwrap();
	assert_eq!(written["pace"]["slotMs"], 6_000);
	assert_eq!(written["pace"]["daySlots"], 14_400);
}

#[test]
fn tests_and_benchmarks_set_the_slot() {
	ledger(FAST).execute_with(|| {
		block(1, GENESIS_MS);
		TimeSlots::set_block_number(77);
		assert_eq!(TimeSlots::current(), 77);
		assert_eq!(block(2, GENESIS_MS + 1_000), (77, 79));
	});
}
