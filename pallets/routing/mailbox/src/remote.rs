//! Messages that this ledger sends.

use crate::*;
use codec::Encode;
use frame_support::{
	ensure,
	storage::with_storage_layer,
	traits::{Contains, Get},
};
use sp_runtime::DispatchError;
use tp_core::{AccountId, Balance};
use tp_mailbox::{
	body_key, bounds::MIN_MESSAGE_WEIGHT, Destination, Draft, Home, Message, Payload, RemoteTransfers, SendError, Sent,
};

impl<T: Config> RemoteTransfers for Pallet<T> {
	fn is_remote(home: Home, account: &AccountId) -> bool {
		!T::Ledger::get().owns(&Destination::of(home, account)) && T::Homes::contains(&home)
	}

	fn transfer(from: &AccountId, home: Home, to: &AccountId, value: Balance) -> Result<Sent, DispatchError> {
		ensure!(value > 0, Error::<T>::NoValue);
		ensure!(!T::Ledger::get().owns(&Destination::of(home, to)), Error::<T>::NotRemote);
		ensure!(T::Homes::contains(&home), Error::<T>::UnknownDestination);
		with_storage_layer(|| {
			let credit = Self::withdraw(from, value)?;
			let sent = Self::send(from, payment(home, to, value)).map_err(Error::<T>::from)?;
			Self::hold(credit);
			Ok(sent)
		})
	}

	fn send_debited(from: &AccountId, home: Home, to: &AccountId, value: Balance) -> Result<Sent, SendError> {
		let sent = Self::send(from, payment(home, to, value))?;
		Self::hold_debited(value);
		Ok(sent)
	}
}

impl<T: Config> Pallet<T> {
	/// Sends a message of the ledger itself, without a value, on the lane that destinations take first. Bounces name
	/// `account`.
	pub fn send_system(
		account: &AccountId,
		destination: Destination,
		payload: alloc::vec::Vec<u8>,
	) -> Result<Sent, SendError> {
		let draft = Draft { destination, value: 0, payload, weight: MIN_MESSAGE_WEIGHT, budget: 0 };
		let (sent, message) = Self::mailbox(|mailbox| mailbox.send_system(account, draft))?;
		Self::note_sent(&sent, &message);
		Ok(sent)
	}

	/// Checks that [`RemoteTransfers::send_debited`] would send a value now.
	pub(crate) fn check_payment(from: &AccountId, home: Home, to: &AccountId, value: Balance) -> Result<(), SendError> {
		Self::mailbox(|mailbox| mailbox.check_send(from, payment(home, to, value)))
	}

	fn send(from: &AccountId, draft: Draft) -> Result<Sent, SendError> {
		let (sent, message) = Self::mailbox(|mailbox| mailbox.send(from, draft))?;
		Self::note_sent(&sent, &message);
		Ok(sent)
	}

	/// Gives nodes the body of a message, from which they make proofs.
	pub(crate) fn note_sent(sent: &Sent, message: &Message) {
		let Sent { lane, sequence, .. } = *sent;
		sp_io::offchain_index::set(&body_key(&lane, sequence), &message.encode());
		let initiator = message.initiator.account.clone();
		Self::deposit_event(Event::Sent { lane, sequence, initiator, value: message.value });
	}
}

/// Returns the message that pays an account.
pub(crate) fn payment(home: Home, to: &AccountId, value: Balance) -> Draft {
	let payload = Payload::Pay(to.clone()).encode();
	Draft { destination: Destination::of(home, to), value, payload, weight: MIN_MESSAGE_WEIGHT, budget: 0 }
}
