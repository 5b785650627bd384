//! The maximum issue for a span of time.

use crate::{types::part_of, *};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::traits::UnixTime;
use scale_info::TypeInfo;
use tp_core::Balance;

/// A year: 365.25 days, in milliseconds.
pub const YEAR_MS: u64 = 31_557_600_000;

/// A year of issue.
#[derive(
	Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Year {
	/// Number of the year, from 0.
	pub number: u32,
	/// Amount of the reserve at its beginning.
	pub opening_reserve: Balance,
	/// Paid time of the year, in milliseconds.
	pub elapsed_ms: u64,
}

impl Year {
	/// Returns a year of which no time is paid.
	pub fn starting(number: u32, opening_reserve: Balance) -> Self {
		Self { number, opening_reserve, elapsed_ms: 0 }
	}

	/// Advances the year and returns the maximum issue for the time. `reserve` is the present amount of the reserve.
	///
	/// **Invariant:** the parts of a year add up to its issue exactly, however the year is divided. Each part is a
	/// difference of two cumulative amounts, so roundings cancel. If the time spans two years, the second year's
	/// reserve is the remainder after the full issue of the first.
	pub fn advance(&mut self, parameters: &Parameters, reserve: Balance, elapsed_ms: u64) -> Balance {
		let mut budget: Balance = 0;
		let mut left = elapsed_ms;
		while left > 0 {
			if self.elapsed_ms >= YEAR_MS {
				*self = Self::starting(self.number.saturating_add(1), reserve.saturating_sub(budget));
			}
			let until = self.elapsed_ms.saturating_add(left).min(YEAR_MS);
			let annual = parameters.annual_issue(self.opening_reserve);
			let issue_until = |ms: u64| part_of(annual, ms.into(), YEAR_MS.into());
			budget = budget.saturating_add(issue_until(until).saturating_sub(issue_until(self.elapsed_ms)));
			left = left.saturating_sub(until.saturating_sub(self.elapsed_ms));
			self.elapsed_ms = until;
		}
		budget
	}
}

impl<T: Config> Pallet<T> {
	/// Starts the paid time at the end of the first block. The genesis has no time.
	pub(crate) fn start_clock() {
		if !PaidUntil::<T>::exists() {
			PaidUntil::<T>::put(Self::now_ms());
		}
	}

	/// Returns the maximum issue for the time since the last epoch's end, and marks that time as paid.
	pub(crate) fn take_budget(parameters: &Parameters) -> Balance {
		let now = Self::now_ms();
		let paid_until = PaidUntil::<T>::get().unwrap_or(now);
		// If the clock goes back, no time is paid twice.
		PaidUntil::<T>::put(now.max(paid_until));
		let elapsed = now.saturating_sub(paid_until).min(parameters.max_epoch_ms);
		CurrentYear::<T>::mutate(|year| year.advance(parameters, Reserve::<T>::get(), elapsed))
	}

	/// Takes a minted amount out of the reserve, down to zero.
	pub(crate) fn take_from_reserve(amount: Balance, totals: &mut Totals) {
		let taken = Reserve::<T>::mutate(|reserve| {
			let taken = amount.min(*reserve);
			*reserve = reserve.saturating_sub(taken);
			taken
		});
		totals.from_reserve = totals.from_reserve.saturating_add(taken);
	}

	fn now_ms() -> u64 {
		u64::try_from(T::Time::now().as_millis()).unwrap_or(u64::MAX)
	}
}
