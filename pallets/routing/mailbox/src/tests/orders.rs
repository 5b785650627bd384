//! Messages that are no payments, as a ledger of these tests executes them.

use crate::mock::Test;
use codec::{Decode, DecodeAll, Encode};
use frame_support::traits::fungible::Mutate;
use pallet_balances::Pallet as Balances;
use tp_core::{AccountId, Balance};
use tp_mailbox::{Arrival, Draft, Message, Reason, Receive, SendAll};

/// What a message asks for. Its index is not that of payments.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum Order {
	/// Sends messages, and credits an account with a value.
	#[codec(index = 1)]
	Forward(AccountId, Balance, Vec<Draft>),
}

/// Executes orders.
pub struct Orders;

impl Receive for Orders {
	fn receive(_: &Arrival, message: &Message, send: &mut SendAll) -> Result<(), Reason> {
		let Order::Forward(to, value, drafts) =
			Order::decode_all(&mut &message.payload[..]).map_err(|_| Reason::Unreadable)?;
		Balances::<Test>::mint_into(&to, value).map_err(|_| Reason::NoAccount)?;
		send(drafts).map_err(|_| Reason::CannotSend)
	}
}
