//! What a council can set, and what takes root.

use super::*;
use pallet_testkit::Council;
use sp_runtime::DispatchResult;
use tp_stake::BoundedParameters;

/// Parameters within the bounds that fit into the epochs of the tests.
const WITHIN: Parameters = Parameters {
	window: 200,
	delay: 8,
	shape: Shape { segments_per_lane: 512, steps_per_segment: 512 },
	required: RequiredLanes { edge: 100, router: 100, validator: 100, archive: 100 },
};

fn council_sets(parameters: Parameters) -> DispatchResult {
	ComputingPower::set_parameters(RuntimeOrigin::signed(Council::account()), parameters)
}

#[test]
fn the_defaults_are_within_the_bounds() {
	for (value, bounds) in Parameters::default().bounded().as_ref() {
		assert!((bounds.least..=bounds.greatest).contains(value), "{value} in {bounds:?}");
	}
}

#[test]
fn a_council_sets_parameters_within_bounds() {
	build(WITHIN).execute_with(|| {
		open_at(1);
		let required = |validator| RequiredLanes { validator, ..WITHIN.required };
		let shape = |segments_per_lane| Shape { segments_per_lane, ..WITHIN.shape };
		let cases = [
			(Parameters { window: 1, ..WITHIN }, Error::<Test>::BelowLeast),
			(Parameters { window: 251, ..WITHIN }, Error::StepTooLarge),
			(Parameters { window: 12_001, ..WITHIN }, Error::AboveGreatest),
			(Parameters { delay: 11, ..WITHIN }, Error::StepTooLarge),
			(Parameters { shape: shape(1), ..WITHIN }, Error::BelowLeast),
			(Parameters { shape: shape(1_024), ..WITHIN }, Error::StepTooLarge),
			(Parameters { required: required(1), ..WITHIN }, Error::BelowLeast),
			(Parameters { required: required(126), ..WITHIN }, Error::StepTooLarge),
		];
		for (parameters, error) in cases {
			assert_noop!(council_sets(parameters), error);
			assert_ok!(parameters.check());
		}
		// The last call of an epoch counts, by a step from those in force.
		for window in [250, 150] {
			assert_ok!(council_sets(Parameters { window, ..WITHIN }));
		}
		assert_noop!(council_sets(Parameters { window: 149, ..WITHIN }), Error::<Test>::StepTooLarge);
		open_at(EPOCH_LENGTH + 1);
		assert_ok!(council_sets(Parameters { window: 113, ..WITHIN }));
		assert_noop!(council_sets(Parameters { window: 112, ..WITHIN }), Error::<Test>::StepTooLarge);
		assert_ok!(ComputingPower::set_parameters(RuntimeOrigin::root(), Parameters { window: 1, ..WITHIN }));
		close();
	});
}

/// The attack of the review: a council's call after a referendum's takes the referendum back.
#[test]
fn a_council_cannot_replace_what_root_set_in_the_same_epoch() {
	build(WITHIN).execute_with(|| {
		open_at(1);
		assert_ok!(council_sets(Parameters { window: 250, ..WITHIN }));
		let of_root = Parameters { window: 150, ..WITHIN };
		assert_ok!(ComputingPower::set_parameters(RuntimeOrigin::root(), of_root));
		assert_noop!(council_sets(WITHIN), Error::<Test>::QueuedByRoot);
		open_at(EPOCH_LENGTH + 1);
		assert_eq!(ComputingPower::parameters_at(1), of_root);
		assert_ok!(council_sets(Parameters { window: 151, ..WITHIN }));
		close();
	});
}
