//! Errors of the methods, and their codes.

use jsonrpsee::types::{error::INVALID_PARAMS_CODE, ErrorObject, ErrorObjectOwned};
use tc_routing::reads::ReadError;
use tc_routing_rpc_types::{
	ERROR_BUSY, ERROR_INTERNAL, ERROR_NOT_HERE, ERROR_NOT_YET, ERROR_PRUNED, ERROR_RETURNED, ERROR_UNKNOWN,
};

/// Why a method about the ledgers of a node fails.
#[derive(Debug, thiserror::Error)]
pub enum RoutingError {
	/// The ledgers do not answer.
	#[error(transparent)]
	Read(#[from] ReadError),
	/// The node reads as much as it can.
	#[error("this node has more to read than it can: ask again in a moment, or ask another node")]
	Busy,
	/// A reader panicked.
	#[error("the node failed while it read: see its log")]
	Failed,
	/// The call names no ledger.
	#[error("{0:?} is no ledger: name one as \"main\", \"zone 0\" or \"shard 0/1\"")]
	NoChain(String),
	/// The call names no message.
	#[error("the id of the message does not decode: take it from mailbox_sent")]
	NoId,
}

impl RoutingError {
	/// Returns whether this node is at fault (database, runtime), rather than the call.
	pub fn is_local(&self) -> bool {
		matches!(self, Self::Failed | Self::Read(ReadError::Access(_) | ReadError::Inconsistent(_)))
	}

	/// Returns the code of the error in answers.
	pub fn code(&self) -> i32 {
		match self {
			Self::Busy => ERROR_BUSY,
			Self::Failed => ERROR_INTERNAL,
			Self::NoChain(_) | Self::NoId => INVALID_PARAMS_CODE,
			Self::Read(error) => match error {
				ReadError::Access(_) | ReadError::Inconsistent(_) => ERROR_INTERNAL,
				ReadError::NotHere(_) | ReadError::NoShard { .. } => ERROR_NOT_HERE,
				ReadError::NoBlock { .. }
				| ReadError::NoMessage { .. }
				| ReadError::NotKept { .. }
				| ReadError::NoRemoteUnit => ERROR_UNKNOWN,
				ReadError::NotSealed(_) | ReadError::NotTaken => ERROR_NOT_YET,
				ReadError::Returned => ERROR_RETURNED,
				ReadError::Pruned(_) | ReadError::TooLong { .. } => ERROR_PRUNED,
			},
		}
	}
}

impl From<RoutingError> for ErrorObjectOwned {
	fn from(error: RoutingError) -> Self {
		ErrorObject::owned(error.code(), error.to_string(), None::<()>)
	}
}
