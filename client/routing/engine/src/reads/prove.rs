//! Receipts across ledgers.

use super::{
	error::ReadError,
	handover::handover,
	ledgers::Ledgers,
	message::{BlockAt, MessageId, MessageOutcome, MessageTrace},
	sent::sent_at,
	zone::missing,
};
use crate::access::LedgerAccess;
use tp_beacon::{NamedHeader, SignedHeader};
use tp_core::{BlockNumber, ChainTag, Header};
use tp_mailbox::{Acknowledgement, Claims, Destination, Head, HeadPath, HeadStep, Lane, LaneLog, Packet, Range};
use tp_receipt::{bounds::MAX_LINKS, Crediting, Level, MessageReceipt, Origin, Sealing, Sending};

impl Ledgers {
	/// Makes the receipt of a message. It verifies from the committees of its first header on.
	///
	/// # Errors
	/// If the message has not come that far, or this node does not have what the receipt proves.
	pub fn prove(&self, id: MessageId, level: Level) -> Result<MessageReceipt, ReadError> {
		let trace = self.trace(id)?;
		let source = self.get(id.lane.source)?;
		let sent = trace.sent.ok_or(ReadError::Pruned(id.lane.source))?;
		let sealing = match level {
			Level::Final => None,
			Level::Sealed | Level::Taken => Some(self.sealing(&trace, &sent)?),
		};
		let crediting = match level {
			Level::Final | Level::Sealed => None,
			Level::Taken => Some(self.crediting(&trace)?),
		};
		let handovers = match (&sealing, &crediting) {
			(Some(sealing), Some(crediting)) => self.between(&sealing.by, &crediting.by)?,
			_ => Vec::new(),
		};
		let origin = origin(source, id, sent.number)?;
		Ok(MessageReceipt { origin, sending: sending(source, id, sent.number)?, sealing, crediting, handovers })
	}

	fn sealing(&self, trace: &MessageTrace, sent: &BlockAt) -> Result<Sealing, ReadError> {
		let Lane { source, destination, .. } = trace.id.lane;
		let zone = self.sealer(source, &destination);
		let sealed = trace.sealed.ok_or(ReadError::NotSealed(zone))?;
		let (head, by) = way(self.get(zone)?, sealed.number, source)?;
		let height = last(&head).map_or(0, |head| head.height);
		let blocks = height.saturating_sub(sent.number);
		if blocks as usize > MAX_LINKS {
			return Err(ReadError::TooLong { chain: source, blocks });
		}
		let ledger = self.get(source)?;
		let links = (sent.number + 1..=height).map(|number| header(ledger, number)).collect::<Result<_, _>>()?;
		Ok(Sealing { links, head, by })
	}

	fn crediting(&self, trace: &MessageTrace) -> Result<Crediting, ReadError> {
		let lane = trace.id.lane;
		if trace.outcome == Some(MessageOutcome::Returned) {
			return Err(ReadError::Returned);
		}
		let taken = match trace.taken {
			Some(taken) => taken,
			None if trace.is_taken => return Err(self.pruned_destination(&lane.destination)?),
			None => return Err(ReadError::NotTaken),
		};
		// The main chain's cursors are sealed by the zone of the source.
		let zone = match taken.chain {
			ChainTag::Main => self.sealer(lane.source, &lane.destination),
			ChainTag::Zone(zone) | ChainTag::Shard { zone, .. } => ChainTag::Zone(zone),
		};
		let found = self.sealed_by(zone, taken.chain, taken.number)?;
		let number = found.known().ok_or(ReadError::NotTaken)?;
		let (head, by) = way(self.get(zone)?, number, taken.chain)?;
		let destination = self.get(taken.chain)?;
		let height = last(&head).map_or(0, |head| head.height);
		let claims = Claims::new(destination.mailbox(height)?.inbox);
		let (claim, path) = claims.find(|claim| claim.lane == lane).ok_or(ReadError::Inconsistent(taken.chain))?;
		Ok(Crediting { cursor: Acknowledgement { claim, path, head }, by })
	}

