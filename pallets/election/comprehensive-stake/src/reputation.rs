//! Reputation: how nodes served, by what each ledger's epoch says of its members.
//!
//! Of each member, participation is `signed / (certified + turns lost)`. Who has 80 percent or more is raised by its rank
//! among those of its committee: [`MOST_RAISE`] for the best, [`LEAST_RAISE`] for the last, evenly between. Equal
//! participation is one rank, so that the order of members decides nothing. Below a half it is lowered by [`LOSS`], and
//! when it falls below `Reputation::LEAST_TO_STAND` with that, the node stays away for `STAY_EPOCHS`, counted from the
//! present epoch. After that it may stand again with what it has.
//!
//! A node of which an epoch says nothing comes back towards the start by [`DECAY`]. That is computed when somebody asks:
//! nobody goes through all nodes.

use crate::*;
use alloc::vec::Vec;
use core::cmp::Ordering;
use frame_support::weights::Weight;
use tp_core::AccountId;
use tp_pbft::{Epoch, MemberActivity};
use tp_stake::{OnParticipation, Participation, Reputation};

/// What the best are raised by, in ten thousandths.
pub const MOST_RAISE: u16 = 300;
/// What the last of those who took part well are raised by.
pub const LEAST_RAISE: u16 = 100;
/// What those who hardly took part are lowered by.
pub const LOSS: u16 = 1_000;
/// What a node of which nothing was reported comes back towards the start by, an epoch.
pub const DECAY: u16 = 100;

/// A part of the certificates of an epoch.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Part {
	signed: u64,
	of: u64,
}

impl Part {
	/// Of a member. `None` if there was nothing to take part in.
	pub fn of(activity: &MemberActivity, certified: u32) -> Option<Self> {
		let of = u64::from(certified).saturating_add(u64::from(activity.turns_lost));
		(of > 0).then_some(Self { signed: u64::from(activity.signed), of })
	}

	/// Whether it is at least 80 percent.
	pub const fn is_good(&self) -> bool {
		self.signed.saturating_mul(5) >= self.of.saturating_mul(4)
	}

	/// Whether it is below a half.
	pub const fn is_bad(&self) -> bool {
		self.signed.saturating_mul(2) < self.of
	}

	/// The larger one first.
	pub fn best_first(&self, other: &Self) -> Ordering {
		// Counts have 32 bits, and a sum of two 33.
		let across = |a: &Self, b: &Self| u128::from(a.signed).saturating_mul(u128::from(b.of));
		across(other, self).cmp(&across(self, other))
	}
}

/// What a rank is worth, from 0, of so many ranks.
pub(crate) fn raise(rank: usize, ranks: usize) -> u16 {
	let between = u64::from(MOST_RAISE - LEAST_RAISE);
	let (rank, last) = (rank as u64, ranks.saturating_sub(1).max(1) as u64);
	let less = between.saturating_mul(rank).checked_div(last).unwrap_or_default();
	u16::try_from(less).map_or(LEAST_RAISE, |less| MOST_RAISE.saturating_sub(less))
}

impl Node {
	/// How it served, when so many epochs are over.
	pub fn reputation_after(&self, epochs: Epoch) -> Reputation {
		let silent = epochs.saturating_sub(self.reputation_at);
		let by = u64::from(DECAY).saturating_mul(silent);
		self.reputation.decayed(u16::try_from(by).unwrap_or(u16::MAX))
	}
}

impl<T: Config> OnParticipation for Pallet<T> {
	fn on_participation(participation: &Participation) {
		let Participation { certified, members, .. } = participation;
		let parts: Vec<(&AccountId, Part)> = members
			.iter()
			.filter_map(|(node, activity)| Part::of(activity, *certified).map(|part| (node, part)))
			.collect();
		let mut ranks: Vec<Part> = parts.iter().map(|(_, part)| *part).filter(Part::is_good).collect();
		ranks.sort_unstable_by(Part::best_first);
		ranks.dedup_by(|a, b| a.best_first(b).is_eq());
		for (node, part) in parts {
			let rank = ranks.binary_search_by(|rank| rank.best_first(&part)).ok();
			Self::judge(node, rank.map(|rank| raise(rank, ranks.len())), part.is_bad());
		}
	}

	fn on_epoch_end(epoch: Epoch) {
		EpochsOver::<T>::mutate(|over| *over = epoch.saturating_add(1).max(*over));
		Self::apply_due_slashes(epoch);
	}

	fn weight(members: u32) -> Weight {
		T::WeightInfo::on_participation(members).saturating_add(T::WeightInfo::on_epoch_end(MAX_SLASHES_PER_EPOCH))
	}
}

impl<T: Config> Pallet<T> {
	/// Changes the reputation of a node, if it is one, by what a ledger says of it.
	fn judge(node: &AccountId, raise: Option<u16>, is_bad: bool) {
		Nodes::<T>::mutate_extant(node, |record| {
			Self::settle_reputation(record);
			// The epoch in which this is told does not count as one that says nothing.
			record.reputation_at = EpochsOver::<T>::get().saturating_add(1);
			if let Some(raise) = raise {
				record.reputation = record.reputation.raised(raise);
			}
			if is_bad {
				record.reputation = record.reputation.lowered(LOSS);
				if record.reputation < Reputation::LEAST_TO_STAND {
					Self::put_out_of_draw(node, record);
				}
			}
		});
	}

	/// Brings a node's reputation up to the epochs that are over.
	pub(crate) fn settle_reputation(record: &mut Node) {
		let over = EpochsOver::<T>::get();
		record.reputation = record.reputation_after(over);
		record.reputation_at = record.reputation_at.max(over);
	}
}
