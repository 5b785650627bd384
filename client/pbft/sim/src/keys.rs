//! A cheap signature scheme: a keyed 64-bit hash. It is not secure, and need not be: byzantine members get a signer for
//! their own key only, so they cannot sign for others.

use sp_core::{ed25519, sr25519};
use tc_pbft_core::Signer;
use tp_pbft::{Member, PbftId, PbftSignature};

/// A validator, for the whole run and all committees.
pub type Identity = u16;

/// Mixes bytes into a 64-bit hash.
pub fn mix(seed: u64, bytes: &[u8]) -> u64 {
	let mut state = seed ^ 0x9e37_79b9_7f4a_7c15;
	for chunk in bytes.chunks(8) {
		let mut word = [0; 8];
		word[..chunk.len()].copy_from_slice(chunk);
		state = mix_word(state, u64::from_le_bytes(word));
	}
	mix_word(state, bytes.len() as u64)
}

/// Mixes one word into a 64-bit hash.
pub fn mix_word(state: u64, word: u64) -> u64 {
	let product = (state ^ word).wrapping_mul(0xd6e8_feb8_6659_fd93);
	(product ^ (product >> 32)).wrapping_mul(0xa076_1d64_78bd_642f).rotate_left(23) ^ word
}

/// Returns the committee member of an identity.
pub fn member(identity: Identity, weight: u64) -> Member {
	let mut bytes = [0x11; 32];
	bytes[..2].copy_from_slice(&identity.to_le_bytes());
	Member { key: key(identity), vrf: sr25519::Public::from_raw(bytes).into(), weight }
}

/// Returns the vote key of an identity.
pub fn key(identity: Identity) -> PbftId {
	let mut bytes = [0x22; 32];
	bytes[..2].copy_from_slice(&identity.to_le_bytes());
	ed25519::Public::from_raw(bytes).into()
}

/// Checks a signature.
pub fn check(key: &PbftId, message: &[u8], signature: &PbftSignature) -> bool {
	*signature == sign(key, message)
}

fn sign(key: &PbftId, message: &[u8]) -> PbftSignature {
	let key: &[u8] = key.as_ref();
	let hash = mix(mix(0, key), message);
	let mut bytes = [0x33; 64];
	bytes[..8].copy_from_slice(&hash.to_le_bytes());
	ed25519::Signature::from_raw(bytes).into()
}

/// Signs for one identity.
pub struct SimSigner(PbftId);

impl SimSigner {
	/// Returns the signer of an identity.
	pub fn new(identity: Identity) -> Self {
		Self(key(identity))
	}
}

impl Signer for SimSigner {
	fn sign(&self, message: &[u8]) -> PbftSignature {
		sign(&self.0, message)
	}
}
