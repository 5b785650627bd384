//! Checks a receipt: each part binds the one before it.

use crate::{
	anchors::Anchors,
	bounds::{MAX_LINKS, MAX_PROOF_BYTES, MAX_PROOF_NODES},
	error::ReceiptError,
	format::{Crediting, Level, MessageReceipt, Origin, Sealing, Sending},
	payment::{asks_for, home_of},
};
use codec::DecodeAll;
use sp_core::H256;
use sp_runtime::traits::BlakeTwo256;
use sp_trie::{read_trie_value, LayoutV1, StorageProof};
use tp_beacon::{NamedHeader, SignedHeader};
use tp_core::{BlockNumber, ChainTag, Header};
use tp_lattice::{Receipt as UnitReceipt, UnitHash};
use tp_mailbox::{
	outbound_key, Acknowledgement, Anchor, Class, Commitments, HeadPath, Lane, Ledger, Message, OutboundLane,
	ProvenMessages, Sequence,
};
use tp_pbft::CheckSignature;

/// A block of a ledger.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProvenBlock {
	/// The ledger.
	pub chain: ChainTag,
	/// The height.
	pub number: BlockNumber,
	/// The hash.
	pub hash: H256,
}

/// What a receipt proves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProvenMessage {
	/// The lane of the message.
	pub lane: Lane,
	/// The place in the lane.
	pub sequence: Sequence,
	/// The message.
	pub message: Message,
	/// The unit that sent it, if the receipt has one.
	pub unit: Option<UnitHash>,
	/// The block that sent it.
	pub sent: ProvenBlock,
	/// The block of the zone that sealed it, if the receipt says so.
	pub sealed: Option<ProvenBlock>,
	/// The block of the destination by which it was taken, and the block of the zone that sealed that, if the receipt says so.
	pub taken: Option<(ProvenBlock, ProvenBlock)>,
}

impl ProvenMessage {
	/// Returns how far the message has come.
	pub fn level(&self) -> Level {
		match (self.sealed, self.taken) {
			(_, Some(_)) => Level::Taken,
			(Some(_), None) => Level::Sealed,
			(None, None) => Level::Final,
		}
	}
}

impl MessageReceipt {
	/// Checks the receipt against trusted committees. A receipt whose message is sealed needs those of the zone alone; a receipt of
	/// the level final needs those of its source. The certificate of a sealed source counts too if its own committee is trusted.
	///
	/// # Errors
	/// If a part does not hold, or is not bound to the one before it.
	pub fn verify(&self, anchors: &Anchors, check: impl CheckSignature) -> Result<ProvenMessage, ReceiptError> {
		let Self { origin, sending, sealing, crediting, handovers } = self;
		let (header, certificate) = origin.signed();
		let proven = sending.verify(header)?;
		let (lane, sequence) = (*proven.lane(), proven.first());
		let message = proven.messages().first().ok_or(ReceiptError::NotOneMessage(0))?.clone();
		let unit = match origin {
			Origin::Unit(receipt) => Some(verify_unit(receipt, &lane, &message)?),
			Origin::Block(_) => None,
		};
		let source = lane.source;
		if sealing.is_none() || anchors.has(source, certificate.epoch) {
			let signed = SignedHeader { header: header.clone(), certificate: certificate.clone() };
			anchors.certify(source, &signed, handovers, &check)?;
		}
		let certify = |by: &NamedHeader| anchors.certify(by.chain, &by.signed, handovers, &check);
		let sealed = sealing.as_ref().map(|sealing| sealing.verify(source, header, certify)).transpose()?;
		let taken = crediting.as_ref().map(|crediting| crediting.verify(&lane, sequence, certify)).transpose()?;
		match (sealed, taken) {
			(None, Some(_)) => return Err(ReceiptError::MissingPart),
			(Some(sealed), Some((_, by))) if by.chain == sealed.chain && by.number < sealed.number => {
				return Err(ReceiptError::OutOfOrder { sealed: sealed.number, taken: by.number })
			},
			_ => {},
		}
		let sent = ProvenBlock { chain: source, number: header.number, hash: header.hash() };
		Ok(ProvenMessage { lane, sequence, message, unit, sent, sealed, taken })
	}
}

impl Sending {
	/// Checks that the block of a header sent the message.
	fn verify(&self, header: &Header) -> Result<ProvenMessages, ReceiptError> {
		let Self { packet, parent, before } = self;
		if packet.messages.len() != 1 {
			return Err(ReceiptError::NotOneMessage(packet.messages.len()));
		}
		let lane = packet.claim.lane;
		let commitments = Commitments::find(&header.digest).ok_or(ReceiptError::NoMailbox(header.number))?;
		// The certificate, or the head in the zone's header, says that the header is the source's.
		let ledger = Ledger { chain: lane.source, tables: None };
		let anchor = Anchor { ledger, height: header.number, commitments };
		if !packet.head.0.is_empty() {
			return Err(ReceiptError::OtherHead(lane.source));
		}
		let proven = packet.clone().verify(&anchor).map_err(ReceiptError::Message)?;
		if parent.number.checked_add(1) != Some(header.number) || parent.hash() != header.parent_hash {
			return Err(ReceiptError::OtherParent(header.number));
		}
		let sent = sent_before(parent, &lane, before)?;
		match sent > proven.first() {
			true => Err(ReceiptError::SentBefore { sequence: proven.first(), sent }),
			false => Ok(proven),
		}
	}
}

