//! Earnings of voters.
//!
//! **Invariant:** a holder's votes are settled before their weight changes, up to the accumulator of the pot. So a
//! weight never applies to earnings from before it was there.

use crate::*;
use frame_support::{
	traits::{
		fungible::Mutate,
		tokens::{Fortitude, Precision, Preservation},
	},
	weights::Weight,
};
use tp_core::Balance;
use tp_stake::{OnVotesChange, Voters};

impl<T: Config> OnVotesChange<T::AccountId> for Pallet<T> {
	fn before_change(holder: &T::AccountId, node: &T::AccountId, before: Balance, after: Balance) {
		Self::settle_node(node);
		Self::settle(holder, node, before, after);
		let others = T::Voters::weight_of(node).saturating_sub(before);
		if others == 0 && after == 0 {
			Self::burn_pot(node);
		}
	}

	fn before_dividend_change(node: &T::AccountId) {
		Self::settle_node(node);
	}

	fn weight() -> Weight {
		T::WeightInfo::votes_change()
	}
}

impl<T: Config> Pallet<T> {
	/// Settles a node, and the present votes of a holder for it.
	pub(crate) fn settle_present(holder: &T::AccountId, node: &T::AccountId) {
		Self::settle_node(node);
		let weight = T::Voters::weight_by(holder, node);
		// A holder without votes has no checkpoint and needs none.
		if weight > 0 {
			Self::settle(holder, node, weight, weight);
		}
	}

	/// Returns the unsettled earnings of a holder's votes for a node.
	pub(crate) fn unsettled(holder: &T::AccountId, node: &T::AccountId) -> Balance {
		let weight = T::Voters::weight_by(holder, node);
		let mut pot = VoterPots::<T>::get(node);
		let coming = Self::earned(node).voters;
		if coming > 0 {
			pot.add(coming, T::Voters::weight_of(node));
		}
		pot.owed(weight, Checkpoints::<T>::get(holder, node))
	}

	/// Credits the earnings of votes of weight `before`, and sets the checkpoint from which votes of weight `after`
	/// earn.
	///
	/// **Fragile:** a missing checkpoint means zero, so such votes earn from the pot's beginning. That is right for
	/// votes of the genesis, of which the pallet is not notified. All later votes get a checkpoint, unless the pot has
	/// earned nothing until then, in which case both are the same.
	fn settle(holder: &T::AccountId, node: &T::AccountId, before: Balance, after: Balance) {
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

	/// Burns the remainder of the pot of a node without votes, and removes the pot.
	///
	/// The accumulator starts again from zero. That is safe, because no checkpoint of the node is left without votes.
	pub(crate) fn burn_pot(node: &T::AccountId) {
		let VoterPot { amount, .. } = VoterPots::<T>::get(node);
		if !Self::burn(amount) {
			// The pot stays, so the sums stay right.
			return;
		}
		if amount > 0 {
			Self::deposit_event(Event::Burned { node: node.clone(), amount });
		}
		VoterPots::<T>::remove(node);
	}

	/// Burns an amount that belongs to no account. Returns `false` if that is impossible.
	pub(crate) fn burn(amount: Balance) -> bool {
		if amount == 0 {
			return true;
		}
		let account = Self::account_id();
		let burned =
			T::Currency::burn_from(&account, amount, Preservation::Preserve, Precision::Exact, Fortitude::Force);
		match &burned {
			Ok(_) => CurrentTotals::<T>::mutate(|totals| totals.burned = totals.burned.saturating_add(amount)),
			Err(error) => log::error!(target: LOG_TARGET, "{amount} cannot be burned: {error:?}"),
		}
		burned.is_ok()
	}
}
