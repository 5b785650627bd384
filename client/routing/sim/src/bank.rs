//! The accounts of a ledger, and what messages do to them.

use codec::{Decode, DecodeAll, Encode};
use std::collections::BTreeMap;
use tp_core::{AccountId, Balance};
use tp_mailbox::{
	bounds::MIN_MESSAGE_WEIGHT, Arrival, Bounce, Destination, Draft, Host, Message, Reason, SendAll, TableRange,
};

/// The least balance of an account.
pub const LEAST: Balance = 10;

/// What a message asks its destination for.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum Order {
	/// Credits the account with the value.
	Pay(AccountId),
	/// Fails.
	Fail,
	/// Sends messages whose values are parts of the value, and credits the account with the rest.
	Forward(AccountId, Vec<Draft>),
	/// Sends two messages like itself to a destination, for as long as it is let.
	Bomb(Destination),
	/// Reports the participation in an epoch.
	Participation(u32),
}

/// The accounts of a ledger.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bank {
	/// The balances.
	pub balances: BTreeMap<AccountId, Balance>,
	/// What bounces brought for accounts that had ended.
	pub kept: Balance,
	/// The reports of participation.
	pub reports: u64,
}

impl Bank {
	/// Returns the sum of all that the ledger holds.
	pub fn total(&self) -> Balance {
		self.balances.values().sum::<Balance>() + self.kept
	}

	/// Takes a value off an account. An account that keeps less than the least ends, if nothing is left, or the debit fails.
	pub fn debit(&mut self, account: &AccountId, value: Balance) -> bool {
		let Some(rest) = self.balances.get(account).and_then(|balance| balance.checked_sub(value)) else {
			return false;
		};
		match rest {
			0 => drop(self.balances.remove(account)),
			LEAST.. => drop(self.balances.insert(account.clone(), rest)),
			_ => return false,
		}
		true
	}

	/// Whether an account can be credited.
	fn can_credit(&self, account: &AccountId, value: Balance) -> bool {
		value >= LEAST || self.balances.contains_key(account)
	}

	fn credit(&mut self, account: &AccountId, value: Balance) {
		*self.balances.entry(account.clone()).or_default() += value;
	}

	/// Removes the accounts of some tables.
	pub fn split_off(&mut self, tables: TableRange) -> Self {
		let moves = |account: &AccountId| tables.contains(tp_mailbox::TableId::of(account));
		let (moved, kept) = std::mem::take(&mut self.balances).into_iter().partition(|(account, _)| moves(account));
		self.balances = kept;
		Self { balances: moved, kept: 0, reports: 0 }
	}
}

impl Host for Bank {
	fn deliver(&mut self, _: &Arrival, message: &Message, send: &mut SendAll) -> Result<(), Reason> {
		match Order::decode_all(&mut &message.payload[..]).map_err(|_| Reason::Unreadable)? {
			Order::Fail => Err(Reason::Failed),
			Order::Participation(_) => {
				self.reports += 1;
				Ok(())
			},
			Order::Pay(to) => {
				if !self.can_credit(&to, message.value) {
					return Err(Reason::NoAccount);
				}
				self.credit(&to, message.value);
				Ok(())
			},
			Order::Bomb(destination) => {
				let payload = message.payload.clone();
				let budget = (message.budget / 2).saturating_sub(MIN_MESSAGE_WEIGHT);
				let part = Draft { destination, weight: MIN_MESSAGE_WEIGHT, budget, value: message.value / 2, payload };
				let rest = message.value - 2 * part.value;
				send(vec![part.clone(), part]).map_err(|_| Reason::CannotSend)?;
				self.kept += rest;
				Ok(())
			},
			Order::Forward(to, parts) => {
				let sum = parts.iter().try_fold(0, |sum: Balance, part| sum.checked_add(part.value));
				let rest = sum.and_then(|sum| message.value.checked_sub(sum)).ok_or(Reason::Failed)?;
				if !self.can_credit(&to, rest) {
					return Err(Reason::NoAccount);
				}
				send(parts).map_err(|_| Reason::CannotSend)?;
				self.credit(&to, rest);
				Ok(())
			},
		}
	}

	fn refund(&mut self, account: &AccountId, value: Balance, _: Option<Bounce>) {
		if self.can_credit(account, value) {
			self.credit(account, value);
		} else {
			self.kept += value;
		}
	}
}
