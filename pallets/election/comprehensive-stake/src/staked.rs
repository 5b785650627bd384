//! The votes of a holder as a balance, which has a voice in governance. Votes that have left their nodes count until they
//! are paid out.

use crate::*;
use frame_support::{traits::Get, weights::Weight};
use tp_core::Balance;
use tp_stake::Staked;

/// The maximum number of votes of a holder that count as its balance, leaving ones included. A holder with more of them
/// counts some: it bounds a call that reads them.
pub const MAX_COUNTED_VOTES: u32 = 64;

impl<T: Config> Staked<T::AccountId> for Pallet<T> {
	fn staked(holder: &T::AccountId) -> Balance {
		let votes = Votes::<T>::iter_prefix_values(holder).map(|vote| Self::pool(&vote.node).value(vote.shares));
		let leaving = LeavingVotes::<T>::iter_prefix_values(holder).map(|vote| vote.amount);
		votes.chain(leaving).take(MAX_COUNTED_VOTES as usize).fold(0, Balance::saturating_add)
	}

	fn weight() -> Weight {
		// A vote, and its pool in one of two maps. Two reads more find the ends of both maps of votes.
		T::DbWeight::get().reads(u64::from(MAX_COUNTED_VOTES).saturating_mul(3).saturating_add(2))
	}
}
