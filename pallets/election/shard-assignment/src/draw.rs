//! The draw of one role: from tickets and stakes to seats.
//!
//! ```text
//! tickets ──may stand, has no seat──▶ eligible ──highest stakes──▶ candidates ──weighted sampling──▶ order ─┐
//! members ──rotation──▶ openings of all ledgers ──shuffle──────────────────────────────────────────────────┴─▶ seats
//! ```
//!
//! "Twice as many candidates as seats" counts all seats of the role, not the open seats of this draw. With one or two
//! open seats, the two or four richest nodes would replace each other forever.
//!
//! **Invariants**
//! - *Determinism.* All nodes compute the same committees. So every collection here is ordered by its content
//!   (`BTreeMap`, `BTreeSet`, sorts with a total order), and the order of tickets does not matter.
//! - *One seat a role.* A node has at most one seat of a role in an epoch. Members are not eligible, the candidates are
//!   distinct, and each is dealt once.
//! - *Distinct keys.* Two members of a committee never share a key, or one holder would have two votes.
//! - *Separation.* A node does not sit in a zone and in one of its shards, because the zone audits the shard.
//!
//! **Fragile**
//! - The draw of a role depends on the draws of earlier roles, in the order of [`Role::ALL`]: routers, then validators.
//! - Ledgers are visited in the order of their tags, the main chain first. `integrity_test` asserts both orders.
//! - Each shuffle has its own domain. Two shuffles with one domain would be correlated.

use crate::{
	rotation::{Opening, Rotation, Standing},
	types::{count, length, role_of, zone_of, CommitteesOfEpoch, HeldTicket},
	*,
};
use alloc::{
	collections::{BTreeMap, BTreeSet, VecDeque},
	vec::Vec,
};
use codec::Encode;
use core::{cmp::Reverse, marker::PhantomData};
use tp_core::{Balance, ChainTag};
use tp_pbft::{Epoch, Member, PbftId, Seed, VrfId};
use tp_sortition::{cap, comprehensive_stake, order, shuffle, Draw, Role};
use tp_stake::{ComputingPower, NodeKeys, Nodes, Seat};

/// Number of candidates for each seat.
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
struct Candidate<AccountId> {
	node: AccountId,
	keys: NodeKeys,
	draw: Draw,
	stake: u128,
}

/// One ledger in the draw.
struct Place<AccountId> {
	chain: ChainTag,
	rotation: Rotation<AccountId>,
	/// Vote keys of its members and newcomers. A newcomer with one of them would have two votes.
	///
	/// The keys of members that leave are included: they leave only if enough newcomers come, which is not known yet.
	vote_keys: BTreeSet<PbftId>,
	/// VRF keys of its members and newcomers.
	vrf_keys: BTreeSet<VrfId>,
	incoming: Vec<Seat<AccountId>>,
}

impl<T: Config> Round<T> {
	pub(crate) fn new(ended: Epoch, randomness: Seed, allow_both: bool) -> Self {
		Self { ended, drawn: ended.saturating_add(2), randomness, allow_both, _config: PhantomData }
	}

