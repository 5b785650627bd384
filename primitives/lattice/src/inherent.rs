//! The author's batch as an inherent, and as part of a block.

use codec::{Compact, Decode, Encode};
use sp_inherents::{InherentIdentifier, IsFatalError};

/// Key of the inherent data: an encoded [`crate::Batch`] as bytes. Absent if there are no units.
pub const INHERENT_IDENTIFIER: InherentIdentifier = *b"latunits";

/// The reasons to refuse a batch as an inherent: none. If its outcome is not what the header commits to, the whole block is
/// invalid.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, thiserror::Error)]
pub enum InherentError {}

impl IsFatalError for InherentError {
	fn is_fatal_error(&self) -> bool {
		match *self {}
	}
}

/// The indices of the pallet and its call that applies a block's units. They are the same in every runtime with the
/// lattice, so that nodes find the batch without calling the runtime.
pub const APPLY_CALL: [u8; 2] = [6, 0];
/// The first byte of extrinsics of version 4 and 5 without a sender.
const BARE: [u8; 2] = [4, 5];

/// Returns the encoded batch in a block's extrinsics, or `None` if there is none. The extrinsics come without their length
/// prefixes.
pub fn find_batch<'a>(extrinsics: impl IntoIterator<Item = &'a [u8]>) -> Option<&'a [u8]> {
	extrinsics.into_iter().find_map(|extrinsic| {
		let (version, call) = extrinsic.split_first()?;
		let mut argument = BARE.contains(version).then(|| call.strip_prefix(&APPLY_CALL))??;
		let length = Compact::<u32>::decode(&mut argument).ok()?;
		(argument.len() == length.0 as usize).then_some(argument)
	})
}
