//! What a council can set, and what takes root.

use super::ledger::*;
use crate::{mock::*, *};
use frame_support::{assert_noop, assert_ok};
use pallet_testkit::Council;
use sp_runtime::DispatchResult;
use tp_core::TOP;
use tp_stake::{BoundedParameters, OutOfBounds};

/// Runs a test on a ledger with the network's parameters.
fn on_network(test: impl FnOnce()) {
	build_with(Parameters::NETWORK, Vec::new()).execute_with(|| {
		System::set_block_number(1);
		test();
		check();
	});
}

fn council_sets(parameters: Parameters) -> DispatchResult {
	Stake::set_parameters(RuntimeOrigin::signed(Council::account()), parameters)
}

fn with_vote(least_vote: u128) -> Parameters {
	Parameters { least_vote, ..CurrentParameters::<Test>::get() }
}

#[test]
fn the_networks_parameters_are_within_the_bounds() {
	for (value, bounds) in Parameters::NETWORK.bounded().as_ref() {
		assert!((bounds.least..=bounds.greatest).contains(value), "{value} in {bounds:?}");
	}
	assert_eq!(Parameters::NETWORK.bounded().as_ref().len(), 8);
}

#[test]
fn a_council_sets_parameters_within_bounds() {
	on_network(|| {
		let network = Parameters::NETWORK;
		let deposits = network.least_deposits;
		let cases = [
			(
				Parameters { least_deposits: LeastDeposits { router: 1_250_001 * TOP, ..deposits }, ..network },
				Error::<Test>::StepTooLarge,
			),
			(Parameters { least_deposits: LeastDeposits { edge: TOP, ..deposits }, ..network }, Error::BelowLeast),
			(
				Parameters { least_deposits: LeastDeposits { archive: 10_000_001 * TOP, ..deposits }, ..network },
				Error::AboveGreatest,
			),
			(Parameters { least_vote: 2_000 * TOP, ..network }, Error::AboveGreatest),
			(Parameters { leave_delay_ms: 0, ..network }, Error::BelowLeast),
			(Parameters { evidence_epochs: 0, ..network }, Error::BelowLeast),
			(Parameters { evidence_epochs: 8, ..network }, Error::StepTooLarge),
			// No committee is kept for longer, against which evidence could be checked.
			(Parameters { evidence_epochs: 13, ..network }, Error::AboveGreatest),
			(Parameters { slash_delay_epochs: 121, ..network }, Error::AboveGreatest),
			(Parameters { slash_delay_epochs: 16, ..network }, Error::StepTooLarge),
		];
		for (parameters, error) in cases {
			assert_noop!(council_sets(parameters), error);
			assert_ok!(parameters.check(EXISTENTIAL_DEPOSIT));
		}
		let within = Parameters { evidence_epochs: 9, slash_delay_epochs: 15, ..network };
		assert_ok!(council_sets(within));
		assert_eq!(CurrentParameters::<Test>::get(), within);
		assert_eq!(within.check_step(&network), Ok(()));
		let longer = Parameters { evidence_epochs: 5, ..network };
		assert_eq!(longer.check_step(&network), Err(OutOfBounds::StepTooLarge));
	});
}

/// The attack of the review: many small changes in one epoch.
#[test]
fn the_changes_of_an_epoch_are_a_step_together() {
	on_network(|| {
		assert_ok!(council_sets(with_vote(TOP * 9 / 8)));
		assert_ok!(council_sets(with_vote(TOP * 5 / 4)));
		assert_noop!(council_sets(with_vote(TOP * 5 / 4 + 1)), Error::<Test>::StepTooLarge);
		assert_ok!(council_sets(with_vote(TOP * 3 / 4)));
		assert_noop!(council_sets(with_vote(TOP * 3 / 4 - 1)), Error::<Test>::StepTooLarge);
		CurrentEpoch::mutate(|epoch| *epoch += 1);
		assert_ok!(council_sets(with_vote(TOP * 9 / 16)));
		assert_noop!(council_sets(with_vote(TOP)), Error::<Test>::StepTooLarge);
	});
}

#[test]
fn root_sets_what_a_council_may_not() {
	on_network(|| {
		assert_ok!(council_sets(with_vote(TOP * 5 / 4)));
		assert_ok!(Stake::set_parameters(RuntimeOrigin::root(), with_vote(5_000 * TOP)));
		// The council still changes other parameters, by steps from those of root.
		assert_ok!(council_sets(Parameters { evidence_epochs: 11, ..with_vote(5_000 * TOP) }));
		assert_noop!(council_sets(with_vote(4_999 * TOP)), Error::<Test>::AboveGreatest);
		assert_eq!(
			ParametersBefore::<Test>::get().map(|(epoch, before)| (epoch, before.least_vote)),
			Some((0, 5_000 * TOP))
		);
	});
}

#[test]
fn validity_comes_before_bounds() {
	on_network(|| {
		assert_noop!(council_sets(with_vote(EXISTENTIAL_DEPOSIT - 1)), Error::<Test>::LeastVoteTooSmall);
	});
}
