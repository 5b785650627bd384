//! Claims: payments of earnings to accounts.

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
use tp_core::Balance;

impl<T: Config> Pallet<T> {
	/// Returns the claimable amount of an account: as a node, and the settled earnings of its votes.
	///
	/// The earnings of an epoch are included from the first block of the next on.
	pub fn claimable(account: &T::AccountId) -> Balance {
		Claimable::<T>::get(account).saturating_add(Self::earned(account).own)
	}

	/// Returns the claimable amount including the unsettled earnings of votes for some nodes. Name each node once.
	pub fn claimable_with(account: &T::AccountId, nodes: &[T::AccountId]) -> Balance {
		let unsettled = nodes.iter().map(|node| Self::unsettled(account, node));
		unsettled.fold(Self::claimable(account), Balance::saturating_add)
	}

	/// Pays the claimable amount of an account.
	pub(crate) fn pay_out(who: &T::AccountId) -> DispatchResult {
		Self::settle_node(who);
		let amount = Claimable::<T>::take(who);
		ensure!(amount > 0, Error::<T>::NothingToClaim);
		let consequence = T::Currency::can_deposit(who, amount, Provenance::Extant);
		ensure!(consequence != DepositConsequence::BelowMinimum, Error::<T>::BelowExistentialDeposit);
		T::Currency::transfer(&Self::account_id(), who, amount, Preservation::Preserve)?;
		CurrentTotals::<T>::mutate(|totals| totals.claimed = totals.claimed.saturating_add(amount));
		Self::deposit_event(Event::Claimed { who: who.clone(), amount });
		Ok(())
	}

	/// Pays the treasury, which has no key to claim with.
	///
	/// An amount below the existential deposit of a new account stays claimable and is paid with the next one.
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
