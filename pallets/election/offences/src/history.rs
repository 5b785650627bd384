//! The time for which offences are recorded.
//!
//! **Invariant:** evidence of an epoch is refused before the records of that epoch are removed. Otherwise a member
//! could be punished twice for one offence. Both decisions derive from `first_in_time` and `OldestKept`.

use crate::*;
use frame_support::{traits::Get, weights::Weight};
use tp_pbft::Epoch;
use tp_stake::EpochClock;

impl<T: Config> Pallet<T> {
	/// Returns the oldest epoch whose evidence counts.
	///
	/// It is never an epoch whose records are removed. **Fragile:** a runtime upgrade or a parameter can raise
	/// `EvidenceEpochs` at any time. The maximum with `OldestKept` makes the longer time start from then on.
	pub(crate) fn oldest_punishable() -> Epoch {
		Self::first_in_time().max(OldestKept::<T>::get())
	}

	/// Removes the records of the oldest kept epoch if its evidence does not count any more.
	///
	/// It removes at most one epoch a block. An epoch has many blocks, so the removal keeps up.
	pub(crate) fn prune() -> Weight {
		let oldest = OldestKept::<T>::get();
		if oldest >= Self::first_in_time() {
			return T::WeightInfo::prune(0);
		}
		let removed = Reported::<T>::clear_prefix(oldest, PRUNED_PER_BLOCK, None);
		if removed.maybe_cursor.is_none() {
			OldestKept::<T>::put(oldest.saturating_add(1));
		}
		// The number of the epoch is written even if the epoch has no record.
		T::WeightInfo::prune(removed.loops.max(1))
	}

	fn first_in_time() -> Epoch {
		T::Clock::epoch().saturating_sub(T::EvidenceEpochs::get())
	}
}
