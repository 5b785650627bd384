//! Participation of members, reported by node to the pallets that rate and pay them.

use crate::*;
use alloc::{collections::BTreeSet, vec::Vec};
use frame_support::{ensure, pallet_prelude::*};
use tp_core::ChainTag;
use tp_pbft::{EpochActivity, Member};
use tp_stake::{EpochClock, Nodes, OnParticipation, Participation};

impl<T: Config> Pallet<T> {
	/// Takes the participation of another ledger's committee in an epoch: once for each epoch, in order.
	///
	/// **Fragile:** the pallet trusts the caller that the report is the ledger's own. The receivers rely on this
	/// function for the rule of one report an epoch. `pallet-rewards` would pay a second report again.
	pub fn note_participation(participation: &Participation<T::AccountId>) -> DispatchResult {
		let Participation { chain, epoch, members, .. } = participation;
		ensure!(*chain != ChainTag::Main, Error::<T>::CountedHere);
		ensure!(*epoch <= T::Clock::epoch(), Error::<T>::EpochNotOver);
		let seats = Committees::<T>::get(chain, epoch).ok_or(Error::<T>::UnknownCommittee)?;
		ensure!(Reported::<T>::get(chain).is_none_or(|last| last < *epoch), Error::<T>::AlreadyReported);
		let seated: BTreeSet<_> = seats.iter().filter_map(|seat| seat.node.as_ref()).collect();
		let reported: BTreeSet<_> = members.iter().map(|(node, _)| node).collect();
		ensure!(reported.len() == members.len() && reported.is_subset(&seated), Error::<T>::NotSeated);
		Reported::<T>::insert(chain, epoch);
		T::OnParticipation::on_participation(participation);
		Ok(())
	}

	/// Reports the participation of this ledger's own committee, and the end of the epoch.
	pub(crate) fn report_epoch_end(activity: &EpochActivity, members: &[Member]) {
		let epoch = activity.epoch;
		let seats = Committees::<T>::get(ChainTag::Main, epoch).unwrap_or_default();
		let node_of = |member: &Member| {
			let seat = seats.iter().find(|seat| seat.member.key == member.key);
			seat.map_or_else(|| T::Nodes::owner(&member.key), |seat| seat.node.clone())
		};
		let members: Vec<_> = members
			.iter()
			.zip(&activity.members)
			.filter_map(|(member, activity)| Some((node_of(member)?, *activity)))
			.collect();
		let participation = Participation { chain: ChainTag::Main, epoch, certified: activity.certified, members };
		T::OnParticipation::on_participation(&participation);
		T::OnParticipation::on_epoch_end(epoch);
	}
}
