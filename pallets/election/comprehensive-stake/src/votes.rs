//! Votes: tokens of holders in the pools of nodes.

use crate::*;
use frame_support::{
	pallet_prelude::*,
	traits::{
		fungible::MutateHold,
		tokens::{Fortitude, Precision, Preservation, Restriction},
	},
};
use sp_runtime::traits::AccountIdConversion;
use tp_core::Balance;
use tp_sortition::vote_weight;
use tp_stake::OnVotesChange;

impl<T: Config> Pallet<T> {
	/// Returns the account that holds the tokens of all votes.
	pub fn votes_account() -> T::AccountId {
		T::PalletId::get().into_account_truncating()
	}

	pub(crate) fn do_vote(holder: T::AccountId, node: T::AccountId, amount: Balance, days: u32) -> DispatchResult {
		Self::check_vote(&holder, &node, amount, days)?;
		let unlocks_at = Self::now().saturating_add(u64::from(days).saturating_mul(DAY_MS));
		Self::add_vote(holder, node, amount, days, unlocks_at)
	}

	pub(crate) fn check_vote(
		holder: &T::AccountId,
		node: &T::AccountId,
		amount: Balance,
		days: u32,
	) -> Result<(), Error<T>> {
		ensure!(days >= MIN_DAYS, Error::LockTooShort);
		ensure!(days <= MAX_DAYS, Error::LockTooLong);
		ensure!(amount >= CurrentParameters::<T>::get().least_vote, Error::VoteTooSmall);
		Self::ensure_takes_votes(node)?;
		Self::ensure_free(holder, amount)
	}

	/// Adds a vote. The caller has checked it.
	pub(crate) fn add_vote(
		holder: T::AccountId,
		node: T::AccountId,
		amount: Balance,
		days: u32,
		unlocks_at: u64,
	) -> DispatchResult {
		Self::take_in(&holder, amount)?;
		let vote = Self::enter(&holder, node.clone(), amount, days, unlocks_at)?;
		let id = NextVote::<T>::mutate(|next| core::mem::replace(next, next.saturating_add(1)));
		Votes::<T>::insert(&holder, id, vote);
		Self::deposit_event(Event::Voted { holder, vote: id, node, amount, days });
		Ok(())
	}

	pub(crate) fn do_withdraw_vote(holder: T::AccountId, id: VoteId) -> DispatchResult {
		let vote = Votes::<T>::get(&holder, id).ok_or(Error::<T>::NoSuchVote)?;
		if let Some(node) = Nodes::<T>::get(&vote.node) {
			ensure!(node.slashes.is_empty(), Error::<T>::SlashPending);
			ensure!(Self::now() >= vote.unlocks_at, Error::<T>::VoteLocked);
		}
		let amount = Self::exit(&holder, &vote);
		Votes::<T>::remove(&holder, id);
		Self::give_out(&holder, amount)?;
		Self::deposit_event(Event::VoteWithdrawn { holder, vote: id, node: vote.node, amount });
		Ok(())
	}

	pub(crate) fn do_move_vote(holder: T::AccountId, id: VoteId, to: T::AccountId) -> DispatchResult {
		let vote = Votes::<T>::get(&holder, id).ok_or(Error::<T>::NoSuchVote)?;
		ensure!(vote.node != to, Error::<T>::SameNode);
		let is_slashed = Nodes::<T>::get(&vote.node).is_some_and(|node| !node.slashes.is_empty());
		ensure!(!is_slashed, Error::<T>::SlashPending);
		Self::ensure_takes_votes(&to)?;

		let amount = Self::exit(&holder, &vote);
		let moved = Self::enter(&holder, to.clone(), amount, vote.days, vote.unlocks_at)?;
		Votes::<T>::insert(&holder, id, moved);
		Self::deposit_event(Event::VoteMoved { holder, vote: id, from: vote.node, to, amount });
		Ok(())
	}

	pub(crate) fn do_settle_vote(holder: T::AccountId, id: VoteId) -> DispatchResult {
		let mut vote = Votes::<T>::get(&holder, id).ok_or(Error::<T>::NoSuchVote)?;
		let node = vote.node.clone();
		let mut pool = Self::pool(&node);
		let amount = if pool.is_worthless() {
			let nothing = Self::exit(&holder, &vote);
			Votes::<T>::remove(&holder, id);
			nothing
		} else {
			let amount = pool.value(vote.shares);
			let weight = weigh(amount, vote_weight(vote.days));
			ensure!(weight != vote.weight, Error::<T>::NothingToSettle);
			Self::change_weight(&holder, &node, &mut pool, vote.weight, weight);
			Self::set_pool(&node, pool);
			vote.weight = weight;
			Votes::<T>::insert(&holder, id, vote);
			amount
		};
		Self::deposit_event(Event::VoteSettled { holder, vote: id, node, amount });
		Ok(())
	}

