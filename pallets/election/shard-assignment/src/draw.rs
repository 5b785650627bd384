//! The draw of one role: from tickets and stakes to seats.
//!
//! ```text
//! tickets ──may stand, has no seat──▶ eligible ──highest stakes──▶ candidates ──weighted sampling──▶ order ─┐
//! members ──rotation──▶ openings of all ledgers ──shuffle──────────────────────────────────────────────────┴─▶ seats
//! ```
//!
//! "Twice as many candidates as there are seats to fill" means all seats of the role, not those that are open at this
//! draw: with a seat or two open, the two or four richest nodes would follow each other for ever.

use crate::{
	election::CommitteesOfEpoch,
	rotation::{Opening, Rotation, Standing},
	types::{count, length, role_of, zone_of, HeldTicket},
	*,
};
use alloc::{
	collections::{BTreeMap, BTreeSet, VecDeque},
	vec::Vec,
};
use codec::Encode;
use core::{cmp::Reverse, marker::PhantomData};
use tp_core::{AccountId, Balance, ChainTag};
use tp_pbft::{Epoch, Member, PbftId, Seed, VrfId};
use tp_sortition::{cap, comprehensive_stake, order, shuffle, Draw, Role};
use tp_stake::{ComputingPower, NodeKeys, Nodes, Seat};

/// Of how many candidates a seat's member is drawn.
const CANDIDATES_PER_SEAT: u32 = 2;

/// The draw at the end of an epoch.
pub(crate) struct Round<T> {
	/// The epoch that ends.
	ended: Epoch,
	/// The epoch whose committees are drawn.
	drawn: Epoch,
	randomness: Seed,
	/// Whether a node may sit in a zone's committee and in one of that zone's shards.
	allow_both: bool,
	_config: PhantomData<T>,
}

/// A node that may be drawn.
struct Candidate {
	node: AccountId,
	keys: NodeKeys,
	draw: Draw,
	stake: u128,
}

/// One ledger in the draw.
struct Place {
	chain: ChainTag,
	rotation: Rotation,
	/// Keys that members of it have: a newcomer with one of them would have two votes.
	vote_keys: BTreeSet<PbftId>,
	vrf_keys: BTreeSet<VrfId>,
	incoming: Vec<Seat>,
}

impl<T: Config> Round<T> {
	pub(crate) fn new(ended: Epoch, randomness: Seed, allow_both: bool) -> Self {
		Self { ended, drawn: ended.saturating_add(2), randomness, allow_both, _config: PhantomData }
	}

	/// Decides the committees of all ledgers of a role, records them, and adds them to `drawn`. The tickets are used up.
	pub(crate) fn draw(
		&self,
		role: Role,
		ledgers: &BTreeMap<ChainTag, LedgerParams>,
		in_force: &CommitteesOfEpoch,
		drawn: &mut CommitteesOfEpoch,
	) {
		let tickets = Tickets::<T>::take(role);
		let ledgers: Vec<_> = ledgers.iter().filter(|(chain, _)| role_of(**chain) == role).collect();
		let seats = ledgers.iter().fold(0u32, |all, (_, params)| all.saturating_add(params.seats));

		let members: BTreeSet<&AccountId> = in_force
			.iter()
			.filter(|(chain, _)| role_of(**chain) == role)
			.flat_map(|(_, seats)| seats.iter().filter_map(|seat| seat.node.as_ref()))
			.collect();
		let eligible: Vec<HeldTicket> = tickets
			.into_iter()
			// Whether it may stand is asked again: much can have come up since the ticket was handed in.
			.filter(|ticket| !members.contains(&ticket.node) && T::Nodes::may_stand(&ticket.node, role, self.ended))
			.collect();
		let staying = members.iter().copied().filter(|node| !T::Nodes::is_removed(node, self.ended));
		let field = staying.chain(eligible.iter().map(|ticket| &ticket.node));
		let stakes = self.stakes(role, field, seats);

		let mut sitting = BTreeSet::new();
		let places = ledgers.into_iter().map(|(chain, params)| {
			let members = in_force.get(chain).map(Vec::as_slice).unwrap_or_default();
			self.place(*chain, length(params.seats), members, &mut sitting)
		});
		let mut places: Vec<Place> = places.collect();
		let most = length(seats.saturating_mul(CANDIDATES_PER_SEAT));
		let candidates = self.candidates(eligible, &stakes, most);
		self.deal(role, &mut places, candidates, &self.barred(role, in_force, drawn));

		for place in places {
			let chain = place.chain;
			let seats = self.finish(place, &stakes);
			if !seats.is_empty() {
				Pallet::<T>::record(chain, self.drawn, &seats);
				drawn.insert(chain, seats);
			}
		}
	}

