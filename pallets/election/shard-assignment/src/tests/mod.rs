//! Tests, with real keys and tickets. A node has the number of its keys; its account is the same number.
//!
//! [`Network`] drives the main chain as `pallet-committee` does: epochs, draws and reports of participation.

mod attacks;
mod draw;
mod election;
mod frequency;
mod genesis;
mod ledgers;
mod migrations;
mod participation;
mod pool;
mod rotation;
mod several;
mod tickets;
mod turmoil;
mod weights;

use crate::{mock::*, *};
use codec::Encode;
use frame_support::{assert_ok, dispatch::DispatchResult, traits::Hooks};
use pallet_testkit::{
	keys, member, pairs, LastHeight, ManualClock, ParticipationLog, RandomnessSalt, Registered, Registry, ASSETS,
};
use sp_core::{crypto::VrfSecret, H256};
use sp_io::{hashing::blake2_256, TestExternalities};
use sp_runtime::{BuildStorage, Digest};
use tp_core::ChainTag::{self, Main, Zone};
use tp_pbft::{Epoch, EpochActivity, Height, Member, Seed};
use tp_sortition::{ticket_data, Role};
use tp_stake::{Election, EpochClock};

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
	let vrf = pairs(key_of).1.vrf_sign(&ticket_data(randomness, epoch, role));
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

/// Returns the roles for which a node may submit a ticket.
fn open_roles(node: u16) -> Vec<Role> {
	ShardAssignment::open_tickets(&account(node)).into_iter().map(|open| open.role).collect()
}

/// Submits all open tickets of some nodes that can become candidates.
fn submit_all(nodes: impl IntoIterator<Item = u16>) {
	for node in nodes {
		for open in ShardAssignment::open_tickets(&account(node)) {
			let ticket = ticket(node, open.role);
			if open.can_win(tp_sortition::draw_of(&ticket.vrf)) {
				assert_ok!(submit(ticket));
			}
		}
	}
}

