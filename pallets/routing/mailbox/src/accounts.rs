//! The accounts of `pallet-balances` on a ledger that has a part of its zone's accounts. Payments to the others leave through the
//! mailbox, so wallets pay every account of the zone by `balances.transfer*`, in batches and by proxies too.
//!
//! `pallet-balances` makes a transfer in these steps, and ignores an error of the last one. So the debit is refused if the mailbox has
//! no room, by the mailbox's reason:
//!
//! ```text
//! read the payee ──▶ debit the payer ──▶ credit the payee
//! payee: noted       is there room?      a message, with the payer as its initiator
//! ```
//!
//! The value of the message stands in place of the credit, so issuance and balances add up for every pallet. An account of another
//! ledger reads as one with more than all that is issued, so that no amount is too small to create it and none too large to be taken
//! off it: what is not such a payment reaches the store, which refuses it by [`Error::Elsewhere`].

use crate::{weights::WeightInfo, BegunPayment, Config, Error, Pallet};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use core::{cell::Cell, marker::PhantomData};
use frame_support::{
	dispatch::DispatchClass,
	ensure,
	storage::with_storage_layer,
	traits::{fungible::Inspect, Get, StoredMap},
};
use frame_system::Pallet as System;
use pallet_balances::AccountData;
use scale_info::TypeInfo;
use sp_runtime::{DispatchError, DispatchResult};
use tp_core::{AccountId, Balance};
use tp_mailbox::RemoteTransfers;
use tp_quota::QuotaMeter;

/// The store of `pallet-balances` on a ledger whose zone has other ledgers, around the store that keeps its own accounts.
///
/// `pallet_balances::Config::DustRemoval` must credit no account of another ledger.
pub struct RoutedAccounts<T, Inner>(PhantomData<(T, Inner)>);

/// A payment to an account of another ledger that an extrinsic has begun.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Begun {
	/// The account of another ledger that was read last.
	to: AccountId,
	/// The account of this ledger that was debited last since then, and how much.
	debit: Option<(AccountId, Balance)>,
	/// The extrinsic. `None` in hooks.
	extrinsic: Option<u32>,
}

impl<T, Inner> StoredMap<AccountId, AccountData<Balance>> for RoutedAccounts<T, Inner>
where
	T: Config,
	Inner: StoredMap<AccountId, AccountData<Balance>>,
{
	fn get(who: &AccountId) -> AccountData<Balance> {
		if Pallet::<T>::lives_here(who) {
			return Inner::get(who);
		}
		Pallet::<T>::note_payee(who);
		elsewhere::<T>()
	}

	fn try_mutate_exists<R, E: From<DispatchError>>(
		who: &AccountId,
		change: impl FnOnce(&mut Option<AccountData<Balance>>) -> Result<R, E>,
	) -> Result<R, E> {
		if !Pallet::<T>::lives_here(who) {
			let before = elsewhere::<T>();
			let mut changed = Some(before.clone());
			let result = change(&mut changed)?;
			Pallet::<T>::pay_elsewhere(who, credit(&before, changed))?;
			return Ok(result);
		}
		let debit = Cell::new(0);
		let change = |data: &mut Option<AccountData<Balance>>| {
			let before = parts(data.as_ref());
			let result = change(data)?;
			let after = parts(data.as_ref());
			if after.reserved > before.reserved {
				Pallet::<T>::check_derived(who)?;
			}
			debit.set(before.total.saturating_sub(after.total));
			Ok::<R, E>(result)
		};
		let Some(begun) = Pallet::<T>::begun() else { return Inner::try_mutate_exists(who, change) };
		with_storage_layer(|| {
			let result = Inner::try_mutate_exists(who, change)?;
			Pallet::<T>::note_debit(begun, who, debit.get())?;
			Ok(result)
		})
	}
}

impl<T: Config> Pallet<T> {
	/// Returns the payment that this extrinsic has begun.
	fn begun() -> Option<Begun> {
		BegunPayment::<T>::get().filter(|begun| begun.extrinsic == System::<T>::extrinsic_index())
	}

	fn note_payee(to: &AccountId) {
		let debit = Self::begun().and_then(|begun| begun.debit);
		let extrinsic = System::<T>::extrinsic_index();
		BegunPayment::<T>::put(Begun { to: to.clone(), debit, extrinsic });
	}

	/// Notes a debit after a read of an account of another ledger. Fails if the value could not be sent there.
	fn note_debit(begun: Begun, from: &AccountId, value: Balance) -> DispatchResult {
		if value > 0 {
			let home = T::Ledger::get().home();
			ensure!(Self::is_remote(home, &begun.to), Error::<T>::Elsewhere);
			Self::check_payment(from, home, &begun.to, value).map_err(Error::<T>::from)?;
			BegunPayment::<T>::put(Begun { debit: Some((from.clone(), value)), ..begun });
		}
		Ok(())
	}

	/// Sends a value in place of a credit. `None` is any other change of an account, which is refused.
	fn pay_elsewhere(to: &AccountId, value: Option<Balance>) -> DispatchResult {
		let debit = Self::begun().and_then(|begun| begun.debit);
		// Dust that ends with an account is debited, and not paid.
		let (from, value) = debit
			.zip(value)
			.and_then(|((from, debit), value)| (debit >= value).then_some((from, value)))
			.ok_or(Error::<T>::Elsewhere)?;
		BegunPayment::<T>::kill();
		Self::send_debited(&from, T::Ledger::get().home(), to, value).map_err(Error::<T>::from)?;
		// The weight of the call is that of a transfer in this ledger.
		let weight = T::WeightInfo::transfer();
		System::<T>::register_extra_weight_unchecked(weight, DispatchClass::Normal);
		T::Meter::use_time(weight.ref_time());
		Ok(())
	}
}

/// An account of another ledger, as it reads here.
fn elsewhere<T: Config>() -> AccountData<Balance> {
	// No change that is possible with what is issued brings it below the deposit, where it would end.
	let free = T::Currency::total_issuance().saturating_add(T::Currency::minimum_balance());
	AccountData { free, ..AccountData::default() }
}

/// Returns by how much a change credits an account, if it does that and nothing else.
fn credit(before: &AccountData<Balance>, after: Option<AccountData<Balance>>) -> Option<Balance> {
	let after = after?;
	let value = after.free.checked_sub(before.free).filter(|value| *value > 0)?;
	let is_credit_alone = AccountData { free: before.free, ..after } == *before;
	is_credit_alone.then_some(value)
}

/// What an account has.
struct Parts {
	total: Balance,
	reserved: Balance,
}

fn parts(data: Option<&AccountData<Balance>>) -> Parts {
	data.map_or(Parts { total: 0, reserved: 0 }, |data| Parts { total: data.total(), reserved: data.reserved })
}
