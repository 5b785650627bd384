//! The author's batch as an inherent.

use codec::{Decode, Encode};
use sp_inherents::{InherentIdentifier, IsFatalError};

/// Key of the inherent data: an encoded [`crate::Batch`] as bytes. Absent if there are no units.
pub const INHERENT_IDENTIFIER: InherentIdentifier = *b"latunits";

/// Why a batch is refused as an inherent: never. A block whose batch does not do what the header says is no block.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, thiserror::Error)]
pub enum InherentError {}

impl IsFatalError for InherentError {
	fn is_fatal_error(&self) -> bool {
		match *self {}
	}
}
