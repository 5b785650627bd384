//! A host that keeps balances.

use crate::{Arrival, Bounce, Draft, Host, Message, Reason, SendAll};
use codec::{Decode, DecodeAll, Encode};
use std::collections::BTreeMap;
use tp_core::{AccountId, Balance};

/// The least balance of an account.
pub const LEAST: Balance = 10;

/// What a message asks for.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum Order {
	/// Credits an account with the value.
	Pay(AccountId),
	/// Fails.
	Fail,
	/// Sends these messages, whose values are parts of the value, and credits the rest to the account.
	Forward(AccountId, Vec<Draft>),
}

/// The accounts of a ledger.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bank {
	pub balances: BTreeMap<AccountId, Balance>,
	/// What bounces brought for accounts that do not exist.
	pub kept: Balance,
	/// Deliveries in their order.
	pub arrivals: Vec<Arrival>,
	pub bounces: Vec<Bounce>,
}

impl Bank {
	fn credit(&mut self, account: &AccountId, value: Balance) -> Result<(), Reason> {
		let exists = self.balances.contains_key(account);
		if !exists && value < LEAST {
			return Err(Reason::NoAccount);
		}
		*self.balances.entry(account.clone()).or_default() += value;
		Ok(())
	}
}

impl Host for Bank {
	fn deliver(&mut self, arrival: &Arrival, message: &Message, send: &mut SendAll) -> Result<(), Reason> {
		let order = Order::decode_all(&mut &message.payload[..]).map_err(|_| Reason::Unreadable)?;
		let before = self.clone();
		let result = match order {
			Order::Fail => Err(Reason::Failed),
			Order::Pay(to) => self.credit(&to, message.value),
			Order::Forward(to, parts) => {
				let rest = message.value - parts.iter().map(|part| part.value).sum::<Balance>();
				self.credit(&to, rest).and_then(|()| send(parts).map_err(|_| Reason::CannotSend))
			},
		};
		match result {
			Ok(()) => self.arrivals.push(*arrival),
			Err(_) => *self = before,
		}
		result
	}

	fn refund(&mut self, account: &AccountId, value: Balance, bounce: Option<Bounce>) {
		if self.credit(account, value).is_err() {
			self.kept += value;
		}
		self.bounces.extend(bounce);
	}
}
