//! Reports of other ledgers about their committees. A report waits here until a block has the time for it, because its effects on
//! reputation and rewards weigh more than a message may.

use crate::*;
use alloc::vec::Vec;
use frame_support::{ensure, pallet_prelude::*, storage::with_storage_layer};
use tp_core::ChainTag;
use tp_pbft::{EpochActivity, MAX_MEMBERS};
use tp_stake::{OnParticipation, Participation};

/// The certificates of an epoch from which its report counts. A ledger that stood while the main chain went on has an epoch of two or three
/// blocks for each that it missed: these say nothing of its members, and are no work to pay for.
pub const LEAST_CERTIFIED: u32 = 8;
/// The number of reports that wait at most: two of each ledger.
pub const MAX_WAITING_REPORTS: u32 = 2 * MAX_LEDGERS;

impl<T: Config> Pallet<T> {
	/// Takes the report of a ledger about the activity of its committee in an epoch.
	///
	/// **Fragile:** the caller has proved that the ledger itself sent it.
	pub fn take_report(chain: ChainTag, activity: EpochActivity) -> DispatchResult {
		let is_known = Ledgers::<T>::contains_key(chain) || Retired::<T>::contains_key(chain);
		ensure!(is_known, Error::<T>::NoSuchLedger);
		let (first, end) = WaitingRange::<T>::get();
		ensure!(end.wrapping_sub(first) < MAX_WAITING_REPORTS, Error::<T>::TooManyReports);
		WaitingReports::<T>::insert(end, (chain, activity));
		WaitingRange::<T>::put((first, end.wrapping_add(1)));
		Ok(())
	}

	/// Applies the report that waits for longest, unless this block deals seats. Returns the weight.
	pub(crate) fn apply_report() -> Weight {
		let (first, end) = WaitingRange::<T>::get();
		let read = T::DbWeight::get().reads(1);
		if first == end || PendingDeal::<T>::exists() {
			return read;
		}
		WaitingRange::<T>::put((first.wrapping_add(1), end));
		let Some((chain, activity)) = WaitingReports::<T>::take(first) else { return read };
		let epoch = activity.epoch;
		match with_storage_layer(|| Self::apply(chain, activity)) {
			Ok(()) => Self::deposit_event(Event::ParticipationNoted { chain, epoch }),
			Err(error) => Self::deposit_event(Event::ReportRefused { chain, epoch, error }),
		}
		Self::report_weight()
	}

	/// Returns the highest weight of a report.
	pub(crate) fn report_weight() -> Weight {
		T::OnParticipation::weight(MAX_MEMBERS).saturating_add(T::DbWeight::get().reads_writes(5, 3))
	}

	fn apply(chain: ChainTag, activity: EpochActivity) -> DispatchResult {
		let EpochActivity { epoch, certified, members, .. } = activity;
		let seats = Committees::<T>::get(chain, epoch).ok_or(Error::<T>::UnknownCommittee)?;
		// The counters of a captured ledger can be any.
		ensure!(members.len() == seats.len(), Error::<T>::BadActivity);
		ensure!(members.iter().all(|member| member.signed <= certified), Error::<T>::BadActivity);
		ensure!(certified >= LEAST_CERTIFIED, Error::<T>::ShortEpoch);
		let members: Vec<_> =
			seats.into_iter().zip(members).filter_map(|(seat, activity)| Some((seat.node?, activity))).collect();
		Self::note_participation(&Participation { chain, epoch, certified, members })
	}
}
