//! The seats of one ledger in a deal.
//!
//! **Invariants**
//! - *One seat a role.* A node has at most one seat of a role in an epoch. Members are not candidates, the candidates are
//!   distinct, and each is dealt once.
//! - *Distinct keys.* Two members of a committee never share a key, or one holder would have two votes.
//! - *Separation.* A node does not sit in a zone and in one of its shards, because the zone audits the shard.

use crate::{
	rotation::{Rotation, Standing},
	types::{count, length, role_of, zone_of, Candidate, Deal, SeatOfNode},
	*,
};
use alloc::{collections::BTreeSet, vec::Vec};
use codec::Encode;
use core::marker::PhantomData;
use tp_core::ChainTag;
use tp_pbft::{Epoch, Member, PbftId, Seed, VrfId};
use tp_sortition::{shuffle, Role};
use tp_stake::{ComputingPower, NodeKeys, Nodes, Seat};

/// The deal as one ledger sees it.
pub(crate) struct Round<T> {
	/// The epoch that ended.
	ended: Epoch,
	/// The epoch whose committees are decided.
	drawn: Epoch,
	seed: Seed,
	role: Role,
	/// Whether a node may sit in a zone's committee and in one of that zone's shards.
	allow_both: bool,
	_config: PhantomData<T>,
}

impl<T: Config> Round<T> {
	pub(crate) fn new(deal: &Deal) -> Self {
		let Deal { ended, seed, role, unfilled: _, step: _ } = *deal;
		let allow_both = AllowBoth::<T>::get();
		Self { ended, drawn: ended.saturating_add(2), seed, role, allow_both, _config: PhantomData }
	}

	/// Returns the epoch whose committees are decided.
	pub(crate) fn drawn(&self) -> Epoch {
		self.drawn
	}

	/// Plans the rotation of a ledger's committee.
	pub(crate) fn rotation(&self, chain: ChainTag, target: usize) -> Rotation<T::AccountId> {
		let in_force = |chain| Committees::<T>::get(chain, self.drawn.saturating_sub(1)).unwrap_or_default();
		let members = in_force(chain).into_inner();
		// Root can name a node for the main chain that has a seat in a zone. It keeps the seat on the main chain and should
		// leave the zone.
		let of_main: BTreeSet<T::AccountId> = match chain {
			ChainTag::Zone(_) if Ledgers::<T>::contains_key(ChainTag::Main) => {
				in_force(ChainTag::Main).into_iter().filter_map(|seat| seat.node).collect()
			},
			_ => BTreeSet::new(),
		};
		let standing = |seat: &Seat<T::AccountId>| match &seat.node {
			// A member named by root that is no registered node serves until a node is drawn for the seat.
			None => Standing::Leaves,
			Some(node) if T::Nodes::is_removed(node, self.ended) => Standing::Removed,
			Some(node) if T::Nodes::is_absent(node, self.ended) => Standing::Absent,
			Some(node) if of_main.contains(node) || T::Nodes::is_leaving(node, self.ended) => Standing::Leaves,
			Some(_) => Standing::Serves,
		};
		// Members that began together are tied. The seed decides between them, not their index.
		let mut ties: Vec<usize> = (0..members.len()).collect();
		shuffle(&mut ties, &self.seed, &("rotation", chain).encode());
		let members = members.into_iter().map(|seat| {
			let standing = standing(&seat);
			(seat, standing)
		});
		Rotation::plan(members.collect(), target, ties)
	}

	/// Gives a ledger its newcomers, and records its committee. Removes the newcomers from `candidates`, and returns their
	/// number.
	///
	/// A candidate that may not take a seat here keeps its place for the next ledger.
	pub(crate) fn seat(
		&self,
		chain: ChainTag,
		rotation: Rotation<T::AccountId>,
		allotted: usize,
		candidates: &mut Vec<Candidate<T::AccountId>>,
	) -> u32 {
		let before: Vec<Seat<T::AccountId>> = rotation.in_force().to_vec();
		let wanted = rotation.openings().len();
		let incoming = self.newcomers(chain, &before, allotted.min(wanted), candidates);
		let found = incoming.len();
		let power = |node: T::AccountId| {
			let power = T::Power::power(&node, self.role, self.ended).ten_thousandths();
			(node, power)
		};
		let drawn_with: Vec<_> = incoming.iter().filter_map(|seat| seat.node.clone()).map(power).collect();
		let mut seats = rotation.finish(incoming);
		let stayed = seats.len().saturating_sub(found);
		for at in 0..stayed {
			self.refresh(chain, &mut seats, at);
		}
		let (epoch, outgoing) = (self.drawn, count(before.len().saturating_sub(stayed)));
		let (wanted, found) = (count(wanted), count(found));
		Pallet::<T>::deposit_event(Event::Drawn { chain, epoch, incoming: found, outgoing });
		if found < wanted {
			Pallet::<T>::deposit_event(Event::TooFewCandidates { chain, epoch, wanted, found });
		}
		// The notes of members that stay are kept: they have the power with which these were drawn.
		let stays: BTreeSet<&T::AccountId> = seats.iter().filter_map(|seat| seat.node.as_ref()).collect();
		for node in before.into_iter().filter_map(|seat| seat.node).filter(|node| !stays.contains(node)) {
			Pallet::<T>::unseat(chain, &node);
		}
		if !seats.is_empty() {
			Pallet::<T>::record(chain, epoch, &seats);
		}
		for (node, power) in drawn_with {
			Pallet::<T>::note_power(chain, &node, power);
		}
		found
	}

