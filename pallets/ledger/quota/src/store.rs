//! Quotas in a map of the pallet, for runtimes whose accounts have no field for them.

use crate::{Config, Pallet, Quotas};
use core::marker::PhantomData;
use frame_support::traits::{OnKilledAccount, OnNewAccount};
use frame_system::Pallet as System;
use tp_quota::{Quota, QuotaMeter, QuotaStore};

/// Quotas in [`Quotas`].
///
/// It must know of new and killed accounts, so `frame_system::Config` needs it as `OnNewAccount` and as
/// `OnKilledAccount`. Without the first, new accounts have their free share at once, and splitting an owner into many
/// accounts pays. Without the second, quotas of dead accounts stay in the state.
pub struct StoredQuotas<T>(PhantomData<T>);

impl<T: Config> QuotaStore<T::AccountId> for StoredQuotas<T> {
	fn quota(who: &T::AccountId) -> Option<Quota> {
		Quotas::<T>::get(who).or_else(|| System::<T>::account_exists(who).then(Quota::default))
	}

	fn set_quota(who: &T::AccountId, quota: Quota) {
		if System::<T>::account_exists(who) {
			Quotas::<T>::insert(who, quota);
		}
	}

	fn begin(who: &T::AccountId) {
		Quotas::<T>::remove(who);
	}
}

impl<T: Config> OnNewAccount<T::AccountId> for StoredQuotas<T> {
	fn on_new_account(who: &T::AccountId) {
		let quota = Pallet::<T>::new_account();
		if quota != Quota::default() {
			Quotas::<T>::insert(who, quota);
		}
	}
}

impl<T: Config> OnKilledAccount<T::AccountId> for StoredQuotas<T> {
	fn on_killed_account(who: &T::AccountId) {
		Quotas::<T>::remove(who);
	}
}
