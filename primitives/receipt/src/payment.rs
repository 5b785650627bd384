//! Which message an operation of a unit asks for.

use codec::{DecodeAll, Encode};
use tp_core::{AccountId, ChainTag};
use tp_lattice::Operation;
use tp_mailbox::{Destination, Home, Lane, Message, Payload};

/// Returns the account that a message pays, if it is a payment.
pub fn recipient(message: &Message) -> Option<AccountId> {
	match Payload::decode_all(&mut &message.payload[..]) {
		Ok(Payload::Pay(to)) => Some(to),
		Err(_) => None,
	}
}

/// Tells whether an operation asks for a message: the same recipient in the same place, and the same value.
///
/// [`Operation::TransferAll`] names no amount, and [`Operation::Remote`] names the payload and not the value.
pub fn asks_for(operation: &Operation, lane: &Lane, message: &Message) -> bool {
	let pays = |home: Home, to: &AccountId| {
		lane.destination == Destination::of(home, to) && message.payload == Payload::Pay(to.clone()).encode()
	};
	let own = home_of(lane.source);
	match operation {
		Operation::Transfer { dest, amount } | Operation::TransferKeepAlive { dest, amount } => {
			message.value == *amount && pays(own, dest)
		},
		Operation::TransferAll { dest } => pays(own, dest),
		Operation::Remote { chain, payload } => {
			lane.destination.home() == home_of(*chain) && message.payload == payload.as_slice()
		},
		Operation::Service(_) => false,
	}
}

/// Returns where the accounts of a ledger live.
pub(crate) fn home_of(chain: ChainTag) -> Home {
	match chain {
		ChainTag::Main => Home::Main,
		ChainTag::Zone(zone) | ChainTag::Shard { zone, .. } => Home::Zone(zone),
	}
}
