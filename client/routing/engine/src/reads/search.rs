//! The first block after which something holds, among those whose states are kept.

use crate::access::{AccessError, LedgerAccess};
use tp_core::BlockNumber;

/// The first block after which something holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum First {
	/// It does not hold yet.
	Never,
	/// This one.
	At(BlockNumber),
	/// This one or an earlier one, whose state is gone.
	UpTo(BlockNumber),
}

impl First {
	/// Returns the block, if it is known.
	pub fn known(self) -> Option<BlockNumber> {
		match self {
			Self::At(number) => Some(number),
			Self::Never | Self::UpTo(_) => None,
		}
	}
}

/// Searches for the first block after which `holds` is true. Once true, it stays so; at the genesis it is false. What cannot be read
/// is older than the states that are kept.
///
/// # Errors
/// If the newest block cannot be read.
pub(crate) fn first(
	ledger: &dyn LedgerAccess,
	holds: impl Fn(BlockNumber) -> Result<bool, AccessError>,
) -> Result<First, AccessError> {
	let newest = ledger.newest();
	if newest == 0 || !holds(newest)? {
		return Ok(First::Never);
	}
	// It holds after `found`. It does not hold after `before`, if that is known.
	let (mut found, mut before, mut is_known) = (newest, 0, true);
	// Most questions are about the newest blocks.
	let mut step = 1;
	while let Some(number) = newest.checked_sub(step).filter(|number| *number > 0) {
		match holds(number) {
			Ok(true) => found = number,
			Ok(false) => {
				before = number;
				break;
			},
			Err(_) => {
				(before, is_known) = (number, false);
				break;
			},
		}
		step = step.saturating_mul(2);
	}
	while found - before > 1 {
		let middle = before + (found - before) / 2;
		match holds(middle) {
			Ok(true) => found = middle,
			Ok(false) => (before, is_known) = (middle, true),
			Err(_) => (before, is_known) = (middle, false),
		}
	}
	Ok(if is_known { First::At(found) } else { First::UpTo(found) })
}
