//! The reasons why a proof is refused. All of them are faults of the peer that sent it.

use super::bounds::{MAX_EPOCHS, MAX_PROOF_BYTES};
use tp_pbft::{CertificateError, DigestError, Epoch, Height, MAX_MEMBERS};

/// The reason why a proof is refused. The follower has not changed then.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WarpError {
	/// It has too many bytes.
	#[error("{0} bytes are too many for one proof: {MAX_PROOF_BYTES} are allowed")]
	TooLong(usize),
	/// It does not decode.
	#[error("the proof does not decode: {0}")]
	Undecodable(#[from] codec::Error),
	/// It has too many headers.
	#[error("{0} epochs are too many for one proof: {MAX_EPOCHS} are allowed")]
	TooManyEpochs(usize),
	/// It has no header.
	#[error("the proof is empty")]
	Empty,
	/// A header has no valid PBFT digest.
	#[error("the header of block {height} is malformed: {error}")]
	Digest {
		/// The height.
		height: Height,
		/// The fault.
		error: DigestError,
	},
	/// A header is of a height below its epoch.
	#[error("height {height} is before the first of epoch {epoch}, {first}")]
	BeforeEpoch {
		/// The height.
		height: Height,
		/// The epoch.
		epoch: Epoch,
		/// The first height of the epoch.
		first: Height,
	},
	/// A certificate does not hold.
	#[error("the certificate of block {height} does not hold: {error}")]
	Certificate {
		/// The height.
		height: Height,
		/// The fault.
		error: CertificateError,
	},
	/// A header names no committee.
	#[error("height {0} is not the last of an epoch")]
	NotLast(Height),
	/// A header names the committee of another epoch than the next.
	#[error("the header names the committee of epoch {found}, but {expected} is next")]
	OtherEpoch {
		/// The next epoch.
		expected: Epoch,
		/// The epoch in the header.
		found: Epoch,
	},
	/// A header names a committee of an impossible size.
	#[error("a committee of {0} is not possible: there are 1 to {MAX_MEMBERS} members")]
	BadCommittee(usize),
}
