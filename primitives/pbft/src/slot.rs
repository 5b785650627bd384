//! The payload of a member's signature: the ledger and the place in the protocol for which it is valid.

use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};
use sp_core::H256;
use tp_core::ChainTag;

/// The number of a block, which is the sequence number of PBFT.
pub type Height = u32;
/// The number of primaries tried before at one height.
pub type View = u32;
/// The number of a committee, 0 at genesis.
pub type Epoch = u64;

/// The version of signed payloads and messages. Part of each signature.
pub const PROTOCOL_VERSION: u16 = 1;

/// The ledger of a signature. It prevents the replay of a vote on another network or ledger.
#[derive(
	Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo, Serialize, Deserialize,
)]
pub struct Domain {
	/// The ledger.
	pub chain: ChainTag,
	/// Hash of the ledger's genesis block.
	pub genesis: H256,
}

/// The five messages of PBFT.
#[derive(
	Clone,
	Copy,
	Debug,
	PartialEq,
	Eq,
	PartialOrd,
	Ord,
	Hash,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
	Serialize,
	Deserialize,
)]
pub enum MessageKind {
	/// The primary's proposal. Its payload is the block hash.
	PrePrepare,
	/// The first vote. Its payload is the block hash.
	Prepare,
	/// The second vote. A quorum of them is a certificate. Its payload is the block hash.
	Commit,
	/// Requests a new view. Its payload is the hash of the sender's prepared state.
	ViewChange,
	/// Opens a new view. Its payload is the hash of the view changes and of the block that follows from them.
	NewView,
}

/// The place of a message in the protocol. A correct member signs at most one payload for a slot.
#[derive(
	Clone,
	Copy,
	Debug,
	PartialEq,
	Eq,
	Hash,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
	Serialize,
	Deserialize,
)]
pub struct Slot {
	/// The epoch of the committee.
	pub epoch: Epoch,
	/// The height of the vote.
	pub height: Height,
	/// The view at that height. For `ViewChange` and `NewView`: the new view.
	pub view: View,
	/// The kind of message.
	pub kind: MessageKind,
}

impl Slot {
	/// Returns the bytes that a member signs:
	/// SCALE of `("TOP-PBFT", version, chain tag, genesis hash, epoch, height, view, kind, payload hash)`.
	pub fn signing_payload(&self, domain: &Domain, payload: &H256) -> Vec<u8> {
		(
			*b"TOP-PBFT",
			PROTOCOL_VERSION,
			domain.chain,
			domain.genesis,
			self.epoch,
			self.height,
			self.view,
			self.kind,
			payload,
		)
			.encode()
	}
}
