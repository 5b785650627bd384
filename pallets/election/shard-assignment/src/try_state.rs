//! Invariants of the state between any two blocks.

use crate::{
	types::{count, role_of, zone_of},
	*,
};
use alloc::collections::{BTreeMap, BTreeSet};
use frame_support::ensure;
use sp_runtime::TryRuntimeError;
use tp_core::ChainTag;
use tp_pbft::{Epoch, MAX_MEMBERS};
use tp_sortition::Role;
use tp_stake::{EpochClock, Seat};

/// The committees of one epoch, as they are stored.
type CommitteesOf<T> = BTreeMap<ChainTag, Seats<<T as frame_system::Config>::AccountId>>;

impl<T: Config> Pallet<T> {
	/// Checks the pallet's invariants. Called after each test, and by `try-runtime`.
	pub fn do_try_state() -> Result<(), TryRuntimeError> {
		Self::try_ledgers()?;
		ensure!(InForce::<T>::get() <= T::Clock::epoch(), "no committee is in force before its epoch");
		Self::try_tickets()?;
		let mut epochs: BTreeMap<Epoch, CommitteesOf<T>> = BTreeMap::new();
		for (chain, epoch, seats) in Committees::<T>::iter() {
			Self::try_epoch(chain, epoch)?;
			try_committee(epoch, &seats)?;
			epochs.entry(epoch).or_default().insert(chain, seats);
		}
		epochs.values().try_for_each(Self::try_seats)
	}

	fn try_ledgers() -> Result<(), TryRuntimeError> {
		let mut seats: BTreeMap<Role, u32> = BTreeMap::new();
		for (chain, params) in Ledgers::<T>::iter() {
			ensure!(params.role == role_of(chain), "a ledger has the role of its kind");
			ensure!((1..=MAX_MEMBERS).contains(&params.seats), "a committee has 1 to MAX_MEMBERS seats");
			ensure!(!Retired::<T>::contains_key(chain), "a registered ledger is not a removed one");
			*seats.entry(params.role).or_default() += params.seats;
		}
		ensure!(Ledgers::<T>::count() + Retired::<T>::count() <= MAX_LEDGERS, "the number of ledgers is bounded");
		ensure!(seats.values().sum::<u32>() <= MAX_SEATS, "the number of seats is bounded");
		for role in Role::ALL {
			let counted = seats.get(&role).copied().unwrap_or_default();
			ensure!(RoleSeats::<T>::get(role) == counted, "the count of a role's seats is right");
		}
		for chain in Reported::<T>::iter_keys() {
			let is_known = Ledgers::<T>::contains_key(chain) || Retired::<T>::contains_key(chain);
			ensure!(is_known && chain != ChainTag::Main, "only known ledgers besides the main chain report");
		}
		let (first, end) = WaitingRange::<T>::get();
		let waiting = end.wrapping_sub(first);
		ensure!(waiting <= MAX_WAITING_REPORTS, "few reports wait");
		ensure!(WaitingReports::<T>::iter_keys().count() == waiting as usize, "each number has its report");
		ensure!((1..=MAX_HISTORY).contains(&History::<T>::get()), "the history is within its bounds");
		Ok(())
	}

