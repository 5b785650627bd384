//! Dues: earnings of nodes, shared between each node and its voters, a chunk in each block.

use crate::*;
use alloc::vec::Vec;
use frame_support::{traits::ConstU32, BoundedVec};
use tp_core::Balance;
use tp_stake::Voters;

impl<T: Config> Pallet<T> {
	/// Splits dues into chunks that one block pays.
	pub(crate) fn chunks(
		dues: Vec<Due<T::AccountId>>,
	) -> impl Iterator<Item = BoundedVec<Due<T::AccountId>, ConstU32<DUES_PER_BLOCK>>> {
		let mut left = dues.into_iter().peekable();
		core::iter::from_fn(move || {
			left.peek()?;
			let chunk = left.by_ref().take(DUES_PER_BLOCK as usize).collect();
			Some(BoundedVec::truncate_from(chunk))
		})
	}

	/// Pays one chunk if one waits. Returns the number of paid dues.
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

	/// Shares a due between a node and its voters, with the votes and the dividend of this block.
	fn pay_due(Due { node, work, votes }: Due<T::AccountId>) {
		let weight = T::Voters::weight_of(&node);
		let dividend = if weight > 0 { T::Voters::dividend(&node).mul_floor(work) } else { 0 };
		Self::credit(&node, work.saturating_sub(dividend));

		let voters = votes.saturating_add(dividend);
		if voters == 0 {
			return;
		}
		VoterPots::<T>::mutate(&node, |pot| pot.add(voters, weight));
		if weight == 0 {
			// The voters have withdrawn their votes since the epoch's end.
			Self::burn_pot(&node);
		}
	}

	/// Increases the claimable amount of an account. An amount of zero creates no entry.
	pub(crate) fn credit(who: &T::AccountId, amount: Balance) {
		if amount > 0 {
			Claimable::<T>::mutate(who, |claimable| *claimable = claimable.saturating_add(amount));
		}
	}
}
