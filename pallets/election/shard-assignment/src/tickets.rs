//! Tickets: the checks before they enter a pool or a block, and the duties of nodes.
//!
//! **Invariant:** a ticket proves the key that drew it and not the node that submits it. So each check looks up the key
//! by the node, and a pool tag names node, role and epoch. The proof contains randomness of the signer: two proofs of
//! one number are one ticket.

use crate::{
	candidates::Place,
	types::{Candidate, SeatOfNode},
	*,
};
use alloc::vec::Vec;
use frame_support::{ensure, pallet_prelude::*};
use tp_pbft::Epoch;
use tp_sortition::{cap, comprehensive_stake, Key, Role, Ticket};
use tp_stake::{Candidates, EpochClock, Nodes, OpenTicket};

/// Blocks for which a pool keeps a ticket before it checks it again. The height at which tickets close is not known.
const LONGEVITY: TransactionLongevity = 64;

/// The part of the expected last key above which a node sends no ticket: three halves.
const BOUND: (u32, u32) = (3, 2);

/// The factor of computing power for the list: one, in ten thousandths.
///
/// Nodes on the list alone reveal their power, after the tickets closed. So the list cannot depend on it, and the deal does.
const NO_POWER_YET: u16 = 10_000;

impl<T: Config> Pallet<T> {
	/// Returns the roles for which a node may submit a ticket in the present epoch, and what the ticket must reach.
	///
	/// The node may stand for such a role, the role has seats, and the node has neither a seat nor a ticket of it.
	pub fn open_tickets(node: &T::AccountId) -> Vec<OpenTicket> {
		let epoch = T::Clock::epoch();
		let open = |role: Role| {
			Self::check_open(role).ok()?;
			(T::Nodes::may_stand(node, role, epoch) && Self::check_vacancy(node, role).is_ok()).then_some(())?;
			let stake = Self::stake_for_list(node, role);
			(stake > 0).then(|| OpenTicket { role, stake, bound: Self::bound(role) })
		};
		Role::ALL.into_iter().filter_map(open).collect()
	}

	/// Lets a transaction with a new and valid ticket pass without a signer.
	pub(crate) fn authorize_ticket(
		ticket: &Ticket<T::AccountId>,
	) -> Result<(ValidTransaction, Weight), TransactionValidityError> {
		Self::check_ticket(ticket).map_err(|error| match error {
			Error::WrongEpoch if ticket.epoch > T::Clock::epoch() => InvalidTransaction::Future,
			Error::DealPending => InvalidTransaction::Future,
			Error::WrongEpoch
			| Error::TicketsClosed
			| Error::AlreadySubmitted
			| Error::AlreadySeated
			| Error::NoCandidate => InvalidTransaction::Stale,
			_ => InvalidTransaction::BadProof,
		})?;
		let validity = ValidTransaction::with_tag_prefix("TopTicket")
			// Above ordinary transactions, below evidence.
			.priority(TransactionPriority::MAX / 4)
			.and_provides((&ticket.node, ticket.role, ticket.epoch))
			.longevity(LONGEVITY)
			.propagate(true)
			.build()?;
		Ok((validity, Weight::zero()))
	}

	/// Checks that a ticket is new and valid. Returns the candidate, and its place on the list.
	pub(crate) fn check_ticket(ticket: &Ticket<T::AccountId>) -> Result<(Candidate<T::AccountId>, Place), Error<T>> {
		// The checks run from cheap to expensive: a flood of old or forged tickets costs a pool no proof check, and no
		// more than the record of a node is read before the proof.
		let epoch = T::Clock::epoch();
		let Ticket { node, role, .. } = ticket;
		ensure!(ticket.epoch == epoch, Error::WrongEpoch);
		Self::check_open(*role)?;
		let keys = T::Nodes::keys_at(node, epoch).ok_or(Error::KeysDoNotCount)?;
		ensure!(T::Nodes::may_stand(node, *role, epoch), Error::MayNotStand);
		Self::check_vacancy(node, *role)?;
		let stake = Self::stake_for_list(node, *role);
		ensure!(stake > 0, Error::NoStake);
		let draw = ticket.verify(&keys.vrf, &T::Clock::randomness()).ok_or(Error::BadTicket)?;
		let key = Key::new(draw, stake).ok_or(Error::NoStake)?;
		let candidate = Candidate { key, node: node.clone() };
		let place = Self::place_of(*role, &candidate).ok_or(Error::NoCandidate)?;
		Ok((candidate, place))
	}

	/// Checks that a role has seats and that its tickets are open.
	fn check_open(role: Role) -> Result<(), Error<T>> {
		ensure!(role.is_drawn(), Error::RoleNotDrawn);
		ensure!(RoleSeats::<T>::get(role) > 0, Error::NoLedgerOfRole);
		ensure!(T::Clock::last_height().is_none(), Error::TicketsClosed);
		ensure!(!PendingDeal::<T>::exists(), Error::DealPending);
		Ok(())
	}

	/// Checks that a node has neither a seat nor a ticket of a role.
	fn check_vacancy(node: &T::AccountId, role: Role) -> Result<(), Error<T>> {
		ensure!(!Self::is_seated(node, role, T::Clock::epoch().saturating_add(1)), Error::AlreadySeated);
		ensure!(!Ticketed::<T>::contains_key(role, node), Error::AlreadySubmitted);
		Ok(())
	}

	/// Returns whether a node has a seat of a role in an epoch, which is the newest that is decided or later.
	pub(crate) fn is_seated(node: &T::AccountId, role: Role, epoch: Epoch) -> bool {
		Seated::<T>::get(role, node)
			.is_some_and(|SeatOfNode { chain, until, .. }| until >= epoch && Ledgers::<T>::contains_key(chain))
	}

	/// Returns the stake by which the list is ordered: comprehensive stake without computing power.
	fn stake_for_list(node: &T::AccountId, role: Role) -> u128 {
		Self::stake_of(node, role, T::Clock::epoch(), NO_POWER_YET)
	}

	/// Returns the comprehensive stake of a node in the draw of a role that is made in `epoch`.
	pub(crate) fn stake_of(node: &T::AccountId, role: Role, epoch: Epoch, power: u16) -> u128 {
		let cap = cap(T::Nodes::field(role, epoch), RoleSeats::<T>::get(role));
		let reputation = T::Nodes::reputation(node).ten_thousandths();
		comprehensive_stake(T::Nodes::weighs(node, role, epoch), cap, reputation, power)
	}

	/// Returns the key above which a ticket cannot become a candidate: the last of a full list, or half as much again as the
	/// last key is expected to be.
	///
	/// The last key is about candidates / sum of all stakes. That of the draw before says what the sum is.
	fn bound(role: Role) -> Option<Key> {
		let last = Self::last_of_full_list(role);
		let now = Self::most_candidates(role);
		let expected = LastKey::<T>::get(role)
			.map(|(key, then)| key.times(now.saturating_mul(BOUND.0), then.saturating_mul(BOUND.1)));
		last.into_iter().chain(expected).min()
	}
}

impl<T: Config> Candidates<T::AccountId> for Pallet<T> {
	fn is_candidate(node: &T::AccountId) -> Option<bool> {
		T::Clock::last_height()?;
		let mut drawn = Role::ALL.into_iter().filter(|role| role.is_drawn());
		Some(drawn.any(|role| Ticketed::<T>::contains_key(role, node)))
	}
}