	/// Checks that a node may receive votes. A new voter must not pay for an offence that is already known.
	fn ensure_takes_votes(node: &T::AccountId) -> Result<(), Error<T>> {
		let node = Nodes::<T>::get(node).ok_or(Error::NoSuchNode)?;
		ensure!(node.leaving.is_none(), Error::NodeLeaving);
		ensure!(node.slashes.is_empty(), Error::SlashPending);
		Ok(())
	}

	/// Moves tokens that the pallet holds into the pool of a node.
	fn enter(
		holder: &T::AccountId,
		node: T::AccountId,
		amount: Balance,
		days: u32,
		unlocks_at: u64,
	) -> Result<Vote<T::AccountId>, DispatchError> {
		let mut pool = Self::pool(&node);
		let shares = pool.shares_for(amount).ok_or(Error::<T>::VotesWorthless)?;
		let lock = vote_weight(days);
		let (weighed_shares, weight) = (weigh(shares, lock), weigh(amount, lock));
		let vote = Vote { node, days, unlocks_at, shares, weighed_shares, weight };
		pool.enter(amount, vote.shares, vote.weighed_shares);
		Self::change_weight(holder, &vote.node, &mut pool, 0, vote.weight);
		Self::set_pool(&vote.node, pool);
		Ok(vote)
	}

	/// Moves the tokens of a vote out of its node's pool. The pallet still holds them.
	fn exit(holder: &T::AccountId, vote: &Vote<T::AccountId>) -> Balance {
		let mut pool = Self::pool(&vote.node);
		let amount = pool.leave(vote.shares, vote.weighed_shares);
		Self::change_weight(holder, &vote.node, &mut pool, vote.weight, 0);
		Self::set_pool(&vote.node, pool);
		amount
	}

	/// Changes the weight of one vote of a holder, after a notification of `OnVotesChange`.
	///
	/// The notification must come first: it settles dividends by the weights in force until now.
	fn change_weight(
		holder: &T::AccountId,
		node: &T::AccountId,
		pool: &mut Pool,
		vote_before: Balance,
		vote_after: Balance,
	) {
		let before = Weights::<T>::get(holder, node);
		let after = before.saturating_sub(vote_before).saturating_add(vote_after);
		if after == before {
			return;
		}
		T::OnVotesChange::before_change(holder, node, before, after);
		pool.weight = pool.weight.saturating_sub(vote_before).saturating_add(vote_after);
		if after == 0 {
			Weights::<T>::remove(holder, node);
		} else {
			Weights::<T>::insert(holder, node, after);
		}
	}

	/// Returns the votes for a node, registered or removed.
	pub(crate) fn pool(node: &T::AccountId) -> Pool {
		Pools::<T>::get(node).or_else(|| PastPools::<T>::get(node)).unwrap_or_default()
	}

	pub(crate) fn set_pool(node: &T::AccountId, pool: Pool) {
		let is_node = Nodes::<T>::contains_key(node);
		match (pool.shares > 0, is_node) {
			(true, true) => Pools::<T>::insert(node, pool),
			(true, false) => PastPools::<T>::insert(node, pool),
			(false, true) => Pools::<T>::remove(node),
			(false, false) => PastPools::<T>::remove(node),
		}
	}

	/// Moves tokens of a holder to the account of all votes.
	fn take_in(holder: &T::AccountId, amount: Balance) -> DispatchResult {
		let account = Self::votes_account();
		if frame_system::Pallet::<T>::providers(&account) == 0 {
			// An account must exist to have holds, and this one has no free balance.
			frame_system::Pallet::<T>::inc_providers(&account);
		}
		T::Currency::transfer_and_hold(
			&HoldReason::Vote.into(),
			holder,
			&account,
			amount,
			Precision::Exact,
			Preservation::Preserve,
			Fortitude::Polite,
		)?;
		Ok(())
	}

	/// Moves tokens from the account of all votes to a holder.
	fn give_out(holder: &T::AccountId, amount: Balance) -> DispatchResult {
		if amount == 0 {
			return Ok(());
		}
		T::Currency::transfer_on_hold(
			&HoldReason::Vote.into(),
			&Self::votes_account(),
			holder,
			amount,
			Precision::Exact,
			Restriction::Free,
			Fortitude::Force,
		)
		.map_err(|_| Error::<T>::CannotReceive)?;
		Ok(())
	}
}
