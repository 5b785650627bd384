//! The committees of the ledger itself, as it learns them from the main chain.
//!
//! ```text
//! announce_own(e + 1) ──▶ own(e + 1) ──▶ the last block of e names it ──▶ begin_own(e + 1)
//! ```
//!
//! A ledger goes from one epoch to the next, and skips none: its neighbours follow its epochs one by one. If an announcement is late, the
//! present committee goes on. If several have come, each of these committees decides a few blocks.

use crate::{
	beacon::{check_size, Beacon},
	bounds::MAX_HANDOVER,
	error::BeaconError,
	source::Store,
};
use alloc::vec::Vec;
use tp_core::ChainTag;
use tp_pbft::{Epoch, Member};

impl<S: Store> Beacon<'_, S> {
	/// Takes a later committee of the ledger `own` itself, which is in the epoch `present`. The caller has proved the announcement below
	/// a held header.
	pub fn announce_own(
		&mut self,
		own: ChainTag,
		present: Epoch,
		epoch: Epoch,
		members: Vec<Member>,
	) -> Result<(), BeaconError> {
		let (first, last) = (present.saturating_add(1), present.saturating_add(MAX_HANDOVER as Epoch));
		if !(first..=last).contains(&epoch) {
			return Err(BeaconError::OutOfReach { first, last, found: epoch });
		}
		check_size(&members)?;
		self.store.set_members(own, epoch, Some(members));
		Ok(())
	}

	/// Returns a later committee of the ledger itself, if it is announced.
	pub fn own(&self, own: ChainTag, epoch: Epoch) -> Option<Vec<Member>> {
		self.store.members(own, epoch)
	}

	/// Begins an epoch of the ledger itself: the caller keeps the committee from now on.
	pub fn begin_own(&mut self, own: ChainTag, epoch: Epoch) {
		self.store.set_members(own, epoch, None);
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::MemoryStore;
	use sp_core::Pair;

	const OWN: ChainTag = ChainTag::Zone(0);

	fn members(first: u8) -> Vec<Member> {
		let member = |seed: u8| Member {
			key: tp_pbft::PbftPair::from_seed(&[seed; 32]).public(),
			vrf: sp_core::sr25519::Pair::from_seed(&[seed; 32]).public().into(),
			weight: 1,
		};
		(first..first + 4).map(member).collect()
	}

	#[test]
	fn the_own_committees_are_those_of_later_epochs_in_reach() {
		let mut store = MemoryStore::default();
		let mut beacon = Beacon::new(&mut store);
		assert_eq!(beacon.own(OWN, 6), None);
		let last = 5 + MAX_HANDOVER as Epoch;
		for found in [4, 5, last + 1] {
			let refused = BeaconError::OutOfReach { first: 6, last, found };
			assert_eq!(beacon.announce_own(OWN, 5, found, members(1)), Err(refused));
		}
		assert_eq!(beacon.announce_own(OWN, 5, 6, Vec::new()), Err(BeaconError::BadCommittee(0)));
		beacon.announce_own(OWN, 5, 6, members(1)).unwrap();
		beacon.announce_own(OWN, 5, last, members(9)).unwrap();
		assert_eq!(beacon.own(OWN, 6), Some(members(1)));
		assert_eq!(beacon.own(OWN, last), Some(members(9)));
		beacon.begin_own(OWN, 6);
		assert_eq!(beacon.own(OWN, 6), None, "the caller keeps it");
		assert_eq!(beacon.source(OWN), Err(BeaconError::UnknownSource(OWN)), "a ledger is not its own neighbour");
		beacon.begin_own(OWN, last);
		assert_eq!(store, MemoryStore::default());
	}
}
