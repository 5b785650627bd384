//! The quota of an account: what it has used fades over a day.

use crate::{
	usage::{scale_down, scale_up},
	QuotaRules, Shares, Usage, Used,
};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use tp_core::Balance;

/// The time over which use fades, in milliseconds.
pub const DAY_MS: u64 = 24 * 60 * 60 * 1000;
/// The same in microseconds.
const DAY_US: u64 = 1000 * DAY_MS;

/// What an account has used, and what is locked for it to use more.
///
/// Use that stake covered fades over a day. Other use fades with the balance that the account held since: over a day with
/// [`QuotaRules::full_balance`] or more, and more slowly in proportion with less. So each change of a balance counts the
/// balance before it ([`Quota::touch`]), and balance that goes from account to account counts once. Of use beyond the free
/// share, a share fades in that time: what an account may use in a day does not depend on how much it has exceeded its share.
#[derive(
	Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Quota {
	/// The part of the stake share that was used, as of `charged_at`.
	pub staked: Usage,
	/// The part of the free share that was used, as of `charged_at`.
	pub free: Usage,
	/// When the account was charged last, in milliseconds since 1970.
	pub charged_at: u64,
	/// Until when `held` counts, in milliseconds since 1970.
	pub counted_at: u64,
	/// How far the free use has faded from `charged_at` to `counted_at`: microseconds with a full balance.
	pub held: u64,
	/// Balance locked for the stake share, by the account itself and by its sponsors.
	pub locked: Balance,
}

/// A charge.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Charge {
	/// What it took of the account's share.
	pub taken: Used,
	/// The part of the cost that no stake covers.
	pub free: Usage,
}

/// The account's share does not allow a cost now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exhausted;

impl Quota {
	/// Returns the quota of an account that begins. Its whole share is used, also when more is lent later: new accounts gain nothing.
	pub fn begin(now: u64, rules: &QuotaRules) -> Self {
		Self { free: rules.free, charged_at: now, counted_at: now, ..Self::default() }
	}

	/// Returns the quota of an account that a ledger kept by earlier rules, which counted all use together.
	///
	/// Its stake covers use first, as it does when an account is charged. So stake that one account has used today
	/// serves no other account today. The rest is free use, at most the whole share with which a new account begins.
	pub fn of_earlier_use(used: Usage, at: u64, locked: Balance, rules: &QuotaRules) -> Self {
		let shares = rules.shares(locked);
		let staked = used.min(shares.staked);
		let free = used.saturating_sub(staked).min(shares.free);
		Self { staked, free, charged_at: at, counted_at: at, held: 0, locked }
	}

	/// Returns the parts of the share that are used at a time, for an account that has held a balance since `counted_at`.
	pub fn used_at(&self, now: u64, balance: Balance, rules: &QuotaRules) -> Used {
		let left = DAY_MS.saturating_sub(now.saturating_sub(self.charged_at));
		let held = self.held_at(now, balance, rules.full_balance);
		Used {
			staked: self.staked.map(|used| scale_up(used, left, DAY_MS)),
			free: self
				.free
				.zip(rules.free, |used, share| used.saturating_sub(scale_down(fading(used, share), held, DAY_US))),
		}
	}

	/// Counts the balance that the account has held until now, by the balance of [`QuotaRules::full_balance`]. Each change of
	/// a balance calls it before.
	pub fn touch(&mut self, now: u64, balance: Balance, full_balance: Balance) {
		if self.free != Usage::default() {
			self.held = self.held_at(now, balance, full_balance);
			self.counted_at = self.counted_at.max(now);
		}
	}

	/// Charges a cost if the share allows it. Stake is used up first.
	///
	/// # Errors
	/// If the share does not allow it, which changes nothing.
	pub fn charge(&mut self, now: u64, balance: Balance, cost: Usage, rules: &QuotaRules) -> Result<Charge, Exhausted> {
		let (used, shares) = (self.used_at(now, balance, rules), rules.shares(self.locked));
		let taken = shares.split(&used, rules.to_share(cost));
		if !taken.free.fits(&shares.free_room(&used)) {
			return Err(Exhausted);
		}
		self.take(now, &used, &taken);
		Ok(Charge { taken, free: cost.saturating_sub(rules.to_use(taken.staked)) })
	}

	/// Charges a cost whether or not the share allows it: for what is counted ahead of its time, or after it.
	pub fn charge_anyway(&mut self, now: u64, balance: Balance, cost: Usage, rules: &QuotaRules) -> Charge {
		let used = self.used_at(now, balance, rules);
		let taken = rules.shares(self.locked).split(&used, rules.to_share(cost));
		self.take(now, &used, &taken);
		Charge { taken, free: cost.saturating_sub(rules.to_use(taken.staked)) }
	}

