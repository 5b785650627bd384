//! The scheduler on slots of time: also after the chain stood still.

use super::*;
use frame_support::{traits::Hooks, weights::Weight};
use sp_runtime::{DispatchError, TransactionOutcome};
use std::time::{Duration, Instant};
use top_runtime_common::pallets::SlotsSchedulerWeight;

/// Returns the slot of a time after the present block.
fn slot_in(ms: u64) -> u32 {
	TimeSlots::current() + u32::try_from(ms / 6_000).unwrap()
}

/// Schedules a remark.
fn schedule(when: u32) {
	let call = Box::new(frame_system::Call::remark { remark: when.encode() }.into());
	assert_ok!(Scheduler::schedule(RuntimeOrigin::root(), when, None, 63, call));
}

/// Returns the slots of the tasks that the newest block dispatched.
fn dispatched() -> Vec<u32> {
	let of = |event| match event {
		RuntimeEvent::Scheduler(pallet_scheduler::Event::Dispatched { task: (when, _), result: Ok(()), .. }) => {
			Some(when)
		},
		_ => None,
	};
	System::events().into_iter().filter_map(|record| of(record.event)).collect()
}

#[test]
fn tasks_come_at_their_time_at_any_pace_of_blocks() {
	on_chain(PRODUCTION, |chain| {
		for (pace_ms, blocks) in [(100, 600), (3_000, 20), (60_000, 1)] {
			let when = slot_in(MINUTE_MS);
			schedule(when);
			let mut at = None;
			for _ in 0..blocks + 130 {
				chain.block(pace_ms, []);
				if dispatched().contains(&when) {
					at = Some(TimeSlots::current());
					break;
				}
			}
			// The hooks of a block see the time of the block before.
			let last = when + u32::try_from(pace_ms / 6_000).unwrap();
			assert!(
				at.is_some_and(|at| (when..=last + 1).contains(&at)),
				"{at:?} for {when} in blocks of {pace_ms} ms"
			);
		}
	});
}

#[test]
fn slots_of_a_chain_go_on_from_its_first_block() {
	on_chain(PRODUCTION, |chain| {
		assert_eq!(TimeSlots::current(), 1);
		chain.block(DAY_MS, []);
		assert_eq!(TimeSlots::current(), 14_401);
	});
}

/// Adds a block after a standstill, and returns the weight and the time of the scheduler's next turn.
fn turn(chain: &mut Chain, stood_still_ms: u64) -> (Weight, Duration) {
	chain.block(stood_still_ms, []);
	let number = System::block_number() + 1;
	let started = Instant::now();
	let weight = frame_support::storage::with_transaction(|| {
		System::initialize(&number, &Default::default(), &Default::default());
		TransactionOutcome::Rollback(Ok::<_, DispatchError>(Scheduler::on_initialize(number)))
	});
	(weight.unwrap(), started.elapsed())
}

#[test]
fn a_day_without_blocks_is_caught_up_in_one_block() {
	on_chain(PRODUCTION, |chain| {
		let tasks = [HOUR_MS, 5 * HOUR_MS, 5 * HOUR_MS + 6_000, 23 * HOUR_MS].map(slot_in);
		tasks.into_iter().for_each(schedule);
		let (weight, took) = turn(chain, DAY_MS);
		println!("a day: {} ms of weight, {took:?}", weight.ref_time() / 1_000_000_000);
		assert!(weight.all_lte(SlotsSchedulerWeight::get()), "{weight:?}");
		chain.block(SECOND_MS, []);
		assert_eq!(dispatched(), tasks, "all of them, in their order");
		assert!(!has_event(|event| matches!(
			event,
			RuntimeEvent::Scheduler(pallet_scheduler::Event::AgendaIncomplete { .. })
		)));
	});
}

#[test]
fn a_long_standstill_is_caught_up_block_by_block_and_loses_no_task() {
	on_chain(PRODUCTION, |chain| {
		// A test holds its state in memory, which bounds the length.
		let days = 10;
		let tasks: Vec<u32> = (1..=days).map(|day| slot_in(day * DAY_MS)).collect();
		tasks.iter().copied().for_each(schedule);
		let (weight, took) = turn(chain, days * DAY_MS);
		println!("{days} days: {} ms of weight in a block, {took:?}", weight.ref_time() / 1_000_000_000);
		assert!(weight.all_lte(SlotsSchedulerWeight::get()), "a block does no more than its part: {weight:?}");
		let (mut done, mut blocks) = (Vec::new(), 0);
		while done.len() < tasks.len() {
			// Transfers still fit into each block.
			let dest = Sr25519Keyring::Bob.to_account_id().into();
			let transfer = pallet_balances::Call::transfer_keep_alive { dest, value: tp_core::TOP };
			assert_eq!(chain.block(500, [(Sr25519Keyring::Alice, transfer.into())]), [Ok(())]);
			done.extend(dispatched());
			blocks += 1;
			assert!(blocks < 4 * days, "{} tasks after {blocks} blocks", done.len());
		}
		println!("{days} days: {blocks} blocks");
		assert_eq!(done, tasks);
	});
}