	fn try_tickets() -> Result<(), TryRuntimeError> {
		let is_dealing = PendingDeal::<T>::exists();
		for role in Role::ALL {
			let pages = Summaries::<T>::get(role);
			ensure!(role.is_drawn() || pages.is_empty(), "candidates are of drawn roles");
			let mut nodes = BTreeSet::new();
			for (number, summary) in (0..).zip(&pages) {
				let page = CandidatePages::<T>::get(role, number);
				ensure!(is_dealing || page.iter().max() == Some(&summary.last), "a summary names the last of its page");
				ensure!(is_dealing || summary.count == count(page.len()), "a summary counts its page");
				ensure!(
					is_dealing || number + 1 == count(pages.len()) || summary.count == PAGE,
					"all pages but the last are full"
				);
				let before = nodes.len();
				let held = page.len();
				nodes.extend(page.into_iter().map(|candidate| candidate.node));
				ensure!(nodes.len() == before + held, "a node is one candidate");
			}
			let stored = CandidatePages::<T>::iter_key_prefix(role).count();
			ensure!(stored == pages.len(), "each page has its summary");
			let ticketed: BTreeSet<_> = Ticketed::<T>::iter_key_prefix(role).collect();
			ensure!(is_dealing || ticketed == nodes, "the nodes with a ticket are the candidates");
			let next = T::Clock::epoch().saturating_add(1);
			ensure!(
				is_dealing || !nodes.iter().any(|node| Self::is_seated(node, role, next)),
				"a node with a seat has no ticket"
			);
		}
		ensure!(Planned::<T>::iter_keys().all(Ledgers::<T>::contains_key), "openings are planned for ledgers");
		ensure!(is_dealing || Planned::<T>::iter_keys().next().is_none(), "openings are planned for a deal");
		Ok(())
	}

	/// Checks that committees are kept from the history to the next epoch, for known and removed ledgers.
	fn try_epoch(chain: ChainTag, epoch: Epoch) -> Result<(), TryRuntimeError> {
		let present = T::Clock::epoch();
		ensure!(epoch.saturating_add(History::<T>::get()) >= present, "old committees are removed");
		let last = match Retired::<T>::get(chain) {
			Some(ledger) => ledger.last_epoch,
			None => {
				ensure!(Ledgers::<T>::contains_key(chain), "a committee belongs to a ledger");
				present.saturating_add(1)
			},
		};
		ensure!(epoch <= last, "no committee is decided further ahead");
		Ok(())
	}

	/// Checks that no node has two seats of a role in an epoch, or seats in a zone and its shards.
	///
	/// The main chain is exempt, because root may name any node.
	fn try_seats(committees: &CommitteesOf<T>) -> Result<(), TryRuntimeError> {
		let mut seated: BTreeSet<(Role, &T::AccountId)> = BTreeSet::new();
		let mut zones: BTreeSet<(u16, Role, &T::AccountId)> = BTreeSet::new();
		for (chain, seats) in committees.iter().filter(|(chain, _)| **chain != ChainTag::Main) {
			let role = role_of(*chain);
			for node in seats.iter().filter_map(|seat| seat.node.as_ref()) {
				ensure!(seated.insert((role, node)), "a node has one seat of a role");
				if let Some(zone) = zone_of(*chain) {
					zones.insert((zone, role, node));
				}
			}
		}
		let sits_in_both = |(zone, role, node): &(u16, Role, &T::AccountId)| {
			*role == Role::Router && zones.contains(&(*zone, Role::Validator, *node))
		};
		ensure!(AllowBoth::<T>::get() || !zones.iter().any(sits_in_both), "no node sits in a zone and in its shard");
		Ok(())
	}
}

fn try_committee<AccountId: Ord>(epoch: Epoch, seats: &[Seat<AccountId>]) -> Result<(), TryRuntimeError> {
	ensure!((1..=MAX_MEMBERS).contains(&count(seats.len())), "a committee has 1 to MAX_MEMBERS members");
	let nodes: BTreeSet<_> = seats.iter().filter_map(|seat| seat.node.as_ref()).collect();
	let registered = seats.iter().filter(|seat| seat.node.is_some()).count();
	ensure!(nodes.len() == registered, "a node has one seat in a committee");
	let votes: BTreeSet<_> = seats.iter().map(|seat| &seat.member.key).collect();
	let vrfs: BTreeSet<_> = seats.iter().map(|seat| &seat.member.vrf).collect();
	ensure!(votes.len() == seats.len() && vrfs.len() == seats.len(), "the keys of members are distinct");
	ensure!(seats.iter().all(|seat| seat.since <= epoch), "a seat is not older than its stay");
	Ok(())
}