	/// Corrects a charge of this block to the actual cost, if that is less. Returns the free use that is given back.
	pub fn refund(&mut self, charge: &Charge, actual: Usage, rules: &QuotaRules) -> Usage {
		let counted = rules.to_share(actual);
		let staked = counted.min(charge.taken.staked);
		let free = counted.saturating_sub(staked).min(charge.taken.free);
		self.staked = self.staked.saturating_sub(charge.taken.staked.saturating_sub(staked));
		self.free = self.free.saturating_sub(charge.taken.free.saturating_sub(free));
		charge.free.saturating_sub(actual.saturating_sub(rules.to_use(staked)))
	}

	/// Returns the first time from `now` on at which the share allows a cost, if the balance stays as it is. `None` if it
	/// never does.
	pub fn allowed_at(&self, now: u64, balance: Balance, cost: Usage, rules: &QuotaRules) -> Option<u64> {
		let allows = |at: u64| { *self }.charge(at, balance, cost, rules).is_ok();
		if allows(now) {
			return Some(now);
		}
		let (mut refused, mut allowed) = (now, self.faded_at(balance, rules).max(now));
		if !allows(allowed) {
			return None;
		}
		while allowed - refused > 1 {
			let middle = refused + (allowed - refused) / 2;
			*(if allows(middle) { &mut allowed } else { &mut refused }) = middle;
		}
		Some(allowed)
	}

	/// Stops counting locked balance. Use that the rest of the stake does not cover becomes free use, so that stake which
	/// one account used today serves no other account today. Returns that free use.
	///
	/// # Errors
	/// If the free share has no room for it, which changes nothing.
	pub fn release(
		&mut self,
		now: u64,
		balance: Balance,
		amount: Balance,
		rules: &QuotaRules,
	) -> Result<Usage, Exhausted> {
		let used = self.used_at(now, balance, rules);
		let after = Self { locked: self.locked.saturating_sub(amount), ..*self };
		let Shares { staked, free } = rules.shares(after.locked);
		let excess = used.staked.saturating_sub(staked);
		if !excess.fits(&free.saturating_sub(used.free)) {
			return Err(Exhausted);
		}
		*self = after;
		if excess != Usage::default() {
			let staked = used.staked.saturating_sub(excess);
			self.take(now, &Used { staked, ..used }, &Used { free: excess, ..Used::default() });
		}
		Ok(rules.to_use(excess))
	}

	fn take(&mut self, now: u64, used: &Used, taken: &Used) {
		Used { staked: self.staked, free: self.free } = used.saturating_add(taken);
		// A clock that goes back must not make use fade twice.
		(self.charged_at, self.counted_at) = (self.charged_at.max(now), self.counted_at.max(now));
		self.held = 0;
	}

	fn held_at(&self, now: u64, balance: Balance, full_balance: Balance) -> u64 {
		let time = u128::from(now.saturating_sub(self.counted_at)) * 1000;
		let held = match full_balance {
			0 => time,
			full => time.saturating_mul(balance.min(full)) / full,
		};
		self.held.saturating_add(u64::try_from(held).unwrap_or(u64::MAX))
	}

	/// Returns when nothing counts as used any more, or the last time at which anything changes.
	fn faded_at(&self, balance: Balance, rules: &QuotaRules) -> u64 {
		let staked = self.charged_at.saturating_add(DAY_MS);
		let days = self.free.zip(rules.free, |used, share| match fading(used, share) {
			0 => 0,
			fading => scale_up(DAY_US, used, fading),
		});
		let needed = days.compute.max(days.bytes).max(days.state);
		let missing = u128::from(needed.saturating_sub(self.held));
		let time = match rules.full_balance {
			0 => Some(missing.div_ceil(1000)),
			full => missing.saturating_mul(full).div_ceil(1000).checked_div(balance.min(full)).map(|time| time + 1),
		};
		// Without a balance free use does not fade.
		let free = time.map_or(0, |time| u64::try_from(time).unwrap_or(u64::MAX).saturating_add(self.counted_at));
		staked.max(free)
	}
}

/// Returns how much of an account's free use fades in a day with a full balance: all of it, or a share if it is more. Without
/// a share there is no balance either, with which it could fade.
fn fading(used: u64, share: u64) -> u64 {
	match share {
		0 => used,
		share => used.min(share),
	}
}
