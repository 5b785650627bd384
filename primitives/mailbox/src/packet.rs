//! Packets: messages and cursors on their way, with the proofs that lead to a header that the receiver holds.
//!
//! ```text
//! Packet ─range proof─▶ LaneClaim ─path─▶ outbox root ─┐
//!                                                      ├─▶ Commitments of the source ─HeadPath─▶ Anchor, a held header
//! Acknowledgement ───── CursorClaim ─path─▶ inbox root ┘
//! ```
//!
//! Anyone may bring a packet: the proofs carry the trust. The mailbox takes [`ProvenMessages`] and [`ProvenCursor`] alone,
//! which only the checks here return.

use crate::{
	bounds::{LANE_MESSAGES, MAX_HEAD_STEPS, MAX_SIBLINGS},
	claims::{Claim, Commitments, CursorClaim, Head, LaneClaim, Tally},
	lane::{Lane, Ledger},
	message::{Message, Sequence},
	mountain::{RangeError, RangeProof},
};
use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode};
use scale_info::TypeInfo;
use sp_core::H256;
use tp_core::{merkle::MerklePath, BlockNumber, ChainTag};

/// A header that the receiver holds, certified by the committee of its epoch. A beacon returns it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Anchor {
	/// The ledger of the header, with its tables.
	pub ledger: Ledger,
	/// The height of the header.
	pub height: BlockNumber,
	/// What the header says.
	pub commitments: Commitments,
}

/// A head with the path to the header that includes it.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub struct HeadStep {
	/// The head.
	pub head: Head,
	/// The path from it to the heads root.
	pub path: MerklePath,
}

/// The way from a held header down to the head of a source. Empty if the header is the source's.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub struct HeadPath(pub Vec<HeadStep>);

/// Messages of a lane, on the way to their destination.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub struct Packet {
	/// The place of the first message.
	pub first: Sequence,
	/// The messages.
	pub messages: Vec<Message>,
	/// The proof that they stand in the lane.
	pub range: RangeProof,
	/// The lane.
	pub claim: LaneClaim,
	/// The path from the lane to the outbox root of its source.
	pub path: MerklePath,
	/// The way to the source's head.
	pub head: HeadPath,
}

/// A cursor on the way to the source of its lane.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub struct Acknowledgement {
	/// The cursor.
	pub claim: CursorClaim,
	/// The path from it to the inbox root of the destination.
	pub path: MerklePath,
	/// The way to the destination's head.
	pub head: HeadPath,
}

/// The reason why a proof is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProofError {
	/// A head is not below the header.
	#[error("a head is not in the header above it")]
	NoHead,
	/// The header's ledger has no say about that ledger.
	#[error("{by:?} vouches for {head:?}, which is not its neighbour")]
	Stranger {
		/// The ledger that includes the head.
		by: ChainTag,
		/// The ledger of the head.
		head: ChainTag,
	},
	/// The way has too many steps, or a path has too many siblings.
	#[error("the proof is longer than any that is needed")]
	TooLong,
	/// The head is another ledger's than the lane's.
	#[error("the proof leads to {found:?}, but the lane begins at {expected:?}")]
	OtherSource {
		/// The source of the lane.
		expected: ChainTag,
		/// The ledger of the head.
		found: ChainTag,
	},
	/// The head is of a ledger that does not own the destination.
	#[error("the proof leads to {0:?}, where the lane does not end")]
	OtherDestination(ChainTag),
	/// The lane is not in the outbox.
	#[error("the lane is not in the outbox of its source, or with another count")]
	NoLane,
	/// The cursor is not in the inbox.
	#[error("the cursor is not in the inbox of its ledger")]
	NoCursor,
	/// There are more messages than a lane has in flight.
	#[error("{0} messages are more than a lane has in flight")]
	TooMany(usize),
	/// The messages are not in the lane.
	#[error("the messages are not in the lane: {0}")]
	NoMessages(#[from] RangeError),
}

/// The head of a ledger, proved below a held header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProvenHead {
	ledger: Ledger,
	height: BlockNumber,
	commitments: Commitments,
}

/// Messages that are proved to stand in their lane.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProvenMessages {
	lane: Lane,
	first: Sequence,
	messages: Vec<Message>,
	/// The number of messages of the lane, of which these are some.
	count: u64,
}

/// A cursor that is proved to stand in the inbox of the lane's destination.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProvenCursor {
	lane: Lane,
	taken: Tally,
	head: ProvenHead,
}

