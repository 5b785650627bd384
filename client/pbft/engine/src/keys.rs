//! The node's keys: its place in a committee, and the signatures of that member.

use crate::network::hello::Hello;
use codec::Encode;
use parking_lot::Mutex;
use sc_network::PeerId;
use sp_core::H256;
use sp_keystore::KeystorePtr;
use std::sync::Arc;
use tc_pbft_core::Signer;
use tp_pbft::{Committee, MemberIndex, PbftId, PbftSignature, PBFT_KEY_TYPE, VRF_KEY_TYPE};

/// Returns this node's place in a committee: the first member whose two keys are both in the keystore.
pub fn own_index(keystore: &KeystorePtr, committee: &Committee) -> Option<MemberIndex> {
	// Both keys are needed: a primary without its VRF key cannot build, and would cost the committee a view each time.
	let own = committee.members.iter().find(|member| {
		keystore.has_keys(&[
			(AsRef::<[u8]>::as_ref(&member.key).to_vec(), PBFT_KEY_TYPE),
			(AsRef::<[u8]>::as_ref(&member.vrf).to_vec(), VRF_KEY_TYPE),
		])
	})?;
	committee.index_of(&own.key)
}

/// Returns the encoded handshake that proves this node's vote keys.
pub fn hello(keystore: &KeystorePtr, genesis: &H256, local: &PeerId) -> Vec<u8> {
	Hello::of_keystore(keystore, genesis, local).encode()
}

/// A vote cannot be signed. Always a fault of this node.
#[derive(Debug, thiserror::Error)]
pub enum SigningError {
	/// The keystore no longer holds the vote key, which it held when the height began.
	#[error("the vote key was removed from the keystore. Insert it again and restart the node")]
	KeyMissing,
	/// The keystore failed.
	#[error("the keystore does not sign: {0}. Check the keystore folder and its permissions")]
	Keystore(#[from] sp_keystore::Error),
}

impl SigningError {
	/// Returns true: the variants are faults of this node alone.
	pub fn is_local(&self) -> bool {
		true
	}
}

/// The first signing error, shared by a signer and the engine that reads it.
#[derive(Clone, Default)]
pub struct SigningFailure(Arc<Mutex<Option<SigningError>>>);

impl SigningFailure {
	/// Removes and returns the first error, if there is one.
	pub fn take(&self) -> Option<SigningError> {
		self.0.lock().take()
	}
}

/// Signs with one vote key of a keystore.
pub struct KeystoreSigner {
	/// The keystore that holds the key.
	pub keystore: KeystorePtr,
	/// The vote key.
	pub key: PbftId,
	/// The slot for a signing error. While it holds one, no output of the step may leave the node.
	pub failure: SigningFailure,
}

impl Signer for KeystoreSigner {
	fn sign(&self, message: &[u8]) -> PbftSignature {
		let error = match self.keystore.ed25519_sign(PBFT_KEY_TYPE, self.key.as_ref(), message) {
			Ok(Some(signature)) => return signature.into(),
			Ok(None) => SigningError::KeyMissing,
			Err(error) => SigningError::Keystore(error),
		};
		// `Signer` cannot fail, because a step is pure. The placeholder below never leaves: `Engine::feed` reads the
		// error before it writes or sends anything of the step.
		self.failure.0.lock().get_or_insert(error);
		PbftSignature::from(sp_core::ed25519::Signature::default())
	}
}
