//! Slashes: the immediate loss of seats and reputation, and the delayed loss of money.
//!
//! An offence may cost more if others took part in it, which is known when evidence for its epoch does not count any more.
//! Until then the node awaits the rest: its deposit and its votes are locked, and it takes no votes.

use crate::*;
use frame_support::{
	defensive,
	storage::with_storage_layer,
	traits::{
		fungible::MutateHold,
		tokens::{Fortitude, Precision, Restriction},
	},
};
use sp_runtime::{Perbill, Saturating};
use tp_core::Balance;
use tp_pbft::Epoch;
use tp_stake::{EpochClock, Punish, Reputation, STAY_EPOCHS};

/// The maximum number of slashes applied at the end of one epoch; others wait for the next. It bounds the work of one block.
pub const MAX_SLASHES_PER_EPOCH: u32 = 32;

/// The part of a slash that the reporter gets, rounded down, of the deposit and of the votes each.
pub const REPORTER_PART: Perbill = Perbill::from_percent(10);

impl<T: Config> Punish<T::AccountId> for Pallet<T> {
	fn slash(node: &T::AccountId, epoch: Epoch, part: Perbill, reporter: Option<T::AccountId>) -> Option<SlashId> {
		let mut record = Nodes::<T>::get(node)?;
		Self::settle_reputation(&mut record);
		record.reputation = Reputation::MIN;
		Self::put_out_of_draw(node, &mut record);
		record.removed_until = record.stays_away_until;
		Self::defer_slash(node, record, epoch, part, reporter)
	}

	fn await_rest(node: &T::AccountId) {
		if Nodes::<T>::contains_key(node) {
			AwaitedRests::<T>::mutate(node, |awaited| *awaited = awaited.saturating_add(1));
		}
	}

	fn slash_rest(node: &T::AccountId, epoch: Epoch, rest: Perbill, reporter: Option<T::AccountId>) -> Option<SlashId> {
		let left = AwaitedRests::<T>::take(node).saturating_sub(1);
		if left > 0 {
			AwaitedRests::<T>::insert(node, left);
		}
		if rest.is_zero() {
			return None;
		}
		Self::defer_slash(node, Nodes::<T>::get(node)?, epoch, rest, reporter)
	}

	fn cancel(slash: SlashId) -> bool {
		Self::do_cancel_slash(slash)
	}
}

/// Returns the part that two slashes take together, where the second takes from what the first leaves.
fn one_after_the_other(first: Perbill, second: Perbill) -> Perbill {
	let left = Perbill::one().saturating_sub(first);
	first.saturating_add(Perbill::from_parts(second.mul_ceil(left.deconstruct())))
}

impl<T: Config> Pallet<T> {
	/// Excludes a node from the draw for `STAY_EPOCHS`.
	pub(crate) fn put_out_of_draw(node: &T::AccountId, record: &mut Node) {
		let until = T::Clock::epoch().saturating_add(STAY_EPOCHS);
		record.stays_away_until = Some(until);
		Self::deposit_event(Event::OutOfDraw { node: node.clone(), until });
	}

	/// Whether a slash of a node is pending, or the rest of one is not known yet.
	pub(crate) fn is_slashed(node: &T::AccountId, record: &Node) -> bool {
		!record.slashes.is_empty() || AwaitedRests::<T>::get(node) > 0
	}

	/// Stores a node's record with one more pending slash, and returns the number of the slash.
	fn defer_slash(
		node: &T::AccountId,
		mut record: Node,
		epoch: Epoch,
		part: Perbill,
		reporter: Option<T::AccountId>,
	) -> Option<SlashId> {
		let applies_at_end_of = T::Clock::epoch().saturating_add(CurrentParameters::<T>::get().slash_delay_epochs);
		let mut slash = PendingSlash { node: node.clone(), epoch, part, reporter, applies_at_end_of };
		let mut id = NextSlash::<T>::get();
		if record.slashes.try_push(id).is_ok() {
			NextSlash::<T>::put(id.saturating_add(1));
		} else {
			id = *record.slashes.last()?;
			let newest = Slashes::<T>::get(id)?;
			slash = PendingSlash { part: one_after_the_other(newest.part, part), ..newest };
		}
		Slashes::<T>::insert(id, &slash);
		Nodes::<T>::insert(node, record);
		let PendingSlash { node, epoch, part, applies_at_end_of, .. } = slash;
		Self::deposit_event(Event::SlashDeferred { slash: id, node, epoch, part, applies_at_end_of });
		Some(id)
	}

