//! Migrations of the storage, for `SingleBlockMigrations` of a runtime.

use crate::{
	types::{length, SeatOfNode, MAX_SEATS},
	*,
};
use core::marker::PhantomData;
use frame_support::{
	migrations::VersionedMigration,
	traits::{Get, UncheckedOnRuntimeUpgrade},
	weights::Weight,
};
use tp_sortition::Role;
use tp_stake::EpochClock;

/// Version 1 held the tickets of the highest stakes in one value, and the nodes with seats in another.
pub(crate) mod v1 {
	use super::*;
	use alloc::vec::Vec;
	use frame_support::{storage_alias, Twox64Concat};

	/// Its values are removed and not read.
	#[storage_alias]
	pub type Tickets<T: Config> = StorageMap<Pallet<T>, Twox64Concat, Role, Vec<u8>>;
	/// Its values are removed and not read.
	#[storage_alias]
	pub type Seated<T: Config> = StorageMap<Pallet<T>, Twox64Concat, Role, Vec<u8>>;
}

/// From version 1 to 2: tickets are dropped, which nodes submit again, and seats are noted by node.
pub type V1ToV2<T> = VersionedMigration<1, 2, SeatsByNode<T>, Pallet<T>, <T as frame_system::Config>::DbWeight>;

/// The migration of [`V1ToV2`] without the check of versions.
pub struct SeatsByNode<T>(PhantomData<T>);

impl<T: Config> UncheckedOnRuntimeUpgrade for SeatsByNode<T> {
	fn on_runtime_upgrade() -> Weight {
		let next = T::Clock::epoch().saturating_add(1);
		for role in Role::ALL.into_iter().filter(|role| role.is_drawn()) {
			v1::Tickets::<T>::remove(role);
			v1::Seated::<T>::remove(role);
			Pallet::<T>::count_open_seats(role, next);
		}
		let mut seats: u64 = 0;
		for chain in Pallet::<T>::ledgers().into_keys() {
			let committee = Committees::<T>::get(chain, next).unwrap_or_default();
			for node in committee.into_iter().take(length(MAX_SEATS)).filter_map(|seat| seat.node) {
				Seated::<T>::insert(role_of(chain), node, SeatOfNode { chain, until: next });
				seats = seats.saturating_add(1);
			}
		}
		let ledgers = u64::from(MAX_LEDGERS);
		T::DbWeight::get().reads_writes(ledgers.saturating_mul(5), seats.saturating_add(6))
	}
}
