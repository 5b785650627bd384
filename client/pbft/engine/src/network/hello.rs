//! The handshake: a peer proves which vote keys it holds.

use codec::{Decode, DecodeAll, Encode};
use sc_network::PeerId;
use sp_core::H256;
use sp_keystore::KeystorePtr;
use tp_pbft::{check_signature, PbftId, PbftSignature, PBFT_KEY_TYPE, PROTOCOL_VERSION};

/// Most keys that a hello may prove: a present and a next one, with room to rotate.
const MAX_KEYS: usize = 4;

/// What a substream opens with.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode)]
pub struct Hello {
	version: u16,
	/// Vote keys, each with its signature over [`statement`].
	keys: Vec<(PbftId, PbftSignature)>,
}

/// What is signed: that this key votes from behind this network identity. The transport proves the identity.
fn statement(genesis: &H256, peer: &PeerId) -> Vec<u8> {
	(*b"TOP-PBFT-HELLO", PROTOCOL_VERSION, genesis, peer.to_bytes()).encode()
}

impl Hello {
	/// Proves the vote keys in our keystore.
	pub fn of_keystore(keystore: &KeystorePtr, genesis: &H256, local: &PeerId) -> Self {
		let statement = statement(genesis, local);
		let keys = keystore
			.ed25519_public_keys(PBFT_KEY_TYPE)
			.into_iter()
			.filter_map(|key| {
				let signature = keystore.ed25519_sign(PBFT_KEY_TYPE, &key, &statement).ok()??;
				Some((PbftId::from(key), PbftSignature::from(signature)))
			})
			.take(MAX_KEYS)
			.collect();
		Self { version: PROTOCOL_VERSION, keys }
	}

	/// The vote keys that a peer proved; none if anything about the hello is wrong.
	pub fn verify(bytes: &[u8], genesis: &H256, peer: &PeerId) -> Vec<PbftId> {
		let Ok(hello) = Self::decode_all(&mut &bytes[..]) else { return Vec::new() };
		if hello.version != PROTOCOL_VERSION || hello.keys.len() > MAX_KEYS {
			return Vec::new();
		}
		let statement = statement(genesis, peer);
		let all_right = hello.keys.iter().all(|(key, signature)| check_signature(key, &statement, signature));
		if all_right {
			hello.keys.into_iter().map(|(key, _)| key).collect()
		} else {
			Vec::new()
		}
	}
}
