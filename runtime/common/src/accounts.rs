//! Balances inside the lattice's accounts: what `pallet-balances` works on is a part of `System::Account`.

use codec::{Decode, Encode};
use core::marker::PhantomData;
use frame_support::traits::StoredMap;
use frame_system::{Account, Pallet as System};
use pallet_balances::{AccountData as Balances, ExtraFlags};
use sp_runtime::DispatchError;
use tp_core::{AccountId, Balance};
use tp_lattice::{AccountData, QuotaMeter};

/// The store of `pallet-balances` on a ledger with the lattice: it changes the balances, and leaves the account's chain,
/// what it received by units and its quota as they are. `Meter` says what quota a new account begins with.
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

impl<T, Meter> StoredMap<AccountId, Balances<Balance>> for LatticeAccounts<T, Meter>
where
	T: frame_system::Config<AccountId = AccountId, AccountData = AccountData>,
	Meter: QuotaMeter,
{
	fn get(id: &AccountId) -> Balances<Balance> {
		balances(&Account::<T>::get(id).data)
	}

	/// As `frame-system` does it for data of its own, but that an account whose balances are gone, and that others keep
	/// there, stays with its chain.
	fn try_mutate_exists<R, E: From<DispatchError>>(
		id: &AccountId,
		change: impl FnOnce(&mut Option<Balances<Balance>>) -> Result<R, E>,
	) -> Result<R, E> {
		let data = balances(&Account::<T>::get(id).data);
		let mut changed = (data != Balances::default()).then_some(data);
		let result = change(&mut changed)?;
		if System::<T>::providers(id) > 0 || System::<T>::sufficients(id) > 0 {
			Account::<T>::mutate(id, |account| {
				let data = core::mem::take(&mut account.data);
				let has_balance = changed.is_some();
				account.data = with_balances(data, changed.unwrap_or_default());
				if has_balance && account.data.unit_head.is_zero() {
					account.data.quota = Meter::new_account();
					pallet_quota::begin_chain::<T>(id, &mut account.data);
				}
			});
		} else {
			Account::<T>::remove(id);
		}
		Ok(result)
	}
}
