//! Dues: what nodes earned, shared between each and its voters, some in each block.

use crate::*;
use alloc::vec::Vec;
use frame_support::{traits::ConstU32, BoundedVec};
use tp_core::{AccountId, Balance};
use tp_stake::Voters;

impl<T: Config> Pallet<T> {
	/// As many dues as a block pays, again and again.
	pub(crate) fn chunks(dues: Vec<Due>) -> impl Iterator<Item = BoundedVec<Due, ConstU32<DUES_PER_BLOCK>>> {
		let mut left = dues.into_iter().peekable();
		core::iter::from_fn(move || {
			left.peek()?;
			let chunk = left.by_ref().take(DUES_PER_BLOCK as usize).collect();
			Some(BoundedVec::truncate_from(chunk))
		})
	}

	/// Pays the dues of a block, if some wait. Gives how many.
	pub(crate) fn pay_dues() -> u32 {
		let mut queue = DueQueue::<T>::get();
		if queue.is_empty() {
			return 0;
		}
		let chunk = DueChunks::<T>::take(queue.first);
		queue.first = queue.first.wrapping_add(1);
		DueQueue::<T>::put(queue);
		let paid = types::count(chunk.len());
		chunk.into_iter().for_each(Self::pay_due);
		paid
	}

	/// Shares between a node and its voters, as they are now.
	fn pay_due(Due { node, work, votes }: Due) {
		let weight = T::Voters::weight_of(&node);
		let dividend = if weight > 0 { T::Voters::dividend(&node).mul_floor(work) } else { 0 };
		Self::credit(&node, work.saturating_sub(dividend));

		let voters = votes.saturating_add(dividend);
		if voters == 0 {
			return;
		}
		VoterPots::<T>::mutate(&node, |pot| pot.add(voters, weight));
		if weight == 0 {
			// They took back their votes since the epoch's end.
			Self::burn_pot(&node);
		}
	}

	/// What an account can claim grows. Nothing leaves no entry.
	pub(crate) fn credit(who: &AccountId, amount: Balance) {
		if amount > 0 {
			Claimable::<T>::mutate(who, |claimable| *claimable = claimable.saturating_add(amount));
		}
	}
}
