//! The end of an epoch: the decided committees come into force, and the deal of the epoch after begins.
//!
//! ```text
//! next_committee(e + 1) ──▶ committees of e + 1: recorded ones less removed nodes, or the ones that root named
//!                       ──▶ PendingDeal: the next blocks decide the committees of e + 2
//!                       ──▶ header: hashes of the committees of e + 1
//!                       ──▶ removal of old records
//! ```
//!
//! **Invariants**
//! - The members of the main chain that `pallet-committee` passes in are right. If the record differs, the record
//!   changes.
//! - A committee never becomes empty by removals: a ledger without members could not recover.
//! - Only nodes that contradicted themselves lose a decided seat before it comes into force. Absent nodes keep it until a
//!   newcomer takes it: others can cut them off.

use crate::{types::CommitteesOfEpoch, *};
use alloc::{collections::BTreeSet, vec::Vec};
use frame_support::weights::Weight;
use tp_core::ChainTag;
use tp_pbft::{Epoch, EpochActivity, Member, NodeAddresses, PbftId, MAX_MEMBERS};
use tp_stake::{seats_hash, AssignmentLog, Election, EpochClock, Nodes, OnParticipation, Seat};

impl<T: Config> Election for Pallet<T> {
	/// Decides the committee of this ledger for `epoch`, and starts the deal of the seats of the epoch after it.
	///
	/// **Fragile:** it must be called while the clock is still in the ending epoch, after the seed has advanced to the next
	/// height: that seed deals the seats.
	fn next_committee(epoch: Epoch, present: &[Member], named: Option<Vec<Member>>) -> Vec<Member> {
		// Only an epoch of a few blocks leaves a deal pending: the committees of `epoch` must be recorded now.
		Self::finish_deal();
		let ledgers = Self::ledgers();
		let ended = epoch.saturating_sub(1);
		let mut in_force = CommitteesOfEpoch::<T::AccountId>::new();
		for chain in ledgers.keys().copied() {
			let seats = match chain {
				ChainTag::Main => Self::main_seats(epoch, present, named.as_deref()),
				_ => Self::decided_seats(chain, epoch),
			};
			if !seats.is_empty() {
				in_force.insert(chain, seats);
			}
		}
		let members = in_force
			.get(&ChainTag::Main)
			.map(|seats| seats.iter().map(|seat| seat.member.clone()).collect())
			.unwrap_or_else(|| <() as Election>::next_committee(epoch, present, named));

		InForce::<T>::put(epoch);
		Self::start_deal(ended, T::Clock::seed());
		Self::announce(epoch, &in_force);
		Self::prune(epoch);
		members
	}

	fn weight() -> Weight {
		// Root can name a main committee that is larger than its number of seats.
		let seats = Self::all_seats().saturating_add(MAX_MEMBERS);
		T::WeightInfo::next_committees(seats, Ledgers::<T>::count().saturating_add(Retired::<T>::count()))
	}

	fn epoch_ended(activity: &EpochActivity, members: &[Member]) {
		Self::report_epoch_end(activity, members);
	}

	fn epoch_ended_weight() -> Weight {
		T::WeightInfo::epoch_ended(MAX_MEMBERS).saturating_add(T::OnParticipation::weight(MAX_MEMBERS))
	}

	fn drawn(epoch: Epoch) -> Option<Vec<Member>> {
		let seats = Committees::<T>::get(ChainTag::Main, epoch)?;
		Some(seats.into_iter().map(|seat| seat.member).collect())
	}

	fn addresses(key: &PbftId) -> Option<NodeAddresses> {
		T::Nodes::addresses(&T::Nodes::owner(key)?)
	}
}

impl<T: Config> Pallet<T> {
	/// Returns the committee of another ledger in the coming epoch: the drawn members without the nodes removed since.
	fn decided_seats(chain: ChainTag, epoch: Epoch) -> Vec<Seat<T::AccountId>> {
		let Some(seats) = Committees::<T>::get(chain, epoch) else { return Vec::new() };
		Self::without_removed(chain, epoch, seats.into_inner())
	}

