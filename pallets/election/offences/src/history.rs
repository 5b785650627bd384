//! How long offences are remembered.

use crate::*;
use frame_support::{traits::Get, weights::Weight};
use tp_pbft::Epoch;
use tp_stake::EpochClock;

impl<T: Config> Pallet<T> {
	/// The oldest epoch of which evidence counts.
	///
	/// Never one whose records are gone: if a runtime upgrade makes evidence count longer, it does so from then on.
	pub(crate) fn oldest_punishable() -> Epoch {
		Self::first_in_time().max(OldestKept::<T>::get())
	}

	/// Removes records of the oldest epoch that is kept, if evidence of it does not count any more. One epoch a block: epochs
	/// are longer than that.
	pub(crate) fn prune() -> Weight {
		let oldest = OldestKept::<T>::get();
		if oldest >= Self::first_in_time() {
			return T::WeightInfo::prune(0);
		}
		let removed = Reported::<T>::clear_prefix(oldest, PRUNED_PER_BLOCK, None);
		if removed.maybe_cursor.is_none() {
			OldestKept::<T>::put(oldest.saturating_add(1));
		}
		// Also where there was no record, the epoch itself was written.
		T::WeightInfo::prune(removed.loops.max(1))
	}

	fn first_in_time() -> Epoch {
		T::Clock::epoch().saturating_sub(T::EvidenceEpochs::get())
	}
}
