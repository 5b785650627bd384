//! The deal: from candidates to seats, in steps over as many blocks as it takes.
//!
//! ```text
//! epoch e                      │ last block  │ first blocks of e + 1
//! tickets ─▶ smallest keys ─▶ closed ─▶ seed │ Weigh ─▶ Plan ─▶ Order ─▶ Seat, for routers and then for validators
//! ```
//!
//! - *Weigh* looks up each candidate again: whether it may still stand, and with which stake and power. Roles, leaving and
//!   stake are those at the close of tickets, or the owner of candidates could choose by the seed who of them is drawn.
//! - *Plan* counts the openings of each ledger.
//! - *Order* sorts the candidates by key, and allots the openings to as many of them. Vacant seats come first, which are the
//!   seats of new ledgers as well. The winners are shuffled.
//! - *Seat* gives each ledger its newcomers in that order, and records its committee.
//!
//! The seed of the shuffles became known long after the tickets closed. So a ticket that is kept back does not steer where
//! other nodes land.
//!
//! **Invariants**
//! - *Bounded blocks.* A block looks up at most [`SEATS_PER_BLOCK`] nodes and deals at most as many seats. Before the
//!   epoch's end a pending deal is finished in one block, which only epochs of a few blocks reach.
//! - *Determinism.* All nodes compute the same committees. So every collection here is ordered by its content, and the
//!   order of tickets does not matter.
//!
//! **Fragile**
//! - The deal of a role depends on the deals of earlier roles, in the order of [`Role::ALL`]: routers, then validators.
//! - Ledgers are visited in the order of their tags, the main chain first. `integrity_test` asserts both orders.
//! - Each shuffle has its own domain. Two shuffles with one domain would be correlated.

use crate::{
	rotation::Opening,
	seats::Round,
	types::{count, length, role_of, Candidate, Deal, Openings, Step},
	*,
};
use alloc::{collections::BTreeMap, vec::Vec};
use codec::Encode;
use core::{marker::PhantomData, ops::Bound};
use frame_support::{traits::Get, weights::Weight};
use tp_core::ChainTag;
use tp_pbft::{Epoch, Seed};
use tp_sortition::{shuffle, Role};
use tp_stake::{ComputingPower, EpochClock, Nodes};

/// Whether the seats of a draw are being dealt, as a value to plug into `pallet-comprehensive-stake`.
pub struct IsDealing<T>(PhantomData<T>);

impl<T: Config> Get<bool> for IsDealing<T> {
	fn get() -> bool {
		PendingDeal::<T>::exists()
	}
}

/// What each step counts at least, in nodes: it reads the list of ledgers.
const STEP: u32 = 8;

/// What a step did.
#[derive(Default)]
struct Done {
	/// Nodes that it looked up.
	nodes: u32,
	/// Pages of candidates that it rewrote.
	pages: u32,
	/// Whether it ordered the candidates of a role.
	ordered: bool,
}

impl<T: Config> Pallet<T> {
	/// Starts the deal for the epoch after the next. `seed` stands at the end of `ended`.
	pub(crate) fn start_deal(ended: Epoch, seed: Seed) {
		match first_role(|_| true) {
			Some(role) => PendingDeal::<T>::put(Deal { ended, seed, role, unfilled: 0, step: Step::Weigh { page: 0 } }),
			None => PendingDeal::<T>::kill(),
		}
	}

	/// Continues the pending deal within a block's bound. Returns the weight.
	pub(crate) fn continue_deal() -> Weight {
		let (mut weight, mut left) = (T::DbWeight::get().reads(1), SEATS_PER_BLOCK);
		while let Some(deal) = PendingDeal::<T>::get() {
			if Self::nodes_of_step(&deal) > left {
				break;
			}
			let Done { nodes, pages, ordered } = Self::take_step(deal);
			left = left.saturating_sub(nodes.max(STEP));
			weight = weight.saturating_add(T::DbWeight::get().reads_writes(pages.into(), pages.into()));
			if ordered {
				weight = weight.saturating_add(T::WeightInfo::order_candidates());
			}
		}
		match SEATS_PER_BLOCK.saturating_sub(left) {
			0 => weight,
			nodes => weight.saturating_add(Self::deal_weight(nodes)),
		}
	}

