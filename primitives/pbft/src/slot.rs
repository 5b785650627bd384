//! What a signature of a member says: which place in the protocol it speaks for.

use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};
use sp_core::H256;
use tp_core::ChainTag;

/// A block's number, which is PBFT's sequence number.
pub type Height = u32;
/// Counts the primaries tried at one height, from 0.
pub type View = u32;
/// Counts committees, from 0 at genesis.
pub type Epoch = u64;

/// Version of everything that is signed and sent. Part of each signature.
pub const PROTOCOL_VERSION: u16 = 1;

/// Which ledger a signature is for: with it, no vote can be replayed on another network or ledger.
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
	/// First vote. Its payload is the block hash.
	Prepare,
	/// Second vote; a quorum of them is a certificate. Its payload is the block hash.
	Commit,
	/// Asks for a new view. Its payload is the hash of what the sender has prepared.
	ViewChange,
	/// Opens a new view. Its payload is the hash of the view changes and of the block that follows from them.
	NewView,
}

/// Where in the protocol a message belongs. A correct member signs at most one payload for a slot.
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
	/// Epoch of the committee.
	pub epoch: Epoch,
	/// Height voted on.
	pub height: Height,
	/// View at that height. For ViewChange and NewView: the new view.
	pub view: View,
	/// Which of the five messages.
	pub kind: MessageKind,
}

impl Slot {
	/// The bytes that a member signs:
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
