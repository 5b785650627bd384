//! The reasons why a beacon refuses something.

use crate::bounds::{MAX_HANDOVER, MAX_SOURCES};
use tp_core::{BlockNumber, ChainTag};
use tp_pbft::{CertificateError, Epoch, MAX_MEMBERS};

/// The reason why a beacon refuses something. Nothing has changed then.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BeaconError {
	/// The source is not registered.
	#[error("{0:?} is no neighbour of this ledger")]
	UnknownSource(ChainTag),
	/// The source is registered already.
	#[error("{0:?} is registered already")]
	KnownSource(ChainTag),
	/// There are too many sources.
	#[error("{MAX_SOURCES} neighbours are followed: remove one first")]
	TooManySources,
	/// The source is frozen.
	#[error("{chain:?} is frozen: it certified two blocks at height {height}")]
	Frozen {
		/// The source.
		chain: ChainTag,
		/// The height of the conflict.
		height: BlockNumber,
	},
	/// The committee of the epoch is not known.
	#[error("the committee of epoch {0} is not known: bring the last header of the epoch before it first")]
	UnknownEpoch(Epoch),
	/// The height is before the epoch.
	#[error("height {number} is before the first of its epoch, {first}")]
	BeforeEpoch {
		/// The height.
		number: BlockNumber,
		/// The first height of the epoch.
		first: BlockNumber,
	},
	/// The committee has retired.
	#[error("height {number} is after the last of its epoch, {last}: that committee vouches for nothing later")]
	AfterEpoch {
		/// The height.
		number: BlockNumber,
		/// The last height of the epoch.
		last: BlockNumber,
	},
	/// The certificate does not hold.
	#[error("the certificate does not hold: {0}")]
	Certificate(#[from] CertificateError),
	/// The header says nothing to other ledgers.
	#[error("the header has no mailbox digest, or several")]
	NoCommitments,
	/// A newer header is held.
	#[error("height {number} is not above {newest}, the newest that is held")]
	Stale {
		/// The height.
		number: BlockNumber,
		/// The newest held height.
		newest: BlockNumber,
	},
	/// The header is not the last of an epoch.
	#[error("height {0} is not the last of an epoch: a handover has last headers alone")]
	NotLast(BlockNumber),
	/// A handover is too long.
	#[error("{0} headers are too many for one call: bring {MAX_HANDOVER} at a time")]
	LongHandover(usize),
	/// The header names a committee of another epoch than the next.
	#[error("the header names the committee of epoch {found}, but {expected} is next")]
	OtherEpoch {
		/// The next epoch.
		expected: Epoch,
		/// The epoch in the header.
		found: Epoch,
	},
	/// A committee is empty or too large.
	#[error("a committee of {0} is not possible: there are 1 to {MAX_MEMBERS} members")]
	BadCommittee(usize),
	/// The main chain has not announced the committee.
	#[error("the main chain has not announced the committee of epoch {0}: bring its announcement first")]
	NotAnnounced(Epoch),
	/// The header names another committee than the main chain.
	#[error("the header names another committee for epoch {0} than the main chain")]
	OtherCommittee(Epoch),
	/// The announcement is not for one of the next epochs.
	#[error("epoch {found} cannot be announced: {first} to {last} can")]
	OutOfReach {
		/// The next epoch.
		first: Epoch,
		/// The last epoch that one handover reaches.
		last: Epoch,
		/// The announced epoch.
		found: Epoch,
	},
	/// The source elects its committees itself.
	#[error("{0:?} elects its committees itself")]
	ElectsItself(ChainTag),
	/// The two headers do not contradict each other.
	#[error("the two headers are one, or of different heights")]
	NoConflict,
}
