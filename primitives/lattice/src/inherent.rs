//! The author's batch as an inherent, and as it stands in a block.

use codec::{Compact, Decode, Encode};
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

/// Indices of the pallet and its call that applies a block's units. Every runtime with the lattice has them so, that
/// nodes find the batch without asking.
pub const APPLY_CALL: [u8; 2] = [6, 0];
/// What extrinsics of version 4 and 5 without sender begin with.
const BARE: [u8; 2] = [4, 5];

/// The encoded batch in a block's extrinsics, each without the length before it; `None` if there is none.
pub fn find_batch<'a>(extrinsics: impl IntoIterator<Item = &'a [u8]>) -> Option<&'a [u8]> {
	extrinsics.into_iter().find_map(|extrinsic| {
		let (version, call) = extrinsic.split_first()?;
		let mut argument = BARE.contains(version).then(|| call.strip_prefix(&APPLY_CALL))??;
		let length = Compact::<u32>::decode(&mut argument).ok()?;
		(argument.len() == length.0 as usize).then_some(argument)
	})
}
