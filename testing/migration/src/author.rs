//! The keys of a chain: its author's, since Alice alone is its committee, and those of accounts of the fixture.

use sp_core::{crypto::VrfSecret, sr25519, Pair, H256};
use sp_keyring::{Ed25519Keyring, Sr25519Keyring};
use sp_runtime::{traits::Header as _, Digest};
use tp_core::{ChainTag, Header};
use tp_pbft::{vrf_sign_data, Certificate, Committee, Domain, MessageKind, PreDigest, Slot};

/// Returns the key of an account that the script of the fixture made.
pub fn key(name: &str) -> sr25519::Pair {
	sr25519::Pair::from_string(&format!("//fixture//{name}"), None).expect("a path is a secret")
}

/// Alice, on a chain.
pub struct Author {
	/// The chain.
	pub chain: ChainTag,
	/// The hash of its genesis block.
	pub genesis: H256,
}

impl Author {
	/// Returns the header of a block before it is executed, on a parent, given the block's committee.
	pub fn header(&self, parent: &Header, committee: &Committee) -> Header {
		let number = parent.number() + 1;
		let data = vrf_sign_data(self.chain, committee.epoch, number, &committee.seed);
		let vrf = Sr25519Keyring::Alice.pair().vrf_sign(&data);
		let digest = Digest { logs: vec![PreDigest { view: 0, author: 0, vrf }.to_item()] };
		Header::new(number, H256::zero(), H256::zero(), parent.hash(), digest)
	}

	/// Returns the certificate of a block, given its committee.
	pub fn certificate(&self, of: &Header, committee: &Committee) -> Certificate {
		let slot = Slot { epoch: committee.epoch, height: *of.number(), view: 0, kind: MessageKind::Commit };
		let domain = Domain { chain: self.chain, genesis: self.genesis };
		let signature = Ed25519Keyring::Alice.sign(&slot.signing_payload(&domain, &of.hash()));
		Certificate::from_votes(slot, of.hash(), committee.size(), vec![(0, signature.into())])
	}
}
