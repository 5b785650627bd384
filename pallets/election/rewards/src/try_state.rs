//! Invariants of the state between any two blocks.

use crate::*;
use frame_support::{ensure, traits::fungible::Inspect};
use sp_runtime::TryRuntimeError;
use tp_core::Balance;
use tp_stake::Voters;

impl<T: Config> Pallet<T> {
	/// Checks the pallet's invariants. Called after each test, and by `try-runtime`.
	pub fn do_try_state() -> Result<(), TryRuntimeError> {
		ensure!(CurrentParameters::<T>::get().check().is_ok(), "the parameters are valid");
		ensure!(CurrentYear::<T>::get().elapsed_ms <= YEAR_MS, "a year is not longer than its end");
		ensure!(Reports::<T>::count() <= MAX_REPORTS, "reports are bounded");
		Self::try_sums()?;
		Self::try_queue()?;
		Self::try_pots()?;
		for (slot, EpochRewards { epoch, issued, claimable, claimed, burned, budget, paid, .. }) in History::<T>::iter()
		{
			ensure!(slot == Self::history_slot(epoch), "an epoch's figures are in its slot");
			ensure!(paid <= budget, "an epoch issues at most its budget");
			ensure!(issued == claimable + claimed + burned, "the figures of an epoch add up");
		}
		Ok(())
	}

	fn try_sums() -> Result<(), TryRuntimeError> {
		let totals = CurrentTotals::<T>::get();
		let Totals { issued, from_reserve, claimed, burned } = totals;
		let accounts: Balance = Claimable::<T>::iter_values().sum();
		let pots: Balance = VoterPots::<T>::iter_values().map(|pot| pot.amount).sum();
		let dues: Balance = DueChunks::<T>::iter_values().flatten().map(|due| due.work + due.votes).sum();
		let claimable = accounts + pots + dues;
		ensure!(issued == claimable + claimed + burned, "issued amounts are claimable, claimed or burned");
		ensure!(Claimable::<T>::iter_values().all(|amount| amount > 0), "an entry is not zero");

		// The account can hold more, because anybody can send tokens to it.
		let deposit = PotDeposit::<T>::get().unwrap_or(0);
		let balance = T::Currency::balance(&Self::account_id());
		ensure!(balance >= claimable + deposit, "the account holds the claimable amount and its deposit");
		ensure!(
			Reserve::<T>::get() + from_reserve == ReserveTotal::<T>::get(),
			"the reserve and the amount taken from it add up"
		);
		ensure!(from_reserve <= issued + deposit, "only minted amounts are taken from the reserve");
		Ok(())
	}

	fn try_queue() -> Result<(), TryRuntimeError> {
		let queue = DueQueue::<T>::get();
		ensure!(queue.len() <= MAX_QUEUED_CHUNKS, "the queue is bounded");
		for (at, chunk) in DueChunks::<T>::iter() {
			ensure!(at.wrapping_sub(queue.first) < queue.len(), "all dues are in the queue");
			ensure!(!chunk.is_empty(), "no chunk of the queue is empty");
		}
		ensure!(DueChunks::<T>::iter_keys().count() == queue.len() as usize, "the queue has all its chunks");
		Ok(())
	}

	fn try_pots() -> Result<(), TryRuntimeError> {
		for (node, _) in VoterPots::<T>::iter() {
			ensure!(T::Voters::weight_of(&node) > 0, "a node with a pot has votes");
		}
		for (holder, node, checkpoint) in Checkpoints::<T>::iter() {
			ensure!(T::Voters::weight_by(&holder, &node) > 0, "a holder with a checkpoint has votes");
			ensure!(checkpoint <= VoterPots::<T>::get(&node).per_weight, "only earnings are settled");
			ensure!(checkpoint > 0, "a checkpoint of zero has no entry");
		}
		Ok(())
	}
}
