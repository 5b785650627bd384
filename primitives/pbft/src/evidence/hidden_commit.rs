//! A Commit that a member hid in a view change.
//!
//! ```text
//! Commit in view v  ──  ViewChange for a view above v that shows no certificate of view v for that block, and none of a later view
//! ```
//!
//! A fork of a height across two views signs nothing twice: q members commit a block in view v, and some of them ask for a later
//! view as if they had not. The q members of the two quorums share more than f members, each of which hid its Commit. As
//! long as fewer than q members are faulty there is no other way across views: a correct member votes in the later view only
//! after it has seen the q view changes that open it.
//!
//! Two signatures prove it, and nothing has to be known of the certificate that the view change shows: its sender signed
//! the view of it.

use super::{equivocation::SignedPayload, error::EvidenceError};
use crate::{
	BlockHash, CheckSignature, Domain, Epoch, Height, MemberIndex, MessageKind, PbftId, PbftSignature,
	PreparedCertificate, Slot, View, MAX_MEMBERS,
};
use codec::{Decode, DecodeAll, DecodeWithMemTracking, Encode};
use scale_info::TypeInfo;
use sp_core::H256;
use sp_runtime::{traits::ConstU32, BoundedVec};

/// Bytes of what a view change shows, at most: the certificate of the largest committee, with a signature of each member.
///
/// One for the option; height, view, hash and epoch; the bitmap with its length in one byte; the signatures with their length
/// in two.
pub const MAX_SHOWN_BYTES: u32 = 1 + (4 + 4 + 32 + 8) + (1 + MAX_MEMBERS / 8) + (2 + 64 * MAX_MEMBERS);

/// What a view change shows, encoded: an optional [`PreparedCertificate`]. The bound holds while it is decoded.
pub type ShownCertificate = BoundedVec<u8, ConstU32<MAX_SHOWN_BYTES>>;

/// A member's Commit, and its later view change that hides it. A correct member never signs both.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub struct HiddenCommit {
	/// The epoch of the committee.
	pub epoch: Epoch,
	/// The height of both messages.
	pub height: Height,
	/// The member's index in that epoch's committee.
	pub member: MemberIndex,
	/// Its vote key.
	pub key: PbftId,
	/// The view of the Commit.
	pub committed: View,
	/// The Commit: the hash of its block, and the signature.
	pub commit: SignedPayload,
	/// The view that the member requested.
	pub requested: View,
	/// What its view change shows.
	pub shown: ShownCertificate,
	/// The signature of the view change.
	pub signature: PbftSignature,
}

/// Returns the payload of a view change: the hash of what it shows, encoded.
pub fn view_change_payload(shown: &[u8]) -> H256 {
	sp_io::hashing::blake2_256(shown).into()
}

impl HiddenCommit {
	/// Whether a view change for view `requested` that shows `shown` hides a Commit for `block` in view `committed`.
	///
	/// A certificate of the same view for another block hides it as well: its sender has signed a Commit for the one, and leads the
	/// later view to the other.
	pub fn hides(committed: View, block: &BlockHash, requested: View, shown: Option<&PreparedCertificate>) -> bool {
		let excuses =
			|shown: &PreparedCertificate| shown.view > committed || shown.view == committed && shown.hash == *block;
		committed < requested && !shown.is_some_and(excuses)
	}

	/// Returns the slot of the Commit.
	pub fn commit_slot(&self) -> Slot {
		self.slot(MessageKind::Commit, self.committed)
	}

	fn slot(&self, kind: MessageKind, view: View) -> Slot {
		Slot { epoch: self.epoch, height: self.height, view, kind }
	}

	/// Returns the certificate that the view change shows, if it shows one.
	fn shown_certificate(&self) -> Result<Option<PreparedCertificate>, EvidenceError> {
		let shown = Option::<PreparedCertificate>::decode_all(&mut self.shown.as_slice());
		match shown.map_err(|_| EvidenceError::Malformed)? {
			// No member takes a view change with the certificate of another height, so nothing is hidden by it.
			Some(shown) if shown.height != self.height || shown.epoch != self.epoch => Err(EvidenceError::Malformed),
			shown => Ok(shown),
		}
	}

	/// Checks the two messages under the key. [`super::Evidence::verify`] has checked that the key is the member's.
	///
	/// The signatures of the certificate that is shown are not checked. The member has signed its view and block, and a correct member
	/// never signs those of a certificate that hides its Commit. A forged one of a later view is not accused here: no member takes
	/// such a view change, so it opens no view.
	pub(super) fn verify_messages(&self, domain: &Domain, check: impl CheckSignature) -> Result<(), EvidenceError> {
		let shown = self.shown_certificate()?;
		if !Self::hides(self.committed, &self.commit.payload, self.requested, shown.as_ref()) {
			return Err(EvidenceError::NoContradiction);
		}
		let commit = self.commit_slot().signing_payload(domain, &self.commit.payload);
		let view_change = self.slot(MessageKind::ViewChange, self.requested);
		let view_change = view_change.signing_payload(domain, &view_change_payload(&self.shown));
		if !check(&self.key, &commit, &self.commit.signature) || !check(&self.key, &view_change, &self.signature) {
			return Err(EvidenceError::BadSignature);
		}
		Ok(())
	}
}
