//! The time for which offences are recorded.
//!
//! **Invariant:** evidence of an epoch is refused before the records of that epoch are removed. Otherwise a member
//! could be punished twice for one offence. Both decisions derive from `first_in_time`, `OldestKept` and `IsClosing`.
//!
//! The number of members that contradicted themselves is final then. So the rests of their slashes are decided first.

use crate::*;
use alloc::vec::Vec;
use frame_support::{traits::Get, weights::Weight};
use tp_core::ChainTag;
use tp_pbft::Epoch;
use tp_stake::{EpochClock, Punish};

impl<T: Config> Pallet<T> {
	/// Returns the oldest epoch whose evidence counts.
	///
	/// It is never an epoch whose records are removed. **Fragile:** a runtime upgrade or a parameter can raise
	/// `EvidenceEpochs` at any time. The maximum with `OldestKept` makes the longer time start from then on.
	pub(crate) fn oldest_punishable() -> Epoch {
		let first_open = OldestKept::<T>::get().saturating_add(IsClosing::<T>::get().into());
		Self::first_in_time().max(first_open)
	}

	/// Decides the rests of slashes of the oldest kept epoch and then removes its records, if its evidence does not count
	/// any more.
	///
	/// It removes at most one epoch a block. An epoch has many blocks, so the removal keeps up.
	pub(crate) fn prune() -> Weight {
		let oldest = OldestKept::<T>::get();
		if !IsClosing::<T>::get() && oldest >= Self::first_in_time() {
			return T::WeightInfo::prune(0);
		}
		IsClosing::<T>::put(true);
		let decided = Self::decide_rests(oldest);
		let decisions = Self::decide_rests_weight(decided);
		if decided == RESTS_PER_BLOCK {
			return decisions;
		}
		let removed = Reported::<T>::clear_prefix(oldest, PRUNED_PER_BLOCK, None);
		if removed.maybe_cursor.is_none() {
			OldestKept::<T>::put(oldest.saturating_add(1));
			IsClosing::<T>::kill();
		}
		// The number of the epoch is written even if the epoch has no record.
		decisions.saturating_add(T::WeightInfo::prune(removed.loops.max(1)))
	}

	/// Decides the rests of at most [`RESTS_PER_BLOCK`] slashes of an epoch, and returns their number.
	fn decide_rests(epoch: Epoch) -> u32 {
		let open: Vec<_> = Unsettled::<T>::iter_prefix((epoch,)).take(RESTS_PER_BLOCK as usize).collect();
		let mut decided = 0;
		for ((chain, member), accused) in open {
			Unsettled::<T>::remove((epoch, chain, member));
			Self::decide_rest(epoch, chain, accused);
			decided += 1;
		}
		decided
	}

	fn decide_rest(epoch: Epoch, chain: ChainTag, accused: Accused<T::AccountId>) {
		let Accused { node, reporter, max_faulty } = accused;
		let offences = Reported::<T>::get(epoch, chain);
		let equivocations = offences.iter().filter(|offence| offence.kind == OffenceKind::Equivocation);
		let members = equivocations.map(|_| 1_u32).sum::<u32>();
		let part = equivocation_part(members, max_faulty);
		if let Some(slash) = T::Punish::slash_rest(&node, epoch, rest_of(part), reporter) {
			Self::deposit_event(Event::PunishedTogether { chain, epoch, node, members, part, slash });
		}
	}

	/// Returns the highest cost of the decision of some rests. Estimated, not measured: the record of the offence and of
	/// the ledger, the node's record, the number of its rests, the slash, its number, the clock and a parameter.
	pub(crate) fn decide_rests_weight(count: u32) -> Weight {
		T::DbWeight::get().reads_writes(7, 5).saturating_mul(count.into())
	}

	fn first_in_time() -> Epoch {
		T::Clock::epoch().saturating_sub(T::EvidenceEpochs::get())
	}
}
