//! How far a message has come.

use super::{
	error::ReadError,
	ledgers::Ledgers,
	search::{first, First},
	zone::hash_of,
};
use crate::access::LedgerAccess;
use codec::{Decode, DecodeAll, Encode};
use tp_core::{BlockNumber, ChainTag, Hash};
use tp_mailbox::{Bounce, Class, Destination, Lane, Message, Sequence};

/// Bounces that are read at most to tell whether a message returned. A block takes in no more messages.
const MAX_BOUNCES: u64 = tp_mailbox::bounds::BLOCK_MESSAGES as u64;

/// The place of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Encode, Decode)]
pub struct MessageId {
	/// Its lane.
	pub lane: Lane,
	/// Its place in the lane.
	pub sequence: Sequence,
}

/// A block of a ledger.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BlockAt {
	/// The ledger.
	pub chain: ChainTag,
	/// The height.
	pub number: BlockNumber,
	/// The hash.
	pub hash: Hash,
}

/// What the destination did with a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MessageOutcome {
	/// It credited the value.
	Credited,
	/// It sent the value back.
	Returned,
}

/// How far a message has come, as this node has seen it.
#[derive(Clone, Debug)]
pub struct MessageTrace {
	/// The message's place.
	pub id: MessageId,
	/// The message.
	pub message: Message,
	/// The block that sent it, if its state is kept.
	pub sent: Option<BlockAt>,
	/// The block of the zone that sealed that one, if it is sealed and both states are kept.
	pub sealed: Option<BlockAt>,
	/// The block that took it, if its state is kept.
	pub taken: Option<BlockAt>,
	/// Whether it was taken.
	pub is_taken: bool,
	/// Whether its source knows that.
	pub is_confirmed: bool,
	/// What the destination did with it.
	pub outcome: Option<MessageOutcome>,
}

impl BlockAt {
	fn of(ledger: &dyn LedgerAccess, number: BlockNumber) -> Result<Self, ReadError> {
		Ok(Self { chain: ledger.chain(), number, hash: hash_of(ledger, number)? })
	}

	fn known(ledger: &dyn LedgerAccess, found: First) -> Result<Option<Self>, ReadError> {
		found.known().map(|number| Self::of(ledger, number)).transpose()
	}
}

impl Ledgers {
	/// Returns how far a message has come.
	///
	/// # Errors
	/// If this node does not run its source, there is no such message, or its body is not kept.
	pub fn trace(&self, id: MessageId) -> Result<MessageTrace, ReadError> {
		let MessageId { lane, sequence } = id;
		let source = self.get(lane.source)?;
		if source.outbound(source.newest(), &lane)?.sent.messages <= sequence {
			return Err(ReadError::NoMessage { lane, sequence });
		}
		let message = source.message(&lane, sequence)?.ok_or(ReadError::NotKept { lane, sequence })?;
		let found = first(source, |at| Ok(source.outbound(at, &lane)?.sent.messages > sequence))?;
		let mut trace = MessageTrace {
			id,
			message,
			sent: BlockAt::known(source, found)?,
			sealed: None,
			taken: None,
			is_taken: false,
			is_confirmed: false,
			outcome: None,
		};
		trace.look(self)?;
		Ok(trace)
	}

	/// Returns the zone whose headers seal a ledger: its own one. The main chain is sealed by the zone that takes from it.
	pub(super) fn sealer(&self, of: ChainTag, destination: &Destination) -> ChainTag {
		ChainTag::Zone(match (of, destination) {
			(ChainTag::Zone(zone) | ChainTag::Shard { zone, .. }, _) => zone,
			(ChainTag::Main, Destination::Table { zone, .. }) => *zone,
			(ChainTag::Main, Destination::Main) => self.zone(),
		})
	}

	/// Returns the first block of a zone that includes a block of a ledger.
	pub(super) fn sealed_by(&self, zone: ChainTag, of: ChainTag, number: BlockNumber) -> Result<First, ReadError> {
		let Ok(zone) = self.get(zone) else { return Ok(First::Never) };
		let includes = |at| {
			let heads = zone.neighbours(at)?.heads;
			Ok(heads.iter().any(|head| head.ledger.chain == of && head.height >= number))
		};
		Ok(first(zone, includes)?)
	}
}

impl MessageTrace {
	/// Looks for what has happened since the last look.
	///
	/// # Errors
	/// If a ledger cannot be read, or its node has stopped.
	pub fn look(&mut self, ledgers: &Ledgers) -> Result<(), ReadError> {
		let MessageId { lane, sequence } = self.id;
		let source = ledgers.get(lane.source)?;
		if let (Some(sent), None) = (self.sent, self.sealed) {
			let zone = ledgers.sealer(lane.source, &lane.destination);
			let found = ledgers.sealed_by(zone, lane.source, sent.number)?;
			self.sealed = match found.known() {
				Some(number) => Some(BlockAt::of(ledgers.get(zone)?, number)?),
				None => None,
			};
		}
		if !self.is_taken {
			self.look_for_taking(ledgers)?;
		}
		if !self.is_confirmed {
			self.is_confirmed = source.outbound(source.newest(), &lane)?.acknowledged.messages > sequence;
		}
		Ok(())
	}

	fn look_for_taking(&mut self, ledgers: &Ledgers) -> Result<(), ReadError> {
		let MessageId { lane, sequence } = self.id;
		let Some(destination) = ledgers.owner(&lane.destination)? else { return Ok(()) };
		let found = first(destination, |at| Ok(destination.inbound(at, &lane)?.taken.messages > sequence))?;
		self.is_taken = found != First::Never;
		self.taken = BlockAt::known(destination, found)?;
		if self.is_taken {
			self.outcome = self.outcome_at(destination)?;
		}
		Ok(())
	}

	/// Returns what the destination did with the message, which it has taken. A bounce is never returned itself.
	fn outcome_at(&self, destination: &dyn LedgerAccess) -> Result<Option<MessageOutcome>, ReadError> {
		let MessageId { lane, sequence } = self.id;
		if lane.class == Class::Bounce {
			return Ok(Some(MessageOutcome::Credited));
		}
		let back = Lane {
			source: destination.chain(),
			destination: self.message.initiator.destination(),
			class: Class::Bounce,
		};
		let bounces = |number: BlockNumber| destination.outbound(number, &back).map(|lane| lane.sent.messages);
		// Bounces are sent in the block that takes their message.
		let (first, end) = match self.taken {
			Some(taken) => (bounces(taken.number.saturating_sub(1))?, bounces(taken.number)?),
			None => (0, bounces(destination.newest())?),
		};
		for at in (first..end).rev().take(usize::try_from(MAX_BOUNCES).unwrap_or(usize::MAX)) {
			let Some(message) = destination.message(&back, at)? else { return Ok(None) };
			let Ok(bounce) = Bounce::decode_all(&mut &message.payload[..]) else { continue };
			if (bounce.lane, bounce.sequence) == (lane, sequence) {
				return Ok(Some(MessageOutcome::Returned));
			}
			// Bounces of a lane are in its order.
			if bounce.lane == lane && bounce.sequence < sequence {
				return Ok(Some(MessageOutcome::Credited));
			}
		}
		Ok((end - first <= MAX_BOUNCES).then_some(MessageOutcome::Credited))
	}
}
