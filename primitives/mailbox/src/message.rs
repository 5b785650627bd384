//! Messages, and what happens when one cannot be delivered.

use crate::{
	bounds::{MAX_BUDGET, MAX_HOPS, MAX_MESSAGE_BYTES, MAX_MESSAGE_WEIGHT, MIN_MESSAGE_WEIGHT},
	lane::{Destination, Home, Lane},
};
use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_core::H256;
use sp_io::hashing::blake2_256;
use tp_core::{AccountId, Balance};

/// The place of a message in its lane, from 0.
pub type Sequence = u64;

/// The account that started a chain of messages. Values that cannot be delivered return to it.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Initiator {
	/// Where the account lives.
	pub home: Home,
	/// The account.
	pub account: AccountId,
}

impl Initiator {
	/// Returns where bounces for it lead.
	pub fn destination(&self) -> Destination {
		Destination::of(self.home, &self.account)
	}
}

/// A message from one ledger to another.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub struct Message {
	/// The account that started the chain of messages.
	pub initiator: Initiator,
	/// The number of messages before it in the chain.
	pub hop: u8,
	/// The weight of its delivery, in picoseconds.
	pub weight: u64,
	/// The weight and budget that the messages which its delivery sends have together at most, in picoseconds.
	pub budget: u64,
	/// The value that left the source with it.
	pub value: Balance,
	/// What the destination does, in the encoding of its runtime.
	pub payload: Vec<u8>,
}

/// A message before its lane and its hop are known.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub struct Draft {
	/// Where it leads.
	pub destination: Destination,
	/// The value that leaves the source with it.
	pub value: Balance,
	/// What the destination does, in the encoding of its runtime.
	pub payload: Vec<u8>,
	/// The weight of its delivery, in picoseconds.
	pub weight: u64,
	/// What is left for the messages that its delivery sends, in picoseconds.
	pub budget: u64,
}

/// The payload of a bounce.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Bounce {
	/// The lane of the message that was not delivered.
	pub lane: Lane,
	/// Its place in the lane.
	pub sequence: Sequence,
	/// Why it was not delivered.
	pub reason: Reason,
}

/// Why a message was not delivered.
#[derive(
	Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo, thiserror::Error,
)]
pub enum Reason {
	/// The destination cannot decode the payload.
	#[error("the destination cannot read the payload")]
	Unreadable,
	/// The account does not exist and the value is too small to create it.
	#[error("the account does not exist, and the value is too small to create it")]
	NoAccount,
	/// The call failed.
	#[error("the call failed")]
	Failed,
	/// A message that the delivery sends was refused.
	#[error("the delivery could not send a message that follows from it")]
	CannotSend,
	/// The message breaks a bound, so its source is faulty.
	#[error("the message breaks a bound of its source")]
	OutOfBounds,
}

/// The reason why a message is malformed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MessageError {
	/// It is too long.
	#[error("the message has {0} bytes: send at most {MAX_MESSAGE_BYTES}")]
	TooLong(usize),
	/// Its chain of messages is too long.
	#[error("the chain of messages has crossed {MAX_HOPS} ledgers and ends here")]
	TooManyHops,
	/// Its weight is out of range.
	#[error("the weight is {0}: it must be from {MIN_MESSAGE_WEIGHT} to {MAX_MESSAGE_WEIGHT} picoseconds")]
	BadWeight(u64),
	/// Its budget is too large.
	#[error("the budget is {0}: it must be at most {MAX_BUDGET} picoseconds")]
	BadBudget(u64),
	/// Its weight and budget exceed what is left of its parent's budget.
	#[error("the messages of this delivery exceed its budget")]
	BudgetExceeded,
	/// The delivery sends too many messages.
	#[error("the delivery sends too many messages")]
	TooManyChildren,
}

impl Message {
	/// Returns the leaf of the message in its lane. It is bound to lane and place, so it proves nothing elsewhere.
	pub fn leaf(&self, lane: &Lane, sequence: Sequence) -> H256 {
		H256((b"TOP-MSG-1", lane, sequence, self).using_encoded(blake2_256))
	}

	/// Checks the bounds that hold for every message.
	pub fn check(&self) -> Result<(), MessageError> {
		let length = self.encoded_size();
		if length > MAX_MESSAGE_BYTES {
			return Err(MessageError::TooLong(length));
		}
		if self.hop > MAX_HOPS {
			return Err(MessageError::TooManyHops);
		}
		if !(MIN_MESSAGE_WEIGHT..=MAX_MESSAGE_WEIGHT).contains(&self.weight) {
			return Err(MessageError::BadWeight(self.weight));
		}
		if self.budget > MAX_BUDGET {
			return Err(MessageError::BadBudget(self.budget));
		}
		Ok(())
	}
}

impl Draft {
	/// Returns the message that an account sends itself.
	pub fn by(self, initiator: Initiator) -> Message {
		self.into_message(initiator, 0)
	}

	/// Returns the message that follows from the delivery of `parent`.
	///
	/// The caller checks with [`check_budget`] that all of them together keep to the parent's budget.
	pub fn after(self, parent: &Message) -> Message {
		self.into_message(parent.initiator.clone(), parent.hop.saturating_add(1))
	}

	fn into_message(self, initiator: Initiator, hop: u8) -> Message {
		let Self { destination: _, weight, budget, value, payload } = self;
		Message { initiator, hop, weight, budget, value, payload }
	}
}

/// Checks that the messages of a delivery share what their parent left them. So a message that costs its sender nothing
/// cannot multiply without bound.
pub fn check_budget(parent: &Message, children: &[Draft]) -> Result<(), MessageError> {
	if children.len() > crate::bounds::MAX_CHILDREN {
		return Err(MessageError::TooManyChildren);
	}
	let mut left = parent.budget;
	for child in children {
		let cost = child.weight.checked_add(child.budget);
		left = cost.and_then(|cost| left.checked_sub(cost)).ok_or(MessageError::BudgetExceeded)?;
	}
	Ok(())
}
