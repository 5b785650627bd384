//! Claims: what is earned goes to accounts.

use crate::*;
use frame_support::{
	ensure,
	pallet_prelude::DispatchResult,
	storage::with_storage_layer,
	traits::{
		fungible::{Inspect, Mutate},
		tokens::{DepositConsequence, Preservation, Provenance},
		Get,
	},
};
use tp_core::{AccountId, Balance};

impl<T: Config> Pallet<T> {
	/// What an account can claim as a node, and of votes as far as they are settled.
	///
	/// What a node earned in an epoch is in it once the node's due is paid: in the first block of the next epoch, or in a
	/// large network some blocks later. A due that waits is left out: no claim pays it before, and how much of it is the
	/// voters' is decided when it is paid.
	pub fn claimable(account: &AccountId) -> Balance {
		Claimable::<T>::get(account)
	}

	/// The same, and what its votes for some nodes earned since they were settled. Each node is to be named once.
	pub fn claimable_with(account: &AccountId, nodes: &[AccountId]) -> Balance {
		let unsettled = nodes.iter().map(|node| Self::unsettled(account, node));
		unsettled.fold(Self::claimable(account), Balance::saturating_add)
	}

	/// Pays an account what it can claim.
	pub(crate) fn pay_out(who: &AccountId) -> DispatchResult {
		let amount = Claimable::<T>::take(who);
		ensure!(amount > 0, Error::<T>::NothingToClaim);
		let consequence = T::Currency::can_deposit(who, amount, Provenance::Extant);
		ensure!(consequence != DepositConsequence::BelowMinimum, Error::<T>::BelowExistentialDeposit);
		T::Currency::transfer(&Self::account_id(), who, amount, Preservation::Preserve)?;
		CurrentTotals::<T>::mutate(|totals| totals.claimed = totals.claimed.saturating_add(amount));
		Self::deposit_event(Event::Claimed { who: who.clone(), amount });
		Ok(())
	}

	/// Pays the treasury, which has no key to claim with. What cannot be paid now, because it is less than an account needs,
	/// is paid with what comes next.
	pub(crate) fn pay_treasury() {
		let treasury = T::Treasury::get();
		if Self::claimable(&treasury) == 0 {
			return;
		}
		if let Err(error) = with_storage_layer(|| Self::pay_out(&treasury)) {
			log::debug!(target: LOG_TARGET, "the treasury is not paid yet: {error:?}");
		}
	}
}
