//! What is lent: while blocks are far from full, shares are worth more.
//!
//! An empty block calls for 400 percent, one that is half full or fuller for 100, and those between for what lies
//! between. What shares are worth follows: down by a quarter of the way a block, so that a rush is met within a dozen
//! blocks, and up by one percent a block, so that a pause in it does not bring it back.

use crate::{Config, Pallet};
use sp_runtime::{Perbill, Saturating};
use tp_lattice::QuotaRules;

/// What a share is worth when nothing is lent, in percent.
const OWN: u32 = 100;
/// The fullness from which on nothing is lent.
const BUSY: Perbill = Perbill::from_percent(50);
/// Down by one part in so many of the way, a block.
const DOWN: u32 = 4;

/// How full the block is, as far as it has been executed: of its computation or its bytes, whichever is fuller.
pub(crate) fn fullness<T: Config>() -> Perbill {
	let capacity = Pallet::<T>::capacity();
	let compute = frame_system::Pallet::<T>::block_weight().total().ref_time();
	let bytes = u64::from(frame_system::Pallet::<T>::block_size());
	let part = |used: u64, of: u64| Perbill::from_rational(used.min(of), of.max(1));
	part(compute, capacity.compute).max(part(bytes, capacity.bytes))
}

/// What shares are worth after a block so full, in percent.
pub(crate) fn next(percent: u32, fullness: Perbill) -> u32 {
	let percent = percent.clamp(OWN, QuotaRules::MAX_LENT_PERCENT);
	let room = BUSY.saturating_sub(fullness);
	let aim =
		OWN + Perbill::from_rational(room.deconstruct(), BUSY.deconstruct()) * (QuotaRules::MAX_LENT_PERCENT - OWN);
	match percent.checked_sub(aim) {
		Some(excess) => percent - excess.div_ceil(DOWN),
		None => percent + 1,
	}
}