	/// Takes the first candidates that may sit on a ledger, at most `number`.
	///
	/// The keys of members that leave are taken as well: whether they leave depends on the number of newcomers.
	fn newcomers(
		&self,
		chain: ChainTag,
		members: &[Seat<T::AccountId>],
		number: usize,
		candidates: &mut Vec<Candidate<T::AccountId>>,
	) -> Vec<Seat<T::AccountId>> {
		let mut vote_keys: BTreeSet<PbftId> = members.iter().map(|seat| seat.member.key.clone()).collect();
		let mut vrf_keys: BTreeSet<VrfId> = members.iter().map(|seat| seat.member.vrf.clone()).collect();
		let mut nodes: BTreeSet<T::AccountId> = members.iter().filter_map(|seat| seat.node.clone()).collect();
		let mut incoming = Vec::new();
		candidates.retain(|Candidate { key, node }| {
			if incoming.len() >= number || nodes.contains(node) || self.is_barred(chain, node) {
				return true;
			}
			// The seat gets the keys that are valid in its epoch. They can be newer than the ticket's keys. The node then
			// chose them before the randomness of that epoch was known, so it gained nothing by the choice.
			let Some(NodeKeys { pbft, vrf }) = T::Nodes::keys_at(node, self.drawn) else { return true };
			if vote_keys.contains(&pbft) || vrf_keys.contains(&vrf) {
				return true;
			}
			vote_keys.insert(pbft.clone());
			vrf_keys.insert(vrf.clone());
			nodes.insert(node.clone());
			let member = Member { key: pbft, vrf, weight: weight_of(key.stake()) };
			incoming.push(Seat { node: Some(node.clone()), member, since: self.drawn });
			false
		});
		incoming
	}

	/// Whether a node must not be drawn for a zone, or for one of its shards, because it sits on the other side.
	///
	/// Routers are dealt first. At that time it is unknown which validators stay, so all present validators are barred.
	/// Validators respect the routers of the same epoch. In the other order a node could get both.
	fn is_barred(&self, chain: ChainTag, node: &T::AccountId) -> bool {
		let (other, epoch) = match self.role {
			Role::Router => (Role::Validator, self.drawn.saturating_sub(1)),
			_ => (Role::Router, self.drawn),
		};
		let sits = |zone| {
			Seated::<T>::get(other, node)
				.is_some_and(|SeatOfNode { chain, until, .. }| until >= epoch && zone_of(chain) == Some(zone))
		};
		!self.allow_both && zone_of(chain).is_some_and(sits)
	}

	/// Updates the weight of a staying member, and its keys if it has changed them.
	///
	/// Members are no candidates, and do not reveal. So the power of its draw counts for a member as long as it has the seat: it cannot
	/// hire power for one draw and keep it for the next, and to leave the seat for another draw it must prove its power again.
	fn refresh(&self, chain: ChainTag, seats: &mut [Seat<T::AccountId>], at: usize) {
		let Some(node) = seats[at].node.clone() else { return };
		let power = Pallet::<T>::power_of_member(chain, &node);
		seats[at].member.weight = weight_of(Pallet::<T>::stake_of(&node, self.role, self.ended, power));
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

impl<T: Config> Pallet<T> {
	/// Removes the note that a node has a seat on a ledger.
	pub(crate) fn unseat(chain: ChainTag, node: &T::AccountId) {
		Seated::<T>::mutate_exists(role_of(chain), node, |seat| {
			if seat.is_some_and(|seat| seat.chain == chain) {
				*seat = None;
			}
		});
	}

	/// Removes the notes of all seats of a recorded committee.
	pub(crate) fn unseat_all(chain: ChainTag, epoch: Epoch) {
		let seats = Committees::<T>::get(chain, epoch).unwrap_or_default();
		for node in seats.into_iter().take(length(tp_pbft::MAX_MEMBERS)).filter_map(|seat| seat.node) {
			Self::unseat(chain, &node);
		}
	}
}

/// Returns a stake as a member's weight. The whole supply of TOP, in its smallest unit, is a thousandth of the range.
///
/// The weight is at least one: primaries are drawn by weight, and a committee of weight zero would have none.
fn weight_of(stake: u128) -> u64 {
	u64::try_from(stake).unwrap_or(u64::MAX).max(1)
}
