//! What a council can reach within the bounds of a parameter, and how fast.

use proptest::prelude::*;
use tp_stake::{step_base, BoundedParameters, Bounds, OutOfBounds, Step};

/// Two parameters with different bounds.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Pair(u128, u128);

const FIRST: Bounds = Bounds::by_quarters(4, 128);
const SECOND: Bounds = Bounds::by(5, 0, 70);

impl BoundedParameters for Pair {
	fn bounded(&self) -> impl AsRef<[(u128, Bounds)]> {
		let Self(first, second) = *self;
		[(first, FIRST), (second, SECOND)]
	}
}

/// Returns any bounds that are not empty.
fn any_bounds() -> impl Strategy<Value = Bounds> {
	let step = prop_oneof![Just(Step::Quarter), (1u128..1_000).prop_map(Step::Amount)];
	(0u128..10_000, 0u128..1_000_000, step).prop_map(|(least, span, step)| Bounds {
		least,
		greatest: least + span,
		step,
	})
}

/// Returns bounds with a value within them.
fn bounds_and_value() -> impl Strategy<Value = (Bounds, u128)> {
	any_bounds().prop_flat_map(|bounds| (Just(bounds), bounds.least..=bounds.greatest))
}

proptest! {
	#[test]
	fn a_refusal_names_the_bound_that_is_broken((bounds, before) in bounds_and_value(), value in 0u128..2_000_000) {
		let step = bounds.step.of(before);
		let expected = if value < bounds.least {
			Err(OutOfBounds::BelowLeast)
		} else if value > bounds.greatest {
			Err(OutOfBounds::AboveGreatest)
		} else if value > before + step || value + step < before {
			Err(OutOfBounds::StepTooLarge)
		} else {
			Ok(())
		};
		prop_assert_eq!(bounds.check(before, value), expected);
	}

	#[test]
	fn the_changes_of_an_epoch_are_at_most_a_step_together(
		(bounds, start) in bounds_and_value(),
		tries in prop::collection::vec((0u64..5, -100_000i64..100_000), 1..60),
	) {
		let (mut value, mut kept, mut epoch) = (start, None, 0);
		let mut began = start;
		for (passed, change) in tries {
			if passed > 0 {
				(epoch, began) = (epoch + passed, value);
			}
			let base = step_base(kept, epoch, value);
			let new = value.saturating_add_signed(change.into());
			if bounds.check(base.1, new).is_ok() {
				(value, kept) = (new, Some(base));
			}
			prop_assert!((bounds.least..=bounds.greatest).contains(&value));
			prop_assert!(value.abs_diff(began) <= bounds.step.of(began), "{} after {} in one epoch", value, began);
		}
	}

	#[test]
	fn every_value_is_reached_in_the_end((bounds, start) in bounds_and_value(), to in 0u128..1_010_000) {
		let to = to.clamp(bounds.least, bounds.greatest);
		let (mut value, mut epochs) = (start, 0u128);
		while value != to {
			let step = bounds.step.of(value);
			let next = if to > value { to.min(value + step) } else { to.max(value - step) };
			prop_assert_eq!(bounds.check(value, next), Ok(()));
			value = next;
			epochs += 1;
			prop_assert!(epochs <= 1 + bounds.greatest - bounds.least);
		}
	}

	#[test]
	fn a_value_beyond_the_bounds_stays_or_returns(bounds in any_bounds(), before in 0u128..3_000_000, value in 0u128..3_000_000) {
		let is_inside = |value| (bounds.least..=bounds.greatest).contains(&value);
		if bounds.check(before, value).is_ok() {
			prop_assert!(value == before || is_inside(value));
		}
		prop_assert_eq!(bounds.check(before, before), Ok(()));
	}
}

#[test]
fn a_quarter_of_a_small_value_is_one() {
	let steps: Vec<u128> = [0, 1, 3, 4, 7, 8, 128].map(|value| Step::Quarter.of(value)).to_vec();
	assert_eq!(steps, [1, 1, 1, 1, 1, 2, 32]);
}

/// Seats of a committee of 128: no council trims them faster.
#[test]
fn a_council_needs_many_epochs_to_trim_a_committee() {
	let (mut seats, mut epochs) = (128, 0);
	while seats > FIRST.least {
		let next = FIRST.least.max(seats - Step::Quarter.of(seats));
		assert_eq!(FIRST.check(seats, next), Ok(()));
		assert!(FIRST.check(seats, next - 1).is_err());
		(seats, epochs) = (next, epochs + 1);
	}
	assert_eq!(epochs, 14);
}

#[test]
fn a_set_is_checked_parameter_by_parameter() {
	let before = Pair(8, 60);
	assert_eq!(Pair(10, 65).check_step(&before), Ok(()));
	assert_eq!(Pair(11, 60).check_step(&before), Err(OutOfBounds::StepTooLarge));
	assert_eq!(Pair(8, 66).check_step(&before), Err(OutOfBounds::StepTooLarge));
	assert_eq!(Pair(3, 60).check_step(&Pair(4, 60)), Err(OutOfBounds::BelowLeast));
	assert_eq!(Pair(8, 71).check_step(&Pair(8, 70)), Err(OutOfBounds::AboveGreatest));
	assert_eq!(Pair(1, 61).check_step(&Pair(1, 60)), Ok(()), "a value beyond its bounds does not hold up the others");
}

#[test]
fn steps_are_measured_from_the_beginning_of_the_epoch() {
	assert_eq!(step_base(None, 3, 10), (3, 10));
	assert_eq!(step_base(Some((3, 8)), 3, 10), (3, 8));
	assert_eq!(step_base(Some((2, 8)), 3, 10), (3, 10));
}
