//! What messages ask their destination for.

use crate::{
	inbox::{Arrival, SendAll},
	message::{Message, Reason},
};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use tp_core::AccountId;

/// The payload that every ledger with accounts can read. A ledger that reads others uses other indices for them.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub enum Payload {
	/// Credits the account with the message's value.
	#[codec(index = 0)]
	Pay(AccountId),
}

/// Executes the messages of a ledger that are not payments.
///
/// A ledger takes the value of such a message only if this succeeds. What it credits, it credits itself: the value counts as issued
/// here from then on.
pub trait Receive {
	/// Executes a message whole, or not at all, as [`Host::deliver`](crate::Host::deliver) does.
	fn receive(arrival: &Arrival, message: &Message, send: &mut SendAll) -> Result<(), Reason>;
}

/// The ledger reads payments alone.
impl Receive for () {
	fn receive(_: &Arrival, _: &Message, _: &mut SendAll) -> Result<(), Reason> {
		Err(Reason::Unreadable)
	}
}
