//! Accounts that calls derive from their senders, such as pure proxies and multisigs. Their ids are hashes, so they may belong to
//! another ledger, where no account could act for them: what was paid to them would be lost.
//!
//! The calls are those of other pallets, which name no error for it. All of them reserve a deposit of their sender before they do
//! anything else. So the filter of calls notes what the call derives, and the store of accounts refuses the deposit.

use crate::{Config, Deriving, Error, Pallet};
use core::marker::PhantomData;
use frame_support::{ensure, traits::Contains};
use sp_runtime::DispatchResult;
use tp_core::AccountId;

/// How a call derives an account from its sender.
pub trait Derivation<Call>: Sized {
	/// Returns what a call derives. `None` if it derives nothing, or takes no deposit for it.
	fn of(call: &Call) -> Option<Self>;
	/// Returns the account that it derives from a sender now.
	fn account(&self, sender: &AccountId) -> AccountId;
}

/// Calls derive no accounts.
impl<Call> Derivation<Call> for () {
	fn of(_: &Call) -> Option<Self> {
		None
	}

	fn account(&self, sender: &AccountId) -> AccountId {
		sender.clone()
	}
}

/// Notes which account a call derives. A part of `frame_system::Config::BaseCallFilter`, which passes every call.
pub struct NoteDerived<T>(PhantomData<T>);

impl<T: Config> Contains<T::RuntimeCall> for NoteDerived<T> {
	fn contains(call: &T::RuntimeCall) -> bool {
		match T::Derivation::of(call) {
			Some(derivation) => Deriving::<T>::put(derivation),
			None if Deriving::<T>::exists() => Deriving::<T>::kill(),
			None => {},
		}
		true
	}
}

impl<T: Config> Pallet<T> {
	/// Refuses the deposit for a derived account of another ledger.
	pub(crate) fn check_derived(sender: &AccountId) -> DispatchResult {
		let derived = Deriving::<T>::take().map(|derivation| derivation.account(sender));
		ensure!(derived.is_none_or(|account| Self::lives_here(&account)), Error::<T>::Elsewhere);
		Ok(())
	}
}
