//! The burst: while blocks have room, shares are worth more.
//!
//! The target is 400 percent for an empty block, 100 for a block that is half full or fuller, and linear between. The burst
//! follows the target: a quarter of the distance down per block, so that it meets a rush within a dozen blocks, and one
//! percent up per block, so that a pause in the rush does not bring it back.

use crate::{Config, Pallet};
use sp_runtime::{Perbill, Saturating};
use tp_quota::QuotaRules;

/// What a share is worth without a burst, in percent.
const NO_BURST: u32 = 100;
/// The fullness from which on there is no burst.
const BUSY: Perbill = Perbill::from_percent(50);
/// The burst falls by one part in `DOWN` of the distance to the target per block.
const DOWN: u32 = 4;

/// Returns how full the block is so far: of its computation or its bytes, whichever is fuller.
pub(crate) fn fullness<T: Config>() -> Perbill {
	let capacity = Pallet::<T>::capacity();
	let compute = frame_system::Pallet::<T>::block_weight().total().ref_time();
	let bytes = u64::from(frame_system::Pallet::<T>::block_size());
	let part = |used: u64, of: u64| Perbill::from_rational(used.min(of), of.max(1));
	part(compute, capacity.compute).max(part(bytes, capacity.bytes))
}

/// Returns the burst after a block of this fullness, in percent.
pub(crate) fn next(percent: u32, fullness: Perbill) -> u32 {
	let percent = percent.clamp(NO_BURST, QuotaRules::MAX_BURST_PERCENT);
	let room = BUSY.saturating_sub(fullness);
	let range = QuotaRules::MAX_BURST_PERCENT - NO_BURST;
	let target = NO_BURST + Perbill::from_rational(room.deconstruct(), BUSY.deconstruct()) * range;
	match percent.checked_sub(target) {
		Some(excess) => percent - excess.div_ceil(DOWN),
		None => percent + 1,
	}
}
