//! Votes: tokens of holders in the pools of nodes.
//!
//! **Invariants**
//! - A lock holds until its own end, even if the node leaves. A vote can move to another node, and is never free early.
//! - A vote stays punishable for every epoch in which it counted for a seat, until evidence for it does not count any more.
//!   A vote that has moved carries its past along, and can neither move again nor leave before that. A vote that leaves
//!   waits outside all pools for the same time.
//! - A vote counts in a draw from the close of its tickets on, and the seats are known later. So each node counts as seated
//!   while a draw is in progress. If it gets no seat, its votes are free from the epoch of those seats on.

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
use tp_stake::{EpochClock, OnVotesChange};

/// The lock of a vote.
#[derive(Clone, Copy)]
struct Lock {
	/// Its length in days.
	days: u32,
	/// Its end, in milliseconds since 1970.
	unlocks_at: u64,
}

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
		let vote = Self::enter(&holder, node.clone(), amount, Lock { days, unlocks_at })?;
		let id = NextVote::<T>::mutate(|next| core::mem::replace(next, next.saturating_add(1)));
		Votes::<T>::insert(&holder, id, vote);
		Self::deposit_event(Event::Voted { holder, vote: id, node, amount, days });
		Ok(())
	}

	pub(crate) fn do_withdraw_vote(holder: T::AccountId, id: VoteId) -> DispatchResult {
		if let Some(leaving) = LeavingVotes::<T>::get(&holder, id) {
			return Self::pay_out(holder, id, &leaving);
		}
		let vote = Votes::<T>::get(&holder, id).ok_or(Error::<T>::NoSuchVote)?;
		ensure!(Self::now() >= vote.unlocks_at, Error::<T>::VoteLocked);
		Self::ensure_no_slash_pending(&vote.node)?;
		let vote = Self::without_past(&holder, vote)?;
		Votes::<T>::remove(&holder, id);
		let amount = Self::exit(&holder, &vote);
		let node = vote.node.clone();
		match Self::past_of(&vote).filter(|_| amount > 0) {
			None => {
				Self::give_out(&holder, amount)?;
				Self::deposit_event(Event::VoteWithdrawn { holder, vote: id, node, amount });
			},
			Some(past) => {
				let after_epoch = Self::punishable_until(&past);
				LeavingVotes::<T>::insert(&holder, id, LeavingVote { amount, past });
				Self::deposit_event(Event::VoteLeaving { holder, vote: id, node, amount, after_epoch });
			},
		}
		Ok(())
	}

	/// Returns the tokens of a vote that has left its node, less what slashes take.
	fn pay_out(holder: T::AccountId, id: VoteId, leaving: &LeavingVote<T::AccountId>) -> DispatchResult {
		Self::ensure_past_is_over(&leaving.past)?;
		LeavingVotes::<T>::remove(&holder, id);
		let amount = Self::take_penalties(&leaving.past, leaving.amount);
		Self::give_out(&holder, amount)?;
		Self::deposit_event(Event::VoteWithdrawn { holder, vote: id, node: leaving.past.node.clone(), amount });
		Ok(())
	}

	pub(crate) fn do_move_vote(holder: T::AccountId, id: VoteId, to: T::AccountId) -> DispatchResult {
		let vote = Votes::<T>::get(&holder, id).ok_or(Error::<T>::NoSuchVote)?;
		ensure!(vote.node != to, Error::<T>::SameNode);
		Self::ensure_no_slash_pending(&vote.node)?;
		Self::ensure_takes_votes(&to)?;

		let vote = Self::without_past(&holder, vote)?;
		let amount = Self::exit(&holder, &vote);
		let lock = Lock { days: vote.days, unlocks_at: vote.unlocks_at };
		let moved = Self::enter(&holder, to.clone(), amount, lock)?;
		Votes::<T>::insert(&holder, id, Vote { past: Self::past_of(&vote), ..moved });
		Self::deposit_event(Event::VoteMoved { holder, vote: id, from: vote.node, to, amount });
		Ok(())
	}

	pub(crate) fn do_settle_vote(holder: T::AccountId, id: VoteId) -> DispatchResult {
		let before = Votes::<T>::get(&holder, id).ok_or(Error::<T>::NoSuchVote)?;
		let mut vote = match before.past.as_ref().is_some_and(|past| Self::ensure_past_is_over(past).is_ok()) {
			true => Self::without_past(&holder, before.clone())?,
			false => before.clone(),
		};
		let node = vote.node.clone();
		let mut pool = Self::pool(&node);
		let amount = pool.value(vote.shares);
		if amount == 0 {
			Self::exit(&holder, &vote);
			Votes::<T>::remove(&holder, id);
		} else {
			let weight = weigh(amount, vote_weight(vote.days));
			ensure!(weight != before.weight || vote != before, Error::<T>::NothingToSettle);
			Self::change_weight(&holder, &node, &mut pool, vote.weight, weight);
			Self::set_pool(&node, pool);
			vote.weight = weight;
			Votes::<T>::insert(&holder, id, vote);
		}
		Self::deposit_event(Event::VoteSettled { holder, vote: id, node, amount });
		Ok(())
	}

	/// Returns the service for which a vote can be punished after it has left its node.
	///
	/// There is none if the node had no seat while the vote was with it and can get none with it, or is not registered any
	/// more: a node is removed when evidence for its last seat does not count any more.
	fn past_of(vote: &Vote<T::AccountId>) -> Option<Past<T::AccountId>> {
		let node = Nodes::<T>::get(&vote.node)?;
		// The seats of the next epoch are decided: the vote counted in their draw.
		let decided = node.seated_until.map(|until| until.min(T::Clock::epoch().saturating_add(1)));
		let drawn = Self::draw_in_progress().map(|draw| draw.saturating_add(2));
		let until = decided.max(drawn)?;
		(until >= vote.since).then(|| Past { node: vote.node.clone(), from: vote.since, until })
	}

	/// Returns the last epoch in which evidence for a past service counts.
	fn punishable_until(past: &Past<T::AccountId>) -> tp_pbft::Epoch {
		past.until.saturating_add(Self::evidence_epochs())
	}

	/// Checks that no slash of a past service can come any more.
	fn ensure_past_is_over(past: &Past<T::AccountId>) -> Result<(), Error<T>> {
		let is_over = T::Clock::epoch() > Self::punishable_until(past) || Self::had_no_seat(past);
		ensure!(is_over, Error::VotePunishable);
		Self::ensure_no_slash_pending(&past.node)
	}

	/// Whether all seats of a past service are decided, and the node has had none since its beginning.
	fn had_no_seat(past: &Past<T::AccountId>) -> bool {
		let seated = Nodes::<T>::get(&past.node).and_then(|node| node.seated_until);
		T::Clock::epoch() >= past.until && seated.is_none_or(|until| until < past.from)
	}

	fn ensure_no_slash_pending(node: &T::AccountId) -> Result<(), Error<T>> {
		let is_slashed = Nodes::<T>::get(node).is_some_and(|record| Self::is_slashed(node, &record));
		ensure!(!is_slashed, Error::SlashPending);
		Ok(())
	}

	/// Takes from a vote what slashes of its past service take. Fails while more can come.
	fn without_past(holder: &T::AccountId, vote: Vote<T::AccountId>) -> Result<Vote<T::AccountId>, DispatchError> {
		let Some(past) = &vote.past else { return Ok(vote) };
		Self::ensure_past_is_over(past)?;
		let owed = |penalty: &Penalty<T::AccountId>| (past.from..=past.until).contains(&penalty.epoch);
		if !AppliedSlashes::<T>::get(&past.node).iter().any(owed) {
			return Ok(Vote { past: None, ..vote });
		}
		let amount = Self::exit(holder, &vote);
		let rest = Self::take_penalties(past, amount);
		let lock = Lock { days: vote.days, unlocks_at: vote.unlocks_at };
		if rest == 0 {
			let (shares, weighed_shares, weight) = (0, 0, 0);
			return Ok(Vote { shares, weighed_shares, weight, past: None, ..vote });
		}
		let entered = Self::enter(holder, vote.node.clone(), rest, lock)?;
		Ok(Vote { since: vote.since, ..entered })
	}

	/// Checks that a node may receive votes. A new voter must not pay for an offence that is already known.
	fn ensure_takes_votes(node: &T::AccountId) -> Result<(), Error<T>> {
		let record = Nodes::<T>::get(node).ok_or(Error::NoSuchNode)?;
		ensure!(record.leaving.is_none(), Error::NodeLeaving);
		ensure!(!Self::is_slashed(node, &record), Error::SlashPending);
		Ok(())
	}

	/// Moves tokens that the pallet holds into the pool of a node.
	fn enter(
		holder: &T::AccountId,
		node: T::AccountId,
		amount: Balance,
		Lock { days, unlocks_at }: Lock,
	) -> Result<Vote<T::AccountId>, DispatchError> {
		let mut pool = Self::pool(&node);
		let shares = pool.shares_for(amount).ok_or(Error::<T>::VotesWorthless)?;
		let lock = vote_weight(days);
		let (weighed_shares, weight) = (weigh(shares, lock), weigh(amount, lock));
		let since = Self::present_epoch().unwrap_or_default();
		let vote = Vote { node, days, unlocks_at, shares, weighed_shares, weight, since, past: None };
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
		Self::weigh_anew(node);
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
