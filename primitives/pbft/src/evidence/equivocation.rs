//! Two conflicting messages of one member for one slot.

use super::error::EvidenceError;
use crate::{CheckSignature, Domain, MemberIndex, PbftId, PbftSignature, Slot};
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
pub struct Equivocation {
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

impl Equivocation {
	/// Checks the two messages under the key. [`super::Evidence::verify`] has checked that the key is the member's.
	pub(super) fn verify_messages(&self, domain: &Domain, check: impl CheckSignature) -> Result<(), EvidenceError> {
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
