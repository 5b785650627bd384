//! Tests, with real keys and tickets. A node has the number of its keys; its account is the same number.

mod draw;
mod election;
mod frequency;
mod genesis;
mod ledgers;
mod network;
mod participation;
mod pool;
mod rotation;
mod several;
mod tickets;
mod turmoil;
mod weights;

use crate::{mock::*, *};
use frame_support::{assert_ok, dispatch::DispatchResult};
use network::*;
use pallet_testkit::{
	keys, member, pairs, ManualClock, ParticipationLog, RandomnessSalt, Registered, Registry, ASSETS,
};
use sp_core::crypto::VrfSecret;
use tp_core::ChainTag::{self, Main, Zone};
use tp_pbft::{Epoch, Height, Seed};
use tp_sortition::{ticket_data, Role};
use tp_stake::EpochClock;

type AccountId = u64;
type Seat = tp_stake::Seat<AccountId>;
type Ticket = tp_sortition::Ticket<AccountId>;

const EPOCH_LENGTH: Height = 10;
const HISTORY: Epoch = 3;

/// Returns the account of a node.
fn account(at: u16) -> AccountId {
	at.into()
}

/// Returns the node of an account.
fn number(node: &AccountId) -> u16 {
	u16::try_from(*node).unwrap()
}

/// Registers nodes.
fn register(nodes: impl IntoIterator<Item = u16>) {
	nodes.into_iter().for_each(|at| Registry::register(&account(at), Registered::new(keys(at))));
}

/// Changes the record of a node.
fn with(at: u16, write: impl FnOnce(&mut Registered)) {
	Registry::change(&account(at), write);
}

/// Returns the record of a node.
fn known(at: u16) -> Registered {
	Registry::get(&account(at)).unwrap()
}

const fn shard(zone: u16, incarnation: u32) -> ChainTag {
	ChainTag::Shard { zone, incarnation }
}

/// Draws a ticket with the keys of one node in the name of another.
fn ticket_by(key_of: u16, node: u16, epoch: Epoch, role: Role, randomness: &Seed) -> Ticket {
	let vrf = pairs(key_of).1.as_ref().vrf_sign(&ticket_data(randomness, epoch, role));
	Ticket { node: account(node), epoch, role, vrf }
}

/// Draws the ticket of a node for the present epoch.
fn ticket(node: u16, role: Role) -> Ticket {
	ticket_by(node, node, ManualClock::epoch(), role, &ManualClock::randomness())
}

/// Submits a ticket as a block does, after the pool accepted it.
fn submit(ticket: Ticket) -> DispatchResult {
	ShardAssignment::submit_ticket(pallet_testkit::authorized::<Test>(), ticket)
}

/// Submits all open tickets of some nodes.
fn submit_all(nodes: impl IntoIterator<Item = u16>) {
	for node in nodes {
		for role in ShardAssignment::open_tickets(&account(node)) {
			assert_ok!(submit(ticket(node, role)));
		}
	}
}

/// Returns the nodes of a committee, or none if there is no committee.
fn nodes_of(chain: ChainTag, epoch: Epoch) -> Vec<u16> {
	let seats = Committees::<Test>::get(chain, epoch).unwrap_or_default();
	seats.iter().map(|seat| number(seat.node.as_ref().unwrap())).collect()
}

/// Counts the nodes of the second committee that are not in the first.
fn newcomers(before: &[u16], after: &[u16]) -> usize {
	after.iter().filter(|node| !before.contains(node)).count()
}
