//! What a receipt proves, in words and as JSON.

use crate::commands::format_amount;
use serde::Serialize;
use sp_core::crypto::Ss58Codec;
use tp_core::{AccountId, Balance, Hash};
use tp_lattice::{Operation, Receipt as UnitReceipt};
use tp_mailbox::{Class, Destination};
use tp_pbft::Domain;
use tp_receipt::{recipient, Level, ProvenBlock, ProvenMessage};

/// A payment.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(super) struct Payment {
	pub from: String,
	/// The account that is paid, or what the unit or message does instead.
	pub to: String,
	/// `None` if the unit names none: it pays all that its account can spend.
	pub amount: Option<String>,
}

/// A block of a ledger.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(super) struct Block {
	pub chain: String,
	pub number: u32,
	pub hash: Hash,
}

/// What a receipt proves.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(super) struct Statement {
	pub level: &'static str,
	pub unit: Option<Hash>,
	pub payments: Vec<Payment>,
	#[serde(rename = "final")]
	pub sent: Block,
	pub sealed: Option<Block>,
	pub taken: Option<Block>,
	/// The block of the zone that sealed what took it.
	pub taken_sealed: Option<Block>,
}

fn address(account: &AccountId) -> String {
	account.to_ss58check()
}

fn block(block: ProvenBlock) -> Block {
	Block { chain: block.chain.to_string(), number: block.number, hash: block.hash }
}

impl Statement {
	/// Returns what the receipt of a unit proves, which was checked for a ledger.
	pub fn of_unit(receipt: &UnitReceipt, domain: &Domain) -> Self {
		let body = &receipt.unit.body;
		let header = &receipt.header;
		let from = address(&body.account);
		let payment =
			|to: String, amount: Option<Balance>| Payment { from: from.clone(), to, amount: amount.map(format_amount) };
		let payments = body.operations.iter().map(|operation| match operation {
			Operation::Transfer { dest, amount } | Operation::TransferKeepAlive { dest, amount } => {
				payment(address(dest), Some(*amount))
			},
			Operation::TransferAll { dest } => payment(address(dest), None),
			Operation::Remote { chain, .. } => payment(format!("a message to {chain}"), None),
			Operation::Service(_) => payment("an operation of the service chain".into(), None),
		});
		Self {
			level: "final",
			unit: Some(receipt.unit.hash()),
			payments: payments.collect(),
			sent: Block { chain: domain.chain.to_string(), number: header.number, hash: header.hash() },
			sealed: None,
			taken: None,
			taken_sealed: None,
		}
	}

	/// Returns what the receipt of a message proves.
	pub fn of_message(proven: &ProvenMessage) -> Self {
		let ProvenMessage { lane, message, unit, sent, sealed, taken, .. } = proven;
		let initiator = &message.initiator.account;
		let place = match lane.destination {
			Destination::Main => "the main chain".to_owned(),
			Destination::Table { zone, .. } => format!("zone {zone}"),
		};
		let to = match (recipient(message), lane.class) {
			(_, Class::Bounce) => format!("{}, to whom it returns", address(initiator)),
			(Some(to), _) => address(&to),
			(None, _) => format!("a message to {place}"),
		};
		Self {
			level: match proven.level() {
				Level::Final => "final",
				Level::Sealed => "sealed",
				Level::Taken => "taken",
			},
			unit: *unit,
			payments: vec![Payment { from: address(initiator), to, amount: Some(format_amount(message.value)) }],
			sent: block(*sent),
			sealed: sealed.map(block),
			taken: taken.map(|(at, _)| block(at)),
			taken_sealed: taken.map(|(_, by)| block(by)),
		}
	}

	/// Returns the statement in words.
	pub fn words(&self) -> String {
		let Self { level: _, unit, payments, sent, sealed, taken, taken_sealed } = self;
		let payments = payments.iter().map(|payment| {
			let amount = payment.amount.as_deref().unwrap_or("all that it could spend");
			format!("{} paid {amount} to {}", payment.from, payment.to)
		});
		let name = |block: &Block| format!("block {} of {}", block.number, block.chain);
		let mut words = payments.collect::<Vec<_>>().join("; ");
		words += &format!(": final in {}", name(sent));
		for (verb, block) in [("sealed", sealed), ("taken", taken), ("which is sealed", taken_sealed)] {
			if let Some(block) = block {
				words += &format!(", {verb} by {}", name(block));
			}
		}
		if taken.is_some() {
			words += "\nWhat it took it has credited, or sends back if it could not.";
		}
		if let Some(unit) = unit {
			words += &format!("\nunit  {unit:?}");
		}
		words
	}
}
