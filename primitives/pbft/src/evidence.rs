//! Evidence: what a correct member never signs.

mod equivocation;
mod error;
mod hidden_commit;

pub use equivocation::{Equivocation, SignedPayload};
pub use error::EvidenceError;
pub use hidden_commit::{view_change_payload, HiddenCommit, ShownCertificate, MAX_SHOWN_BYTES};

use crate::{CheckSignature, Committee, Domain, Epoch, MemberIndex, PbftId, Slot};
use codec::{Decode, DecodeWithMemTracking, Encode};
use core::fmt;
use scale_info::TypeInfo;

/// The proof that a member of a committee broke the rules of safety.
///
/// The index of a form is its version. A form that changes gets a new index, and the old one stays readable as long as
/// evidence of its time counts. Evidence of any form accuses a member of one offence in an epoch.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub enum Evidence {
	/// The member signed two payloads for one slot.
	#[codec(index = 0)]
	Equivocation(Equivocation),
	/// The member sent a Commit, and asked for a later view as if it had sent none.
	#[codec(index = 1)]
	HiddenCommit(HiddenCommit),
}

impl From<Equivocation> for Evidence {
	fn from(found: Equivocation) -> Self {
		Self::Equivocation(found)
	}
}

impl From<HiddenCommit> for Evidence {
	fn from(found: HiddenCommit) -> Self {
		Self::HiddenCommit(found)
	}
}

impl Evidence {
	/// Returns the slot of the vote that the other message contradicts. For a hidden Commit, that of the Commit.
	pub fn slot(&self) -> Slot {
		match self {
			Self::Equivocation(found) => found.slot,
			Self::HiddenCommit(found) => found.commit_slot(),
		}
	}

	/// Returns the epoch of the committee.
	pub fn epoch(&self) -> Epoch {
		self.slot().epoch
	}

	/// Returns the member's index in the committee of that epoch.
	pub fn member(&self) -> MemberIndex {
		match self {
			Self::Equivocation(found) => found.member,
			Self::HiddenCommit(found) => found.member,
		}
	}

	/// Returns the member's vote key.
	pub fn key(&self) -> &PbftId {
		match self {
			Self::Equivocation(found) => &found.key,
			Self::HiddenCommit(found) => &found.key,
		}
	}

	/// Checks it against the committee of its epoch.
	pub fn verify(
		&self,
		domain: &Domain,
		committee: &Committee,
		check: impl CheckSignature,
	) -> Result<(), EvidenceError> {
		if self.epoch() != committee.epoch {
			return Err(EvidenceError::WrongEpoch);
		}
		if committee.member(self.member()).map(|member| &member.key) != Some(self.key()) {
			return Err(EvidenceError::NotAMember);
		}
		match self {
			Self::Equivocation(found) => found.verify_messages(domain, check),
			Self::HiddenCommit(found) => found.verify_messages(domain, check),
		}
	}
}

impl fmt::Display for Evidence {
	fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
		let Slot { height, view, kind, .. } = self.slot();
		let member = self.member();
		match self {
			Self::Equivocation(_) => {
				write!(
					formatter,
					"member {member} signed two conflicting messages at height {height} in view {view} ({kind:?})"
				)
			},
			Self::HiddenCommit(HiddenCommit { requested, .. }) => {
				write!(
					formatter,
					"member {member} requested view {requested} of height {height} and hid its Commit of view {view}"
				)
			},
		}
	}
}
