//! Invariants of the state between two blocks.

use crate::{
	types::{check_members, is_valid_pace},
	*,
};
use frame_support::ensure;
use sp_runtime::TryRuntimeError;

impl<T: Config> Pallet<T> {
	/// Checks the pallet's invariants. Called after each test, and by `try-runtime`.
	pub fn do_try_state() -> Result<(), TryRuntimeError> {
		let height = Self::height();
		Self::try_committees()?;
		Self::try_activity()?;

		let start = EpochStart::<T>::get();
		ensure!(EpochMs::<T>::get() > 0 && ClosingBlocks::<T>::get() > 0, "an epoch lasts some time and closes");
		ensure!(start <= height.saturating_add(1), "the present epoch starts with the next block at the latest");
		ensure!(LastHeight::<T>::get().is_none_or(|last| last > height), "the present epoch is not over");
		ensure!(QueuedEpochMs::<T>::get() != Some(0), "a queued epoch length is not zero");
		ensure!(height == 0 || ClosesAt::<T>::exists(), "after the first block it is known when the tickets close");
		ensure!(CurrentPace::<T>::get().is_some_and(|pace| is_valid_pace(&pace)), "there is a valid pace");
		ensure!(!ParentProved::<T>::exists(), "the mark of the inherent does not outlive its block");
		ensure!((height == 0) != LastAuthorship::<T>::exists(), "each block but the genesis has an author");
		Ok(())
	}

	fn try_committees() -> Result<(), TryRuntimeError> {
		let current = CurrentCommittee::<T>::get().ok_or("there is a committee")?;
		ensure!(check_members(current.members.to_vec()).is_ok(), "the committee is valid");
		match PreviousCommittee::<T>::get() {
			Some(previous) => {
				ensure!(check_members(previous.members.to_vec()).is_ok(), "the previous committee is valid");
				ensure!(previous.epoch.checked_add(1) == Some(current.epoch), "epochs follow each other");
			},
			None => ensure!(current.epoch == 0, "an epoch after the first has one before it"),
		}
		if let Some(queued) = QueuedCommittee::<T>::get() {
			ensure!(check_members(queued.to_vec()).is_ok(), "the queued committee is valid");
		}
		Ok(())
	}

	fn try_activity() -> Result<(), TryRuntimeError> {
		let pairs = [
			(CurrentCommittee::<T>::get(), CurrentActivity::<T>::get()),
			(PreviousCommittee::<T>::get(), PreviousActivity::<T>::get()),
		];
		for (committee, activity) in pairs {
			let (committee, activity) = match (committee, activity) {
				(Some(committee), Some(activity)) => (committee, activity),
				(None, None) => continue,
				_ => return Err("a committee has counters and counters have a committee".into()),
			};
			ensure!(activity.epoch == committee.epoch, "the counters are those of the committee");
			ensure!(activity.members.len() == committee.members.len(), "each member has its counters");
			ensure!(activity.certified <= activity.blocks, "no block is certified twice");
			let authored = activity.members.iter().map(|member| u64::from(member.authored)).sum::<u64>();
			ensure!(authored == u64::from(activity.blocks), "each block has one author");
			ensure!(
				activity.members.iter().all(|member| member.signed <= activity.certified),
				"a member signs a certificate once"
			);
		}
		Ok(())
	}
}
