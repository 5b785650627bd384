//! Stake that accounts lock for others.
//!
//! ```text
//! sponsor ────▶ hold (Sponsorship) ──▶ Sponsorships, Sponsored ──▶ Quota::locked of the beneficiary
//! unsponsor ──▶ Quota::locked less, at once ──▶ the sponsor's balance is still held ── a day ──▶ withdraw ──▶ release
//! ```
//!
//! A sender is charged by its own account alone, so a sponsor's stake counts in the beneficiary's quota like its own
//! stake. The share is linear in the sum: how an owner splits stake over accounts changes nothing.
//!
//! Use of a sponsor's stake stays counted in the beneficiary's quota, but the beneficiary, and its quota, may not exist a
//! block later. So the balance is held for another day after it stopped counting, whether or not it was used. By then all
//! that can have been used with it has faded, and it serves no other account meanwhile. The beneficiary can neither shorten
//! nor extend that day.
//!
//! An account without balance can have sponsors. They keep it in the state, with its chain and its nonce, by one
//! `sufficients` reference for all of them. A `providers` reference would not do: balances may be held on it alone, and
//! then the sponsor could not take it back before the beneficiary agrees. Every sponsor locks at least the existential
//! deposit, so that no state is free. Without a balance of its own the account has no free share.
//!
//! A sponsored account begins with its free share used, like every new account. It regrows with the balance that the account
//! holds later, so a sponsor's deposit gives no free share.

use crate::{Config, Error, Event, HoldReason, Pallet, Sponsored, Sponsorships};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::{
	ensure,
	traits::{
		fungible::{Inspect, Mutate, MutateHold},
		tokens::{Precision, Preservation},
		Contains,
	},
};
use frame_system::{IncRefStatus, Pallet as System};
use scale_info::TypeInfo;
use sp_runtime::DispatchResult;
use tp_core::{lives::AccountLives, Balance};
use tp_quota::{QuotaMeter, QuotaStore, ACCOUNT_STATE, DAY_MS};

/// Balance that a sponsor has held for an account.
#[derive(
	Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Sponsorship {
	/// The part that counts as the account's stake: nothing, or the existential deposit and more.
	pub amount: Balance,
	/// The part that no longer counts, and is still held.
	pub leaving: Balance,
	/// The time from which on `leaving` can be withdrawn, in milliseconds since 1970.
	pub free_at: u64,
}

impl<T: Config> Pallet<T> {
	/// Holds balance of a sponsor, and counts it as stake of another account.
	pub(crate) fn do_sponsor(sponsor: T::AccountId, who: T::AccountId, amount: Balance) -> DispatchResult {
		ensure!(amount != 0, Error::<T>::NoAmount);
		ensure!(sponsor != who, Error::<T>::OwnSponsor);
		ensure!(T::Residents::contains(&who), Error::<T>::Elsewhere);
		let mut sponsorship = Sponsorships::<T>::get(&who, &sponsor).unwrap_or_default();
		sponsorship.amount = sponsorship.amount.saturating_add(amount);
		ensure!(sponsorship.amount >= T::Currency::minimum_balance(), Error::<T>::SponsorshipTooSmall);
		T::Currency::hold(&HoldReason::Sponsorship.into(), &sponsor, amount)?;

		let sponsored = Sponsored::<T>::get(&who);
		if sponsored == 0 && System::<T>::inc_sufficients(&who) == IncRefStatus::Created {
			Self::use_state(ACCOUNT_STATE);
			T::Lives::begin(&who);
			T::Store::begin(&who, Self::new_account());
		}
		let mut quota = T::Store::quota(&who).ok_or(Error::<T>::NoAccount)?;
		quota.locked = quota.locked.saturating_add(amount);
		T::Store::set_quota(&who, quota);
		Sponsored::<T>::insert(&who, sponsored.saturating_add(amount));
		Sponsorships::<T>::insert(&who, &sponsor, sponsorship);
		Self::deposit_event(Event::Sponsored { who, sponsor, amount });
		Ok(())
	}

	/// Stops counting a sponsor's stake, also if it is in use.
	pub(crate) fn do_unsponsor(sponsor: T::AccountId, who: T::AccountId, amount: Balance) -> DispatchResult {
		ensure!(amount != 0, Error::<T>::NoAmount);
		let mut sponsorship = Sponsorships::<T>::get(&who, &sponsor).ok_or(Error::<T>::NotSponsored)?;
		sponsorship.amount = sponsorship.amount.checked_sub(amount).ok_or(Error::<T>::NotSponsored)?;
		let is_enough = sponsorship.amount == 0 || sponsorship.amount >= T::Currency::minimum_balance();
		ensure!(is_enough, Error::<T>::SponsorshipTooSmall);
		sponsorship.leaving = sponsorship.leaving.saturating_add(amount);
		let free_at = Self::now().saturating_add(DAY_MS);
		sponsorship.free_at = free_at;
		Sponsorships::<T>::insert(&who, &sponsor, sponsorship);

		if let Some(mut quota) = T::Store::quota(&who) {
			quota.locked = quota.locked.saturating_sub(amount);
			T::Store::set_quota(&who, quota);
		}
		match Sponsored::<T>::get(&who).saturating_sub(amount) {
			0 => {
				Sponsored::<T>::remove(&who);
				// Without a balance the account ends here.
				System::<T>::dec_sufficients(&who);
			},
			left => Sponsored::<T>::insert(&who, left),
		}
		Self::deposit_event(Event::Unsponsored { who, sponsor, amount, free_at });
		Ok(())
	}

	/// Releases balance of a sponsor that has not counted for a day.
	pub(crate) fn do_withdraw_sponsorship(sponsor: T::AccountId, who: T::AccountId) -> DispatchResult {
		let sponsorship = Sponsorships::<T>::get(&who, &sponsor).ok_or(Error::<T>::NothingLeaves)?;
		let Sponsorship { amount: stays, leaving: amount, free_at } = sponsorship;
		ensure!(amount != 0, Error::<T>::NothingLeaves);
		ensure!(Self::now() >= free_at, Error::<T>::StillHeld);
		T::Currency::release(&HoldReason::Sponsorship.into(), &sponsor, amount, Precision::Exact)?;
		match stays {
			0 => Sponsorships::<T>::remove(&who, &sponsor),
			amount => Sponsorships::<T>::insert(&who, &sponsor, Sponsorship { amount, ..Sponsorship::default() }),
		}
		Self::deposit_event(Event::SponsorshipWithdrawn { who, sponsor, amount });
		Ok(())
	}

	/// Pays the deposit of an account that does not exist, and sponsors it unless `amount` is 0.
	pub(crate) fn do_invite(by: T::AccountId, who: T::AccountId, balance: Balance, amount: Balance) -> DispatchResult {
		ensure!(T::Residents::contains(&who), Error::<T>::Elsewhere);
		ensure!(!System::<T>::account_exists(&who), Error::<T>::AccountExists);
		ensure!(balance >= T::Currency::minimum_balance(), Error::<T>::DepositTooSmall);
		T::Currency::transfer(&by, &who, balance, Preservation::Preserve)?;
		Self::deposit_event(Event::Invited { who: who.clone(), by: by.clone(), balance });
		match amount {
			0 => Ok(()),
			amount => Self::do_sponsor(by, who, amount),
		}
	}
}
