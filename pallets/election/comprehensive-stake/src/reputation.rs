//! Reputation of nodes, by their participation in each epoch of each ledger.
//!
//! A member's participation is `signed / (certified + turns lost)`. With 80 percent or more, its reputation rises by its rank
//! among such members of its committee: [`MAX_RAISE`] for the best, [`MIN_RAISE`] for the last, evenly between. Equal
//! participation is one rank, so the order of members has no effect. With less than a half, its reputation falls by [`LOSS`].
//! If it then is below `Reputation::MIN_TO_STAND`, the node is excluded from the draw for `STAY_EPOCHS`, counted from the
//! present epoch, and its seats go to nodes that are drawn for them. After these epochs it may stand again with the reputation that it has.
//!
//! A node without a report in an epoch returns towards the start by [`DECAY`]. This is computed on each read, so that no
//! block iterates over all nodes.

use crate::*;
use alloc::vec::Vec;
use core::cmp::Ordering;
use frame_support::weights::Weight;
use tp_pbft::{Epoch, MemberActivity};
use tp_stake::{OnParticipation, Participation, Reputation};

/// The raise of the best rank, in ten thousandths.
pub const MAX_RAISE: u16 = 300;
/// The raise of the last rank, in ten thousandths.
pub const MIN_RAISE: u16 = 100;
/// The loss for participation below a half, in ten thousandths.
pub const LOSS: u16 = 1_000;
/// The change towards the start in an epoch without a report, in ten thousandths.
pub const DECAY: u16 = 100;

/// A member's share of the certificates of an epoch.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Part {
	signed: u64,
	of: u64,
}

impl Part {
	/// Returns the share of a member. `None` if there was no certificate and no lost turn.
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

	/// Orders the larger share first.
	pub fn best_first(&self, other: &Self) -> Ordering {
		// Counts have 32 bits, and a sum of two 33.
		let across = |a: &Self, b: &Self| u128::from(a.signed).saturating_mul(u128::from(b.of));
		across(other, self).cmp(&across(self, other))
	}
}

/// Returns the raise of a rank, counted from 0, among `ranks` ranks.
pub(crate) fn raise(rank: usize, ranks: usize) -> u16 {
	let between = u64::from(MAX_RAISE - MIN_RAISE);
	let (rank, last) = (rank as u64, ranks.saturating_sub(1).max(1) as u64);
	let less = between.saturating_mul(rank).checked_div(last).unwrap_or_default();
	u16::try_from(less).map_or(MIN_RAISE, |less| MAX_RAISE.saturating_sub(less))
}

impl Node {
	/// Returns its reputation when this number of epochs is over.
	pub fn reputation_after(&self, epochs: Epoch) -> Reputation {
		let silent = epochs.saturating_sub(self.reputation_at);
		let by = u64::from(DECAY).saturating_mul(silent);
		self.reputation.decayed(u16::try_from(by).unwrap_or(u16::MAX))
	}
}

impl<T: Config> OnParticipation<T::AccountId> for Pallet<T> {
	fn on_participation(participation: &Participation<T::AccountId>) {
		let Participation { certified, members, .. } = participation;
		let parts: Vec<(&T::AccountId, Part)> = members
			.iter()
			.filter_map(|(node, activity)| Part::of(activity, *certified).map(|part| (node, part)))
			.collect();
		let mut ranks: Vec<Part> = parts.iter().map(|(_, part)| *part).filter(Part::is_good).collect();
		ranks.sort_unstable_by(Part::best_first);
		ranks.dedup_by(|a, b| a.best_first(b).is_eq());
		for (node, part) in parts {
			let rank = ranks.binary_search_by(|rank| rank.best_first(&part)).ok();
			Self::change_reputation(node, rank.map(|rank| raise(rank, ranks.len())), part.is_bad());
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
	/// Changes the reputation of a node by the report of one ledger. Ignores accounts that are not nodes.
	fn change_reputation(node: &T::AccountId, raise: Option<u16>, is_bad: bool) {
		Nodes::<T>::mutate_extant(node, |record| {
			Self::settle_reputation(record);
			// The epoch of the report does not count as an epoch without one.
			record.reputation_at = EpochsOver::<T>::get().saturating_add(1);
			if let Some(raise) = raise {
				record.reputation = record.reputation.raised(raise);
			}
			if is_bad {
				record.reputation = record.reputation.lowered(LOSS);
				if record.reputation < Reputation::MIN_TO_STAND {
					Self::put_out_of_draw(node, record);
				}
			}
		});
	}

	/// Applies the decay of all epochs that are over to a node's record.
	pub(crate) fn settle_reputation(record: &mut Node) {
		let over = EpochsOver::<T>::get();
		record.reputation = record.reputation_after(over);
		record.reputation_at = record.reputation_at.max(over);
	}
}
