//! Earnings of nodes: their shares of a period become amounts, and amounts are divided between a node and its voters.
//!
//! Nothing is pushed: an ended period has one record, from which each node takes its part before its shares of the next
//! period begin, before its votes or its dividend change, or with a claim.
//!
//! **Invariant:** a node's votes do not change between the end of a period and the division of what the node earned in it.
//! Otherwise votes that come later would take the rewards of others.

use crate::*;
use tp_core::Balance;
use tp_stake::Voters;

impl<T: Config> Pallet<T> {
	/// Returns what a node has earned, with amounts in place of shares of an ended period. Changes nothing.
	pub(crate) fn earned(node: &T::AccountId) -> Earnings {
		let earnings = Unsettled::<T>::get(node);
		let (own, voters) = Self::worth(node, &earnings, Open::<T>::get().number).unwrap_or_default();
		let (own, voters) = (earnings.own.saturating_add(own), earnings.voters.saturating_add(voters));
		Earnings { own, voters, ..earnings }
	}

	/// Returns what a node's shares of an ended period are worth: for itself, and for its voters. `None` if there are none.
	pub(crate) fn worth(node: &T::AccountId, earnings: &Earnings, open: u32) -> Option<(Balance, Balance)> {
		if earnings.shares.is_empty() || earnings.period >= open {
			return None;
		}
		// A period for which nothing was issued has no record.
		let period = Ended::<T>::get(earnings.period).unwrap_or_default();
		let (work, votes) = period.worth(&earnings.shares);
		let has_votes = T::Voters::weight_of(node) > 0;
		let dividend = if has_votes { T::Voters::dividend(node, period.epoch).mul_floor(work) } else { 0 };
		Some((work.saturating_sub(dividend), votes.saturating_add(dividend)))
	}

	/// Returns what a node has earned, and takes its part of an ended period. The caller stores the result.
	pub(crate) fn up_to_date(node: &T::AccountId, open: u32) -> Earnings {
		let mut earnings = Unsettled::<T>::get(node);
		if let Some((own, voters)) = Self::worth(node, &earnings, open) {
			Self::take_from_period(earnings.period, own.saturating_add(voters));
			earnings.own = earnings.own.saturating_add(own);
			earnings.voters = earnings.voters.saturating_add(voters);
			earnings.shares = Shares::default();
		}
		earnings
	}

	/// Takes the part of one node from an ended period. With the last part, the dust of roundings is burned.
	fn take_from_period(number: u32, amount: Balance) {
		let Some(mut period) = Ended::<T>::get(number) else { return };
		period.left = period.left.saturating_sub(amount);
		period.nodes = period.nodes.saturating_sub(1);
		let EndedPeriod { epoch, nodes, left, .. } = period;
		if nodes > 0 || !Self::burn(left) {
			Ended::<T>::insert(number, period);
			return;
		}
		Ended::<T>::remove(number);
		if left > 0 {
			Self::deposit_event(Event::DustBurned { epoch, amount: left });
		}
	}

	/// Divides what a node has earned until now between the node and its voters, by their present weight.
	pub(crate) fn settle_node(node: &T::AccountId) {
		if !Unsettled::<T>::contains_key(node) {
			return;
		}
		let Earnings { own, voters, period, shares } = Self::up_to_date(node, Open::<T>::get().number);
		Self::credit(node, own);
		if shares.is_empty() {
			Unsettled::<T>::remove(node);
		} else {
			Unsettled::<T>::insert(node, Earnings { own: 0, voters: 0, period, shares });
		}
		if voters > 0 {
			let weight = T::Voters::weight_of(node);
			VoterPots::<T>::mutate(node, |pot| pot.add(voters, weight));
			if weight == 0 {
				// The voters have withdrawn their votes since the service was reported.
				Self::burn_pot(node);
			}
		}
	}

	/// Increases the claimable amount of an account. An amount of zero creates no entry.
	pub(crate) fn credit(who: &T::AccountId, amount: Balance) {
		if amount > 0 {
			Claimable::<T>::mutate(who, |claimable| *claimable = claimable.saturating_add(amount));
		}
	}
}
