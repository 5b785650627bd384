//! The names of refusals.

use crate::Error;
use tp_mailbox::{AcknowledgeError, MessageError, ProofError, SendError, TakeError};

impl<T> From<SendError> for Error<T> {
	fn from(error: SendError) -> Self {
		match error {
			SendError::Malformed(error) => of_message(error),
			SendError::LaneFull => Self::LaneFull,
			SendError::LaneBytes => Self::LaneBytes,
			SendError::DestinationBusy { .. } => Self::DestinationBusy,
			SendError::OneAtATime => Self::OneAtATime,
			SendError::OutboxFull => Self::OutboxFull,
			SendError::TooManyLanes => Self::TooManyOpenLanes,
		}
	}
}

impl<T> From<ProofError> for Error<T> {
	fn from(error: ProofError) -> Self {
		match error {
			ProofError::NoHead => Self::NoHead,
			ProofError::Stranger { .. } => Self::Stranger,
			ProofError::TooLong => Self::ProofTooLong,
			ProofError::OtherSource { .. } => Self::OtherSource,
			ProofError::OtherDestination(_) => Self::OtherDestination,
			ProofError::NoLane => Self::NoLane,
			ProofError::NoCursor => Self::NoCursor,
			ProofError::TooMany(_) => Self::PacketTooLarge,
			ProofError::NoMessages(_) => Self::NoMessages,
		}
	}
}

impl<T> From<TakeError> for Error<T> {
	fn from(error: TakeError) -> Self {
		match error {
			TakeError::NotHere(_) => Self::NotHere,
			TakeError::AlreadyTaken { .. } => Self::AlreadyTaken,
			TakeError::Gap { .. } => Self::Gap,
			TakeError::Twice => Self::LaneTwice,
			TakeError::TooManyLanes => Self::TooManyInboundLanes,
		}
	}
}

impl<T> From<AcknowledgeError> for Error<T> {
	fn from(error: AcknowledgeError) -> Self {
		match error {
			AcknowledgeError::OtherSource(_) => Self::OtherLane,
			AcknowledgeError::Stale { .. } => Self::AcknowledgedBefore,
			AcknowledgeError::NotSent => Self::NotSent,
		}
	}
}

fn of_message<T>(error: MessageError) -> Error<T> {
	match error {
		MessageError::TooLong(_) => Error::MessageTooLong,
		MessageError::TooManyHops => Error::TooManyHops,
		MessageError::BadWeight(_) | MessageError::BadBudget(_) => Error::BadWeight,
		MessageError::BudgetExceeded | MessageError::TooManyChildren => Error::BudgetExceeded,
	}
}