	pub(crate) fn do_cancel_slash(id: SlashId) -> bool {
		let Some(slash) = Slashes::<T>::take(id) else {
			return false;
		};
		Nodes::<T>::mutate_extant(&slash.node, |record| record.slashes.retain(|pending| *pending != id));
		Self::deposit_event(Event::SlashCancelled { slash: id, node: slash.node });
		true
	}

	/// Applies slashes whose delay is over, in the order of their numbers.
	///
	/// A slash with a longer delay, from before the delay was shortened, holds up those behind it.
	pub(crate) fn apply_due_slashes(epoch: Epoch) {
		let (mut at, next) = (FirstSlash::<T>::get(), NextSlash::<T>::get());
		for _ in 0..MAX_SLASHES_PER_EPOCH {
			if at >= next {
				break;
			}
			match Slashes::<T>::get(at) {
				Some(slash) if slash.applies_at_end_of > epoch => break,
				Some(slash) => {
					Slashes::<T>::remove(at);
					Self::apply_slash(at, slash);
				},
				// Cancelled.
				None => {},
			}
			at = at.saturating_add(1);
		}
		FirstSlash::<T>::put(at);
	}

	fn apply_slash(id: SlashId, slash: PendingSlash<T::AccountId>) {
		let PendingSlash { node, epoch, part, reporter, .. } = slash;
		let Some(mut record) = Nodes::<T>::get(&node) else {
			defensive!("a node with a pending slash is not removed");
			return;
		};
		record.slashes.retain(|pending| *pending != id);

		let (deposit, of_deposit) = {
			let amount = part.mul_ceil(record.deposit);
			Self::take_held(HoldReason::Deposit, &node, amount, reporter.as_ref())
		};
		record.deposit = record.deposit.saturating_sub(deposit);
		Nodes::<T>::insert(&node, record);

		let mut pool = Self::pool(&node);
		let (votes, of_votes) = {
			let amount = pool.slash(part);
			Self::take_held(HoldReason::Vote, &Self::votes_account(), amount, reporter.as_ref())
		};
		Self::set_pool(&node, pool);
		Self::lower_weight(&node);

		AppliedSlashes::<T>::mutate(&node, |applied| {
			if applied.is_full() {
				applied.remove(0);
			}
			if applied.try_push(Penalty { epoch, part, reporter }).is_err() {
				defensive!("an applied slash was removed to make room");
			}
		});
		let rewarded = of_deposit.saturating_add(of_votes);
		Self::deposit_event(Event::Slashed { slash: id, node, deposit, votes, rewarded });
	}

	/// Takes from an amount of votes what the slashes of a past service take, and returns the rest.
	pub(crate) fn take_penalties(past: &Past<T::AccountId>, amount: Balance) -> Balance {
		let mut rest = amount;
		for Penalty { epoch, part, reporter } in AppliedSlashes::<T>::get(&past.node) {
			if (past.from..=past.until).contains(&epoch) {
				let due = part.mul_ceil(rest);
				let (taken, rewarded) =
					Self::take_held(HoldReason::Vote, &Self::votes_account(), due, reporter.as_ref());
				rest = rest.saturating_sub(taken);
				Self::deposit_event(Event::PastVoteSlashed { node: past.node.clone(), epoch, amount: taken, rewarded });
			}
		}
		rest
	}

	/// Takes an amount on hold: the reporter gets its part, the rest is burned.
	///
	/// If the reporter's part is too small for its account to exist, all of it is burned. Returns the amount taken, and the
	/// reporter's part of it.
	fn take_held(
		reason: HoldReason,
		account: &T::AccountId,
		amount: Balance,
		reporter: Option<&T::AccountId>,
	) -> (Balance, Balance) {
		if amount == 0 {
			return (0, 0);
		}
		let reason = reason.into();
		let reward = |reporter: &T::AccountId| {
			let reward = REPORTER_PART.mul_floor(amount);
			with_storage_layer(|| {
				let (exact, free, force) = (Precision::Exact, Restriction::Free, Fortitude::Force);
				T::Currency::transfer_on_hold(&reason, account, reporter, reward, exact, free, force)
			})
			.inspect_err(
				|error| log::debug!(target: LOG_TARGET, "cannot pay {reward} to a reporter, so it is burned: {error:?}"),
			)
			.unwrap_or_default()
		};
		let rewarded = reporter.map_or(0, reward);
		let rest = amount.saturating_sub(rewarded);
		let burned = T::Currency::burn_held(&reason, account, rest, Precision::BestEffort, Fortitude::Force);
		let burned = burned.unwrap_or_else(|error| {
			log::error!(target: LOG_TARGET, "cannot burn an amount on hold: {error:?}");
			0
		});
		(rewarded.saturating_add(burned), rewarded)
	}
}
