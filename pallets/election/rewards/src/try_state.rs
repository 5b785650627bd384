//! Invariants of the state between any two blocks.

use crate::*;
use alloc::collections::BTreeMap;
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
		Self::try_periods()?;
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
		let nodes: Balance = Unsettled::<T>::iter_values().map(|earnings| earnings.own + earnings.voters).sum();
		let periods: Balance = Ended::<T>::iter_values().map(|period| period.left).sum();
		let claimable = accounts + pots + nodes + periods;
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

	/// Checks that each period knows the nodes that have shares of it, and pays all of them.
	fn try_periods() -> Result<(), TryRuntimeError> {
		let open = Open::<T>::get();
		let mut nodes = BTreeMap::<u32, (u32, Balance)>::new();
		let mut votes = 0;
		for (node, earnings) in Unsettled::<T>::iter() {
			let Earnings { own, voters, period, shares } = earnings;
			ensure!(own > 0 || voters > 0 || !shares.is_empty(), "an entry is not empty");
			ensure!(period <= open.number, "no period comes before its time");
			if shares.is_empty() {
				continue;
			}
			votes += if period == open.number { shares.votes } else { 0 };
			let (own, voters) = Self::worth(&node, &earnings, open.number).unwrap_or_default();
			let (count, worth) = nodes.entry(period).or_default();
			(*count, *worth) = (*count + 1, *worth + own + voters);
		}
		ensure!(votes == open.votes, "the votes of the open period are the sum of its nodes'");
		let (count, _) = nodes.remove(&open.number).unwrap_or_default();
		ensure!(count == open.nodes, "the nodes of the open period are counted");
		for (number, period) in Ended::<T>::iter() {
			ensure!(number < open.number, "an ended period comes before the open one");
			let (count, worth) = nodes.remove(&number).unwrap_or_default();
			ensure!(count == period.nodes, "the nodes of an ended period are counted");
			ensure!(worth <= period.left, "an ended period pays all its nodes");
		}
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
