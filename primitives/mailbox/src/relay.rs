//! What the author of a block includes: packets and acknowledgements below headers that the ledger holds, and where nodes
//! find the bodies of messages.

use crate::{
	lane::Lane,
	message::Sequence,
	packet::{Acknowledgement, Packet},
};
use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode};
use scale_info::TypeInfo;
use tp_core::{BlockNumber, ChainTag};

/// Key of the inherent data: a vector of [`Relayed`]. Absent if nothing was brought.
pub const INHERENT_IDENTIFIER: [u8; 8] = *b"mailbox0";

/// The beginning of the keys of bodies in the off-chain index.
const BODY_PREFIX: &[u8; 10] = b"TOP-BODY-1";

/// What routers have brought below one held header.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub struct Relayed {
	/// The ledger of the header.
	pub chain: ChainTag,
	/// The height of the header.
	pub height: BlockNumber,
	/// Messages to the ledger that includes this.
	pub packets: Vec<Packet>,
	/// Cursors for lanes of that ledger.
	pub acknowledgements: Vec<Acknowledgement>,
}

/// Returns the key of a message's body in the off-chain index of its source's nodes. The value is the encoded message.
pub fn body_key(lane: &Lane, sequence: Sequence) -> Vec<u8> {
	(BODY_PREFIX, lane, sequence).encode()
}
