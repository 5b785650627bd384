//! The shares of a block, and what accounts and other pallets ask of them.

use crate::{Config, Event, FreeTaken, FreeUsed, LentPercent, NoStateLeft, Pallet, Payer, Rules, Sponsored};
use frame_support::{
	dispatch::DispatchClass,
	traits::{fungible::Inspect, Get, UnixTime},
};
use frame_system::Pallet as System;
use sp_runtime::traits::Zero;
use tp_core::Balance;
use tp_quota::{Quota, QuotaMeter, QuotaReport, QuotaRules, QuotaStore, Usage, Used};

impl<T: Config> Pallet<T> {
	/// Returns the shares of this block.
	pub fn current_rules() -> QuotaRules {
		let rules = Rules::<T>::get();
		let left = FreeTaken::<T>::get().left(Self::now(), rules.free_rate());
		rules.in_block(LentPercent::<T>::get(), Self::capacity(), left)
	}

	/// Returns the shares of an account in this block. Without a balance of its own it has no free share.
	pub(crate) fn rules_of(who: &T::AccountId) -> QuotaRules {
		let rules = Self::current_rules();
		match System::<T>::providers(who) {
			0 => rules.without_free_share(),
			_ => rules,
		}
	}

	/// Returns the balance by which free use fades: all that the account has, spendable or not.
	pub(crate) fn balance(who: &T::AccountId) -> Balance {
		T::Currency::total_balance(who)
	}

	/// Returns what a block holds. New state has no limit of a block.
	pub fn capacity() -> Usage {
		let length = T::BlockLength::get();
		let bytes = DispatchClass::all().iter().map(|class| *length.max.get(*class)).max();
		let compute = T::BlockWeights::get().max_block.ref_time();
		Usage { compute, bytes: bytes.unwrap_or_default().into(), state: u64::MAX }
	}

	/// Returns the block's time in milliseconds since 1970; before it is set, that of the parent block.
	pub fn now() -> u64 {
		u64::try_from(T::Time::now().as_millis()).unwrap_or(u64::MAX)
	}

	/// Returns what an account has used and may use, or `None` if it does not exist.
	pub fn report(who: &T::AccountId) -> Option<QuotaReport> {
		let (quota, rules) = (T::Store::quota(who)?, Self::rules_of(who));
		let used = quota.used_at(Self::now(), Self::balance(who), &rules);
		// An account without a free share has used nothing of one.
		let used = Used { free: used.free.min(rules.free), ..used };
		Some(QuotaReport {
			used: rules.to_use(used.total()),
			share: rules.share(quota.locked),
			locked: quota.locked,
			lent_percent: rules.lent_percent,
			sponsored: Sponsored::<T>::get(who),
		})
	}

	/// Returns when an account's share allows a cost, in milliseconds since 1970: now or later, if its balance stays as it is.
	/// `None` if never, or if the account does not exist.
	pub fn regrows_at(who: &T::AccountId, cost: Usage) -> Option<u64> {
		T::Store::quota(who)?.allowed_at(Self::now(), Self::balance(who), cost, &Self::rules_of(who))
	}

	/// Charges the sender of the extrinsic that runs for what its weight does not cover.
	///
	/// The rule is that of units: what an extrinsic creates must fit its sender's share, and the cap of free use over time. An
	/// extrinsic that has ended its sender has no share, so it creates one account after that at most.
	fn use_beyond_weight(cost: Usage) {
		let Some(who) = Payer::<T>::get() else { return };
		let now = Self::now();
		let (free, next) = match T::Store::quota(&who) {
			Some(mut quota) => {
				let (balance, rules) = (Self::balance(&who), Self::rules_of(&who));
				let charge = quota.charge_anyway(now, balance, cost, &rules);
				T::Store::set_quota(&who, quota);
				(charge.free, quota.charge(now, balance, cost, &rules).ok())
			},
			None => (cost, None),
		};
		let (rate, mut bucket) = (Rules::<T>::get().free_rate(), FreeTaken::<T>::get());
		if free != Usage::default() {
			bucket.take_anyway(now, free, rate);
			FreeTaken::<T>::put(bucket);
		}
		let is_left = next.is_some_and(|next| next.free.fits(&bucket.left(now, rate)));
		if !is_left && !NoStateLeft::<T>::get() {
			NoStateLeft::<T>::put(true);
			Self::deposit_event(Event::NoStateLeft { who });
		}
	}

	/// Takes back free use of this block.
	pub(crate) fn give_back_free(unused: Usage) {
		FreeUsed::<T>::mutate(|used| *used = used.saturating_sub(unused));
		FreeTaken::<T>::mutate(|bucket| bucket.give_back(unused));
	}
}

impl<T: Config> QuotaMeter for Pallet<T> {
	fn rules() -> Option<QuotaRules> {
		Some(Self::current_rules())
	}

	/// Counts it twice: in what a block holds, and in what the ledger carries for good.
	fn use_free(used: Usage) -> bool {
		if used == Usage::default() {
			return true;
		}
		let rules = Rules::<T>::get();
		let all = FreeUsed::<T>::get().saturating_add(used);
		let mut bucket = FreeTaken::<T>::get();
		let fits =
			all.fits(&rules.free_of_block(Self::capacity())) && bucket.take(Self::now(), used, rules.free_rate());
		if fits {
			FreeUsed::<T>::put(all);
			FreeTaken::<T>::put(bucket);
		}
		fits
	}

	/// Accounts of the genesis have used nothing. Later ones begin with the whole lent share used, so that an owner gains
	/// nothing by new accounts.
	fn new_account() -> Quota {
		if System::<T>::block_number().is_zero() {
			return Quota::default();
		}
		Quota::begin(Self::now(), &Self::current_rules())
	}

	fn use_state(bytes: u64) {
		Self::use_beyond_weight(Usage { state: bytes, ..Usage::default() });
	}

	fn use_time(picoseconds: u64) {
		Self::use_beyond_weight(Usage { compute: picoseconds, ..Usage::default() });
	}

	fn touch(quota: &mut Quota, balance: Balance) {
		// Without free use there is nothing that fades.
		if quota.free != Usage::default() {
			quota.touch(Self::now(), balance, Rules::<T>::get().full_balance);
		}
	}
}
