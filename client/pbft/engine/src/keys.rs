//! Our keys: which member we are, and signing as it.

use crate::network::hello::Hello;
use codec::Encode;
use sc_network::PeerId;
use sp_core::H256;
use sp_keystore::KeystorePtr;
use std::sync::{Arc, OnceLock};
use tc_pbft_core::Signer;
use tp_pbft::{Committee, MemberIndex, PbftId, PbftSignature, PBFT_KEY_TYPE, VRF_KEY_TYPE};

/// Our place in a committee: the first member both of whose keys are in the keystore.
pub fn own_index(keystore: &KeystorePtr, committee: &Committee) -> Option<MemberIndex> {
	let own = committee.members.iter().find(|member| {
		keystore.has_keys(&[
			(AsRef::<[u8]>::as_ref(&member.key).to_vec(), PBFT_KEY_TYPE),
			(AsRef::<[u8]>::as_ref(&member.vrf).to_vec(), VRF_KEY_TYPE),
		])
	})?;
	committee.index_of(&own.key)
}

/// The encoded handshake that proves our vote keys.
pub fn hello(keystore: &KeystorePtr, genesis: &H256, local: &PeerId) -> Vec<u8> {
	Hello::of_keystore(keystore, genesis, local).encode()
}

/// Why signing failed, where whoever uses the signer finds it.
#[derive(Clone, Default)]
pub struct SigningFailure(Arc<OnceLock<String>>);

impl SigningFailure {
	/// The first failure, if there was one.
	pub fn get(&self) -> Option<&str> {
		self.0.get().map(String::as_str)
	}
}

/// Signs with one vote key of a keystore.
pub struct KeystoreSigner {
	/// Where the key is.
	pub keystore: KeystorePtr,
	/// Which one.
	pub key: PbftId,
	/// Where failures are noted: what was signed must not leave the node then.
	pub failure: SigningFailure,
}

impl Signer for KeystoreSigner {
	fn sign(&self, message: &[u8]) -> PbftSignature {
		let failure = match self.keystore.ed25519_sign(PBFT_KEY_TYPE, self.key.as_ref(), message) {
			Ok(Some(signature)) => return signature.into(),
			// It was there when the height began.
			Ok(None) => "the vote key was taken out of the keystore".to_owned(),
			Err(error) => format!("the keystore does not sign: {error}"),
		};
		if self.failure.0.set(failure).is_err() {
			log::trace!(target: crate::LOG_TARGET, "Signing failed again");
		}
		PbftSignature::from(sp_core::ed25519::Signature::default())
	}
}
