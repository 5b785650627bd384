//! The keystore of a node, with the pairs of its votes and of its draws kept beside it.
//!
//! The SDK's keystore has a key as a phrase, and derives the pair for each signature: 2,048 rounds of SHA-512, a millisecond. A
//! committee signs two votes a block, and its primary a draw. So a pair is derived once, and the keystore is asked only
//! whether it still has the key.

use parking_lot::Mutex;
use sc_keystore::LocalKeystore;
use sp_application_crypto::{AppCrypto, AppPair};
use sp_core::{
	crypto::{ByteArray, KeyTypeId, Pair, VrfSecret},
	ecdsa, ed25519,
	sr25519::{self, vrf},
};
use sp_keystore::{Error, Keystore};
use std::{collections::HashMap, sync::Arc};
use tp_pbft::{PbftPair, VrfPair, PBFT_KEY_TYPE, VRF_KEY_TYPE};

/// Pairs of a kind, at most: then all are dropped, and derived again. A node signs with the keys of the present epoch and of the next
/// one; each rotation leaves an old key in the keystore.
const MAX_PAIRS: usize = 64;

/// A keystore that derives the pairs of vote keys and VRF keys once.
///
/// Invariant: no signature by a key that the keystore does not have at that moment. A pair that is kept is dropped then, and
/// overwritten in memory as far as the SDK's pairs are.
pub struct KeptKeys {
	keystore: Arc<LocalKeystore>,
	votes: Pairs<PbftPair>,
	draws: Pairs<VrfPair>,
}

impl KeptKeys {
	/// Returns a keystore over another one.
	pub fn new(keystore: Arc<LocalKeystore>) -> Self {
		Self { keystore, votes: Pairs::default(), draws: Pairs::default() }
	}
}

/// Pairs that were derived, by public key.
struct Pairs<P: AppPair>(Mutex<HashMap<<P as AppCrypto>::Public, P>>);

impl<P: AppPair> Default for Pairs<P> {
	fn default() -> Self {
		Self(Mutex::default())
	}
}

impl<P: AppPair> Pairs<P> {
	/// Calls `sign` with the pair of a key.
	fn sign<R>(
		&self,
		keystore: &LocalKeystore,
		public: <P as AppCrypto>::Public,
		sign: impl FnOnce(&P) -> R,
	) -> Signed<R> {
		let has_key = keystore.has_keys(&[(public.to_raw_vec(), P::ID)]);
		let mut pairs = self.0.lock();
		if !has_key {
			pairs.remove(&public);
		}
		if let Some(pair) = pairs.get(&public) {
			return Ok(Some(sign(pair)));
		}
		// A key that is not there, or cannot be read, gets the keystore's own answer here.
		let Some(pair) = keystore.key_pair::<P>(&public)? else { return Ok(None) };
		let signed = sign(&pair);
		if pairs.len() >= MAX_PAIRS {
			pairs.clear();
		}
		pairs.insert(public, pair);
		Ok(Some(signed))
	}
}

/// A signature. `None` if the keystore does not have the key.
type Signed<S> = Result<Option<S>, Error>;

/// Forwards methods to the keystore.
macro_rules! forward {
	($(fn $method:ident($($argument:ident: $kind:ty),*) -> $result:ty;)*) => {
		$(fn $method(&self, $($argument: $kind),*) -> $result {
			self.keystore.$method($($argument),*)
		})*
	};
}

impl Keystore for KeptKeys {
	fn ed25519_sign(&self, kind: KeyTypeId, public: &ed25519::Public, message: &[u8]) -> Signed<ed25519::Signature> {
		if kind != PBFT_KEY_TYPE {
			return self.keystore.ed25519_sign(kind, public, message);
		}
		let sign = |pair: &PbftPair| pair.sign(message).into();
		self.votes.sign(&self.keystore, (*public).into(), sign)
	}

	fn sr25519_vrf_sign(
		&self,
		kind: KeyTypeId,
		public: &sr25519::Public,
		data: &vrf::VrfSignData,
	) -> Signed<vrf::VrfSignature> {
		if kind != VRF_KEY_TYPE {
			return self.keystore.sr25519_vrf_sign(kind, public, data);
		}
		let sign = |pair: &VrfPair| {
			let pair: &sr25519::Pair = pair.as_ref();
			pair.vrf_sign(data)
		};
		self.draws.sign(&self.keystore, (*public).into(), sign)
	}

	forward! {
		fn insert(kind: KeyTypeId, secret_uri: &str, public: &[u8]) -> Result<(), ()>;
		fn keys(kind: KeyTypeId) -> Result<Vec<Vec<u8>>, Error>;
		fn has_keys(public_keys: &[(Vec<u8>, KeyTypeId)]) -> bool;
		fn sr25519_public_keys(kind: KeyTypeId) -> Vec<sr25519::Public>;
		fn sr25519_generate_new(kind: KeyTypeId, seed: Option<&str>) -> Result<sr25519::Public, Error>;
		fn sr25519_sign(kind: KeyTypeId, public: &sr25519::Public, message: &[u8]) -> Signed<sr25519::Signature>;
		fn ed25519_public_keys(kind: KeyTypeId) -> Vec<ed25519::Public>;
		fn ed25519_generate_new(kind: KeyTypeId, seed: Option<&str>) -> Result<ed25519::Public, Error>;
		fn sr25519_vrf_pre_output(
			kind: KeyTypeId, public: &sr25519::Public, input: &vrf::VrfInput
		) -> Signed<vrf::VrfPreOutput>;
		fn ecdsa_public_keys(kind: KeyTypeId) -> Vec<ecdsa::Public>;
		fn ecdsa_sign(kind: KeyTypeId, public: &ecdsa::Public, message: &[u8]) -> Signed<ecdsa::Signature>;
		fn ecdsa_generate_new(kind: KeyTypeId, seed: Option<&str>) -> Result<ecdsa::Public, Error>;
		fn ecdsa_sign_prehashed(
			kind: KeyTypeId, public: &ecdsa::Public, message: &[u8; 32]
		) -> Signed<ecdsa::Signature>;
	}
}

#[cfg(test)]
mod tests;
