//! Parameters are checked, and in force from the next epoch on.

use super::*;
use sp_runtime::DispatchError::BadOrigin;
use tp_stake::ComputingPower as _;

#[test]
fn defaults_are_valid() {
	let parameters = Parameters::default();
	assert_eq!(parameters.check(), Ok(()));
	assert_eq!(parameters.shape, Shape::default());
	assert!(parameters.delay >= MIN_DELAY);
	assert_eq!(parameters.most_lanes(), 8_000);
}

#[test]
fn invalid_parameters_are_refused_with_their_errors() {
	on_ledger(|| {
		open_at(1);
		let required = |validator| RequiredLanes { validator, ..PARAMETERS.required };
		let shape = |segments_per_lane, steps_per_segment| Shape { segments_per_lane, steps_per_segment };
		let cases = [
			(Parameters { window: 0, ..PARAMETERS }, Error::<Test>::EmptyWindow),
			(Parameters { delay: 0, ..PARAMETERS }, Error::DelayTooShort),
			(Parameters { delay: 1, ..PARAMETERS }, Error::DelayTooShort),
			(Parameters { delay: EPOCH_LENGTH - 1, ..PARAMETERS }, Error::DelayTooLong),
			(Parameters { shape: shape(0, 1), ..PARAMETERS }, Error::InvalidShape),
			(Parameters { shape: shape(1, 1_025), ..PARAMETERS }, Error::InvalidShape),
			(Parameters { required: required(0), ..PARAMETERS }, Error::InvalidRequirement),
			(Parameters { required: required(MAX_REQUIRED_LANES + 1), ..PARAMETERS }, Error::InvalidRequirement),
		];
		for (parameters, error) in cases {
			assert_noop!(ComputingPower::set_parameters(RuntimeOrigin::root(), parameters), error);
		}
		for origin in [RuntimeOrigin::signed(Node::new(1).account), RuntimeOrigin::none(), authorized::<Test>()] {
			assert_noop!(ComputingPower::set_parameters(origin, PARAMETERS), BadOrigin);
		}
		let longest = Parameters { delay: EPOCH_LENGTH - 2, ..PARAMETERS };
		assert_ok!(ComputingPower::set_parameters(RuntimeOrigin::root(), longest));
	});
}

#[test]
fn the_longest_delay_leaves_one_block_for_each_step() {
	on_ledger(|| {
		CurrentParameters::<Test>::put(Parameters { delay: EPOCH_LENGTH - 2, ..PARAMETERS });
		let (node, late) = (Node::registered(1, 0), Node::registered(2, 0));
		let lanes = node.lanes(0, 1);
		open_at(1);
		assert_ok!(node.commit(0, &lanes));
		open_at(2);
		assert_noop!(late.commit(0, &late.lanes(0, 1)), Error::<Test>::WindowClosed);
		close_at(EPOCH_LENGTH - 1);
		let reveal = node.reveal_of(0, &lanes);
		open_at(EPOCH_LENGTH);
		assert_ok!(node.show(reveal));
	});
}

#[test]
fn parameters_are_in_force_from_the_next_epoch_on() {
	on_ledger(|| {
		let node = Node::registered(1, 0);
		let lanes = node.lanes(0, 2);
		let new = Parameters {
			window: 2,
			delay: 5,
			shape: Shape { segments_per_lane: 8, steps_per_segment: 2 },
			required: RequiredLanes { edge: 10, router: 10, validator: 10, archive: 10 },
		};
		open_at(1);
		assert_ok!(node.commit(0, &lanes));
		assert_ok!(ComputingPower::set_parameters(RuntimeOrigin::root(), new));
		assert!(has_event(Event::ParametersQueued { from: 1, parameters: new }));
		assert_eq!((ComputingPower::parameters_at(0), ComputingPower::parameters_at(1)), (PARAMETERS, new));

		// A proof in progress continues with its parameters.
		open_at(4);
		assert_ok!(node.show(node.reveal_of(0, &lanes)));
		close_at(EPOCH_LENGTH);
		assert_eq!(ComputingPower::power(&node.account, Role::Validator, 0).ten_thousandths(), 10_000);
		// The new parameters apply to the next epoch's first block, before any block has promoted them.
		let challenge = node.challenge(1);
		let duty = ComputingPower::duty(&node.account, &node.keys);
		assert_eq!(duty, Some(PowerDuty::Compute { challenge, shape: new.shape, most_lanes: 20, until: 22 }));
		open_at(EPOCH_LENGTH + 1);
		assert_eq!((CurrentParameters::<Test>::get(), QueuedParameters::<Test>::get()), (new, None));
		let lanes = tp_power::Lanes::compute(&challenge, 20, &new.shape).unwrap();
		assert_ok!(node.commit(1, &lanes));
		open_at(EPOCH_LENGTH + 6);
		assert_ok!(node.show(node.reveal_of(1, &lanes)));
		assert_eq!(ComputingPower::power(&node.account, Role::Validator, 1).ten_thousandths(), 12_000);
	});
}

#[test]
fn a_later_call_replaces_an_earlier_one() {
	on_ledger(|| {
		open_at(EPOCH_LENGTH);
		for window in [7, 8] {
			let parameters = Parameters { window, ..PARAMETERS };
			assert_ok!(ComputingPower::set_parameters(RuntimeOrigin::root(), parameters));
		}
		open_at(EPOCH_LENGTH + 1);
		assert_eq!(CurrentParameters::<Test>::get().window, 8);
		assert_ok!(ComputingPower::set_parameters(RuntimeOrigin::root(), PARAMETERS));
		assert_eq!(CurrentParameters::<Test>::get().window, 8);
		open_at(2 * EPOCH_LENGTH + 1);
		assert_eq!(CurrentParameters::<Test>::get(), PARAMETERS);
	});
}

#[test]
#[should_panic = "the delay is below 2 blocks"]
fn an_invalid_genesis_is_refused() {
	build(Parameters { delay: 1, ..PARAMETERS });
}
