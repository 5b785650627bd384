//! Invariants of the state between any two blocks.

use crate::*;
use frame_support::ensure;
use sp_runtime::{traits::SaturatedConversion, TryRuntimeError};
use tp_pbft::Height;
use tp_power::MAX_LANES;
use tp_stake::EpochClock;

impl<T: Config> Pallet<T> {
	/// Checks the pallet's invariants. Called after each test, and by `try-runtime`.
	pub fn do_try_state() -> Result<(), TryRuntimeError> {
		let (epoch, oldest) = (T::Clock::epoch(), OldestEpoch::<T>::get());
		ensure!(CurrentParameters::<T>::get().check().is_ok(), "the parameters are valid");
		if let Some((from, parameters)) = QueuedParameters::<T>::get() {
			ensure!(parameters.check().is_ok(), "the queued parameters are valid");
			ensure!(from <= epoch.saturating_add(1), "parameters are queued for the next epoch");
		}
		ensure!(RevealsInBlock::<T>::get() <= REVEALS_PER_BLOCK, "the reveals of a block are bounded");
		// Entries are removed from the oldest epoch alone, and only if it is older than the epoch before the present
		// one.
		let whole = |of| of > oldest || oldest.saturating_add(1) >= epoch;
		for (of, _, record) in Commitments::<T>::iter() {
			ensure!((oldest..=epoch).contains(&of), "commitments are of kept epochs");
			ensure!((1..=MAX_LANES).contains(&record.lanes), "a commitment has a number of lanes that can be proved");
			ensure!(record.height.saturating_add(MIN_DELAY) <= record.drawn_at, "a draw is after the commitment");
			ensure!(!whole(of) || Draws::<T>::contains_key(of, record.drawn_at), "a commitment has its draw");
		}
		let height: Height = frame_system::Pallet::<T>::block_number().saturated_into();
		for (of, at, draw) in Draws::<T>::iter() {
			ensure!((oldest..=epoch).contains(&of), "draws are of kept epochs");
			ensure!((draw == SegmentDraw::Due) == (at > height), "a draw is due until its height");
		}
		for (of, node, lanes) in Proved::<T>::iter() {
			ensure!((oldest..=epoch).contains(&of), "proofs are of kept epochs");
			let committed = Commitments::<T>::get(of, node).map(|record| record.lanes);
			ensure!(committed == Some(lanes) || (committed.is_none() && !whole(of)), "proved lanes have a commitment");
		}
		Ok(())
	}
}
