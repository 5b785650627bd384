//! Where the quotas of accounts are: in the account, or in a map of the pallet's own.

use crate::{Config, Pallet, Quotas};
use core::marker::PhantomData;
use frame_support::traits::{OnKilledAccount, OnNewAccount};
use frame_system::{Account, Pallet as System};
use sp_runtime::traits::SaturatedConversion;
use tp_core::AccountId;
use tp_lattice::{AccountData, Quota, QuotaMeter};

/// Quotas of accounts.
pub trait QuotaStore<AccountId> {
	/// The quota of an account; `None` if it does not exist.
	fn quota(who: &AccountId) -> Option<Quota>;
	/// Changes it. Does nothing if the account does not exist.
	fn set_quota(who: &AccountId, quota: Quota);
	/// An account is there that did not exist, because of a sponsor. It has used nothing: there is no free share to wait
	/// for.
	fn begin(who: &AccountId);
}

/// Begins the chain of an account, if it has none, by what is carried out now.
pub fn begin_chain<T: frame_system::Config>(who: &AccountId, data: &mut AccountData) {
	let number = System::<T>::block_number().saturated_into();
	// When a block begins, outside of extrinsics, none of its units has been applied.
	let extrinsic = System::<T>::extrinsic_index().unwrap_or(0);
	data.begin_by_extrinsic(who, number, extrinsic);
}

/// Quotas in the accounts of the lattice. What a new one begins with is the affair of whoever writes these accounts.
pub struct AccountQuotas<T>(PhantomData<T>);

impl<T> QuotaStore<AccountId> for AccountQuotas<T>
where
	T: frame_system::Config<AccountId = AccountId, AccountData = AccountData>,
{
	fn quota(who: &AccountId) -> Option<Quota> {
		Account::<T>::try_get(who).ok().map(|account| account.data.quota)
	}

	fn set_quota(who: &AccountId, quota: Quota) {
		Account::<T>::mutate_extant(who, |account| account.data.quota = quota);
	}

	/// It can have units from now on.
	fn begin(who: &AccountId) {
		Account::<T>::mutate_extant(who, |account| {
			account.data.quota = Quota::default();
			begin_chain::<T>(who, &mut account.data);
		});
	}
}

/// Quotas in [`Quotas`], for accounts that have no room for them. It must be told of new and killed accounts: it is what
/// `frame_system::Config` calls `OnNewAccount` and `OnKilledAccount`.
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
