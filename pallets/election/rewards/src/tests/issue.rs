//! The issue of years, and clocks that jump or go back.

use super::*;
use frame_support::traits::{
	fungible::Mutate,
	tokens::{Fortitude, Precision, Preservation},
};

/// Returns issue and remaining reserve of years whose epochs last 6 h and issue the maximum.
fn years(count: u32) -> Vec<(Balance, Balance)> {
	let parameters = Parameters::default();
	let (mut reserve, mut year) = (RESERVE, Year::starting(0, RESERVE));
	(0..count)
		.map(|number| {
			let budgets = (0..YEAR_MS / EPOCH_MS).map(|_| {
				let budget = year.advance(&parameters, reserve, EPOCH_MS);
				reserve = reserve.saturating_sub(budget);
				budget
			});
			let sum = budgets.sum();
			assert_eq!((year.number, year.elapsed_ms), (number, YEAR_MS));
			(sum, reserve)
		})
		.collect()
}

#[test]
fn years_issue_the_expected_amounts() {
	let years = years(25);
	for (number, (issued, reserve)) in (1..).zip(&years) {
		println!("year {number:2}: issued {:11} TOP, reserve {:13} TOP", issued / TOP, reserve / TOP);
	}
	assert_eq!(years[0], (608_000_000 * TOP, 6_992_000_000 * TOP));
	// The issue is exactly 8 % of the remaining reserve.
	assert_eq!(years[1].0, 559_360_000 * TOP);
	assert_eq!(years[2].0, 514_611_200 * TOP);

	let floor = TOTAL_SUPPLY / 50;
	assert_eq!(floor, 400_000_000 * TOP);
	let first_at_floor = years.iter().position(|(issued, _)| *issued == floor).unwrap() + 1;
	let first_empty = years.iter().position(|(_, reserve)| *reserve == 0).unwrap() + 1;
	println!(
		"the floor of 400,000,000 TOP takes over in year {first_at_floor}, the reserve ends in year {first_empty}"
	);
	assert_eq!((first_at_floor, first_empty), (7, 18));
	assert!(years[..6].iter().all(|(issued, _)| *issued > floor));
	assert!(years[6..].iter().all(|(issued, _)| *issued == floor), "also without a reserve");
}

#[test]
fn the_parts_of_a_year_add_up_however_it_is_divided() {
	let parameters = Parameters::default();
	for step in [1_000_003, 3_600_000, EPOCH_MS, 86_399_999, LONGEST_EPOCH_MS] {
		let mut year = Year::starting(0, RESERVE);
		let mut sum = 0;
		while year.elapsed_ms < YEAR_MS {
			let left = YEAR_MS - year.elapsed_ms;
			sum += year.advance(&parameters, RESERVE, step.min(left));
		}
		assert_eq!(sum, 608_000_000 * TOP, "steps of {step} ms");
	}
}

#[test]
fn an_epoch_across_two_years_is_paid_by_both() {
	let parameters = Parameters::default();
	let mut year = Year { number: 0, opening_reserve: RESERVE, elapsed_ms: YEAR_MS - 1_000 };
	let reserve = 7_000_000_000 * TOP;
	let end_of_first = year.advance(&parameters, reserve, 1_000);
	assert_eq!((year.number, year.elapsed_ms), (0, YEAR_MS));

	let mut across = Year { number: 0, opening_reserve: RESERVE, elapsed_ms: YEAR_MS - 1_000 };
	let both = across.advance(&parameters, reserve, 3_000);
	assert_eq!((across.number, across.elapsed_ms), (1, 2_000));
	assert_eq!(across.opening_reserve, reserve - end_of_first);
	let start_of_second = parameters.annual_issue(across.opening_reserve) * 2_000 / Balance::from(YEAR_MS);
	assert_eq!(both, end_of_first + start_of_second);
}

/// Reports a committee for each of the two pools of committees.
fn all_pools() {
	report(SHARD, [(1, signed(100))]);
	report(ChainTag::Main, [(2, signed(100))]);
}

#[test]
fn a_year_on_the_ledger() {
	on_ledger(|| {
		vote(9, 1, 1_000);
		set_roles([3], &[Role::Archive]);
		set_roles([4], &[Role::Edge]);
		let mut budgets = 0;
		for _ in 0..YEAR_MS / EPOCH_MS {
			budgets += next_budget();
			all_pools();
			end_epoch_after(EPOCH_MS);
		}
		assert_eq!(budgets, 608_000_000 * TOP);
		// The pools of archives and edges are not issued. Each of the four others is rounded down.
		let unissued = budgets - issued();
		let rounded = budgets * 94 / 100 - issued();
		println!("issued {} of {budgets} units: {rounded} stay in the reserve by rounding", issued());
		assert!(rounded < 4 * Balance::from(YEAR_MS / EPOCH_MS));
		assert_eq!(Reserve::<Test>::get(), RESERVE - issued() - DEPOSIT);
		assert_eq!(CurrentYear::<Test>::get().number, 0);
		end_epoch_after(EPOCH_MS);
		let year = CurrentYear::<Test>::get();
		assert_eq!((year.number, year.elapsed_ms), (1, EPOCH_MS));
		assert_eq!(year.opening_reserve, 6_992_000_000 * TOP + unissued - DEPOSIT);
	});
}

