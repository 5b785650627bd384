//! Tickets: the checks before they enter a pool or a block, and their store until the draw.
//!
//! **Invariant:** a ticket proves the key that drew it and not the node that submits it. So each check looks up the key
//! by the node, and a pool tag names node, role and epoch. The proof contains randomness of the signer: two proofs of
//! one number are one ticket.

use crate::*;
use alloc::vec::Vec;
use frame_support::{ensure, pallet_prelude::*};
use sp_runtime::traits::SaturatedConversion;
use tp_sortition::{comprehensive_stake, Role, Ticket};
use tp_stake::{ComputingPower, EpochClock, Nodes};

impl<T: Config> Pallet<T> {
	/// Returns the roles for which a node should submit a ticket in the present epoch.
	///
	/// The node may stand for such a role, the role has seats, and the node has neither a seat nor a ticket of it.
	pub fn open_tickets(node: &T::AccountId) -> Vec<Role> {
		let epoch = T::Clock::epoch();
		Role::ALL
			.into_iter()
			.filter(|role| T::Nodes::may_stand(node, *role, epoch) && Self::check_vacancy(node, *role).is_ok())
			.collect()
	}

	/// Lets a transaction with a new and valid ticket pass without a signer.
	pub(crate) fn authorize_ticket(
		ticket: &Ticket<T::AccountId>,
	) -> Result<(ValidTransaction, Weight), TransactionValidityError> {
		Self::check_ticket(ticket).map_err(|error| match error {
			Error::WrongEpoch if ticket.epoch > T::Clock::epoch() => InvalidTransaction::Future,
			Error::WrongEpoch | Error::AlreadySubmitted | Error::AlreadySeated | Error::TooManyTickets => {
				InvalidTransaction::Stale
			},
			_ => InvalidTransaction::BadProof,
		})?;
		let validity = ValidTransaction::with_tag_prefix("TopTicket")
			// Above ordinary transactions, below evidence.
			.priority(TransactionPriority::MAX / 4)
			.and_provides((&ticket.node, ticket.role, ticket.epoch))
			.longevity(Self::blocks_left())
			.propagate(true)
			.build()?;
		Ok((validity, Weight::zero()))
	}

	/// Checks that a ticket is new and valid. Returns the part of it that is held.
	pub(crate) fn check_ticket(ticket: &Ticket<T::AccountId>) -> Result<HeldTicket<T::AccountId>, Error<T>> {
		// The checks run from cheap to expensive: a flood of old tickets costs a pool no proof check.
		let epoch = T::Clock::epoch();
		ensure!(ticket.epoch == epoch, Error::WrongEpoch);
		let node = &ticket.node;
		let held = Self::check_vacancy(node, ticket.role)?;
		let keys = T::Nodes::keys_at(node, epoch).ok_or(Error::KeysDoNotCount)?;
		ensure!(T::Nodes::may_stand(node, ticket.role, epoch), Error::MayNotStand);
		let stake = Self::uncapped_stake(node, ticket.role);
		let is_full = held.len() >= types::length(MAX_TICKETS);
		ensure!(!is_full || held.last().is_some_and(|lowest| lowest.stake < stake), Error::TooManyTickets);
		let draw = ticket.verify(&keys.vrf, &T::Clock::randomness()).ok_or(Error::BadTicket)?;
		Ok(HeldTicket { node: node.clone(), draw, stake })
	}

	/// Stores a checked ticket. If there are too many, the ticket of the lowest stake is evicted.
	///
	/// Tickets of equal stake keep the order of submission, so a newcomer never evicts a ticket of its own stake.
	pub(crate) fn store_ticket(role: Role, ticket: HeldTicket<T::AccountId>) -> DispatchResult {
		Tickets::<T>::try_mutate(role, |held| {
			let at = held.partition_point(|other| other.stake >= ticket.stake);
			held.force_insert_keep_left(at, ticket).map_err(|_| Error::<T>::TooManyTickets)?;
			Ok(())
		})
	}

	/// Checks that a role has seats and that a node has neither a seat nor a ticket of it.
	///
	/// Returns the held tickets, which are too large to be read twice.
	fn check_vacancy(node: &T::AccountId, role: Role) -> Result<HeldTickets<T::AccountId>, Error<T>> {
		ensure!(role.is_drawn(), Error::RoleNotDrawn);
		ensure!(RoleSeats::<T>::get(role) > 0, Error::NoLedgerOfRole);
		ensure!(Seated::<T>::get(role).binary_search(node).is_err(), Error::AlreadySeated);
		let held = Tickets::<T>::get(role);
		ensure!(!held.iter().any(|ticket| ticket.node == *node), Error::AlreadySubmitted);
		Ok(held)
	}

	/// Returns the comprehensive stake of a node without the cap, which is known only at the draw.
	fn uncapped_stake(node: &T::AccountId, role: Role) -> u128 {
		let assets = T::Nodes::assets(node);
		let power = T::Power::power(node, role, T::Clock::epoch());
		comprehensive_stake(assets, assets, T::Nodes::reputation(node).ten_thousandths(), power.ten_thousandths())
	}

	/// Returns the number of blocks until the draw, at least one.
	fn blocks_left() -> u64 {
		let last =
			u64::from(T::Clock::epoch_start()).saturating_add(u64::from(T::Clock::epoch_length())).saturating_sub(1);
		let now: u64 = frame_system::Pallet::<T>::block_number().saturated_into();
		last.saturating_sub(now).max(1)
	}
}
