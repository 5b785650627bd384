//! The parts of a receipt.

use alloc::vec::Vec;
use codec::{Decode, Encode};
use scale_info::TypeInfo;
use tp_beacon::{NamedHeader, SignedHeader};
use tp_core::Header;
use tp_lattice::Receipt as UnitReceipt;
use tp_mailbox::{Acknowledgement, HeadPath, Lane, Message, Packet, Sequence};
use tp_pbft::Certificate;

/// How far a message has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
	/// The committee of the source has made the block final that sent it.
	Final,
	/// A zone has included that block, after its routers executed it.
	Sealed,
	/// The destination has taken it. It credited the value, or returns it: the receipt does not say which.
	Taken,
}

/// What sent the message, with the block that it was sent in.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
// A receipt is one value.
#[allow(clippy::large_enum_variant)]
pub enum Origin {
	/// A unit.
	#[codec(index = 0)]
	Unit(UnitReceipt),
	/// Anything else: an extrinsic, the delivery of another message, the ledger itself.
	#[codec(index = 1)]
	Block(SignedHeader),
}

/// The proof that the block of the origin sent the message.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct Sending {
	/// The message alone, proved below the header of that block: without heads on its way.
	pub packet: Packet,
	/// The header before it.
	pub parent: Header,
	/// The nodes of that header's state trie from its root to the lane, or to where it would be.
	pub before: Vec<Vec<u8>>,
}

/// The proof that a zone has included that block.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct Sealing {
	/// The headers after that block, up to the head that the zone includes. Empty if that is the block itself.
	pub links: Vec<Header>,
	/// The way from the zone's header to that head.
	pub head: HeadPath,
	/// The header of the zone.
	pub by: NamedHeader,
}

/// The proof that the destination has taken the message.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct Crediting {
	/// The cursor of the lane, proved below the header of the zone.
	pub cursor: Acknowledgement,
	/// The header of the zone.
	pub by: NamedHeader,
}

/// The way of a message across ledgers, as far as it has come.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct MessageReceipt {
	/// What sent it.
	pub origin: Origin,
	/// That it was sent.
	pub sending: Sending,
	/// That it is sealed.
	pub sealing: Option<Sealing>,
	/// That it was taken.
	pub crediting: Option<Crediting>,
	/// The last headers of epochs that lead from older anchors to the committees of this receipt, ascending for each ledger.
	pub handovers: Vec<NamedHeader>,
}

impl Origin {
	/// Returns the header of the block, and its certificate.
	pub fn signed(&self) -> (&Header, &Certificate) {
		match self {
			Self::Unit(UnitReceipt { header, certificate, .. }) | Self::Block(SignedHeader { header, certificate }) => {
				(header, certificate)
			},
		}
	}
}

impl MessageReceipt {
	/// Returns how far the message has come, as the receipt states it.
	pub fn level(&self) -> Level {
		match (&self.sealing, &self.crediting) {
			(_, Some(_)) => Level::Taken,
			(Some(_), None) => Level::Sealed,
			(None, None) => Level::Final,
		}
	}

	/// Returns the lane of the message.
	pub fn lane(&self) -> &Lane {
		&self.sending.packet.claim.lane
	}

	/// Returns the place in the lane.
	pub fn sequence(&self) -> Sequence {
		self.sending.packet.first
	}

	/// Returns the message, if the receipt has one.
	pub fn message(&self) -> Option<&Message> {
		self.sending.packet.messages.first()
	}
}
