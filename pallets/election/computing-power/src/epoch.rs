//! State that follows the epochs: parameters, seeds, removal of old entries, and the power at an epoch's end.

use crate::*;
use sp_runtime::traits::SaturatedConversion;
use tp_pbft::{Epoch, Height};
use tp_sortition::Role;
use tp_stake::{ComputingPower, EpochClock, Power};

impl<T: Config> Pallet<T> {
	/// Returns the parameters of an epoch: the present one or the next.
	///
	/// It does not rely on `promote_parameters`. A pool validates on the state before the first block of an epoch, in
	/// which the queued parameters are not promoted yet.
	pub fn parameters_at(epoch: Epoch) -> Parameters {
		match QueuedParameters::<T>::get() {
			Some((from, parameters)) if from <= epoch => parameters,
			_ => CurrentParameters::<T>::get(),
		}
	}

	/// Makes queued parameters current when their epoch has begun.
	pub(crate) fn promote_parameters(epoch: Epoch) {
		if let Some((_, parameters)) = QueuedParameters::<T>::get().filter(|(from, _)| *from <= epoch) {
			CurrentParameters::<T>::put(parameters);
			QueuedParameters::<T>::kill();
		}
	}

	/// Stores the seed of the starting block if it draws segments.
	///
	/// **Fragile:** it must run in `on_initialize`. Later in the block the clock could return another height's seed.
	pub(crate) fn keep_seed(epoch: Epoch, height: Height) {
		if Draws::<T>::contains_key(epoch, height) {
			Draws::<T>::insert(epoch, height, SegmentDraw::Drawn(T::Clock::seed()));
		}
	}

	/// Removes entries of epochs before `kept`, the oldest first. Returns the number of removed entries.
	///
	/// It removes at most [`REMOVALS_PER_BLOCK`] entries, and moves to the next epoch only after an epoch is empty.
	pub(crate) fn forget_older_than(kept: Epoch) -> u32 {
		let oldest = OldestEpoch::<T>::get();
		if oldest >= kept {
			return 0;
		}
		let clear: [&dyn Fn(u32) -> sp_io::MultiRemovalResults; 3] = [
			&|limit| Commitments::<T>::clear_prefix(oldest, limit, None),
			&|limit| Draws::<T>::clear_prefix(oldest, limit, None),
			&|limit| Proved::<T>::clear_prefix(oldest, limit, None),
		];
		let mut left = REMOVALS_PER_BLOCK;
		for clear in clear {
			let removed = clear(left);
			left = left.saturating_sub(removed.unique);
			if removed.maybe_cursor.is_some() {
				return REMOVALS_PER_BLOCK.saturating_sub(left);
			}
		}
		OldestEpoch::<T>::put(oldest.saturating_add(1));
		REMOVALS_PER_BLOCK.saturating_sub(left)
	}

	/// Returns the last height of the present epoch whose block may have a reveal, or a height that is not after it if the
	/// epoch's end is not known yet.
	pub(crate) fn last_height() -> Height {
		let not_after = || {
			let newest: Height = frame_system::Pallet::<T>::block_number().saturated_into();
			newest.saturating_add(T::Clock::closing_blocks())
		};
		T::Clock::last_height().unwrap_or_else(not_after)
	}

	/// Returns the last height of the present epoch whose block may have a commitment.
	///
	/// The height is in the window, and early enough for one more block after the one whose seed draws. Before the end of
	/// the epoch is known, each height is early enough: the delay is below the number of closing blocks.
	pub(crate) fn last_commit_height(parameters: &Parameters) -> Height {
		let window = T::Clock::epoch_start().saturating_add(parameters.window.saturating_sub(1));
		let in_time = |last: Height| last.saturating_sub(parameters.delay).saturating_sub(1);
		T::Clock::last_height().map_or(window, |last| window.min(in_time(last)))
	}
}

impl<T: Config> ComputingPower<T::AccountId> for Pallet<T> {
	fn power(node: &T::AccountId, role: Role, epoch: Epoch) -> Power {
		let required = || Self::parameters_at(epoch).required.of(role);
		Proved::<T>::get(epoch, node).map_or(Power::MIN, |lanes| Power::of_lanes(lanes, required()))
	}
}
