//! What a council can set, what takes root, and the ceiling of all parameters.

use super::*;
use pallet_testkit::Council;
use sp_runtime::DispatchResult;
use tp_stake::BoundedParameters;

fn council_sets(parameters: Parameters) -> DispatchResult {
	Rewards::set_parameters(RuntimeOrigin::signed(Council::account()), parameters)
}

/// Returns the default parameters with these rates, in hundredths of a percent.
fn rates(yearly: u32, floor: u32) -> Parameters {
	let percent = |hundredths| Perbill::from_rational(hundredths, 10_000u32);
	Parameters { yearly_rate: percent(yearly), floor: percent(floor), ..Parameters::default() }
}

#[test]
fn the_defaults_are_within_the_bounds() {
	for (value, bounds) in Parameters::default().bounded().as_ref() {
		assert!((bounds.least..=bounds.greatest).contains(value), "{value} in {bounds:?}");
	}
}

/// The attack of the review: a council that mints without bound.
#[test]
fn a_council_cannot_mint_without_bound() {
	on_ledger(|| {
		let cases = [
			(rates(10_000, 200), Error::<Test>::AboveGreatest),
			(rates(800, 10_000), Error::AboveGreatest),
			(rates(900, 200), Error::StepTooLarge),
			(rates(800, 250), Error::StepTooLarge),
			(rates(100, 200), Error::BelowLeast),
			(rates(800, 0), Error::BelowLeast),
		];
		for (parameters, error) in cases {
			assert_noop!(council_sets(parameters), error);
			assert_eq!(parameters.check(), Ok(()));
		}
		assert_ok!(council_sets(rates(850, 210)));
		assert_noop!(council_sets(rates(900, 220)), Error::<Test>::StepTooLarge);
		end_epoch_after(EPOCH_MS);
		assert_ok!(council_sets(rates(900, 220)));
		assert_noop!(council_sets(rates(799, 210)), Error::<Test>::StepTooLarge);
		assert_ok!(council_sets(rates(850, 210)));
	});
}

#[test]
fn a_council_moves_pools_slowly() {
	on_ledger(|| {
		let split = |validators, governance, voters| {
			let split = Split { validators, governance, voters, ..Parameters::default().split };
			Parameters { split, ..Parameters::default() }
		};
		assert_noop!(council_sets(split(54, 10, 20)), Error::<Test>::StepTooLarge);
		assert_noop!(council_sets(split(51, 13, 20)), Error::<Test>::StepTooLarge);
		assert_noop!(council_sets(split(61, 4, 20)), Error::<Test>::BadSplit);
		assert_ok!(council_sets(split(59, 5, 20)));
		assert_noop!(council_sets(split(58, 6, 20)), Error::<Test>::StepTooLarge);
	});
}

#[test]
fn no_parameters_issue_more_than_the_ceiling_in_a_year() {
	on_ledger(|| {
		let ceiling = ISSUE_CEILING.mul_floor(TOTAL_SUPPLY);
		for parameters in [rates(10_000, 200), rates(800, 10_000), rates(10_000, 10_000)] {
			assert_ok!(Rewards::set_parameters(RuntimeOrigin::root(), parameters));
			assert_eq!(CurrentParameters::<Test>::get().annual_issue(RESERVE), ceiling);
			assert_eq!(CurrentParameters::<Test>::get().annual_issue(TOTAL_SUPPLY), ceiling);
			let mut year = Year::starting(0, RESERVE);
			assert_eq!(year.advance(&parameters, RESERVE, YEAR_MS), ceiling);
		}
		// The greatest that a council can reach stays below it.
		assert!(rates(1_000, 300).annual_issue(RESERVE) <= ceiling);
		assert_eq!(ParametersBefore::<Test>::get(), None);
	});
}

/// An epoch lasts 6 h and its closing blocks: a council cannot cut its pay.
#[test]
fn a_council_pays_ordinary_epochs_in_full() {
	on_ledger(|| {
		let longest = |max_epoch_ms| Parameters { max_epoch_ms, ..Parameters::default() };
		for _ in 0..10 {
			let present = CurrentParameters::<Test>::get().max_epoch_ms;
			let lower = (present - present / 4).max(12 * 3_600_000);
			assert_ok!(council_sets(longest(lower)));
			end_epoch_after(EPOCH_MS);
		}
		assert_noop!(council_sets(longest(12 * 3_600_000 - 1)), Error::<Test>::BelowLeast);
	});
}
