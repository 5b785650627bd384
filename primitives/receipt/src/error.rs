//! The reasons for which a receipt proves nothing.

use crate::bounds::{MAX_HANDOVERS, MAX_LINKS};
use tp_beacon::{BeaconError, HandoverError};
use tp_core::{BlockNumber, ChainTag};
use tp_lattice::ReceiptError as UnitError;
use tp_mailbox::{ProofError, Sequence};
use tp_pbft::Epoch;

/// The reason for which a receipt proves nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReceiptError {
	/// It has not one message.
	#[error("the receipt has {0} messages instead of one")]
	NotOneMessage(usize),
	/// A header is not of a ledger with a mailbox.
	#[error("the header of block {0} has no mailbox digest")]
	NoMailbox(BlockNumber),
	/// The message is not proved below the block.
	#[error("the message is not in the block: {0}")]
	Message(ProofError),
	/// The header before the block is another one.
	#[error("the header before block {0} is another one")]
	OtherParent(BlockNumber),
	/// The state before the block is not proved.
	#[error("the state before the block is not proved, or the proof is longer than any that is needed")]
	State,
	/// An earlier block sent the message.
	#[error("message {sequence} was sent before this block: its lane had {sent} messages")]
	SentBefore {
		/// The place of the message.
		sequence: Sequence,
		/// The number of messages before the block.
		sent: Sequence,
	},
	/// The unit is not proved.
	#[error("the unit is not proved: {0}")]
	Unit(UnitError),
	/// The unit did not send the message.
	#[error("the unit did not send this message: account, recipient, place or amount differ")]
	OtherUnit,
	/// The receipt states that a message was taken, and not that it was sealed.
	#[error("the receipt has a part without the one before it")]
	MissingPart,
	/// There is no anchor for a ledger.
	#[error("no committee of {chain} up to epoch {epoch} is trusted: add a trusted one")]
	NoAnchor {
		/// The ledger.
		chain: ChainTag,
		/// The epoch of the certificate.
		epoch: Epoch,
	},
	/// The way from an anchor does not hold.
	#[error("the way from the trusted committee of {chain} breaks off: {error}")]
	Handover {
		/// The ledger.
		chain: ChainTag,
		/// What is wrong.
		error: HandoverError,
	},
	/// A header is not certified.
	#[error("block {number} of {chain} is not certified: {error}")]
	NotCertified {
		/// The ledger.
		chain: ChainTag,
		/// The height.
		number: BlockNumber,
		/// What is wrong.
		error: BeaconError,
	},
	/// The head is not in the zone's header.
	#[error("the head is not in the header of the zone: {0}")]
	Head(ProofError),
	/// The head is of another ledger, or the zone's header itself.
	#[error("the zone includes no head of {0}")]
	OtherHead(ChainTag),
	/// The block does not lead to the head.
	#[error("the block does not lead to the sealed head {0}")]
	NotLinked(BlockNumber),
	/// The cursor is not proved.
	#[error("the cursor is not proved: {0}")]
	Cursor(ProofError),
	/// The cursor is that of another lane.
	#[error("the cursor is that of another lane")]
	OtherLane,
	/// The destination has not taken the message.
	#[error("the destination has not taken message {sequence}: its cursor is {taken}")]
	NotTaken {
		/// The place of the message.
		sequence: Sequence,
		/// The cursor.
		taken: Sequence,
	},
	/// The message was taken below an older header of the zone than the header that sealed it.
	#[error("the destination cannot have taken in block {taken} of the zone what block {sealed} sealed")]
	OutOfOrder {
		/// The height of the header that sealed it.
		sealed: BlockNumber,
		/// The height of the header below which it was taken.
		taken: BlockNumber,
	},
	/// There are too many links or handovers.
	#[error("the receipt has more than {MAX_LINKS} links or {MAX_HANDOVERS} handovers")]
	TooLong,
}
