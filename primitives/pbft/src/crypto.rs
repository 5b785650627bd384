//! The two keys of a member: ed25519 for votes (cheap to verify, deterministic), sr25519 for the VRF.

use sp_core::crypto::KeyTypeId;

/// Key type of vote keys in a keystore.
pub const PBFT_KEY_TYPE: KeyTypeId = KeyTypeId(*b"pbft");
/// Key type of VRF keys in a keystore.
pub const VRF_KEY_TYPE: KeyTypeId = KeyTypeId(*b"pvrf");

mod vote {
	use sp_application_crypto::{app_crypto, ed25519};
	app_crypto!(ed25519, super::PBFT_KEY_TYPE);
}

mod vrf {
	use sp_application_crypto::{app_crypto, sr25519};
	app_crypto!(sr25519, super::VRF_KEY_TYPE);
}

/// Public vote key of a member.
pub type PbftId = vote::Public;
/// Signature of a vote.
pub type PbftSignature = vote::Signature;
/// Public VRF key of a member.
pub type VrfId = vrf::Public;

/// Vote key pair.
#[cfg(feature = "std")]
pub type PbftPair = vote::Pair;
/// VRF key pair.
#[cfg(feature = "std")]
pub type VrfPair = vrf::Pair;

/// Encodings of the ed25519 points of small order, without the bit of the sign: the points of order 4, 1, 8, 8 and 2, and
/// the two whose coordinate is not reduced.
const SMALL_ORDER: [[u8; 32]; 7] = [
	small(0x00, 0x00, 0x00),
	small(0x01, 0x00, 0x00),
	[
		0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4, 0x89, 0xf2, 0xef, 0x98, 0xf0, 0xd5, 0xdf,
		0xac, 0x05, 0xd3, 0xc6, 0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53, 0xfc, 0x05,
	],
	[
		0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b, 0x76, 0x0d, 0x10, 0x67, 0x0f, 0x2a, 0x20,
		0x53, 0xfa, 0x2c, 0x39, 0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77, 0x92, 0xac, 0x03, 0x7a,
	],
	small(0xec, 0xff, 0x7f),
	small(0xed, 0xff, 0x7f),
	small(0xee, 0xff, 0x7f),
];

const fn small(first: u8, middle: u8, last: u8) -> [u8; 32] {
	let mut bytes = [middle; 32];
	bytes[0] = first;
	bytes[31] = last;
	bytes
}

/// Returns whether a vote key is a point of small order.
///
/// A signature that needs no secret key is valid for such a key and every message. So its holder could deny its votes,
/// and every account could vote in its name.
pub fn is_small_order(key: &PbftId) -> bool {
	let mut bytes = [0; 32];
	bytes.copy_from_slice(key.as_ref());
	bytes[31] &= 0x7f;
	SMALL_ORDER.contains(&bytes)
}

/// A check of one signature over one message.
///
/// Nodes and runtimes pass [`check_signature`]. The simulator, which runs millions of votes, passes a cheaper scheme.
pub trait CheckSignature: Fn(&PbftId, &[u8], &PbftSignature) -> bool {}
impl<F: Fn(&PbftId, &[u8], &PbftSignature) -> bool> CheckSignature for F {}

/// Verifies an ed25519 signature, by the host function in a runtime.
pub fn check_signature(key: &PbftId, message: &[u8], signature: &PbftSignature) -> bool {
	sp_io::crypto::ed25519_verify(signature.as_ref(), message, key.as_ref())
}
