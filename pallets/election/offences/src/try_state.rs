//! Invariants of the state between any two blocks.

use crate::*;
use frame_support::ensure;
use sp_runtime::TryRuntimeError;
use tp_pbft::MAX_MEMBERS;
use tp_stake::Committees;

impl<T: Config> Pallet<T> {
	/// Checks the pallet's invariants. Called after each test, and by `try-runtime`.
	pub fn do_try_state() -> Result<(), TryRuntimeError> {
		let oldest = OldestKept::<T>::get();
		for (epoch, chain, offences) in Reported::<T>::iter() {
			ensure!(epoch >= oldest, "the records of older epochs are removed");
			ensure!(!offences.is_empty(), "a record has an offence");
			ensure!(offences.iter().all(|offence| u32::from(offence.member) < MAX_MEMBERS), "the accused are members");
			if let Some(seats) = T::Committees::committee(chain, epoch) {
				ensure!(
					offences.iter().all(|offence| usize::from(offence.member) < seats.len()),
					"the accused are members of the committee"
				);
			}
		}
		for ((epoch, chain, member), _) in Unsettled::<T>::iter() {
			let offence = Offence { kind: OffenceKind::Equivocation, member };
			ensure!(Reported::<T>::get(epoch, chain).contains(&offence), "a rest belongs to an offence");
		}
		Ok(())
	}
}