	fn pruned_destination(&self, destination: &Destination) -> Result<ReadError, ReadError> {
		let owner = self.owner(destination)?.ok_or(ReadError::NotTaken)?;
		Ok(ReadError::Pruned(owner.chain()))
	}

	/// Returns the last headers of the epochs between two headers of a zone.
	fn between(&self, older: &NamedHeader, newer: &NamedHeader) -> Result<Vec<NamedHeader>, ReadError> {
		let (from, until) = (older.signed.certificate.epoch, newer.signed.certificate.epoch);
		if older.chain != newer.chain || from >= until {
			return Ok(Vec::new());
		}
		let lasts = handover(self.get(older.chain)?, from)?.into_iter();
		let lasts = lasts.take_while(|last| last.certificate.epoch < until);
		Ok(lasts.map(|signed| NamedHeader { chain: older.chain, signed }).collect())
	}
}

/// Returns what sent a message in a block.
fn origin(source: &dyn LedgerAccess, id: MessageId, number: BlockNumber) -> Result<Origin, ReadError> {
	let sent = sent_at(source, number)?;
	let unit = sent.iter().find(|sent| sent.id == id).and_then(|sent| sent.unit);
	if let Some((index, _)) = unit {
		if let Some(receipt) = source.unit_receipt(number, index)? {
			return Ok(Origin::Unit(receipt));
		}
	}
	Ok(Origin::Block(signed(source, number)?))
}

/// Proves that a block sent a message.
fn sending(source: &dyn LedgerAccess, id: MessageId, number: BlockNumber) -> Result<Sending, ReadError> {
	let MessageId { lane, sequence } = id;
	let parent = number.saturating_sub(1);
	let claims = Claims::new(source.mailbox(number)?.outbox);
	let (claim, path) = claims.find(|claim| claim.lane == lane).ok_or(ReadError::Inconsistent(lane.source))?;
	// The range of the messages before the block is all that a proof needs of them.
	let before = source.outbound(parent, &lane)?.mountain;
	let mut log = LaneLog::after(lane, before);
	for at in log.first()..claim.count {
		log.push(source.message(&lane, at)?.ok_or(ReadError::NotKept { lane, sequence: at })?);
	}
	let range = Range { first: sequence, end: sequence + 1 };
	let (messages, range) = log.prove(range, claim.count).ok_or(ReadError::Inconsistent(lane.source))?;
	let packet = Packet { first: sequence, messages, range, claim, path, head: HeadPath::default() };
	Ok(Sending { packet, parent: header(source, parent)?, before: source.prove_outbound(parent, &lane)? })
}

/// Returns the way from a zone's header to the head of a ledger.
fn way(zone: &dyn LedgerAccess, number: BlockNumber, of: ChainTag) -> Result<(HeadPath, NamedHeader), ReadError> {
	let heads = Claims::new(zone.neighbours(number)?.heads);
	let found = heads.find(|head| head.ledger.chain == of);
	let (head, path) = found.ok_or(ReadError::Inconsistent(zone.chain()))?;
	let by = NamedHeader { chain: zone.chain(), signed: signed(zone, number)? };
	Ok((HeadPath(vec![HeadStep { head, path }]), by))
}

fn last(way: &HeadPath) -> Option<&Head> {
	way.0.last().map(|step| &step.head)
}

fn signed(ledger: &dyn LedgerAccess, number: BlockNumber) -> Result<SignedHeader, ReadError> {
	Ok(ledger.header(number)?.ok_or_else(|| missing(ledger, number))?)
}

fn header(ledger: &dyn LedgerAccess, number: BlockNumber) -> Result<Header, ReadError> {
	Ok(ledger.bare_header(number)?.ok_or_else(|| missing(ledger, number))?)
}
