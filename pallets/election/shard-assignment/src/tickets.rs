//! Tickets: checked before they enter a pool or a block, held until the draw.

use crate::*;
use alloc::vec::Vec;
use frame_support::{ensure, pallet_prelude::*};
use sp_runtime::traits::SaturatedConversion;
use tp_core::AccountId;
use tp_sortition::{comprehensive_stake, Role, Ticket};
use tp_stake::{ComputingPower, EpochClock, Nodes};

impl<T: Config> Pallet<T> {
	/// For which roles a node should hand in a ticket in the present epoch: it may stand, there are seats to be drawn, it
	/// has none of them, and no ticket yet.
	pub fn open_tickets(node: &AccountId) -> Vec<Role> {
		let epoch = T::Clock::epoch();
		Role::ALL
			.into_iter()
			.filter(|role| T::Nodes::may_stand(node, *role, epoch) && Self::check_vacancy(node, *role).is_ok())
			.collect()
	}

	/// Lets a transaction with a new, valid ticket pass without a signer.
	pub(crate) fn authorize_ticket(ticket: &Ticket) -> Result<(ValidTransaction, Weight), TransactionValidityError> {
		Self::check_ticket(ticket).map_err(|error| match error {
			Error::WrongEpoch if ticket.epoch > T::Clock::epoch() => InvalidTransaction::Future,
			Error::WrongEpoch | Error::AlreadySubmitted | Error::AlreadySeated | Error::TooManyTickets => {
				InvalidTransaction::Stale
			},
			_ => InvalidTransaction::BadProof,
		})?;
		let validity = ValidTransaction::with_tag_prefix("TopTicket")
			// Before ordinary transactions, after evidence.
			.priority(TransactionPriority::MAX / 4)
			.and_provides((&ticket.node, ticket.role, ticket.epoch))
			.longevity(Self::blocks_left())
			.propagate(true)
			.build()?;
		Ok((validity, Weight::zero()))
	}

	/// Checks that a ticket is valid and news. Gives what is held of it.
	pub(crate) fn check_ticket(ticket: &Ticket) -> Result<HeldTicket, Error<T>> {
		// Cheapest first: whoever floods a pool with tickets that are no news costs it no proof check.
		let epoch = T::Clock::epoch();
		ensure!(ticket.epoch == epoch, Error::WrongEpoch);
		let node = &ticket.node;
		let held = Self::check_vacancy(node, ticket.role)?;
		let keys = T::Nodes::keys_at(node, epoch).ok_or(Error::KeysDoNotCount)?;
		ensure!(T::Nodes::may_stand(node, ticket.role, epoch), Error::MayNotStand);
		let stake = Self::uncapped_stake(node, ticket.role);
		let is_full = held.len() >= types::length(MAX_TICKETS);
		ensure!(!is_full || held.last().is_some_and(|least| least.stake < stake), Error::TooManyTickets);
		let draw = ticket.verify(&keys.vrf, &T::Clock::randomness()).ok_or(Error::BadTicket)?;
		Ok(HeldTicket { node: node.clone(), draw, stake })
	}

	/// Holds a ticket that was checked. If there are too many, that of the least stake gives way.
	pub(crate) fn hold(role: Role, ticket: HeldTicket) -> DispatchResult {
		Tickets::<T>::try_mutate(role, |held| {
			let at = held.partition_point(|other| other.stake >= ticket.stake);
			held.force_insert_keep_left(at, ticket).map_err(|_| Error::<T>::TooManyTickets)?;
			Ok(())
		})
	}

	/// Whether a node could be drawn for a role, as far as seats and tickets are concerned. Gives the tickets that are held,
	/// which are too large to be read twice.
	fn check_vacancy(node: &AccountId, role: Role) -> Result<HeldTickets, Error<T>> {
		ensure!(role.is_drawn(), Error::RoleNotDrawn);
		ensure!(RoleSeats::<T>::get(role) > 0, Error::NoLedgerOfRole);
		ensure!(Seated::<T>::get(role).binary_search(node).is_err(), Error::AlreadySeated);
		let held = Tickets::<T>::get(role);
		ensure!(!held.iter().any(|ticket| ticket.node == *node), Error::AlreadySubmitted);
		Ok(held)
	}

	fn uncapped_stake(node: &AccountId, role: Role) -> u128 {
		let assets = T::Nodes::assets(node);
		let power = T::Power::power(node, role, T::Clock::epoch());
		comprehensive_stake(assets, assets, T::Nodes::reputation(node).ten_thousandths(), power.ten_thousandths())
	}

	/// Blocks until the draw, in which a ticket can still be of use.
	fn blocks_left() -> u64 {
		let last =
			u64::from(T::Clock::epoch_start()).saturating_add(u64::from(T::Clock::epoch_length())).saturating_sub(1);
		let now: u64 = frame_system::Pallet::<T>::block_number().saturated_into();
		last.saturating_sub(now).max(1)
	}
}
