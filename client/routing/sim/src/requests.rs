//! The requests of users.

use tp_core::{AccountId, Balance};
use tp_mailbox::Home;

/// A user's request to a ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
	/// The account that asks.
	pub from: AccountId,
	/// Where the receiver lives.
	pub home: Home,
	/// The receiver.
	pub to: AccountId,
	/// The value.
	pub value: Balance,
	/// What the destination does.
	pub kind: Kind,
}

/// The kinds of messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
	/// A payment.
	Pay,
	/// A call that fails.
	Fail,
	/// Bytes that the destination cannot read.
	Garbage,
	/// A message that is too long.
	Oversized,
	/// A payload of this length.
	Long(usize),
	/// A payment that goes on to two other accounts of the receiver's zone, so often.
	Forward(u8),
	/// A message that sends two of its kind to the same account, without an end.
	Bomb,
	/// A message of the ledger itself.
	System,
}

/// Returns the account of a number.
pub fn account(number: u32) -> AccountId {
	let mut bytes = [5; 32];
	bytes[..4].copy_from_slice(&number.to_le_bytes());
	AccountId::new(bytes)
}