/// Returns how many messages a lane had after a block, by the state of its source.
fn sent_before(header: &Header, lane: &Lane, proof: &[alloc::vec::Vec<u8>]) -> Result<Sequence, ReceiptError> {
	let bytes: usize = proof.iter().map(alloc::vec::Vec::len).sum();
	if proof.len() > MAX_PROOF_NODES || bytes > MAX_PROOF_BYTES {
		return Err(ReceiptError::State);
	}
	let nodes = StorageProof::new(proof.iter().cloned()).into_memory_db::<BlakeTwo256>();
	let key = outbound_key(lane);
	let value = read_trie_value::<LayoutV1<BlakeTwo256>, _>(&nodes, &header.state_root, &key, None, None);
	let Some(value) = value.map_err(|_| ReceiptError::State)? else { return Ok(0) };
	let lane = OutboundLane::decode_all(&mut &value[..]).map_err(|_| ReceiptError::State)?;
	Ok(lane.sent.messages)
}

/// Checks that a unit sent the message.
fn verify_unit(receipt: &UnitReceipt, lane: &Lane, message: &Message) -> Result<UnitHash, ReceiptError> {
	receipt.verify_in_block().map_err(ReceiptError::Unit)?;
	let body = &receipt.unit.body;
	let is_sender = message.initiator.account == body.account && message.initiator.home == home_of(lane.source);
	// Messages that follow from a delivery have the hop of their parent and one more.
	let is_first = lane.class == Class::User && message.hop == 0;
	let asks = body.operations.iter().any(|operation| asks_for(operation, lane, message));
	match is_sender && is_first && asks {
		true => Ok(receipt.unit.hash()),
		false => Err(ReceiptError::OtherUnit),
	}
}

impl Sealing {
	/// Checks that a zone has included the block of a header.
	fn verify(
		&self,
		source: ChainTag,
		header: &Header,
		certify: impl Fn(&NamedHeader) -> Result<Anchor, ReceiptError>,
	) -> Result<ProvenBlock, ReceiptError> {
		let Self { links, head, by } = self;
		if links.len() > MAX_LINKS {
			return Err(ReceiptError::TooLong);
		}
		let found = head.verify(&certify(by)?).map_err(ReceiptError::Head)?;
		if found.ledger().chain != source {
			return Err(ReceiptError::OtherHead(source));
		}
		let sealed = hash_of(head).ok_or(ReceiptError::OtherHead(source))?;
		let (mut number, mut hash) = (header.number, header.hash());
		for link in links {
			if link.parent_hash != hash || number.checked_add(1) != Some(link.number) {
				return Err(ReceiptError::NotLinked(found.height()));
			}
			(number, hash) = (link.number, link.hash());
		}
		match (number, hash) == (found.height(), sealed) {
			true => Ok(block_of(by)),
			false => Err(ReceiptError::NotLinked(found.height())),
		}
	}
}

impl Crediting {
	/// Checks that the destination has taken a message. Returns its block and that of the zone.
	fn verify(
		&self,
		lane: &Lane,
		sequence: Sequence,
		certify: impl Fn(&NamedHeader) -> Result<Anchor, ReceiptError>,
	) -> Result<(ProvenBlock, ProvenBlock), ReceiptError> {
		let Self { cursor, by } = self;
		let proven = cursor.verify(&certify(by)?).map_err(ReceiptError::Cursor)?;
		if proven.lane() != lane {
			return Err(ReceiptError::OtherLane);
		}
		let taken = proven.taken().messages;
		if taken <= sequence {
			return Err(ReceiptError::NotTaken { sequence, taken });
		}
		let Acknowledgement { head, .. } = cursor;
		let (chain, number) = (proven.head().ledger().chain, proven.head().height());
		let hash = hash_of(head).ok_or(ReceiptError::OtherHead(chain))?;
		Ok((ProvenBlock { chain, number, hash }, block_of(by)))
	}
}

/// Returns the hash of the last head on a way, or `None` if there is none.
fn hash_of(head: &HeadPath) -> Option<H256> {
	head.0.last().map(|step| step.head.hash)
}

fn block_of(by: &NamedHeader) -> ProvenBlock {
	let header = &by.signed.header;
	ProvenBlock { chain: by.chain, number: header.number, hash: header.hash() }
}
