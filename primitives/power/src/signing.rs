//! The bytes that a node's vote key signs: SCALE of `("TOP-POWER-1", genesis hash, kind, body)`, the name without a
//! length.
//!
//! The genesis hash makes a signature valid on one network only. The kind tells the two bodies apart. Both bodies
//! contain node and epoch.

use crate::{Commitment, Reveal};
use alloc::vec::Vec;
use codec::Encode;
use sp_core::H256;

/// Prefix of the signed bytes. PBFT votes have another prefix, so one signature is never valid for both.
const SIGNING_DOMAIN: [u8; 11] = *b"TOP-POWER-1";

/// Kind of the signed body.
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

impl<AccountId: Encode> Commitment<AccountId> {
	/// Returns the bytes that the node's vote key signs.
	pub fn signing_payload(&self, genesis: &H256) -> Vec<u8> {
		payload(genesis, PayloadKind::Commitment, self)
	}
}

impl<AccountId: Encode> Reveal<AccountId> {
	/// Returns the bytes that the node's vote key signs.
	pub fn signing_payload(&self, genesis: &H256) -> Vec<u8> {
		payload(genesis, PayloadKind::Reveal, self)
	}
}