impl HeadPath {
	/// Follows the way from a held header. Returns the last head.
	pub fn verify(&self, anchor: &Anchor) -> Result<ProvenHead, ProofError> {
		if self.0.len() > MAX_HEAD_STEPS {
			return Err(ProofError::TooLong);
		}
		let Anchor { ledger, height, commitments } = *anchor;
		let mut at = ProvenHead { ledger, height, commitments };
		for (depth, HeadStep { head, path }) in self.0.iter().enumerate() {
			let (by, of) = (at.ledger.chain, head.ledger.chain);
			if !vouches(by, of, depth == 0) {
				return Err(ProofError::Stranger { by, head: of });
			}
			if !leads(path, head, &at.commitments.heads)? {
				return Err(ProofError::NoHead);
			}
			at = ProvenHead { ledger: head.ledger, height: head.height, commitments: head.commitments };
		}
		Ok(at)
	}
}

/// Whether a ledger includes the heads of another one. A zone includes those of its shards, of its sibling zones and of the
/// main chain, the main chain those of the zones.
///
/// From a head below a header only the shards of that zone can be reached. Otherwise a captured zone could vouch for the
/// shards of others.
fn vouches(by: ChainTag, of: ChainTag, at_header: bool) -> bool {
	match (by, of) {
		(ChainTag::Zone(zone), ChainTag::Shard { zone: of, .. }) => zone == of,
		(ChainTag::Zone(zone), ChainTag::Zone(of)) => at_header && zone != of,
		(ChainTag::Zone(_), ChainTag::Main) | (ChainTag::Main, ChainTag::Zone(_)) => at_header,
		_ => false,
	}
}

/// Whether a path leads from a claim to a root. Fails if it is longer than any tree is high.
fn leads(path: &MerklePath, claim: &impl Claim, root: &H256) -> Result<bool, ProofError> {
	if path.siblings.len() > MAX_SIBLINGS {
		return Err(ProofError::TooLong);
	}
	Ok(path.leads(&claim.leaf(), root))
}

impl Packet {
	/// Checks it against a held header.
	pub fn verify(self, anchor: &Anchor) -> Result<ProvenMessages, ProofError> {
		let Self { first, messages, range, claim, path, head } = self;
		let head = head.verify(anchor)?;
		let LaneClaim { lane, root, count } = claim;
		if head.ledger.chain != lane.source {
			return Err(ProofError::OtherSource { expected: lane.source, found: head.ledger.chain });
		}
		if messages.len() as u64 > LANE_MESSAGES {
			return Err(ProofError::TooMany(messages.len()));
		}
		if !leads(&path, &claim, &head.commitments.outbox)? {
			return Err(ProofError::NoLane);
		}
		let end = u64::try_from(messages.len()).ok().and_then(|length| first.checked_add(length)).unwrap_or(u64::MAX);
		if end > count {
			return Err(RangeError::TooFar { end, count }.into());
		}
		let leaves: Vec<H256> = (first..).zip(&messages).map(|(at, message)| message.leaf(&lane, at)).collect();
		range.verify(count, &root, first, &leaves)?;
		Ok(ProvenMessages { lane, first, messages, count })
	}
}

impl Acknowledgement {
	/// Checks it against a held header.
	pub fn verify(&self, anchor: &Anchor) -> Result<ProvenCursor, ProofError> {
		let Self { claim, path, head } = self;
		let head = head.verify(anchor)?;
		let CursorClaim { lane, taken } = *claim;
		if !head.ledger.owns(&lane.destination) {
			return Err(ProofError::OtherDestination(head.ledger.chain));
		}
		if !leads(path, claim, &head.commitments.inbox)? {
			return Err(ProofError::NoCursor);
		}
		Ok(ProvenCursor { lane, taken, head })
	}
}

impl ProvenHead {
	/// Returns the ledger, with its tables.
	pub fn ledger(&self) -> &Ledger {
		&self.ledger
	}

	/// Returns the height of the block.
	pub fn height(&self) -> BlockNumber {
		self.height
	}

	/// Returns what the block's header says.
	pub fn commitments(&self) -> &Commitments {
		&self.commitments
	}
}

impl ProvenMessages {
	/// Returns the lane.
	pub fn lane(&self) -> &Lane {
		&self.lane
	}

	/// Returns the place of the first message.
	pub fn first(&self) -> Sequence {
		self.first
	}

	/// Returns the place after the last message.
	pub fn end(&self) -> Sequence {
		self.first + self.messages.len() as u64
	}

	/// Returns the number of messages of the lane.
	pub fn count(&self) -> u64 {
		self.count
	}

	/// Returns the messages.
	pub fn messages(&self) -> &[Message] {
		&self.messages
	}
}

impl ProvenCursor {
	/// Returns the lane.
	pub fn lane(&self) -> &Lane {
		&self.lane
	}

	/// Returns what was taken.
	pub fn taken(&self) -> &Tally {
		&self.taken
	}

	/// Returns the head of the ledger that took it.
	pub fn head(&self) -> &ProvenHead {
		&self.head
	}
}
