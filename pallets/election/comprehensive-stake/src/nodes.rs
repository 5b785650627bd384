//! The life cycle of nodes: registration, deposit, roles, leaving.

use crate::{keys::is_proof_of, *};
use frame_support::{
	pallet_prelude::*,
	traits::{
		fungible::{Inspect, MutateHold},
		tokens::{Fortitude, Precision, Preservation},
		UnixTime,
	},
};
use sp_runtime::Perbill;
use tp_core::Balance;
use tp_pbft::Epoch;
use tp_sortition::Roles;
use tp_stake::{EpochClock, Leaving, NodeKeys, OnVotesChange, Reputation, Voters};

/// The data with which a node registers.
pub(crate) struct Registration {
	pub roles: Roles,
	pub keys: NodeKeys,
	pub network_id: NetworkId,
	pub deposit: Balance,
	pub dividend: Perbill,
}

impl<T: Config> Pallet<T> {
	pub(crate) fn do_register(controller: T::AccountId, registration: Registration, proof: &[u8]) -> DispatchResult {
		Self::check_registration(&controller, &registration)?;
		ensure!(is_proof_of(&registration.keys, &controller, proof), Error::<T>::WrongProof);
		let count_from = T::Clock::epoch().saturating_add(EPOCHS_UNTIL_KEYS_COUNT);
		Self::add_node(controller, registration, count_from)
	}

	/// Checks a registration except for the proof.
	pub(crate) fn check_registration(controller: &T::AccountId, registration: &Registration) -> Result<(), Error<T>> {
		let Registration { roles, keys, network_id, deposit, dividend: _ } = registration;
		ensure!(!Nodes::<T>::contains_key(controller), Error::AlreadyRegistered);
		ensure!(!network_id.is_empty(), Error::NoNetworkId);
		Self::ensure_deposit_suffices(*roles, *deposit)?;
		Self::ensure_keys_are_free(keys, controller)?;
		Self::ensure_free(controller, *deposit)
	}

	/// Adds a node. The caller has checked the registration.
	pub(crate) fn add_node(controller: T::AccountId, registration: Registration, count_from: Epoch) -> DispatchResult {
		let Registration { roles, keys, network_id, deposit, dividend } = registration;
		T::Currency::hold(&HoldReason::Deposit.into(), &controller, deposit)?;
		Self::own_keys(&keys, &controller);
		let node = Node {
			roles,
			keys: keys.clone(),
			keys_count_from: count_from,
			next_keys: None,
			past_keys: BoundedVec::new(),
			network_id,
			deposit,
			dividend,
			reputation: Reputation::START,
			reputation_at: EpochsOver::<T>::get(),
			stays_away_until: None,
			removed_until: None,
			leaving: None,
			seated_until: None,
			slashes: BoundedVec::new(),
		};
		Nodes::<T>::insert(&controller, node);
		Self::offer(&controller, roles);
		if let Some(pool) = PastPools::<T>::take(&controller) {
			Pools::<T>::insert(&controller, pool);
		}
		Self::weigh_anew(&controller);
		Self::deposit_event(Event::Registered { node: controller.clone(), roles, deposit });
		Self::deposit_event(Event::KeysSet { node: controller, keys, count_from });
		Ok(())
	}

	pub(crate) fn do_add_deposit(node: T::AccountId, amount: Balance) -> DispatchResult {
		ensure!(amount > 0, Error::<T>::NoAmount);
		Self::try_mutate_node(&node, |record| {
			ensure!(record.leaving.is_none(), Error::<T>::NodeLeaving);
			Self::ensure_free(&node, amount)?;
			T::Currency::hold(&HoldReason::Deposit.into(), &node, amount)?;
			record.deposit = record.deposit.saturating_add(amount);
			Ok(())
		})?;
		Self::weigh_anew(&node);
		Self::deposit_event(Event::DepositAdded { node, amount });
		Ok(())
	}

	pub(crate) fn do_set_roles(node: T::AccountId, roles: Roles) -> DispatchResult {
		Self::try_mutate_node(&node, |record| {
			ensure!(record.leaving.is_none(), Error::<T>::NodeLeaving);
			Self::ensure_deposit_suffices(roles, record.deposit)?;
			Self::keep_standing(&node, record);
			Self::withdraw_offer(&node, record.roles);
			Self::offer(&node, roles);
			record.roles = roles;
			Ok(())
		})?;
		Self::weigh_anew(&node);
		Self::deposit_event(Event::RolesSet { node, roles });
		Ok(())
	}

	pub(crate) fn do_set_dividend(node: T::AccountId, dividend: Perbill) -> DispatchResult {
		let epoch = T::Clock::epoch();
		let present = Self::dividend(&node, epoch);
		ensure!(Nodes::<T>::contains_key(&node), Error::<T>::NoSuchNode);
		// What the node owes for past epochs is divided by the dividends of those epochs, which are forgotten now.
		T::OnVotesChange::before_dividend_change(&node);
		Self::try_mutate_node(&node, |record| {
			record.dividend = present;
			Ok(())
		})?;
		let count_from = epoch.saturating_add(EPOCHS_UNTIL_DIVIDEND_COUNTS);
		NextDividends::<T>::insert(&node, NextDividend { count_from, dividend });
		Self::deposit_event(Event::DividendSet { node, dividend, count_from });
		Ok(())
	}