	/// Decides the committees of all ledgers of a role, records them, and adds them to `drawn`. It consumes the
	/// tickets.
	///
	/// `in_force` are the committees that vote from the next epoch on. `drawn` are the committees that earlier roles
	/// got in this round.
	pub(crate) fn draw(
		&self,
		role: Role,
		ledgers: &BTreeMap<ChainTag, LedgerParams>,
		in_force: &CommitteesOfEpoch<T::AccountId>,
		drawn: &mut CommitteesOfEpoch<T::AccountId>,
	) {
		let tickets = Tickets::<T>::take(role);
		let ledgers: Vec<_> = ledgers.iter().filter(|(chain, _)| role_of(**chain) == role).collect();
		let seats = ledgers.iter().fold(0u32, |all, (_, params)| all.saturating_add(params.seats));

		let members: BTreeSet<&T::AccountId> = in_force
			.iter()
			.filter(|(chain, _)| role_of(**chain) == role)
			.flat_map(|(_, seats)| seats.iter().filter_map(|seat| seat.node.as_ref()))
			.collect();
		let eligible: Vec<HeldTicket<T::AccountId>> = tickets
			.into_iter()
			// The check of `may_stand` repeats the one at submission: the node can have left or been punished since.
			.filter(|ticket| !members.contains(&ticket.node) && T::Nodes::may_stand(&ticket.node, role, self.ended))
			.collect();
		// The cap is relative to the assets of the whole field. Assets of removed nodes would raise it for the others.
		let staying = members.iter().copied().filter(|node| !T::Nodes::is_removed(node, self.ended));
		let field = staying.chain(eligible.iter().map(|ticket| &ticket.node));
		let stakes = self.stakes(role, field, seats);

		let mut sitting = BTreeSet::new();
		let places = ledgers.into_iter().map(|(chain, params)| {
			let members = in_force.get(chain).map(Vec::as_slice).unwrap_or_default();
			self.place(*chain, length(params.seats), members, &mut sitting)
		});
		let mut places: Vec<Place<T::AccountId>> = places.collect();
		let max = length(seats.saturating_mul(CANDIDATES_PER_SEAT));
		let candidates = self.candidates(eligible, &stakes, max);
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

	/// Returns the comprehensive stakes of the members and candidates of a role.
	fn stakes<'a>(
		&self,
		role: Role,
		nodes: impl Iterator<Item = &'a T::AccountId>,
		seats: u32,
	) -> BTreeMap<T::AccountId, u128> {
		let assets: BTreeMap<T::AccountId, Balance> =
			nodes.map(|node| (node.clone(), T::Nodes::assets(node))).collect();
		let cap = cap(assets.values().fold(0, |all, assets| all.saturating_add(*assets)), seats);
		let stake_of = |(node, assets): (T::AccountId, Balance)| {
			let reputation = T::Nodes::reputation(&node).ten_thousandths();
			let power = T::Power::power(&node, role, self.ended).ten_thousandths();
			(node, comprehensive_stake(assets, cap, reputation, power))
		};
		assets.into_iter().map(stake_of).collect()
	}