#[test]
fn time_counts_from_the_first_block() {
	build(Default::default()).execute_with(|| {
		assert_eq!(PaidUntil::<Test>::get(), None);
		Now::set(GENESIS_MS + 1_000);
		next_block();
		assert_eq!(PaidUntil::<Test>::get(), Some(GENESIS_MS + 1_000));
		Now::set(GENESIS_MS + 2_000);
		next_block();
		assert_eq!(PaidUntil::<Test>::get(), Some(GENESIS_MS + 1_000));

		let budget = Parameters::default().annual_issue(RESERVE) * 5_000 / Balance::from(YEAR_MS);
		report(SHARD, [(1, signed(1))]);
		Now::set(GENESIS_MS + 6_000);
		end_epoch();
		// Validators and the treasury are paid.
		assert_eq!(issued(), budget * 60 / 100 + budget * 4 / 100);
		assert!(has_event(Event::EpochPaid {
			epoch: 0,
			budget,
			issued: issued(),
			reserve: RESERVE - issued() - DEPOSIT
		}));
	});
}

#[test]
fn a_clock_that_jumps_mints_little() {
	on_ledger(|| {
		let longest = Parameters::default().max_epoch_ms;
		let budget = Parameters::default().annual_issue(RESERVE) * Balance::from(longest) / Balance::from(YEAR_MS);
		report(SHARD, [(1, signed(1))]);
		end_epoch_after(100 * YEAR_MS);
		let history = history();
		assert_eq!(history[0].budget, budget);
		assert_eq!(CurrentYear::<Test>::get().elapsed_ms, longest);

		// The next epoch counts from the new time.
		end_epoch_after(1_000);
		assert_eq!(CurrentYear::<Test>::get().elapsed_ms, longest + 1_000);
	});
}

/// A chain that stands still for a day has one long epoch, which is paid to the last unit.
#[test]
fn a_standstill_of_a_day_is_paid_in_full() {
	on_ledger(|| {
		// Its closing blocks come at the pace of an idle chain.
		let elapsed = (24 + 6) * 3_600_000 + 600 * 3_000;
		let budget = Parameters::default().annual_issue(RESERVE) * Balance::from(elapsed) / Balance::from(YEAR_MS);
		report(SHARD, [(1, signed(1))]);
		end_epoch_after(elapsed);
		assert_eq!(history()[0].budget, budget);
	});
}

#[test]
fn a_clock_that_goes_back_is_not_paid_twice() {
	on_ledger(|| {
		end_epoch_after(EPOCH_MS);
		let (paid_until, before) = (Now::get(), issued());
		Now::mutate(|now| *now -= 1_000_000);
		report(SHARD, [(1, signed(1))]);
		end_epoch();
		assert_eq!(issued(), before);
		assert_eq!(PaidUntil::<Test>::get(), Some(paid_until));
		end_epoch_after(1_000_000);
		assert_eq!(issued(), before);
		end_epoch_after(1_000);
		assert!(issued() > before);
	});
}

#[test]
fn an_epoch_without_time_has_no_rewards() {
	on_ledger(|| {
		report(SHARD, [(1, signed(1))]);
		end_epoch();
		assert_eq!(issued(), 0);
		assert_eq!(PotDeposit::<Test>::get(), None);
		assert_eq!(Reports::<Test>::count(), 0);
	});
}

#[test]
fn the_next_issue_fills_up_a_deposit_that_an_upgrade_has_raised() {
	on_ledger(|| {
		let issue = || {
			report(SHARD, [(1, signed(1))]);
			end_epoch_after(EPOCH_MS);
			(PotDeposit::<Test>::get(), CurrentTotals::<Test>::get().from_reserve - issued())
		};
		assert_eq!(issue(), (Some(DEPOSIT), DEPOSIT));
		// The deposit was less when the account opened, and less was taken from the reserve.
		let missing = DEPOSIT / 4;
		let (precision, force) = (Precision::Exact, Fortitude::Force);
		let burned = Balances::burn_from(&Rewards::account_id(), missing, Preservation::Preserve, precision, force);
		assert_eq!(burned, Ok(missing));
		PotDeposit::<Test>::put(DEPOSIT - missing);
		Reserve::<Test>::mutate(|reserve| *reserve += missing);
		CurrentTotals::<Test>::mutate(|totals| totals.from_reserve -= missing);
		assert_eq!(issue(), (Some(DEPOSIT), DEPOSIT));
	});
}

#[test]
fn without_a_reserve_the_floor_is_inflation() {
	let genesis = GenesisConfig { reserve: 10 * TOP, ..Default::default() };
	build(genesis).execute_with(|| {
		next_block();
		let budget = next_budget();
		assert_eq!(budget, 400_000_000 * TOP * Balance::from(EPOCH_MS) / Balance::from(YEAR_MS));
		report(SHARD, [(1, signed(1))]);
		end_epoch_after(EPOCH_MS);
		assert_eq!(issued(), budget * 60 / 100 + budget * 4 / 100);
		assert_eq!(Reserve::<Test>::get(), 0);
		assert_eq!(CurrentTotals::<Test>::get().from_reserve, 10 * TOP);
		let before = issued();
		report(SHARD, [(1, signed(1))]);
		end_epoch_after(EPOCH_MS);
		assert!(issued() > before);
	});
}

#[test]
fn parameters_count_at_once_and_only_for_the_time_that_follows() {
	on_ledger(|| {
		end_epoch_after(EPOCH_MS);
		let half = Parameters { yearly_rate: Perbill::from_percent(4), ..Parameters::default() };
		let before = next_budget();
		assert_eq!(Rewards::set_parameters(RuntimeOrigin::root(), half), Ok(()));
		// 4 % is below the floor.
		let floor = 400_000_000 * TOP * Balance::from(EPOCH_MS) / Balance::from(YEAR_MS);
		assert!(next_budget().abs_diff(floor) <= 1);
		assert!(before > floor);
	});
}
