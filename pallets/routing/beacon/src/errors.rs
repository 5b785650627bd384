//! The names of refusals.

use crate::Error;
use tp_beacon::{AnnouncementError, BeaconError};
use tp_pbft::CertificateError;

impl<T> From<BeaconError> for Error<T> {
	fn from(error: BeaconError) -> Self {
		match error {
			BeaconError::UnknownSource(_) => Self::UnknownSource,
			BeaconError::KnownSource(_) => Self::KnownSource,
			BeaconError::TooManySources => Self::TooManySources,
			BeaconError::Frozen { .. } => Self::Frozen,
			BeaconError::UnknownEpoch(_) => Self::UnknownEpoch,
			BeaconError::BeforeEpoch { .. } => Self::BeforeEpoch,
			BeaconError::AfterEpoch { .. } => Self::AfterEpoch,
			BeaconError::Certificate(error) => of_certificate(error),
			BeaconError::NoCommitments => Self::NoCommitments,
			BeaconError::Stale { .. } => Self::Stale,
			BeaconError::NotLast(_) => Self::NotLast,
			BeaconError::LongHandover(_) => Self::TooManyHeaders,
			BeaconError::OtherEpoch { .. } => Self::OtherEpoch,
			BeaconError::BadCommittee(_) => Self::BadCommittee,
			BeaconError::NotAnnounced(_) => Self::NotAnnounced,
			BeaconError::OtherCommittee(_) => Self::OtherCommittee,
			BeaconError::OutOfReach { .. } => Self::OutOfReach,
			BeaconError::ElectsItself(_) => Self::ElectsItself,
			BeaconError::NoConflict => Self::NoConflict,
		}
	}
}

impl<T> From<AnnouncementError> for Error<T> {
	fn from(error: AnnouncementError) -> Self {
		match error {
			AnnouncementError::NotHeld { .. } => Self::AnchorNotHeld,
			AnnouncementError::Path(_) => Self::BadHeadPath,
			AnnouncementError::OtherHeader => Self::OtherHeader,
			AnnouncementError::TooLong => Self::ProofTooLong,
			AnnouncementError::NoSeats => Self::NoSeats,
			AnnouncementError::NotInForce => Self::NotInForce,
		}
	}
}

fn of_certificate<T>(error: CertificateError) -> Error<T> {
	use CertificateError as Fault;
	match error {
		Fault::NoQuorum { .. } => Error::NoQuorum,
		Fault::BadSignature(_) => Error::BadSignature,
		// They are of another slot, or of no committee at all.
		Fault::WrongBlock | Fault::WrongHeight { .. } | Fault::WrongEpoch { .. } => Error::OtherBlock,
		Fault::BadBitmap { .. } | Fault::SignatureCount { .. } => Error::BadSigners,
	}
}
