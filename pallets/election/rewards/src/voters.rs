//! What voters earn by the votes that they have.

use crate::*;
use frame_support::{
	traits::{
		fungible::Mutate,
		tokens::{Fortitude, Precision, Preservation},
	},
	weights::Weight,
};
use tp_core::{AccountId, Balance};
use tp_stake::{OnVotesChange, Voters};

impl<T: Config> OnVotesChange for Pallet<T> {
	fn before_change(holder: &AccountId, node: &AccountId, before: Balance, after: Balance) {
		Self::settle(holder, node, before, after);
		let others = T::Voters::weight_of(node).saturating_sub(before);
		if others == 0 && after == 0 {
			Self::burn_pot(node);
		}
	}

	fn weight() -> Weight {
		T::WeightInfo::votes_change()
	}
}

impl<T: Config> Pallet<T> {
	/// Settles the votes that a holder has now.
	pub(crate) fn settle_present(holder: &AccountId, node: &AccountId) {
		let weight = T::Voters::weight_by(holder, node);
		// Whoever has no votes has no checkpoint, and gets none.
		if weight > 0 {
			Self::settle(holder, node, weight, weight);
		}
	}

	/// What the votes of a holder earned and is not settled.
	pub(crate) fn unsettled(holder: &AccountId, node: &AccountId) -> Balance {
		let weight = T::Voters::weight_by(holder, node);
		VoterPots::<T>::get(node).owed(weight, Checkpoints::<T>::get(holder, node))
	}

	/// Makes what votes of weight `before` earned the holder's, and notes from where votes of weight `after` earn.
	///
	/// Votes that are there before the pallet hears of any (of the genesis) have no checkpoint, and earn from the pot's
	/// beginning: all votes that come later have one, unless the pot has earned nothing until then.
	fn settle(holder: &AccountId, node: &AccountId, before: Balance, after: Balance) {
		let mut pot = VoterPots::<T>::get(node);
		let owed = pot.owed(before, Checkpoints::<T>::get(holder, node));
		if owed > 0 {
			pot.amount = pot.amount.saturating_sub(owed);
			VoterPots::<T>::insert(node, pot);
			Self::credit(holder, owed);
		}
		if after > 0 && pot.per_weight > 0 {
			Checkpoints::<T>::insert(holder, node, pot.per_weight);
		} else {
			Checkpoints::<T>::remove(holder, node);
		}
	}

	/// Burns what is left in the pot of a node without votes, and forgets it.
	pub(crate) fn burn_pot(node: &AccountId) {
		let VoterPot { amount, .. } = VoterPots::<T>::get(node);
		if amount > 0 {
			let account = Self::account_id();
			let burned =
				T::Currency::burn_from(&account, amount, Preservation::Preserve, Precision::Exact, Fortitude::Force);
			if let Err(error) = burned {
				// The pot stays, and the sums right.
				log::error!(target: LOG_TARGET, "the pot of {node:?} ({amount}) cannot be burned: {error:?}");
				return;
			}
			CurrentTotals::<T>::mutate(|totals| totals.burned = totals.burned.saturating_add(amount));
			Self::deposit_event(Event::Burned { node: node.clone(), amount });
		}
		VoterPots::<T>::remove(node);
	}
}