/// Returns the nodes on the list of a role, in order.
fn listed(role: Role) -> Vec<u16> {
	let mut candidates = ShardAssignment::candidates(role);
	candidates.sort_unstable();
	candidates.iter().map(|candidate| number(&candidate.node)).collect()
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

/// Returns the parameters of a ledger.
fn params(chain: ChainTag, seats: u32) -> LedgerParams {
	LedgerParams { seats, role: role_of(chain), genesis_hash: H256(chain.using_encoded(blake2_256)) }
}

/// Returns a genesis with ledgers, and with the first nodes as the main chain's members.
fn genesis(ledgers: &[(ChainTag, u32)], members: u16) -> GenesisConfig<Test> {
	GenesisConfig {
		ledgers: ledgers.iter().map(|(chain, seats)| (*chain, params(*chain, *seats))).collect(),
		committee: (0..members).map(|at| (account(at), member(at))).collect(),
		history: HISTORY,
		..Default::default()
	}
}

/// Builds a ledger. The first `nodes` nodes are registered, because the genesis notes their seats.
fn build(shard_assignment: GenesisConfig<Test>, nodes: u16) -> TestExternalities {
	pallet_testkit::reset();
	register(0..nodes);
	RuntimeGenesisConfig { system: Default::default(), shard_assignment }.build_storage().unwrap().into()
}

/// The main chain with its committee.
struct Network {
	/// Its members, as `pallet-committee` has them.
	members: Vec<Member>,
	/// The members that root has named.
	named: Option<Vec<Member>>,
}

/// Runs a test with `nodes` nodes and checks the invariants after it. The first `members` are the main chain's
/// committee.
fn on_network<R>(ledgers: &[(ChainTag, u32)], members: u16, nodes: u16, test: impl FnOnce(&mut Network) -> R) -> R {
	on_genesis(genesis(ledgers, members), nodes, test)
}

/// Runs a test on any genesis and checks the invariants after it.
fn on_genesis<R>(genesis: GenesisConfig<Test>, nodes: u16, test: impl FnOnce(&mut Network) -> R) -> R {
	let members = genesis.committee.iter().map(|(_, member)| member.clone()).collect();
	build(genesis, nodes).execute_with(|| {
		let mut network = Network { members, named: None };
		network.open(1);
		let result = test(&mut network);
		ShardAssignment::do_try_state().unwrap();
		result
	})
}

impl Network {
	/// Opens the block at a height. Blocks in between are skipped.
	fn open(&self, height: Height) {
		System::reset_events();
		System::set_block_number(u64::from(height) - 1);
		System::initialize(&height.into(), &H256::repeat_byte(1), &Digest::default());
	}

	/// Executes the last block of an epoch and the first ones of the next, until all seats are dealt. Leaves the newest
	/// open. Returns the events of all of them, and the digest of the last block of the epoch.
	fn end_epoch(&mut self) -> (Vec<Event<Test>>, Digest) {
		let mut events = Vec::new();
		let digest = self.close_epoch(&mut events);
		while PendingDeal::<Test>::exists() {
			self.deal_block(&mut events);
		}
		(events, digest)
	}

	/// Executes the last block of an epoch, and opens the first of the next. Adds its events, and returns the digest of the
	/// last.
	fn close_epoch(&mut self, all: &mut Vec<Event<Test>>) -> Digest {
		let ended = ManualClock::epoch();
		let last = ManualClock::epoch_start() + EPOCH_LENGTH - 1;
		LastHeight::set(Some(last));
		self.open(last);
		let next = ShardAssignment::next_committee(ended + 1, &self.members, self.named.take());
		let before = std::mem::replace(&mut self.members, next);
		pallet_testkit::CurrentEpoch::set(ended + 1);
		LastHeight::set(None);
		ShardAssignment::do_try_state().unwrap();
		all.extend(events());
		let digest = System::digest();
		self.open(last + 1);
		self.continue_deal(all);
		ShardAssignment::epoch_ended(&EpochActivity::new(ended, before.len()), &before);
		ShardAssignment::do_try_state().unwrap();
		digest
	}

	/// Opens one more block, which continues the deal.
	fn deal_block(&self, all: &mut Vec<Event<Test>>) {
		let height = Height::try_from(System::block_number()).unwrap();
		self.open(height + 1);
		self.continue_deal(all);
	}

	fn continue_deal(&self, all: &mut Vec<Event<Test>>) {
		let weight = <ShardAssignment as Hooks<u64>>::on_initialize(System::block_number());
		assert!(weight.all_lte(Block2s::get().max_block / 4), "{weight:?}");
		all.extend(events());
		ShardAssignment::do_try_state().unwrap();
	}

	/// Ends the epoch, and returns the largest number of seats that one block decided.
	fn most_seats_of_a_block(&mut self) -> usize {
		let mut all = Vec::new();
		self.close_epoch(&mut all);
		let drawn = ManualClock::epoch() + 1;
		let decided = || Ledgers::<Test>::iter_keys().map(|chain| nodes_of(chain, drawn).len()).sum::<usize>();
		let (mut before, mut most) = (decided(), decided());
		while PendingDeal::<Test>::exists() {
			self.deal_block(&mut all);
			most = most.max(decided() - before);
			before = decided();
		}
		most
	}

	/// Runs an epoch in which some nodes submit their tickets. Returns the events of its end.
	fn epoch(&mut self, tickets: impl IntoIterator<Item = u16>) -> Vec<Event<Test>> {
		submit_all(tickets);
		self.end_epoch().0
	}

	/// Runs epochs in which some nodes submit their tickets, until an epoch begins.
	fn run_to(&mut self, epoch: Epoch, tickets: std::ops::Range<u16>) {
		while ManualClock::epoch() < epoch {
			self.epoch(tickets.clone());
		}
	}
}

/// Returns the events of this pallet in the open block.
fn events() -> Vec<Event<Test>> {
	pallet_testkit::events::<Test, _>()
}
