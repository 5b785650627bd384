//! Invariants of the pallet's storage between any two calls.

use crate::{Config, HoldReason, NoStateLeft, Pallet, Payer, Quotas, Rules, Sponsored, Sponsorships};
use alloc::collections::BTreeMap;
use frame_support::{ensure, traits::fungible::InspectHold};
use frame_system::{Account, Pallet as System};
use sp_runtime::TryRuntimeError;
use tp_core::Balance;
use tp_quota::QuotaStore;

impl<T: Config> Pallet<T> {
	/// Checks that all locked balance is held, and that it counts for the accounts for which it is locked. Called after each
	/// test, and by `try-runtime`.
	pub fn do_try_state() -> Result<(), TryRuntimeError> {
		let mut given: BTreeMap<T::AccountId, Balance> = BTreeMap::new();
		let mut received: BTreeMap<T::AccountId, Balance> = BTreeMap::new();
		for (who, sponsor, sponsorship) in Sponsorships::<T>::iter() {
			let held = sponsorship.amount.saturating_add(sponsorship.leaving);
			ensure!(held > 0, "a sponsorship holds nothing");
			let sum = given.entry(sponsor).or_default();
			*sum = sum.saturating_add(held);
			let sum = received.entry(who).or_default();
			*sum = sum.saturating_add(sponsorship.amount);
		}
		received.retain(|_, amount| *amount > 0);

		for (who, amount) in Sponsored::<T>::iter() {
			ensure!(
				received.get(&who) == Some(&amount),
				"an account's sponsored stake is not the sum of its sponsorships"
			);
			ensure!(System::<T>::sufficients(&who) > 0, "a sponsored account has no `sufficients` reference");
		}
		ensure!(Sponsored::<T>::iter_keys().count() == received.len(), "a sponsorship does not count as stake");

		for who in Account::<T>::iter_keys() {
			let held = |reason: HoldReason| T::Currency::balance_on_hold(&reason.into(), &who);
			let locked = T::Store::quota(&who).map_or(0, |quota| quota.locked);
			let sponsored = received.get(&who).copied().unwrap_or_default();
			let is_held = locked.checked_sub(sponsored) == Some(held(HoldReason::Stake));
			ensure!(is_held, "a quota's locked balance is not the balance held");
			let expected = given.remove(&who).unwrap_or_default();
			ensure!(
				held(HoldReason::Sponsorship) == expected,
				"a sponsor's held balance is not the sum of its sponsorships"
			);
		}
		ensure!(given.is_empty(), "a sponsor does not exist");
		for who in Quotas::<T>::iter_keys() {
			ensure!(System::<T>::account_exists(&who), "a quota belongs to an account that does not exist");
		}
		ensure!(Rules::<T>::get().check().is_ok(), "the rules are invalid");
		ensure!(!Payer::<T>::exists(), "an extrinsic has ended, and its sender still pays");
		ensure!(!NoStateLeft::<T>::exists(), "an extrinsic has ended, and its calls are still refused");
		Ok(())
	}
}
