//! The votes of a holder as a balance, which has a voice in governance.

use crate::*;
use frame_support::{traits::Get, weights::Weight};
use tp_core::Balance;
use tp_stake::Staked;

/// The maximum number of votes of a holder that count as its balance. A holder with more votes for nodes than this counts
/// some of them: it bounds a call that reads them.
pub const MAX_COUNTED_VOTES: u32 = 64;

impl<T: Config> Staked<T::AccountId> for Pallet<T> {
	fn staked(holder: &T::AccountId) -> Balance {
		let votes = Votes::<T>::iter_prefix_values(holder).take(MAX_COUNTED_VOTES as usize);
		votes.map(|vote| Self::pool(&vote.node).value(vote.shares)).fold(0, Balance::saturating_add)
	}

	fn weight() -> Weight {
		// A vote, and its pool in one of two maps.
		T::DbWeight::get().reads(u64::from(MAX_COUNTED_VOTES).saturating_mul(3))
	}
}
