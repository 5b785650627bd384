//! What a node's vote key signs: SCALE of `("TOP-POWER-1", genesis hash, kind, body)`, the name as bytes without a length.
//!
//! The genesis hash keeps what is signed for one network from being valid on another, the kind keeps one body from being
//! taken for the other, and node and epoch are in both bodies.

use crate::{Commitment, Reveal};
use alloc::vec::Vec;
use codec::Encode;
use sp_core::H256;

/// What signed bytes begin with. The votes of PBFT begin otherwise, so that a vote key's signatures cannot be mixed up.
const SIGNING_DOMAIN: [u8; 11] = *b"TOP-POWER-1";

/// Which body is signed.
#[derive(Encode)]
enum PayloadKind {
	/// A [`Commitment`].
	Commitment,
	/// A [`Reveal`].
	Reveal,
}

fn payload(genesis: &H256, kind: PayloadKind, body: &impl Encode) -> Vec<u8> {
	(SIGNING_DOMAIN, genesis, kind, body).encode()
}

impl Commitment {
	/// The bytes that the node's vote key signs.
	pub fn signing_payload(&self, genesis: &H256) -> Vec<u8> {
		payload(genesis, PayloadKind::Commitment, self)
	}
}

impl Reveal {
	/// The bytes that the node's vote key signs.
	pub fn signing_payload(&self, genesis: &H256) -> Vec<u8> {
		payload(genesis, PayloadKind::Reveal, self)
	}
}
