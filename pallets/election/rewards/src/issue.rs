//! How much can be issued for a time.

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
	/// Counted from 0.
	pub number: u32,
	/// What the reserve held when it began.
	pub opening_reserve: Balance,
	/// How much of it was paid for, in milliseconds.
	pub elapsed_ms: u64,
}

impl Year {
	/// A year of which nothing was paid for.
	pub fn starting(number: u32, opening_reserve: Balance) -> Self {
		Self { number, opening_reserve, elapsed_ms: 0 }
	}

	/// Moves on, and gives what can be issued for the time. `reserve` is what the reserve holds now.
	///
	/// The parts of a year add up to its issue to the last unit, however it is divided. If the time ends one year and begins
	/// another, the other's reserve is what is left if all of the first is issued.
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
	/// Time counts from the end of the first block on: the genesis has none.
	pub(crate) fn start_clock() {
		if !PaidUntil::<T>::exists() {
			PaidUntil::<T>::put(Self::now_ms());
		}
	}

	/// Pays for the time since the last epoch's end: gives what can be issued for it.
	pub(crate) fn take_budget(parameters: &Parameters) -> Balance {
		let now = Self::now_ms();
		let paid_until = PaidUntil::<T>::get().unwrap_or(now);
		// A clock that goes back is not paid for the same time twice.
		PaidUntil::<T>::put(now.max(paid_until));
		let elapsed = now.saturating_sub(paid_until).min(parameters.max_epoch_ms);
		CurrentYear::<T>::mutate(|year| year.advance(parameters, Reserve::<T>::get(), elapsed))
	}

	/// Takes what is minted out of the reserve, as far as there is some.
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
