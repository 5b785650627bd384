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

/// A check of one signature over one message.
///
/// Nodes and runtimes pass [`check_signature`]. The simulator, which runs millions of votes, passes a cheaper scheme.
pub trait CheckSignature: Fn(&PbftId, &[u8], &PbftSignature) -> bool {}
impl<F: Fn(&PbftId, &[u8], &PbftSignature) -> bool> CheckSignature for F {}

/// Verifies an ed25519 signature, by the host function in a runtime.
pub fn check_signature(key: &PbftId, message: &[u8], signature: &PbftSignature) -> bool {
	sp_io::crypto::ed25519_verify(signature.as_ref(), message, key.as_ref())
}
