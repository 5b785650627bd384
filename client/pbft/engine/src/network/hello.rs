//! The handshake, in which a peer proves its vote keys.

use codec::{Decode, DecodeAll, Encode};
use sc_network::PeerId;
use sp_core::H256;
use sp_keystore::KeystorePtr;
use tp_pbft::{check_signature, PbftId, PbftSignature, PBFT_KEY_TYPE, PROTOCOL_VERSION};

/// Keys in one handshake: a current and a next one, with room for a rotation.
const MAX_KEYS: usize = 4;

/// The handshake of a substream.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode)]
pub struct Hello {
	version: u16,
	/// The vote keys, each with its signature over [`statement`].
	keys: Vec<(PbftId, PbftSignature)>,
}

/// Returns the signed statement: this key votes from this network identity. The transport proves the identity, so a
/// recorded handshake is of no use to another peer.
fn statement(genesis: &H256, peer: &PeerId) -> Vec<u8> {
	(*b"TOP-PBFT-HELLO", PROTOCOL_VERSION, genesis, peer.to_bytes()).encode()
}

impl Hello {
	/// Proves the vote keys in this node's keystore.
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

	/// Returns the vote keys that a peer proved; none if any part of the handshake is wrong.
	pub fn verify(bytes: &[u8], genesis: &H256, peer: &PeerId) -> Vec<PbftId> {
		let Ok(hello) = Self::decode_all(&mut &bytes[..]) else { return Vec::new() };
		if hello.version != PROTOCOL_VERSION || hello.keys.len() > MAX_KEYS {
			return Vec::new();
		}
		let statement = statement(genesis, peer);
		// One wrong signature refuses the whole handshake: a correct node sends none.
		let all_valid = hello.keys.iter().all(|(key, signature)| check_signature(key, &statement, signature));
		if all_valid {
			hello.keys.into_iter().map(|(key, _)| key).collect()
		} else {
			Vec::new()
		}
	}
}
