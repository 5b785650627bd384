//! The record of committees: writes to it, and the queries of other pallets and clients.

use crate::{
	types::{role_of, SeatOfNode},
	*,
};
use alloc::vec::Vec;
use sp_core::H256;
use tp_core::ChainTag;
use tp_pbft::{Epoch, Member};
use tp_stake::{Assignment, EpochClock, Nodes, Power, Seat};

/// The power of a member that no draw gave its seat, in ten thousandths.
const NO_POWER: u16 = Power::MIN.ten_thousandths();

impl<T: Config> Pallet<T> {
	/// Records a committee, and notes each seat at its node.
	///
	/// The note makes the node's deposit stay locked for this epoch. **Invariant:** a node never has a recorded seat
	/// without the note, or it could withdraw its deposit before evidence against it is too old. So every write of a
	/// committee that adds members goes through here.
	pub(crate) fn record(chain: ChainTag, epoch: Epoch, seats: &[Seat<T::AccountId>]) {
		for node in seats.iter().filter_map(|seat| seat.node.as_ref()) {
			T::Nodes::note_seat(node, epoch);
			Seated::<T>::mutate(role_of(chain), node, |seat| {
				if seat.is_none_or(|seat| seat.until <= epoch) {
					let power = seat.filter(|seat| seat.chain == chain).map_or(NO_POWER, |seat| seat.power);
					*seat = Some(SeatOfNode { chain, until: epoch, power });
				}
			});
		}
		// The truncation never cuts: draws fill at most `MAX_MEMBERS` seats, and a committee named by root is checked.
		Committees::<T>::insert(chain, epoch, Seats::truncate_from(seats.to_vec()));
	}

	/// Notes the power with which a node was drawn for a recorded seat.
	pub(crate) fn note_power(chain: ChainTag, node: &T::AccountId, power: u16) {
		Seated::<T>::mutate(role_of(chain), node, |seat| {
			if let Some(seat) = seat {
				seat.power = power;
			}
		});
	}

	/// Returns the power that counts for a member: what it proved for the draw that gave it the seat.
	pub(crate) fn power_of_member(chain: ChainTag, node: &T::AccountId) -> u16 {
		let seat = Seated::<T>::get(role_of(chain), node).filter(|seat| seat.chain == chain);
		seat.map_or(NO_POWER, |seat| seat.power)
	}

	/// Sets a committee, for benchmarks of pallets that need one.
	#[cfg(feature = "runtime-benchmarks")]
	pub fn set_committee(chain: ChainTag, epoch: Epoch, seats: &[Seat<T::AccountId>]) {
		Self::record(chain, epoch, seats);
	}

	/// Returns the committees in which a node has a seat, in the present epoch and in the next, which is decided.
	///
	/// It searches all ledgers. It is meant for `StakeApi::assignments`, not for calls.
	pub fn assignments(node: &T::AccountId) -> Vec<Assignment> {
		let present = T::Clock::epoch();
		let epochs = [present, present.saturating_add(1)];
		Self::ledgers()
			.into_keys()
			.flat_map(|chain| epochs.map(|epoch| Assignment { chain, epoch }))
			.filter(|Assignment { chain, epoch }| {
				Committees::<T>::get(chain, epoch)
					.is_some_and(|seats| seats.iter().any(|seat| seat.node.as_ref() == Some(node)))
			})
			.collect()
	}
}

impl<T: Config> tp_stake::DrawnCommittees for Pallet<T> {
	fn in_force(chain: ChainTag, epoch: Epoch) -> Option<Vec<Member>> {
		let seats = Committees::<T>::get(chain, epoch).filter(|_| epoch <= InForce::<T>::get())?;
		Some(seats.into_iter().map(|seat| seat.member).collect())
	}
}

impl<T: Config> tp_stake::Committees<T::AccountId> for Pallet<T> {
	fn committee(chain: ChainTag, epoch: Epoch) -> Option<Vec<Seat<T::AccountId>>> {
		Committees::<T>::get(chain, epoch).map(Seats::into_inner)
	}

	fn genesis_hash(chain: ChainTag) -> Option<H256> {
		Self::genesis_of(chain)
	}
}