	/// Returns the weight of a deal's steps over some nodes. The power of each newcomer, and where it is noted, are not measured.
	pub(crate) fn deal_weight(nodes: u32) -> Weight {
		let power = T::DbWeight::get().reads_writes(2, 1).saturating_mul(nodes.into());
		T::WeightInfo::deal(nodes).saturating_add(power)
	}

	/// Finishes the pending deal, if there is one, without a bound.
	pub(crate) fn finish_deal() {
		while let Some(deal) = PendingDeal::<T>::get() {
			Self::take_step(deal);
		}
	}

	/// Returns the number of nodes that the next step looks up, at most.
	fn nodes_of_step(deal: &Deal) -> u32 {
		match deal.step {
			Step::Weigh { .. } => PAGE,
			Step::Order => STEP,
			Step::Plan { after } | Step::Seat { after } => match Self::ledger_after(deal.role, after) {
				Some((chain, params)) => params.seats.max(Self::size_of(chain, deal.ended.saturating_add(1))).max(STEP),
				None => STEP,
			},
		}
	}

	/// Takes one step, and stores the next.
	fn take_step(mut deal: Deal) -> Done {
		let Deal { role, .. } = deal;
		let (done, next) = match deal.step {
			Step::Weigh { page } if page < Self::pages_of(role) => {
				let nodes = Self::weigh_page(&deal, page);
				(Done { nodes, ..Done::default() }, Step::Weigh { page: page.saturating_add(1) })
			},
			Step::Weigh { .. } => (Done::default(), Step::Plan { after: None }),
			Step::Plan { after } => match Self::ledger_after(role, after) {
				Some((chain, params)) => {
					let nodes = Self::plan_ledger(&deal, chain, &params);
					(Done { nodes, ..Done::default() }, Step::Plan { after: Some(chain) })
				},
				None => (Done::default(), Step::Order),
			},
			Step::Order => {
				Self::order_candidates(&deal);
				(Done { ordered: true, ..Done::default() }, Step::Seat { after: None })
			},
			Step::Seat { after } => match Self::ledger_after(role, after) {
				Some((chain, params)) => {
					let pages = Self::pages_of(role);
					let (nodes, unfilled) = Self::seat_ledger(&deal, chain, &params);
					deal.unfilled = unfilled;
					(Done { nodes, pages, ..Done::default() }, Step::Seat { after: Some(chain) })
				},
				None => {
					Self::end_role(&deal);
					return Done::default();
				},
			},
		};
		PendingDeal::<T>::put(Deal { step: next, ..deal });
		done
	}

	/// Looks up the candidates of a page again. Returns their number.
	fn weigh_page(deal: &Deal, page: u32) -> u32 {
		let Deal { ended, role, .. } = *deal;
		let candidates = CandidatePages::<T>::get(role, page);
		let nodes = count(candidates.len());
		let may_stand = |node: &T::AccountId| {
			// The node can have left before the tickets closed, or been punished, and root can have named it.
			!Self::is_seated(node, role, ended.saturating_add(1)) && T::Nodes::may_stand(node, role, ended)
		};
		let weigh = |Candidate { key, node }: Candidate<T::AccountId>| {
			Ticketed::<T>::remove(role, &node);
			may_stand(&node).then_some(())?;
			let power = T::Power::power(&node, role, ended).ten_thousandths();
			// A candidate without stake is not drawn.
			let key = key.with_stake(Self::stake_of(&node, role, ended, power))?;
			Some(Candidate { key, node })
		};
		Self::replace_page(role, page, candidates.into_iter().filter_map(weigh).collect());
		nodes
	}

	/// Counts the openings of a ledger. Returns the number of its members.
	fn plan_ledger(deal: &Deal, chain: ChainTag, params: &LedgerParams) -> u32 {
		let rotation = Round::<T>::new(deal).rotation(chain, length(params.seats));
		let of = |kind| count(rotation.openings().iter().filter(|opening| **opening == kind).count());
		let openings = Openings {
			free: of(Opening::Free),
			leavers: of(Opening::Leaver),
			turns: of(Opening::Rotation),
			allotted: 0,
		};
		Planned::<T>::insert(chain, openings);
		count(rotation.in_force().len())
	}

