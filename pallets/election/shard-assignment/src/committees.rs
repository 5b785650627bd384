//! Who sits where, as others ask.

use crate::*;
use alloc::vec::Vec;
use sp_core::H256;
use tp_core::{AccountId, ChainTag};
use tp_pbft::Epoch;
use tp_stake::{Assignment, EpochClock, Seat};

impl<T: Config> Pallet<T> {
	/// The committees that a node sits in, in the present epoch and in the next, which is decided. For
	/// `StakeApi::assignments`: it looks through all ledgers.
	pub fn assignments(node: &AccountId) -> Vec<Assignment> {
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

impl<T: Config> tp_stake::Committees for Pallet<T> {
	fn committee(chain: ChainTag, epoch: Epoch) -> Option<Vec<Seat>> {
		Committees::<T>::get(chain, epoch).map(Seats::into_inner)
	}

	fn genesis_hash(chain: ChainTag) -> Option<H256> {
		Self::genesis_of(chain)
	}
}
