//! The record of committees: writes to it, and the queries of other pallets and clients.

use crate::{
	types::{role_of, SeatOfNode},
	*,
};
use alloc::vec::Vec;
use sp_core::H256;
use tp_core::ChainTag;
use tp_pbft::Epoch;
use tp_stake::{Assignment, EpochClock, Nodes, Seat};

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
					*seat = Some(SeatOfNode { chain, until: epoch });
				}
			});
		}
		// The truncation never cuts: draws fill at most `MAX_MEMBERS` seats, and a committee named by root is checked.
		Committees::<T>::insert(chain, epoch, Seats::truncate_from(seats.to_vec()));
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

impl<T: Config> tp_stake::Committees<T::AccountId> for Pallet<T> {
	fn committee(chain: ChainTag, epoch: Epoch) -> Option<Vec<Seat<T::AccountId>>> {
		Committees::<T>::get(chain, epoch).map(Seats::into_inner)
	}

	fn genesis_hash(chain: ChainTag) -> Option<H256> {
		Self::genesis_of(chain)
	}
}
