//! The shares of a block, and what accounts and other pallets ask of them.

use crate::{Config, FreeUsed, LentPercent, Pallet, Rules, Sponsored};
use frame_support::{
	dispatch::DispatchClass,
	traits::{Get, UnixTime},
};
use frame_system::Pallet as System;
use sp_runtime::traits::Zero;
use tp_quota::{Quota, QuotaMeter, QuotaReport, QuotaRules, QuotaStore, Usage};

impl<T: Config> Pallet<T> {
	/// Returns the shares of this block.
	pub fn current_rules() -> QuotaRules {
		Rules::<T>::get().in_block(LentPercent::<T>::get(), Self::capacity())
	}

	/// Returns the shares of an account in this block. Without a balance of its own it has no free share.
	pub(crate) fn rules_of(who: &T::AccountId) -> QuotaRules {
		let rules = Self::current_rules();
		match System::<T>::providers(who) {
			0 => rules.without_free_share(),
			_ => rules,
		}
	}

	/// Returns what a block holds.
	pub fn capacity() -> Usage {
		let length = T::BlockLength::get();
		let bytes = DispatchClass::all().iter().map(|class| *length.max.get(*class)).max();
		Usage { compute: T::BlockWeights::get().max_block.ref_time(), bytes: bytes.unwrap_or_default().into() }
	}

	/// Returns the block's time in milliseconds since 1970; before it is set, that of the parent block.
	pub fn now() -> u64 {
		u64::try_from(T::Time::now().as_millis()).unwrap_or(u64::MAX)
	}

	/// Returns what an account has used and may use, or `None` if it does not exist.
	pub fn report(who: &T::AccountId) -> Option<QuotaReport> {
		let (quota, rules) = (T::Store::quota(who)?, Self::rules_of(who));
		Some(QuotaReport {
			used: quota.used_at(Self::now()),
			share: rules.share(quota.locked),
			locked: quota.locked,
			lent_percent: rules.lent_percent,
			sponsored: Sponsored::<T>::get(who),
		})
	}

	/// Returns when an account's share allows a cost, in milliseconds since 1970: now or later. `None` if never, or if the
	/// account does not exist.
	pub fn regrows_at(who: &T::AccountId, cost: Usage) -> Option<u64> {
		let (mut quota, now) = (T::Store::quota(who)?, Self::now());
		match quota.charge(now, cost, &Self::rules_of(who)) {
			Ok(_) => Some(now),
			Err(later) => later,
		}
	}

	/// Takes back free use of this block.
	pub(crate) fn give_back_free(unused: Usage) {
		FreeUsed::<T>::mutate(|used| *used = used.saturating_sub(unused));
	}
}

impl<T: Config> QuotaMeter for Pallet<T> {
	fn rules() -> Option<QuotaRules> {
		Some(Self::current_rules())
	}

	fn use_free(used: Usage) -> bool {
		if used == Usage::default() {
			return true;
		}
		let all = FreeUsed::<T>::get().saturating_add(used);
		let fits = all.fits(&Self::current_rules().block_free);
		if fits {
			FreeUsed::<T>::put(all);
		}
		fits
	}

	/// Accounts of the genesis have used nothing. Later ones begin with their free share used, so that an owner gains
	/// nothing by new accounts.
	fn new_account() -> Quota {
		if System::<T>::block_number().is_zero() {
			return Quota::default();
		}
		Quota { used: Rules::<T>::get().free, at: Self::now(), locked: 0 }
	}
}
