//! Why evidence is refused.

/// The reason why evidence is invalid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EvidenceError {
	/// The messages do not contradict each other.
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
	/// What the view change shows is no certificate of its height.
	#[error("the view change shows no certificate of its height")]
	Malformed,
}
