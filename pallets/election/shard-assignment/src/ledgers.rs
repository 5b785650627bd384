//! The registry of ledgers and their seats.

use crate::{
	types::{length, role_of, RetiredLedger},
	*,
};
use alloc::collections::BTreeMap;
use frame_support::ensure;
use sp_core::H256;
use sp_runtime::traits::Zero;
use tp_core::ChainTag;
use tp_pbft::MAX_MEMBERS;
use tp_stake::{step_base, Bounds, EpochClock, OutOfBounds};

/// The seats that a council may give a ledger: one committee member may be faulty among four. They change by a quarter in
/// an epoch.
pub const SEAT_BOUNDS: Bounds = Bounds::by_quarters(4, MAX_MEMBERS as u128);

impl<T> From<OutOfBounds> for Error<T> {
	fn from(bound: OutOfBounds) -> Self {
		// There is no greater committee than the greatest of the council.
		bound.named(Self::TooFewSeats, Self::SeatsOutOfRange, Self::SeatsChangeTooMuch)
	}
}

impl<T: Config> Pallet<T> {
	/// Checks the seats of a ledger that a council registers: there is no step to its first number.
	pub(crate) fn check_first_seats(seats: u32) -> Result<(), Error<T>> {
		let Bounds { least, greatest, .. } = SEAT_BOUNDS;
		let nearest = u128::from(seats).clamp(least, greatest);
		Ok(SEAT_BOUNDS.check(nearest, seats.into())?)
	}

	/// Checks the number of seats that a council sets, and keeps the number with which the epoch began.
	///
	/// The record is kept if a later check of the call fails, so the caller must run in a transaction, as calls do.
	pub(crate) fn check_seats_step(chain: ChainTag, seats: u32) -> Result<(), Error<T>> {
		let present = Ledgers::<T>::get(chain).ok_or(Error::NoSuchLedger)?.seats;
		let base = step_base(SeatsBefore::<T>::get(chain), T::Clock::epoch(), present);
		SEAT_BOUNDS.check(base.1.into(), seats.into())?;
		SeatsBefore::<T>::insert(chain, base);
		Ok(())
	}

	/// Returns all ledgers whose committees are drawn, in order.
	pub(crate) fn ledgers() -> BTreeMap<ChainTag, LedgerParams> {
		Ledgers::<T>::iter().collect()
	}

	/// Returns the target number of seats of all ledgers, filled or not.
	pub(crate) fn all_seats() -> u32 {
		RoleSeats::<T>::iter_values().fold(0, u32::saturating_add)
	}

	/// Returns the genesis hash of a ledger. A removed ledger has one while its seats are kept.
	pub(crate) fn genesis_of(chain: ChainTag) -> Option<H256> {
		if chain == ChainTag::Main {
			return Some(frame_system::Pallet::<T>::block_hash(
				frame_system::pallet_prelude::BlockNumberFor::<T>::zero(),
			));
		}
		Ledgers::<T>::get(chain)
			.map(|ledger| ledger.genesis_hash)
			.or_else(|| Retired::<T>::get(chain).map(|ledger| ledger.genesis_hash))
	}

	/// Adds a ledger if all checks pass.
	pub(crate) fn add_ledger(chain: ChainTag, params: LedgerParams) -> Result<(), Error<T>> {
		ensure!(!Ledgers::<T>::contains_key(chain), Error::LedgerExists);
		ensure!(!Retired::<T>::contains_key(chain), Error::LedgerRetired);
		ensure!(params.role == role_of(chain), Error::WrongRole);
		ensure!(Ledgers::<T>::count().saturating_add(Retired::<T>::count()) < MAX_LEDGERS, Error::TooManyLedgers);
		Self::change_seats(chain, 0, params.seats)?;
		Ledgers::<T>::insert(chain, params);
		Ok(())
	}

	/// Changes the number of a ledger's seats.
	pub(crate) fn resize_ledger(chain: ChainTag, seats: u32) -> Result<(), Error<T>> {
		let params = Ledgers::<T>::get(chain).ok_or(Error::NoSuchLedger)?;
		Self::change_seats(chain, params.seats, seats)?;
		Ledgers::<T>::insert(chain, LedgerParams { seats, ..params });
		Ok(())
	}

	/// Counts again which seats the next draw of a ledger's role opens.
	pub(crate) fn ledgers_changed(chain: ChainTag) {
		Self::count_open_seats(role_of(chain), T::Clock::epoch().saturating_add(1));
	}

	/// Removes a ledger from the draw, and its decided committee of the next epoch.
	pub(crate) fn retire_ledger(chain: ChainTag) -> Result<(), Error<T>> {
		let params = Ledgers::<T>::take(chain).ok_or(Error::NoSuchLedger)?;
		RoleSeats::<T>::mutate(params.role, |all| *all = all.saturating_sub(params.seats));
		SeatsBefore::<T>::remove(chain);
		// A pending deal skips the ledger from now on, and would leave its plan.
		Planned::<T>::remove(chain);
		let last_epoch = T::Clock::epoch();
		Committees::<T>::remove(chain, last_epoch.saturating_add(1));
		Retired::<T>::insert(chain, RetiredLedger { last_epoch, genesis_hash: params.genesis_hash });
		Ok(())
	}

	/// Updates the count of a role's seats if the new number is within the bounds.
	fn change_seats(chain: ChainTag, before: u32, after: u32) -> Result<(), Error<T>> {
		ensure!((1..=MAX_MEMBERS).contains(&after), Error::SeatsOutOfRange);
		let others = Self::all_seats().saturating_sub(before);
		ensure!(others.saturating_add(after) <= MAX_SEATS, Error::TooManySeats);
		RoleSeats::<T>::mutate(role_of(chain), |all| *all = all.saturating_sub(before).saturating_add(after));
		Ok(())
	}

	/// Removes the records that are too old for punishment when `epoch` begins.
	///
	/// That is one committee of each ledger, and each removed ledger without a kept committee. **Fragile:** it removes
	/// one epoch at a call, so it must be called once for every epoch, and `History` must not shrink.
	pub(crate) fn prune(epoch: tp_pbft::Epoch) {
		let Some(first_kept) = epoch.checked_sub(History::<T>::get()) else { return };
		let Some(removed) = first_kept.checked_sub(1) else { return };
		for chain in Ledgers::<T>::iter_keys() {
			Committees::<T>::remove(chain, removed);
		}
		// The entries are collected first, because the loop changes the map. There are at most `MAX_LEDGERS`.
		for (chain, ledger) in Retired::<T>::iter().take(length(MAX_LEDGERS)).collect::<alloc::vec::Vec<_>>() {
			Committees::<T>::remove(chain, removed);
			if ledger.last_epoch < first_kept {
				Retired::<T>::remove(chain);
				Reported::<T>::remove(chain);
			}
		}
	}
}
