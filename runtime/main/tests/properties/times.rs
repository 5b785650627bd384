//! Times that go wrong: a standstill, blocks that stay full, and primaries that stamp ahead. Epochs, issue and rewards come out
//! right to the last unit.

use super::{
	on_preset,
	rotation::{assert_books_balance, Network},
};
use pallet_rewards::{CurrentTotals, CurrentYear, PaidUntil, Reserve, Year};
use top_main_runtime::{genesis::ROTATION, *};
use tp_core::Balance;
use tp_stake::EpochClock;

const DAY_MS: u64 = 24 * 60 * 60 * 1_000;
/// How far ahead of its clock a node accepts a block: a primary cannot stamp more.
const MOST_AHEAD_MS: u64 = 30_000;
/// Blocks of an epoch of 20 s at one a second, its closing blocks, and the block that closes its tickets.
const MOST_BLOCKS: u32 = 20 + 3 + 1;

/// Adds the blocks of an epoch. Returns their number, and the budget that the epoch was paid.
fn epoch(network: &mut Network) -> (u32, Balance) {
	let (first, next) = (System::block_number(), Committee::epoch() + 1);
	let paid_before = paid_epochs();
	network.until_epoch(next);
	network.block();
	assert_books_balance();
	let history: Vec<_> = pallet_rewards::History::<Runtime>::iter_values().collect();
	assert_eq!(paid_epochs(), paid_before + 1, "each epoch is paid once");
	let newest = history.iter().max_by_key(|rewards| rewards.epoch).expect("an epoch is paid");
	assert_eq!(newest.epoch + 1, next);
	assert!(newest.paid > 0 && newest.paid <= newest.budget, "{newest:?}");
	assert_eq!(newest.issued, CurrentTotals::<Runtime>::get().issued);
	(System::block_number() - first, newest.budget)
}

fn paid_epochs() -> u64 {
	pallet_rewards::History::<Runtime>::iter_values().map(|rewards| rewards.epoch + 1).max().unwrap_or_default()
}

#[test]
fn standstill_full_blocks_and_stamps_ahead_change_no_unit_of_the_issue() {
	on_preset(ROTATION, || {
		let mut network = Network::new();
		network.block();
		let (begin, opening) = (PaidUntil::<Runtime>::get().unwrap(), Reserve::<Runtime>::get());
		let mut budgets = Vec::new();
		let mut take = |name: &str, network: &mut Network| {
			let (blocks, budget) = epoch(network);
			println!("{name}: {blocks} blocks, a budget of {budget}");
			assert!((3..=MOST_BLOCKS).contains(&blocks), "{name}: {blocks} blocks");
			budgets.push(budget);
			(blocks, budget)
		};
		for _ in 0..3 {
			take("usual", &mut network);
		}

		// One long epoch, not a row of empty ones.
		network.clock_ms += DAY_MS;
		let (blocks, budget) = take("after a day without a block", &mut network);
		assert!(blocks <= 3 + 2, "its tickets close at once");
		assert!(budget > 1_000 * budget_of_20_s());
		let (usual, _) = take("usual again", &mut network);

		network.is_full = true;
		let (blocks, _) = take("full", &mut network);
		assert_eq!(blocks, usual, "tickets, proofs and rewards have room beside ordinary extrinsics");
		network.is_full = false;

		network.ahead_ms = MOST_AHEAD_MS;
		take("stamped ahead", &mut network);
		take("stamped ahead for longer", &mut network);
		network.ahead_ms = 0;
		// The chain's time waits until the clocks have reached it.
		network.clock_ms += MOST_AHEAD_MS;
		take("usual at the end", &mut network);

		// All that was budgeted is the issue of the whole chain time, as if it had been one epoch.
		let elapsed = PaidUntil::<Runtime>::get().unwrap() - begin;
		let parameters = pallet_rewards::CurrentParameters::<Runtime>::get();
		let whole = Year::starting(0, opening).advance(&parameters, opening, elapsed);
		assert_eq!(budgets.iter().sum::<Balance>(), whole);
		assert_eq!(CurrentYear::<Runtime>::get().elapsed_ms, elapsed);
	});
}

/// Returns the budget of an epoch of 20 s from now on.
fn budget_of_20_s() -> Balance {
	let parameters = pallet_rewards::CurrentParameters::<Runtime>::get();
	let mut year = CurrentYear::<Runtime>::get();
	year.advance(&parameters, Reserve::<Runtime>::get(), 20_000)
}