	/// Returns the committee of this ledger in the coming epoch.
	///
	/// `present` and `named` take precedence over the record, which is replaced where it differs. It differs if the
	/// genesis of this pallet names no committee, or if the main chain was registered later.
	fn main_seats(epoch: Epoch, present: &[Member], named: Option<&[Member]>) -> Vec<Seat<T::AccountId>> {
		let chain = ChainTag::Main;
		let ended = epoch.saturating_sub(1);
		let mut sitting = Committees::<T>::get(chain, ended).map(Seats::into_inner).unwrap_or_default();
		let mut decided = Committees::<T>::get(chain, epoch).map(Seats::into_inner);
		if !sitting.iter().map(|seat| &seat.member).eq(present) {
			log::info!(
				target: LOG_TARGET,
				"the committee of epoch {ended} differs from the record, which is replaced",
			);
			sitting = Self::seats_of(present, ended, &sitting);
			// It was drawn from members that did not serve.
			decided = None;
			Self::unseat_all(chain, epoch);
			Self::record(chain, ended, &sitting);
		}
		if let Some(named) = named {
			let seats = Self::seats_of(named, epoch, &sitting);
			Self::unseat_all(chain, epoch);
			Self::record(chain, epoch, &seats);
			return seats;
		}
		let decided = decided.unwrap_or_else(|| {
			Self::record(chain, epoch, &sitting);
			sitting
		});
		Self::without_removed(chain, epoch, decided)
	}

	/// Returns the seats of members that this pallet did not draw. Members that sat before continue their stay.
	fn seats_of(members: &[Member], since: Epoch, before: &[Seat<T::AccountId>]) -> Vec<Seat<T::AccountId>> {
		let mut nodes = BTreeSet::new();
		let seat_of = |member: &Member| {
			let before = before.iter().find(|seat| seat.member.key == member.key);
			let node = T::Nodes::owner(&member.key).or_else(|| before.and_then(|seat| seat.node.clone()));
			Seat {
				// Two keys can belong to one node. It gets one seat, the other member counts as unregistered.
				node: node.filter(|node| nodes.insert(node.clone())),
				member: member.clone(),
				since: before.map_or(since, |seat| seat.since),
			}
		};
		members.iter().map(seat_of).collect()
	}

	/// Removes the nodes that were removed since the draw, unless no member would be left.
	///
	/// It writes the record without `record`, because the remaining seats are already noted at their nodes.
	fn without_removed(chain: ChainTag, epoch: Epoch, seats: Vec<Seat<T::AccountId>>) -> Vec<Seat<T::AccountId>> {
		let ended = epoch.saturating_sub(1);
		let is_removed =
			|seat: &Seat<T::AccountId>| seat.node.as_ref().is_some_and(|node| T::Nodes::is_removed(node, ended));
		let (removed, left): (Vec<_>, Vec<_>) = seats.iter().cloned().partition(is_removed);
		if removed.is_empty() || left.is_empty() {
			return seats;
		}
		for node in removed.into_iter().filter_map(|seat| seat.node) {
			Self::unseat(chain, &node);
			Self::deposit_event(Event::SeatLost { chain, epoch, node });
		}
		Committees::<T>::insert(chain, epoch, Seats::truncate_from(left.clone()));
		left
	}

	/// Writes the hashes of the committees that come into force into the header, for clients that know headers alone.
	fn announce(epoch: Epoch, in_force: &CommitteesOfEpoch<T::AccountId>) {
		let committees: Vec<_> = in_force
			.iter()
			.filter(|(chain, _)| **chain != ChainTag::Main)
			.map(|(chain, seats)| (*chain, seats_hash(seats)))
			.collect();
		if !committees.is_empty() {
			let log = AssignmentLog::NextCommittees { epoch, committees };
			frame_system::Pallet::<T>::deposit_log(log.to_item());
		}
	}
}
