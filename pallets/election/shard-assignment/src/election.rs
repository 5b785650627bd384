//! The end of an epoch: what was decided comes into force, and what follows it is decided.

use crate::{
	draw::Round,
	types::{count, role_of},
	*,
};
use alloc::{
	collections::{BTreeMap, BTreeSet},
	vec::Vec,
};
use frame_support::weights::Weight;
use tp_core::{AccountId, ChainTag};
use tp_pbft::{Epoch, EpochActivity, Member, MAX_MEMBERS};
use tp_sortition::Role;
use tp_stake::{seats_hash, AssignmentLog, Election, EpochClock, Nodes, OnParticipation, Seat};

/// The committees of one epoch.
pub(crate) type CommitteesOfEpoch = BTreeMap<ChainTag, Vec<Seat>>;

impl<T: Config> Election for Pallet<T> {
	/// Must be called while the clock still stands at the epoch that ends.
	fn next_committee(epoch: Epoch, present: &[Member], named: Option<Vec<Member>>) -> Vec<Member> {
		let ledgers = Self::ledgers();
		let ended = epoch.saturating_sub(1);
		let mut in_force = CommitteesOfEpoch::new();
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

		let round = Round::<T>::new(ended, T::Clock::randomness(), AllowBoth::<T>::get());
		let mut drawn = CommitteesOfEpoch::new();
		for role in Role::ALL.into_iter().filter(|role| role.is_drawn()) {
			round.draw(role, &ledgers, &in_force, &mut drawn);
			let seated = drawn.iter().filter(|(chain, _)| role_of(**chain) == role).flat_map(|(_, seats)| seats);
			let nodes: BTreeSet<AccountId> = seated.filter_map(|seat| seat.node.clone()).collect();
			Seated::<T>::insert(role, SeatedNodes::truncate_from(nodes.into_iter().collect()));
		}
		Self::announce(epoch, &in_force);
		Self::prune(epoch);
		members
	}

	fn weight() -> Weight {
		let roles = Role::ALL.into_iter().filter(|role| RoleSeats::<T>::get(role) > 0).count();
		let tickets = MAX_TICKETS.saturating_mul(count(roles));
		// Root can name a main committee that is larger than its seats.
		let seats = Self::all_seats().saturating_add(MAX_MEMBERS);
		T::WeightInfo::draw(tickets, seats, Ledgers::<T>::count().saturating_add(Retired::<T>::count()))
	}

	fn epoch_ended(activity: &EpochActivity, members: &[Member]) {
		Self::tell_epoch_ended(activity, members);
	}

	fn epoch_ended_weight() -> Weight {
		T::WeightInfo::epoch_ended(MAX_MEMBERS).saturating_add(T::OnParticipation::weight(MAX_MEMBERS))
	}
}

impl<T: Config> Pallet<T> {
	/// Who sits in another ledger's committee in an epoch that comes: those who were drawn, without those who were removed
	/// since.
	fn decided_seats(chain: ChainTag, epoch: Epoch) -> Vec<Seat> {
		let Some(seats) = Committees::<T>::get(chain, epoch) else { return Vec::new() };
		Self::without_removed(chain, epoch, seats.into_inner())
	}

	/// Who sits in this ledger's own committee in the epoch that comes.
	///
	/// `present` and `named` have the last word: where the records say something else, they are made anew.
	fn main_seats(epoch: Epoch, present: &[Member], named: Option<&[Member]>) -> Vec<Seat> {
		let chain = ChainTag::Main;
		let ended = epoch.saturating_sub(1);
		let mut sitting = Committees::<T>::get(chain, ended).map(Seats::into_inner).unwrap_or_default();
		let mut decided = Committees::<T>::get(chain, epoch).map(Seats::into_inner);
		if !sitting.iter().map(|seat| &seat.member).eq(present) {
			log::info!(target: LOG_TARGET, "the committee of epoch {ended} is not the recorded one: recorded anew");
			sitting = Self::seats_of(present, ended, &sitting);
			decided = None;
			Self::record(chain, ended, &sitting);
		}
		if let Some(named) = named {
			let seats = Self::seats_of(named, epoch, &sitting);
			Self::record(chain, epoch, &seats);
			return seats;
		}
		let decided = decided.unwrap_or_else(|| {
			Self::record(chain, epoch, &sitting);
			sitting
		});
		Self::without_removed(chain, epoch, decided)
	}

	/// The seats of members whom this pallet did not draw. Who of them sat before goes on with the stay that it began.
	fn seats_of(members: &[Member], since: Epoch, before: &[Seat]) -> Vec<Seat> {
		let mut nodes = BTreeSet::new();
		let seat_of = |member: &Member| {
			let before = before.iter().find(|seat| seat.member.key == member.key);
			let node = T::Nodes::owner(&member.key).or_else(|| before.and_then(|seat| seat.node.clone()));
			Seat {
				// A node can have had two keys. It has one seat.
				node: node.filter(|node| nodes.insert(node.clone())),
				member: member.clone(),
				since: before.map_or(since, |seat| seat.since),
			}
		};
		members.iter().map(seat_of).collect()
	}

	/// Drops the nodes that were removed since they were drawn, unless nobody would be left.
	fn without_removed(chain: ChainTag, epoch: Epoch, seats: Vec<Seat>) -> Vec<Seat> {
		let ended = epoch.saturating_sub(1);
		let is_removed = |seat: &Seat| seat.node.as_ref().is_some_and(|node| T::Nodes::is_removed(node, ended));
		let (removed, left): (Vec<Seat>, Vec<Seat>) = seats.iter().cloned().partition(is_removed);
		if removed.is_empty() || left.is_empty() {
			return seats;
		}
		for node in removed.into_iter().filter_map(|seat| seat.node) {
			Self::deposit_event(Event::SeatLost { chain, epoch, node });
		}
		Committees::<T>::insert(chain, epoch, Seats::truncate_from(left.clone()));
		left
	}

	/// Records who sits in a committee, and that they can be punished for it.
	pub(crate) fn record(chain: ChainTag, epoch: Epoch, seats: &[Seat]) {
		for node in seats.iter().filter_map(|seat| seat.node.as_ref()) {
			T::Nodes::note_seat(node, epoch);
		}
		// Nobody seats more: draws fill at most `MAX_MEMBERS` seats, and a committee that root named has been checked.
		Committees::<T>::insert(chain, epoch, Seats::truncate_from(seats.to_vec()));
	}

	/// Names a committee: for whoever measures pallets that need one.
	#[cfg(feature = "runtime-benchmarks")]
	pub fn set_committee(chain: ChainTag, epoch: Epoch, seats: &[Seat]) {
		Self::record(chain, epoch, seats);
	}

	/// Writes the hashes of the committees that come into force into the header, for whoever knows only headers.
	fn announce(epoch: Epoch, in_force: &CommitteesOfEpoch) {
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
