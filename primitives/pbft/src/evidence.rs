//! Evidence: two conflicting signed messages of one member.

use crate::{CheckSignature, Committee, Domain, MemberIndex, PbftId, PbftSignature, Slot};
use codec::{Decode, DecodeWithMemTracking, Encode};
use scale_info::TypeInfo;
use sp_core::H256;

/// A payload with a member's signature for a slot.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub struct SignedPayload {
	/// The signed payload.
	pub payload: H256,
	/// The member's signature.
	pub signature: PbftSignature,
}

/// Two payloads that one member signed for one slot. A correct member never signs two.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub struct Evidence {
	/// The slot of both signatures.
	pub slot: Slot,
	/// The member's index in that epoch's committee.
	pub member: MemberIndex,
	/// Its vote key.
	pub key: PbftId,
	/// One payload.
	pub first: SignedPayload,
	/// The other payload.
	pub second: SignedPayload,
}

/// The reason why evidence is invalid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EvidenceError {
	/// The two payloads are equal.
	#[error("the two messages do not contradict each other")]
	NoContradiction,
	/// The key is not the member's.
	#[error("the accused is not a member of that committee")]
	NotAMember,
	/// A signature is invalid.
	#[error("a signature is invalid")]
	BadSignature,
	/// It is for another epoch than the committee.
	#[error("the evidence is for another epoch")]
	WrongEpoch,
}

impl Evidence {
	/// Checks it against the committee of its epoch.
	pub fn verify(
		&self,
		domain: &Domain,
		committee: &Committee,
		check: impl CheckSignature,
	) -> Result<(), EvidenceError> {
		if self.slot.epoch != committee.epoch {
			return Err(EvidenceError::WrongEpoch);
		}
		if committee.member(self.member).map(|member| &member.key) != Some(&self.key) {
			return Err(EvidenceError::NotAMember);
		}
		if self.first.payload == self.second.payload {
			return Err(EvidenceError::NoContradiction);
		}
		for signed in [&self.first, &self.second] {
			if !check(&self.key, &self.slot.signing_payload(domain, &signed.payload), &signed.signature) {
				return Err(EvidenceError::BadSignature);
			}
		}
		Ok(())
	}
}
