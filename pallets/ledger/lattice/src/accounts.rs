//! The accounts of the lattice as other pallets see them: `pallet-balances` its balances, `pallet-quota` its quota.

use crate::Config;
use codec::{Decode, Encode};
use core::marker::PhantomData;
use frame_support::traits::{Get, StoredMap};
use frame_system::{Account, AccountInfo, Pallet as System};
use pallet_balances::{AccountData as Balances, ExtraFlags};
use sp_runtime::{traits::SaturatedConversion, DispatchError};
use tp_core::{lives::AccountLives, AccountId, Balance, Nonce};
use tp_lattice::{AccountData, Life, UnitHash};
use tp_quota::{Quota, QuotaMeter, QuotaStore, ACCOUNT_STATE};

/// The store of `pallet-balances` on a ledger with the lattice. It changes the balances of an account, and leaves its
/// chain, the credits that it received by units and its quota as they are.
///
/// `Meter` sets the quota of a new account, charges its state to the sender of the extrinsic that runs, and counts the balance
/// that an account has held before each change. Plug in `pallet-quota`, or `()` if nothing is metered.
pub struct LatticeAccounts<T, Meter = ()>(PhantomData<(T, Meter)>);

fn balances(data: &AccountData) -> Balances<Balance> {
	let AccountData { free, reserved, frozen, flags, .. } = data;
	let flags = ExtraFlags::decode(&mut &flags.encode()[..]).unwrap_or_default();
	Balances { free: *free, reserved: *reserved, frozen: *frozen, flags }
}

fn with_balances(mut data: AccountData, balances: Balances<Balance>) -> AccountData {
	let Balances { free, reserved, frozen, flags } = balances;
	let flags = u128::decode(&mut &flags.encode()[..]).expect("the flags are a u128; qed");
	(data.free, data.reserved, data.frozen, data.flags) = (free, reserved, frozen, flags);
	data
}

/// Begins the chain of an account, if it has none, on behalf of the extrinsic that runs now.
fn begin_chain<T: Config>(who: &AccountId, nonce: Nonce, data: &mut AccountData) {
	let number = System::<T>::block_number().saturated_into();
	// Hooks run outside of extrinsics and count as extrinsic 0. That is safe at the start of a block: none of its units has
	// been applied, so an account cannot end by a unit between a hook and extrinsic 0, and get the same head again.
	let extrinsic = System::<T>::extrinsic_index().unwrap_or(0);
	let life = Life { id: who, nonce, chain: T::Lives::base().map(|_| T::Chain::get()) };
	data.begin_by_extrinsic(&life, number, extrinsic);
}

/// Begins the chains of all accounts again, in the genesis. `pallet-balances` builds its part first, when the ledger has no tag yet,
/// and first heads bind the tag.
pub(crate) fn begin_chains_again<T: Config>() {
	Account::<T>::translate(|who, mut account: AccountInfo<Nonce, AccountData>| {
		account.data.unit_head = UnitHash::zero();
		begin_chain::<T>(&who, account.nonce, &mut account.data);
		Some(account)
	});
}

impl<T: Config, Meter: QuotaMeter> StoredMap<AccountId, Balances<Balance>> for LatticeAccounts<T, Meter> {
	fn get(id: &AccountId) -> Balances<Balance> {
		balances(&Account::<T>::get(id).data)
	}

	/// Does what `frame-system` does for its own data, with two exceptions: a new account begins with the nonce of its
	/// life, and an account without balances that sponsors keep in the state keeps its chain.
	fn try_mutate_exists<R, E: From<DispatchError>>(
		id: &AccountId,
		change: impl FnOnce(&mut Option<Balances<Balance>>) -> Result<R, E>,
	) -> Result<R, E> {
		let data = balances(&Account::<T>::get(id).data);
		let before = data.free.saturating_add(data.reserved);
		let mut changed = (data != Balances::default()).then_some(data);
		let existed = System::<T>::account_exists(id);
		let result = change(&mut changed)?;
		if System::<T>::providers(id) > 0 || System::<T>::sufficients(id) > 0 {
			if !existed {
				T::Lives::begin(id);
				Meter::use_state(ACCOUNT_STATE);
			}
			Account::<T>::mutate(id, |account| {
				let data = core::mem::take(&mut account.data);
				let has_balance = changed.is_some();
				account.data = with_balances(data, changed.unwrap_or_default());
				if has_balance && account.data.unit_head.is_zero() {
					account.data.quota = Meter::new_account();
					begin_chain::<T>(id, account.nonce, &mut account.data);
				} else if account.data.free.saturating_add(account.data.reserved) != before {
					Meter::touch(&mut account.data.quota, before);
				}
			});
		} else {
			Account::<T>::remove(id);
		}
		Ok(result)
	}
}

/// The store of `pallet-quota` on a ledger with the lattice: quotas in the accounts. [`LatticeAccounts`] sets the quota of
/// a new account, so no `OnNewAccount` is needed.
pub struct AccountQuotas<T>(PhantomData<T>);

impl<T: Config> QuotaStore<AccountId> for AccountQuotas<T> {
	fn quota(who: &AccountId) -> Option<Quota> {
		Account::<T>::try_get(who).ok().map(|account| account.data.quota)
	}

	fn set_quota(who: &AccountId, quota: Quota) {
		Account::<T>::mutate_extant(who, |account| account.data.quota = quota);
	}

	/// Begins the account's chain too: it can have units from now on.
	fn begin(who: &AccountId, quota: Quota) {
		Account::<T>::mutate_extant(who, |account| {
			account.data.quota = quota;
			begin_chain::<T>(who, account.nonce, &mut account.data);
		});
	}
}