	/// Sorts the candidates of a role by key, allots the openings to the first of them, and shuffles those.
	pub(crate) fn order_candidates(deal: &Deal) {
		let Deal { seed, role, .. } = *deal;
		LastKey::<T>::set(role, Self::last_of_full_list(role).map(|key| (key, Self::most_candidates(role))));
		let mut candidates = Self::candidates(role);
		candidates.sort_unstable();
		candidates.truncate(length(Self::most_candidates(role)));

		let mut openings: Vec<(Opening, ChainTag)> = Vec::new();
		for (chain, planned) in Self::planned(role) {
			let kinds =
				[(Opening::Free, planned.free), (Opening::Leaver, planned.leavers), (Opening::Rotation, planned.turns)];
			for (kind, number) in kinds {
				openings.resize(openings.len().saturating_add(length(number)), (kind, chain));
			}
		}
		shuffle(&mut openings, &seed, &("openings", role).encode());
		// The sort is stable, so the openings of a kind stay shuffled.
		openings.sort_by_key(|(kind, _)| *kind);
		openings.truncate(candidates.len());
		for (_, chain) in &openings {
			Planned::<T>::mutate_extant(*chain, |planned| planned.allotted = planned.allotted.saturating_add(1));
		}
		// Each of the winners is as likely to come to each of the allotted seats. The others stay in the order of their
		// keys: they come in where a winner does not fit.
		shuffle(&mut candidates[..openings.len()], &seed, &("deal", role).encode());
		Self::store_candidates(role, candidates);
	}

	/// Decides the committee of a ledger. Returns the number of nodes that it looked up, and of allotted seats that are
	/// unfilled because the remaining candidates may not sit on the ledgers so far.
	fn seat_ledger(deal: &Deal, chain: ChainTag, params: &LedgerParams) -> (u32, u32) {
		let allotted = Planned::<T>::take(chain).unwrap_or_default().allotted.saturating_add(deal.unfilled);
		let mut candidates = Self::candidates(deal.role);
		let round = Round::<T>::new(deal);
		let rotation = round.rotation(chain, length(params.seats));
		let before = count(rotation.in_force().len());
		let found = round.seat(chain, rotation, length(allotted), &mut candidates);
		Self::store_candidates(deal.role, candidates);
		(before.max(Self::size_of(chain, round.drawn())), allotted.saturating_sub(found))
	}

	/// Ends the deal of a role: the next role begins, or the deal is over.
	fn end_role(deal: &Deal) {
		let Deal { role, .. } = *deal;
		Self::store_candidates(role, Vec::new());
		Self::count_open_seats(role, T::Clock::epoch().saturating_add(1));
		match first_role(|other| other > role) {
			Some(role) => PendingDeal::<T>::put(Deal { role, unfilled: 0, step: Step::Weigh { page: 0 }, ..*deal }),
			None => PendingDeal::<T>::kill(),
		}
	}

	/// Counts the seats that the next draw of a role opens, as far as they are known now. `next` is the next epoch.
	pub(crate) fn count_open_seats(role: Role, next: Epoch) {
		let open = |(chain, params): (ChainTag, LedgerParams)| {
			let members = length(Self::size_of(chain, next));
			let vacant = length(params.seats).saturating_sub(members);
			let changing = if members == 0 { 0 } else { rotation::max_changes(members) };
			count(vacant.saturating_add(changing)).min(params.seats)
		};
		let all = Ledgers::<T>::iter().filter(|(chain, _)| role_of(*chain) == role).map(open);
		OpenSeats::<T>::insert(role, all.fold(0, u32::saturating_add));
	}

	/// Returns the number of members of a committee.
	pub(crate) fn size_of(chain: ChainTag, epoch: Epoch) -> u32 {
		count(Committees::<T>::decode_len(chain, epoch).unwrap_or_default())
	}

	/// Returns the first ledger of a role after another one.
	fn ledger_after(role: Role, after: Option<ChainTag>) -> Option<(ChainTag, LedgerParams)> {
		let from = after.map_or(Bound::Unbounded, Bound::Excluded);
		let ledgers = Self::ledgers();
		let mut rest = ledgers.range((from, Bound::Unbounded));
		rest.find(|(chain, _)| role_of(**chain) == role).map(|(chain, params)| (*chain, *params))
	}

	/// Returns the planned openings of a role's ledgers, in order.
	fn planned(role: Role) -> BTreeMap<ChainTag, Openings> {
		Planned::<T>::iter().filter(|(chain, _)| role_of(*chain) == role).collect()
	}
}

/// Returns the first drawn role that fits.
fn first_role(fits: impl Fn(Role) -> bool) -> Option<Role> {
	Role::ALL.into_iter().find(|role| role.is_drawn() && fits(*role))
}