	/// Plans the rotation of one committee.
	///
	/// `sitting` are the members of the committees before it. Root can name a node for the main chain that has a seat
	/// in a zone. The main chain comes first, so the node keeps that seat and should leave the zone.
	fn place(
		&self,
		chain: ChainTag,
		target: usize,
		members: &[Seat<T::AccountId>],
		sitting: &mut BTreeSet<T::AccountId>,
	) -> Place<T::AccountId> {
		let mut standing = |seat: &Seat<T::AccountId>| match &seat.node {
			// A member named by root that is no registered node serves until a node is drawn for the seat.
			None => Standing::Leaves,
			Some(node) if T::Nodes::is_removed(node, self.ended) => Standing::Removed,
			Some(node) if !sitting.insert(node.clone()) || T::Nodes::is_leaving(node) => Standing::Leaves,
			Some(_) => Standing::Serves,
		};
		// Members that began together are tied. The randomness decides between them, not their index.
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

	/// Returns the candidates, which are the eligible nodes of the highest stakes, in the order of the draw.
	fn candidates(
		&self,
		eligible: Vec<HeldTicket<T::AccountId>>,
		stakes: &BTreeMap<T::AccountId, u128>,
		max: usize,
	) -> VecDeque<Candidate<T::AccountId>> {
		let mut candidates: Vec<Candidate<T::AccountId>> = eligible
			.into_iter()
			.filter_map(|HeldTicket { node, draw, .. }| {
				// The seat gets the keys that are valid in its epoch. They can be newer than the ticket's keys. The
				// node then chose them before the randomness of that epoch was known, so it gained nothing by the
				// choice.
				let keys = T::Nodes::keys_at(&node, self.drawn)?;
				let stake = stakes.get(&node).copied().unwrap_or_default();
				Some(Candidate { node, keys, draw, stake })
			})
			.collect();
		// The order is total: draws decide between equal stakes, accounts between equal draws. So the cut is the same
		// on all nodes, and a candidate cannot move it by the time of its submission.
		candidates
			.sort_unstable_by(|a, b| (Reverse(a.stake), a.draw, &a.node).cmp(&(Reverse(b.stake), b.draw, &b.node)));
		candidates.truncate(max);
		// A candidate without stake is not in the order, so it is not drawn.
		let draws: Vec<_> = candidates.iter().map(|candidate| (candidate.draw, candidate.stake)).collect();
		let mut candidates: Vec<_> = candidates.into_iter().map(Some).collect();
		order(&draws).into_iter().filter_map(|at| candidates.get_mut(at).and_then(Option::take)).collect()
	}

	/// Returns the nodes that must not be drawn for a zone, or for its shards, because they sit on the other side.
	fn barred(
		&self,
		role: Role,
		in_force: &CommitteesOfEpoch<T::AccountId>,
		drawn: &CommitteesOfEpoch<T::AccountId>,
	) -> BTreeSet<(T::AccountId, u16)> {
		if self.allow_both {
			return BTreeSet::new();
		}
		// Routers are drawn first. At that time it is unknown which validators stay, so all present validators are
		// barred. Validators are drawn next and respect the routers of the same epoch. In the other order a node could
		// get both.
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

	/// Deals the openings to the candidates: vacant seats first, then seats of leavers, then seats in rotation.
	///
	/// Openings of one kind are shuffled over the committees. The first candidate that may take a seat gets it. A
	/// candidate that may not take it stays first in line for the next seat, so it keeps its rank in the draw.
	fn deal(
		&self,
		role: Role,
		places: &mut [Place<T::AccountId>],
		mut candidates: VecDeque<Candidate<T::AccountId>>,
		barred: &BTreeSet<(T::AccountId, u16)>,
	) {
		let openings = places.iter().enumerate();
		let mut openings: Vec<(Opening, usize)> = openings
			.flat_map(|(at, place)| place.rotation.openings().iter().map(move |opening| (*opening, at)))
			.collect();
		shuffle(&mut openings, &self.randomness, &("deal", role).encode());
		// The sort is stable, so the openings of a kind stay shuffled.
		openings.sort_by_key(|(opening, _)| *opening);
		for (_, at) in openings {
			let place = &mut places[at];
			let fits = |candidate: &Candidate<T::AccountId>| {
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

	/// Returns the drawn committee, and deposits the events of its changes.
	fn finish(&self, place: Place<T::AccountId>, stakes: &BTreeMap<T::AccountId, u128>) -> Vec<Seat<T::AccountId>> {
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

	/// Updates the weight of a staying member, and its keys if it has changed them.
	fn refresh(&self, seats: &mut [Seat<T::AccountId>], at: usize, stakes: &BTreeMap<T::AccountId, u128>) {
		let Some(node) = seats[at].node.clone() else { return };
		if let Some(stake) = stakes.get(&node) {
			seats[at].member.weight = weight_of(*stake);
		}
		let Some(NodeKeys { pbft: key, vrf }) = T::Nodes::keys_at(&node, self.drawn) else { return };
		let Member { key: old_key, vrf: old_vrf, .. } = &seats[at].member;
		if (old_key, old_vrf) == (&key, &vrf) {
			return;
		}
		// Root can have named a member with one of these keys. The old keys then stay, so that all keys are distinct.
		let is_taken =
			|(index, Seat { member, .. }): (usize, &Seat<_>)| index != at && (member.key == key || member.vrf == vrf);
		if !seats.iter().enumerate().any(is_taken) {
			seats[at].member.key = key;
			seats[at].member.vrf = vrf;
		}
	}
}

/// Returns a stake as a member's weight. The whole supply of TOP, in its smallest unit, is a thousandth of the range.
///
/// The weight is at least one: primaries are drawn by weight, and a committee of weight zero would have none.
fn weight_of(stake: u128) -> u64 {
	u64::try_from(stake).unwrap_or(u64::MAX).max(1)
}
