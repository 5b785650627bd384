//! The accounts of `pallet-balances` with the nonces of their lives.

use crate::{Config, Pallet};
use core::marker::PhantomData;
use frame_support::traits::StoredMap;
use frame_system::Pallet as System;
use sp_runtime::DispatchError;
use tp_core::lives::AccountLives;

/// Another store of accounts, whose new accounts begin with the nonce of their life.
///
/// Plug it in as `pallet_balances::Config::AccountStore`, around `System`. `pallet_lattice::LatticeAccounts` does the same
/// by itself.
pub struct WithLives<T, Store>(PhantomData<(T, Store)>);

impl<T, Store, Data> StoredMap<T::AccountId, Data> for WithLives<T, Store>
where
	T: Config,
	Store: StoredMap<T::AccountId, Data>,
	Data: Default,
{
	fn get(who: &T::AccountId) -> Data {
		Store::get(who)
	}

	fn try_mutate_exists<R, E: From<DispatchError>>(
		who: &T::AccountId,
		change: impl FnOnce(&mut Option<Data>) -> Result<R, E>,
	) -> Result<R, E> {
		let existed = System::<T>::account_exists(who);
		let result = Store::try_mutate_exists(who, change)?;
		if !existed && System::<T>::account_exists(who) {
			Pallet::<T>::begin(who);
		}
		Ok(result)
	}
}
