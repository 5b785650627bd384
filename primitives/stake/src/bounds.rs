//! Bounds on what a council sets: what goes beyond them takes a referendum.
//!
//! A council of a few members must not be able to starve or flood a ledger, at once or in small steps. So each parameter has
//! a least value, a greatest value, and a largest step from the value with which the epoch began.

use tp_pbft::Epoch;

/// The largest change of a parameter within an epoch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
	/// A quarter of the value, rounded down, and at least 1.
	Quarter,
	/// An amount.
	Amount(u128),
}

impl Step {
	/// Returns the largest change of a value.
	pub const fn of(self, value: u128) -> u128 {
		match self {
			Self::Amount(amount) => amount,
			Self::Quarter if value < 4 => 1,
			Self::Quarter => value / 4,
		}
	}
}

/// The range of a parameter and its largest step, in the parameter's smallest unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
	/// The least value.
	pub least: u128,
	/// The greatest value.
	pub greatest: u128,
	/// The largest change within an epoch.
	pub step: Step,
}

/// The reason why a council may not set a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OutOfBounds {
	/// It is below the least value.
	BelowLeast,
	/// It is above the greatest value.
	AboveGreatest,
	/// It is more than a step from the value with which the epoch began.
	StepTooLarge,
}

impl OutOfBounds {
	/// Returns the error by which a pallet names the reason.
	pub fn named<Error>(self, below_least: Error, above_greatest: Error, step_too_large: Error) -> Error {
		match self {
			Self::BelowLeast => below_least,
			Self::AboveGreatest => above_greatest,
			Self::StepTooLarge => step_too_large,
		}
	}
}

impl Bounds {
	/// Returns bounds within which a value changes by a quarter of itself in an epoch.
	pub const fn by_quarters(least: u128, greatest: u128) -> Self {
		Self { least, greatest, step: Step::Quarter }
	}

	/// Returns bounds within which a value changes by an amount in an epoch.
	pub const fn by(amount: u128, least: u128, greatest: u128) -> Self {
		Self { least, greatest, step: Step::Amount(amount) }
	}

	/// Checks a new value, given the value with which the epoch began.
	///
	/// That value itself is always allowed: the genesis or a referendum may have set it beyond the bounds, and the council
	/// must still be able to change the other parameters of its set.
	///
	/// # Errors
	/// The first bound that the value breaks.
	pub const fn check(&self, before: u128, value: u128) -> Result<(), OutOfBounds> {
		if value == before {
			return Ok(());
		}
		if value < self.least {
			return Err(OutOfBounds::BelowLeast);
		}
		if value > self.greatest {
			return Err(OutOfBounds::AboveGreatest);
		}
		if value.abs_diff(before) > self.step.of(before) {
			return Err(OutOfBounds::StepTooLarge);
		}
		Ok(())
	}
}

/// A set of parameters that a council sets together.
///
/// Implement [`Self::bounded`] by taking the set apart, without `..`: a new parameter does not compile without bounds.
pub trait BoundedParameters {
	/// Returns the value and the bounds of each parameter, as many and in the same order for all sets of the type.
	fn bounded(&self) -> impl AsRef<[(u128, Bounds)]>;

	/// Checks the values of a set, given the set with which the epoch began.
	///
	/// # Errors
	/// The first bound that a value breaks.
	fn check_step(&self, before: &Self) -> Result<(), OutOfBounds> {
		let (before, after) = (before.bounded(), self.bounded());
		let mut pairs = before.as_ref().iter().zip(after.as_ref());
		pairs.try_for_each(|((before, _), (value, bounds))| bounds.check(*before, *value))
	}
}

/// Returns what steps of `epoch` are measured from: the value kept for this epoch, or else the present value.
///
/// A pallet keeps the result when a council changes the value, and drops it when a referendum does. So the changes of an
/// epoch are at most a step together, however many they are.
pub fn step_base<Value>(kept: Option<(Epoch, Value)>, epoch: Epoch, present: Value) -> (Epoch, Value) {
	kept.filter(|(since, _)| *since == epoch).unwrap_or((epoch, present))
}