	/// The comprehensive stakes of all who stand for a role or sit for it.
	fn stakes<'a>(
		&self,
		role: Role,
		nodes: impl Iterator<Item = &'a AccountId>,
		seats: u32,
	) -> BTreeMap<AccountId, u128> {
		let assets: BTreeMap<AccountId, Balance> = nodes.map(|node| (node.clone(), T::Nodes::assets(node))).collect();
		let cap = cap(assets.values().fold(0, |all, assets| all.saturating_add(*assets)), seats);
		let stake_of = |(node, assets): (AccountId, Balance)| {
			let reputation = T::Nodes::reputation(&node).ten_thousandths();
			let power = T::Power::power(&node, role, self.ended).ten_thousandths();
			(node, comprehensive_stake(assets, cap, reputation, power))
		};
		assets.into_iter().map(stake_of).collect()
	}

	/// Plans what becomes of one committee. `sitting` are the members of those before it: root may have named somebody for
	/// the main chain who has a seat elsewhere, and that one it should give up.
	fn place(&self, chain: ChainTag, target: usize, members: &[Seat], sitting: &mut BTreeSet<AccountId>) -> Place {
		let mut standing = |seat: &Seat| match &seat.node {
			// Named by root, and no registered node: until somebody is drawn for the seat.
			None => Standing::Leaves,
			Some(node) if T::Nodes::is_removed(node, self.ended) => Standing::Removed,
			Some(node) if !sitting.insert(node.clone()) || T::Nodes::is_leaving(node) => Standing::Leaves,
			Some(_) => Standing::Serves,
		};
		let mut ties: Vec<usize> = (0..members.len()).collect();
		shuffle(&mut ties, &self.randomness, &("rotation", chain).encode());
		Place {
			chain,
			vote_keys: members.iter().map(|seat| seat.member.key.clone()).collect(),
			vrf_keys: members.iter().map(|seat| seat.member.vrf.clone()).collect(),
			rotation: Rotation::plan(members.iter().map(|seat| (seat.clone(), standing(seat))).collect(), target, ties),
			incoming: Vec::new(),
		}
	}

	/// Those of the highest stakes, in the order in which they are drawn.
	fn candidates(
		&self,
		eligible: Vec<HeldTicket>,
		stakes: &BTreeMap<AccountId, u128>,
		most: usize,
	) -> VecDeque<Candidate> {
		let mut candidates: Vec<Candidate> = eligible
			.into_iter()
			.filter_map(|HeldTicket { node, draw, .. }| {
				// Not the ticket's keys if it has changed them in this epoch, before anybody could know that epoch's randomness.
				let keys = T::Nodes::keys_at(&node, self.drawn)?;
				let stake = stakes.get(&node).copied().unwrap_or_default();
				Some(Candidate { node, keys, draw, stake })
			})
			.collect();
		// Of equal stakes the tickets decide.
		candidates
			.sort_unstable_by(|a, b| (Reverse(a.stake), a.draw, &a.node).cmp(&(Reverse(b.stake), b.draw, &b.node)));
		candidates.truncate(most);
		let draws: Vec<_> = candidates.iter().map(|candidate| (candidate.draw, candidate.stake)).collect();
		let mut candidates: Vec<_> = candidates.into_iter().map(Some).collect();
		order(&draws).into_iter().filter_map(|at| candidates.get_mut(at).and_then(Option::take)).collect()
	}

	/// The zones whose committees, or shards, a node must not be drawn for, because it sits in the other of the two.
	fn barred(
		&self,
		role: Role,
		in_force: &CommitteesOfEpoch,
		drawn: &CommitteesOfEpoch,
	) -> BTreeSet<(AccountId, u16)> {
		if self.allow_both {
			return BTreeSet::new();
		}
		// Routers are drawn first. Which validators stay is not known then: all might.
		let others = match role {
			Role::Router => in_force,
			_ => drawn,
		};
		others
			.iter()
			.filter(|(chain, _)| role_of(**chain) != role)
			.filter_map(|(chain, seats)| Some((zone_of(*chain)?, seats)))
			.flat_map(|(zone, seats)| seats.iter().filter_map(move |seat| Some((seat.node.clone()?, zone))))
			.collect()
	}

	/// Deals the openings to the candidates: free seats first, then those of leavers, then those of the longest-serving;
	/// within each the committees are shuffled. Whoever must not take a seat takes the next that it may take.
	fn deal(
		&self,
		role: Role,
		places: &mut [Place],
		mut candidates: VecDeque<Candidate>,
		barred: &BTreeSet<(AccountId, u16)>,
	) {
		let openings = places.iter().enumerate();
		let mut openings: Vec<(Opening, usize)> = openings
			.flat_map(|(at, place)| place.rotation.openings().iter().map(move |opening| (*opening, at)))
			.collect();
		shuffle(&mut openings, &self.randomness, &("deal", role).encode());
		// Stable: the openings of a kind stay shuffled.
		openings.sort_by_key(|(opening, _)| *opening);
		for (_, at) in openings {
			let place = &mut places[at];
			let fits = |candidate: &Candidate| {
				let is_barred =
					zone_of(place.chain).is_some_and(|zone| barred.contains(&(candidate.node.clone(), zone)));
				!is_barred
					&& !place.vote_keys.contains(&candidate.keys.pbft)
					&& !place.vrf_keys.contains(&candidate.keys.vrf)
			};
			let Some(candidate) = candidates.iter().position(fits).and_then(|at| candidates.remove(at)) else {
				continue;
			};
			let Candidate { node, keys: NodeKeys { pbft: key, vrf }, stake, .. } = candidate;
			place.vote_keys.insert(key.clone());
			place.vrf_keys.insert(vrf.clone());
			let member = Member { key, vrf, weight: weight_of(stake) };
			place.incoming.push(Seat { node: Some(node), member, since: self.drawn });
		}
	}

	/// The committee that comes of it. Says what changed.
	fn finish(&self, place: Place, stakes: &BTreeMap<AccountId, u128>) -> Vec<Seat> {
		let Place { chain, rotation, incoming, .. } = place;
		let (epoch, before) = (self.drawn, rotation.in_force().len());
		let (wanted, found) = (count(rotation.openings().len()), count(incoming.len()));
		let mut seats = rotation.finish(incoming);
		let stayed = seats.len().saturating_sub(length(found));
		for at in 0..stayed {
			self.refresh(&mut seats, at, stakes);
		}
		let outgoing = count(before.saturating_sub(stayed));
		Pallet::<T>::deposit_event(Event::Drawn { chain, epoch, incoming: found, outgoing });
		if found < wanted {
			Pallet::<T>::deposit_event(Event::TooFewCandidates { chain, epoch, wanted, found });
		}
		seats
	}

	/// Gives a member who stays its present weight, and its new keys if it has changed them.
	fn refresh(&self, seats: &mut [Seat], at: usize, stakes: &BTreeMap<AccountId, u128>) {
		let Some(node) = seats[at].node.clone() else { return };
		if let Some(stake) = stakes.get(&node) {
			seats[at].member.weight = weight_of(*stake);
		}
		let Some(NodeKeys { pbft: key, vrf }) = T::Nodes::keys_at(&node, self.drawn) else { return };
		let Member { key: old_key, vrf: old_vrf, .. } = &seats[at].member;
		if (old_key, old_vrf) == (&key, &vrf) {
			return;
		}
		// Root can have named a member with one of them.
		let is_taken =
			|(index, Seat { member, .. }): (usize, &Seat)| index != at && (member.key == key || member.vrf == vrf);
		if !seats.iter().enumerate().any(is_taken) {
			seats[at].member.key = key;
			seats[at].member.vrf = vrf;
		}
	}
}

/// A stake as a member's weight: all TOP that there is, in its smallest unit, is a thousandth of what fits.
fn weight_of(stake: u128) -> u64 {
	u64::try_from(stake).unwrap_or(u64::MAX).max(1)
}
