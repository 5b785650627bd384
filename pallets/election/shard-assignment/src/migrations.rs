//! Migrations of the storage, for `SingleBlockMigrations` of a runtime.

use crate::{
	types::{length, SeatOfNode, MAX_SEATS},
	*,
};
use alloc::vec::Vec;
use core::marker::PhantomData;
use frame_support::{
	migrations::VersionedMigration,
	traits::{Get, UncheckedOnRuntimeUpgrade},
	weights::Weight,
};
use tp_sortition::Role;
use tp_stake::{ComputingPower, EpochClock};

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

/// Version 2 did not note the power with which a node was drawn.
pub(crate) mod v2 {
	use super::*;
	use codec::{Decode, Encode};
	use frame_support::{storage_alias, Blake2_128Concat, Twox64Concat};
	use tp_core::ChainTag;
	use tp_pbft::Epoch;

	/// The seat of a node.
	#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
	pub struct Seat {
		/// The ledger.
		pub chain: ChainTag,
		/// The last epoch for which the node is known to have the seat.
		pub until: Epoch,
	}

	/// The seats of nodes by role.
	#[storage_alias]
	pub type Seated<T: Config> =
		StorageDoubleMap<Pallet<T>, Twox64Concat, Role, Blake2_128Concat, <T as frame_system::Config>::AccountId, Seat>;
}

/// From version 2 to 3: a member has the power that it proved in the epoch before. It reveals none before it is a candidate again.
pub type V2ToV3<T> = VersionedMigration<2, 3, PowerOfSeats<T>, Pallet<T>, <T as frame_system::Config>::DbWeight>;

/// The migration of [`V2ToV3`] without the check of versions.
pub struct PowerOfSeats<T>(PhantomData<T>);

impl<T: Config> UncheckedOnRuntimeUpgrade for PowerOfSeats<T> {
	fn on_runtime_upgrade() -> Weight {
		// Seats whose epoch is past have no effect, and stay until the node is seated again: their number is that of nodes.
		let seats: Vec<_> = v2::Seated::<T>::iter().collect();
		let ended = T::Clock::epoch().saturating_sub(1);
		let count = u64::try_from(seats.len()).unwrap_or(u64::MAX);
		for (role, node, v2::Seat { chain, until }) in seats {
			let power = T::Power::power(&node, role, ended).ten_thousandths();
			Seated::<T>::insert(role, node, SeatOfNode { chain, until, power });
		}
		T::DbWeight::get().reads_writes(count.saturating_mul(3), count)
	}
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
				v2::Seated::<T>::insert(role_of(chain), node, v2::Seat { chain, until: next });
				seats = seats.saturating_add(1);
			}
		}
		let ledgers = u64::from(MAX_LEDGERS);
		T::DbWeight::get().reads_writes(ledgers.saturating_mul(5), seats.saturating_add(6))
	}
}
