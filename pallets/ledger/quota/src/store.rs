//! Quotas in a map of the pallet, for runtimes whose accounts have no field for them.

use crate::{Config, Pallet, Quotas};
use core::marker::PhantomData;
use frame_support::traits::{OnKilledAccount, OnNewAccount, StoredMap};
use frame_system::Pallet as System;
use sp_runtime::DispatchError;
use tp_quota::{Quota, QuotaMeter, QuotaStore, ACCOUNT_STATE};

/// Quotas in [`Quotas`].
///
/// It must know of new and killed accounts, so `frame_system::Config` needs it as `OnNewAccount` and as
/// `OnKilledAccount`. Without the first, new accounts have their free share at once, and splitting an owner into many
/// accounts pays. Without the second, quotas of dead accounts stay in the state. The currency needs [`WithQuotas`] as its
/// store, since free use fades with the balance held.
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

	fn begin(who: &T::AccountId, quota: Quota) {
		Quotas::<T>::insert(who, quota);
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

/// The store of `pallet-balances` on a ledger with [`StoredQuotas`], around the store that keeps the balances.
///
/// It counts the balance that an account has held before each change, and charges new accounts to the sender of the
/// extrinsic that runs. Without it, balance that passes through many accounts regrows the free share of each.
pub struct WithQuotas<T, Inner>(PhantomData<(T, Inner)>);

impl<T, Data, Inner> StoredMap<T::AccountId, Data> for WithQuotas<T, Inner>
where
	T: Config,
	Data: Default,
	Inner: StoredMap<T::AccountId, Data>,
{
	fn get(id: &T::AccountId) -> Data {
		Inner::get(id)
	}

	fn try_mutate_exists<R, E: From<DispatchError>>(
		id: &T::AccountId,
		change: impl FnOnce(&mut Option<Data>) -> Result<R, E>,
	) -> Result<R, E> {
		let (existed, before) = (System::<T>::account_exists(id), Pallet::<T>::balance(id));
		let result = Inner::try_mutate_exists(id, change)?;
		match (existed, System::<T>::account_exists(id)) {
			(false, true) => Pallet::<T>::use_state(ACCOUNT_STATE),
			(true, true) if Pallet::<T>::balance(id) != before => {
				Quotas::<T>::mutate_extant(id, |quota| Pallet::<T>::touch(quota, before));
			},
			_ => {},
		}
		Ok(result)
	}
}
