//! The messages of a block.

use super::{error::ReadError, ledgers::Ledgers, message::MessageId};
use crate::access::LedgerAccess;
use std::collections::BTreeSet;
use tp_core::{BlockNumber, ChainTag, Hash};
use tp_lattice::{Unit, UnitHash};
use tp_mailbox::{Class, Message};
use tp_receipt::asks_for;

/// A message that a block sent.
#[derive(Clone, Debug)]
pub struct SentMessage {
	/// Its lane and place.
	pub id: MessageId,
	/// The message.
	pub message: Message,
	/// The unit that sent it, with its place in the block's batch.
	pub unit: Option<(u32, UnitHash)>,
}

impl Ledgers {
	/// Returns the messages that a block of a ledger sent, by lane.
	///
	/// # Errors
	/// If this node does not run the ledger, has no such block, or does not keep its state.
	pub fn sent_in(&self, chain: ChainTag, hash: Hash) -> Result<Vec<SentMessage>, ReadError> {
		let ledger = self.get(chain)?;
		let number = ledger.number_of(hash)?.ok_or(ReadError::NoBlock { chain, hash })?;
		sent_at(ledger, number)
	}

	/// Returns the first message that a unit of a block sent.
	///
	/// # Errors
	/// As [`Self::sent_in`], or if the unit sent none.
	pub fn message_of(&self, chain: ChainTag, block: Hash, unit: &UnitHash) -> Result<MessageId, ReadError> {
		let sent = self.sent_in(chain, block)?;
		let found = sent.into_iter().find(|sent| sent.unit.is_some_and(|(_, hash)| hash == *unit));
		found.map(|sent| sent.id).ok_or(ReadError::NoRemoteUnit)
	}
}

/// Returns the messages that a block sent.
pub(super) fn sent_at(ledger: &dyn LedgerAccess, number: BlockNumber) -> Result<Vec<SentMessage>, ReadError> {
	let Some(before) = number.checked_sub(1) else { return Ok(Vec::new()) };
	let mut sent = Vec::new();
	// A lane in which the block sent something is open after it: no ledger acknowledges what it has not seen.
	for claim in ledger.mailbox(number)?.outbox {
		let lane = claim.lane;
		for sequence in ledger.outbound(before, &lane)?.sent.messages..claim.count {
			let message = ledger.message(&lane, sequence)?.ok_or(ReadError::NotKept { lane, sequence })?;
			sent.push(SentMessage { id: MessageId { lane, sequence }, message, unit: None });
		}
	}
	if !sent.is_empty() {
		name_units(&ledger.units(number)?, &mut sent);
	}
	Ok(sent)
}

/// Names the units that sent messages. They are sent in the order of the batch, before those of extrinsics, and each lane keeps that
/// order: an operation has the first message that it could have sent and no operation before it has.
fn name_units(units: &[(u32, Unit)], sent: &mut [SentMessage]) {
	let senders: BTreeSet<_> = sent.iter().map(|sent| sent.message.initiator.account.clone()).collect();
	for (index, unit) in units.iter().filter(|(_, unit)| senders.contains(&unit.body.account)) {
		let hash = unit.hash();
		for operation in &unit.body.operations {
			let found = sent.iter_mut().find(|sent| {
				let MessageId { lane, .. } = &sent.id;
				let is_first = sent.unit.is_none() && lane.class == Class::User && sent.message.hop == 0;
				is_first
					&& sent.message.initiator.account == unit.body.account
					&& asks_for(operation, lane, &sent.message)
			});
			if let Some(sent) = found {
				sent.unit = Some((*index, hash));
			}
		}
	}
}