	pub(crate) fn do_leave(node: T::AccountId) -> DispatchResult {
		let leaving = Self::try_mutate_node(&node, |record| {
			ensure!(record.leaving.is_none(), Error::<T>::NodeLeaving);
			Self::keep_standing(&node, record);
			let leave_delay_ms = CurrentParameters::<T>::get().leave_delay_ms;
			let last = T::Clock::epoch().max(record.seated_until.unwrap_or_default());
			let leaving = Leaving {
				not_before: Self::now().saturating_add(leave_delay_ms),
				after_epoch: last.saturating_add(Self::evidence_epochs()),
			};
			record.leaving = Some(leaving);
			Self::withdraw_offer(&node, record.roles);
			Ok(leaving)
		})?;
		Self::weigh_anew(&node);
		Self::deposit_event(Event::LeavingStarted { node, leaving });
		Ok(())
	}

	pub(crate) fn do_return(node: T::AccountId) -> DispatchResult {
		Self::try_mutate_node(&node, |record| {
			let leaving = record.leaving.ok_or(Error::<T>::NotLeaving)?;
			ensure!(!Self::is_free(&leaving), Error::<T>::DepositFree);
			Self::keep_standing(&node, record);
			record.leaving = None;
			Self::offer(&node, record.roles);
			Ok(())
		})?;
		Self::weigh_anew(&node);
		Self::deposit_event(Event::Returned { node });
		Ok(())
	}

	pub(crate) fn do_withdraw_deposit(node: T::AccountId) -> DispatchResult {
		let record = Nodes::<T>::get(&node).ok_or(Error::<T>::NoSuchNode)?;
		let leaving = record.leaving.ok_or(Error::<T>::NotLeaving)?;
		ensure!(!Self::is_slashed(&node, &record), Error::<T>::SlashPending);
		ensure!(Self::is_free(&leaving), Error::<T>::DepositLocked);
		Self::remove_node(node, record)
	}

	/// Removes a node that has left, and releases its deposit.
	pub(crate) fn remove_node(node: T::AccountId, record: Node) -> DispatchResult {
		let amount = record.deposit;
		if amount > 0 {
			T::Currency::release(&HoldReason::Deposit.into(), &node, amount, Precision::Exact)?;
		}
		Self::forget_keys(&record);
		T::OnVotesChange::before_dividend_change(&node);
		NextDividends::<T>::remove(&node);
		Nodes::<T>::remove(&node);
		Addresses::<T>::remove(&node);
		StandingAtClose::<T>::remove(&node);
		if let Some(pool) = Pools::<T>::take(&node) {
			PastPools::<T>::insert(&node, pool);
		}
		Self::weigh_anew(&node);
		Self::deposit_event(Event::DepositWithdrawn { node, amount });
		Ok(())
	}

	/// Whether the deposit of a leaving node is free.
	fn is_free(leaving: &Leaving) -> bool {
		Self::now() >= leaving.not_before && T::Clock::epoch() > leaving.after_epoch
	}

	fn ensure_deposit_suffices(roles: Roles, deposit: Balance) -> Result<(), Error<T>> {
		ensure!(roles.is_valid(), Error::InvalidRoles);
		ensure!(deposit >= CurrentParameters::<T>::get().least_deposits.of_all(roles), Error::DepositTooSmall);
		Ok(())
	}

	/// Checks that an account has an amount that is neither held nor frozen nor needed for its existence.
	pub(crate) fn ensure_free(who: &T::AccountId, amount: Balance) -> Result<(), Error<T>> {
		let free = T::Currency::reducible_balance(who, Preservation::Preserve, Fortitude::Polite);
		ensure!(free >= amount, Error::NotEnoughFree);
		Ok(())
	}

	fn offer(node: &T::AccountId, roles: Roles) {
		roles.iter().for_each(|role| Offers::<T>::insert(role, node, ()));
	}

	fn withdraw_offer(node: &T::AccountId, roles: Roles) {
		roles.iter().for_each(|role| Offers::<T>::remove(role, node));
	}

	/// Changes a node, or fails if it does not exist.
	pub(crate) fn try_mutate_node<R>(
		node: &T::AccountId,
		change: impl FnOnce(&mut Node) -> Result<R, DispatchError>,
	) -> Result<R, DispatchError> {
		Nodes::<T>::try_mutate(node, |record| change(record.as_mut().ok_or(Error::<T>::NoSuchNode)?))
	}

	/// Returns the time of the block, in milliseconds since 1970.
	pub(crate) fn now() -> u64 {
		u64::try_from(T::Time::now().as_millis()).unwrap_or(u64::MAX)
	}
}
