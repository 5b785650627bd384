//! The reporter of an offence, who claims a reward for it.

use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode};
use scale_info::TypeInfo;
use sp_runtime::traits::{BlakeTwo256, Hash};
use tp_pbft::{Domain, Evidence, PbftId, PbftSignature, PROTOCOL_VERSION};

/// A node that reports evidence, with its vote key's signature over [`Reporter::payload`].
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub struct Reporter<AccountId = tp_core::AccountId> {
	/// The node's controller.
	pub node: AccountId,
	/// Its signature.
	pub signature: PbftSignature,
}

impl<AccountId: Encode> Reporter<AccountId> {
	/// Returns the bytes that a reporter signs: SCALE of
	/// `("TOP-REPORT", version, chain tag, genesis hash, blake2_256(SCALE of the evidence), node)`.
	///
	/// `domain` is that of the ledger on which the accused contradicted itself. No vote begins with the same bytes.
	pub fn payload(domain: &Domain, evidence: &Evidence, node: &AccountId) -> Vec<u8> {
		let evidence = BlakeTwo256::hash_of(evidence);
		(*b"TOP-REPORT", PROTOCOL_VERSION, domain.chain, domain.genesis, evidence, node).encode()
	}

	/// Whether the signature is by this vote key.
	pub fn verify(&self, key: &PbftId, domain: &Domain, evidence: &Evidence) -> bool {
		tp_pbft::check_signature(key, &Self::payload(domain, evidence, &self.node), &self.signature)
	}
}
