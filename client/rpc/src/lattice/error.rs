//! Errors of the methods, and their codes.

use crate::routing::RoutingError;
use jsonrpsee::types::{error::INVALID_PARAMS_CODE, ErrorObject, ErrorObjectOwned};
use tc_lattice::{ArchiveError, ChainError, ReadError, SubmitError, WatchError};
use tc_lattice_rpc_types::{
	ERROR_BUSY, ERROR_INTERNAL, ERROR_NOT_INDEXED, ERROR_NO_INDEX, ERROR_TOO_MANY_UNITS, ERROR_UNKNOWN_UNIT,
	MAX_UNITS_PER_CALL,
};
use tc_routing_rpc_types::ERROR_NOT_HERE;
use tp_core::BlockNumber;
use tp_lattice::UnitHash;

/// Why a method of `lattice_*` fails.
#[derive(Debug, thiserror::Error)]
pub enum LatticeError {
	/// The node does not verify the units.
	#[error(transparent)]
	Submit(#[from] SubmitError),
	/// The node does not watch the units.
	#[error(transparent)]
	Watch(#[from] WatchError),
	/// The node does not read what was asked for.
	#[error(transparent)]
	Read(#[from] ReadError),
	/// The chain cannot be read.
	#[error(transparent)]
	Chain(#[from] ChainError),
	/// Index or database cannot be read.
	#[error(transparent)]
	Archive(#[from] ArchiveError),
	/// The way of a unit's message to another ledger cannot be proved.
	#[error(transparent)]
	Routing(#[from] RoutingError),
	/// The ledger runs without its zone.
	#[error("this node runs the shard without its zone: ask a node that runs both, or for the level \"final\"")]
	NoZone,
	/// This node does not know the committee of a block.
	#[error("the committee of block {block} is not known here: {source}")]
	CommitteeUnknown {
		/// Height of the block.
		block: BlockNumber,
		/// Why the committee cannot be read.
		source: ChainError,
	},
	/// The index cannot deny a unit yet.
	#[error(
		"unit {unit:?} is not known here, and the index of units lacks blocks before {newest}: ask again, or ask another node"
	)]
	NotIndexed {
		/// The unit.
		unit: UnitHash,
		/// The newest block.
		newest: BlockNumber,
	},
	/// No final unit has the hash.
	#[error("no unit {0:?} is known to be final")]
	UnknownUnit(UnitHash),
	/// The call has too many units.
	#[error("a call takes {MAX_UNITS_PER_CALL} units, and this one has {0}")]
	TooManyUnits(usize),
	/// A unit of the call does not decode.
	#[error("unit {index} of the call does not decode: {source}")]
	Undecodable {
		/// Index of the unit in the call.
		index: usize,
		/// What is wrong with its bytes.
		source: codec::Error,
	},
}

impl LatticeError {
	/// Returns whether this node is at fault (database, runtime), rather than the call.
	pub fn is_local(&self) -> bool {
		match self {
			Self::Submit(error) => error.is_local(),
			Self::Chain(error) => error.is_local(),
			Self::Archive(error) => error.is_local(),
			Self::Routing(error) => error.is_local(),
			Self::CommitteeUnknown { .. } | Self::NotIndexed { .. } => true,
			// The node has more to do than it can.
			Self::Watch(_) | Self::Read(_) => false,
			Self::NoZone | Self::UnknownUnit(_) | Self::TooManyUnits(_) | Self::Undecodable { .. } => false,
		}
	}

	fn code(&self) -> i32 {
		match self {
			Self::Submit(SubmitError::Overloaded) | Self::Watch(_) | Self::Read(_) => ERROR_BUSY,
			Self::NotIndexed { .. } => ERROR_NOT_INDEXED,
			Self::Archive(ArchiveError::NoIndex) => ERROR_NO_INDEX,
			Self::Submit(_) | Self::Chain(_) | Self::Archive(_) | Self::CommitteeUnknown { .. } => ERROR_INTERNAL,
			Self::Routing(error) => error.code(),
			Self::NoZone => ERROR_NOT_HERE,
			Self::UnknownUnit(_) => ERROR_UNKNOWN_UNIT,
			Self::TooManyUnits(_) => ERROR_TOO_MANY_UNITS,
			Self::Undecodable { .. } => INVALID_PARAMS_CODE,
		}
	}
}

impl From<LatticeError> for ErrorObjectOwned {
	fn from(error: LatticeError) -> Self {
		ErrorObject::owned(error.code(), error.to_string(), None::<()>)
	}
}
