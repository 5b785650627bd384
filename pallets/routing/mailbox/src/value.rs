//! Values on their way. What is in a lane belongs to no account, and stays issued until its destination has taken it.
//!
//! ```text
//! account ──withdraw──▶ lane: InLanes ──acknowledged──▶ not issued here any more
//! arrival: issued ──▶ account
//!                 └─▶ lane, as a bounce or with a message that follows
//!                 └─▶ Kept, if an account cannot take what returns to it
//! ```

use crate::*;
use alloc::vec::Vec;
use codec::DecodeAll;
use frame_support::{
	storage::with_transaction_unchecked,
	traits::{
		fungible::{Balanced, Credit, Inspect},
		tokens::{Fortitude, Precision, Preservation, Provenance},
		Get, Imbalance,
	},
};
use sp_runtime::{DispatchError, TransactionOutcome};
use tp_core::{AccountId, Balance};
use tp_mailbox::{Arrival, Bounce, Destination, Draft, Host, Message, Payload, Reason, Receive, SendAll};

/// A value that was issued or withdrawn, and is not credited yet.
pub(crate) type CreditOf<T> = Credit<AccountId, <T as Config>::Currency>;

/// What the ledger does with messages of others.
pub(crate) struct Delivery<T>(pub(crate) core::marker::PhantomData<T>);

/// What is issued and belongs to no account: values in lanes, and kept values. Reads all kept values: for invariants.
pub struct OutsideAccounts<T>(core::marker::PhantomData<T>);

impl<T: Config> Get<Balance> for OutsideAccounts<T> {
	fn get() -> Balance {
		Kept::<T>::iter_values().fold(InLanes::<T>::get(), Balance::saturating_add)
	}
}

impl<T: Config> Pallet<T> {
	/// Takes a value off an account.
	pub(crate) fn withdraw(from: &AccountId, value: Balance) -> Result<CreditOf<T>, DispatchError> {
		T::Currency::withdraw(from, value, Precision::Exact, Preservation::Expendable, Fortitude::Polite)
	}

	/// Puts a value into the lanes. It stays issued.
	pub(crate) fn hold(credit: CreditOf<T>) {
		Self::hold_debited(credit.peek());
		core::mem::forget(credit);
	}

	/// Puts a value into the lanes that no account has any more and that still counts as issued.
	pub(crate) fn hold_debited(value: Balance) {
		InLanes::<T>::mutate(|held| *held = held.saturating_add(value));
	}

	/// Puts a value into the lanes that came with a message of another ledger.
	pub(crate) fn hold_arrived(value: Balance) {
		if value > 0 {
			Self::hold(T::Currency::issue(value));
		}
	}

	/// Ends a value that its destination has taken.
	pub(crate) fn release(value: Balance) {
		let held = InLanes::<T>::get();
		// A faulty source can state any value, and a bounce of it brings more into the lanes than can be issued.
		let value = value.min(held);
		InLanes::<T>::put(held - value);
		Self::end(value);
	}

	/// Credits an account with what is kept for it and with a value that arrived. Keeps both if the account cannot take them.
	/// Returns whether they are credited.
	pub(crate) fn credit_or_keep(account: &AccountId, value: Balance) -> bool {
		let kept = Kept::<T>::take(account);
		Self::end(kept);
		let credit = T::Currency::issue(kept.saturating_add(value));
		let result = match Self::lives_here(account) {
			true => T::Currency::resolve(account, credit),
			false => Err(credit),
		};
		let Err(credit) = result else { return true };
		if credit.peek() > 0 {
			Kept::<T>::insert(account, credit.peek());
		}
		core::mem::forget(credit);
		false
	}

	/// Ends a value that belongs to no account.
	fn end(value: Balance) {
		if value > 0 {
			core::mem::forget(T::Currency::rescind(value));
		}
	}

	/// Whether an account is one of this ledger.
	pub(crate) fn lives_here(account: &AccountId) -> bool {
		let ledger = T::Ledger::get();
		ledger.owns(&Destination::of(ledger.home(), account))
	}

	fn pay(arrival: &Arrival, to: &AccountId, value: Balance) -> Result<(), Reason> {
		// A lane leads to one table. Accounts of others may live in another ledger.
		let destination = arrival.lane.destination;
		if Destination::of(destination.home(), to) != destination {
			return Err(Reason::NoAccount);
		}
		if T::Currency::can_deposit(to, value, Provenance::Minted).into_result().is_err() {
			return Err(Reason::NoAccount);
		}
		let credit = T::Currency::issue(value);
		if credit.peek() < value {
			return Err(Reason::OutOfBounds);
		}
		T::Currency::resolve(to, credit).map_err(|_| Reason::Failed)
	}

	/// Executes a message that is no payment. Undoes all of it if values do not add up.
	fn receive(arrival: &Arrival, message: &Message, send: &mut SendAll) -> Result<(), Reason> {
		with_transaction_unchecked(|| {
			let before = T::Currency::total_issuance();
			let mut sent: Balance = 0;
			let mut received = T::Receiver::receive(arrival, message, &mut |children: Vec<Draft>| {
				let value = children.iter().map(|child| child.value).fold(0, Balance::saturating_add);
				send(children)?;
				sent = sent.saturating_add(value);
				Ok(())
			});
			let credited = T::Currency::total_issuance().checked_sub(before);
			if received.is_ok() && credited.and_then(|credited| credited.checked_add(sent)) != Some(message.value) {
				received = Err(Reason::Failed);
			}
			match received {
				Ok(()) => TransactionOutcome::Commit(received),
				Err(_) => TransactionOutcome::Rollback(received),
			}
		})
	}
}

impl<T: Config> Host for Delivery<T> {
	fn deliver(&mut self, arrival: &Arrival, message: &Message, send: &mut SendAll) -> Result<(), Reason> {
		match Payload::decode_all(&mut &message.payload[..]) {
			Ok(Payload::Pay(to)) => Pallet::<T>::pay(arrival, &to, message.value),
			Err(_) => Pallet::<T>::receive(arrival, message, send),
		}
	}

	fn refund(&mut self, account: &AccountId, value: Balance, bounce: Option<Bounce>) {
		let credited = Pallet::<T>::credit_or_keep(account, value);
		Pallet::<T>::deposit_event(Event::Returned { account: account.clone(), value, bounce, credited });
	}
}
