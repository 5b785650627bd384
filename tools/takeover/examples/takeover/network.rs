//! The network of a simulation: nodes, their tickets, and epochs that end.

use crate::runtime::*;
use frame_support::{
	storage::{with_transaction, TransactionOutcome},
	traits::Hooks,
};
use pallet_comprehensive_stake::{GenesisNode, GenesisVote};
use pallet_shard_assignment::{LedgerParams, PendingDeal, Seated};
use pallet_testkit::{account, keys, member, pairs, CurrentEpoch, LastHeight, ManualClock, RandomnessSalt, SeedSalt};
use sp_core::{crypto::VrfSecret, H256};
use sp_io::TestExternalities;
use sp_runtime::{DispatchError, Perbill};
use std::collections::BTreeMap;
use tp_core::{Balance, ChainTag, TOP};
use tp_pbft::{Epoch, Member, MemberActivity};
use tp_sortition::{draw_of, ticket_data, Draw, Role, Roles, Ticket};
use tp_stake::{Committees, Election, EpochClock, Nodes, OnParticipation, Participation};

/// The ledgers of routers.
pub const LEDGERS: [ChainTag; 4] = [ChainTag::Main, ChainTag::Zone(0), ChainTag::Zone(1), ChainTag::Zone(2)];
/// Seats of each.
pub const SEATS: usize = 32;
/// Seats of all of them.
const ALL_SEATS: u32 = 4 * SEATS_OF_ONE;
/// The same as [`SEATS`].
const SEATS_OF_ONE: u32 = 32;
/// The account that votes for the attacker's nodes.
const HOLDER: u16 = 255;
/// The longest lock, whose votes weigh twice: a vote counts with its whole amount.
const DAYS: u32 = 600;

/// The nodes of a simulation. The attacker's come first.
#[derive(Clone, Debug)]
pub struct Setting {
	/// The deposits of the attacker's nodes, in TOP.
	pub attacker: Vec<u32>,
	/// The deposits of the others.
	pub others: Vec<u32>,
	/// The attacker's votes, in TOP, each for its node with the same number.
	pub votes: Vec<u32>,
}

/// The chain. It exists inside [`run`] alone.
pub struct Network {
	attackers: u16,
	nodes: u16,
	members: Vec<Member>,
	votes: u64,
	numbers: BTreeMap<AccountId, u16>,
}

/// Builds the chain of a setting with a seed, and runs something on it.
pub fn run<R>(setting: &Setting, seed: u64, test: impl FnOnce(&mut Network) -> R) -> R {
	let deposits: Vec<u32> = setting.attacker.iter().chain(&setting.others).copied().collect();
	let nodes = u16::try_from(deposits.len()).expect("there are keys for 256 nodes");
	let attackers = u16::try_from(setting.attacker.len()).expect("there are keys for 256 nodes");
	let node = |(number, deposit): (u16, &u32)| GenesisNode {
		controller: account::<AccountId>(number),
		roles: Roles::of(&[Role::Router]),
		keys: keys(number),
		network_id: vec![1],
		deposit: Balance::from(*deposit) * TOP,
		dividend: Perbill::zero(),
		votes: setting.votes.get(usize::from(number)).map_or(Vec::new(), |amount| {
			let amount = Balance::from(*amount) * TOP;
			vec![GenesisVote { holder: account(HOLDER), amount, days: DAYS, unlocks_at: u64::MAX }]
		}),
	};
	// The first committee has one member that is no node: all seats are drawn.
	let params = |chain| {
		let role = pallet_shard_assignment::role_of(chain);
		(chain, LedgerParams { seats: SEATS_OF_ONE, role, genesis_hash: H256::zero() })
	};
	let rich = 1_000_000_000 * TOP;
	let mut chain: TestExternalities = pallet_testkit::genesis(RuntimeGenesisConfig {
		balances: pallet_balances::GenesisConfig {
			balances: (0..nodes).chain([HOLDER]).map(|number| (account(number), rich)).collect(),
			..Default::default()
		},
		stake: pallet_comprehensive_stake::GenesisConfig {
			nodes: (0..).zip(&deposits).map(node).collect(),
			..Default::default()
		},
		assignment: pallet_shard_assignment::GenesisConfig {
			ledgers: LEDGERS.into_iter().map(params).collect(),
			..Default::default()
		},
		..Default::default()
	});
	chain.execute_with(|| {
		RandomnessSalt::set(seed);
		SeedSalt::set(seed);
		System::set_block_number(1);
		let numbers = (0..nodes).map(|number| (account(number), number)).collect();
		let votes = setting.votes.len() as u64;
		let mut network = Network { attackers, nodes, members: vec![member(254)], votes, numbers };
		// Two epochs fill all seats.
		for _ in 0..2 {
			let tickets = network.tickets();
			network.send(&tickets, |_| true);
			network.end_epoch();
		}
		test(&mut network)
	})
}

/// Runs something and undoes what it did to the chain: the attacker tries an outcome so.
pub fn tried<R>(network: &mut Network, run: impl FnOnce(&mut Network) -> R) -> R {
	let (epoch, members, seed) = (CurrentEpoch::get(), network.members.clone(), SeedSalt::get());
	let mut result = None;
	with_transaction(|| {
		result = Some(run(network));
		TransactionOutcome::Rollback(Ok::<_, DispatchError>(()))
	})
	.expect("the closure returns no error");
	CurrentEpoch::set(epoch);
	SeedSalt::set(seed);
	LastHeight::set(None);
	network.members = members;
	result.expect("it ran")
}

impl Network {
	/// Whether a node is the attacker's.
	pub fn is_attacker(&self, node: u16) -> bool {
		node < self.attackers
	}

	/// Returns the tickets of all nodes that may submit one, with their numbers.
	pub fn tickets(&self) -> BTreeMap<u16, (Ticket<AccountId>, Draw)> {
		let (epoch, randomness) = (ManualClock::epoch(), ManualClock::randomness());
		let data = ticket_data(&randomness, epoch, Role::Router);
		let ticket = |node: u16| {
			let open = Assignment::open_tickets(&account(node));
			let vrf = open.first().map(|_| pairs(node).1.vrf_sign(&data))?;
			let draw = draw_of(&vrf);
			Some((node, (Ticket { node: account(node), epoch, role: Role::Router, vrf }, draw)))
		};
		(0..self.nodes).filter_map(ticket).collect()
	}

	/// Submits the tickets of some nodes, where they can become candidates. Returns the number of those accepted.
	pub fn send(&self, tickets: &BTreeMap<u16, (Ticket<AccountId>, Draw)>, who: impl Fn(u16) -> bool) -> usize {
		let mut accepted = 0;
		for (node, (ticket, draw)) in tickets.iter().filter(|(node, _)| who(**node)) {
			let open = Assignment::open_tickets(&account(*node));
			if open.first().is_some_and(|open| open.can_win(*draw)) {
				let sent = Assignment::submit_ticket(pallet_testkit::authorized::<Runtime>(), ticket.clone());
				accepted += usize::from(sent.is_ok());
			}
		}
		accepted
	}

	/// Ends the epoch, and deals all seats of the epoch after the next.
	pub fn end_epoch(&mut self) {
		let ended = ManualClock::epoch();
		LastHeight::set(Some(ManualClock::epoch_start() + 9));
		self.members = Assignment::next_committee(ended + 1, &self.members, None);
		CurrentEpoch::set(ended + 1);
		LastHeight::set(None);
		while PendingDeal::<Runtime>::exists() {
			<Assignment as Hooks<u64>>::on_initialize(1);
		}
	}

	/// Reports an epoch of a ledger in which some members signed nothing, and that the epoch is over.
	pub fn report(&self, chain: ChainTag, epoch: Epoch, is_absent: impl Fn(u16) -> bool) {
		let activity = |node| MemberActivity { signed: if is_absent(node) { 0 } else { 100 }, ..Default::default() };
		let members = self.committee(chain, epoch).into_iter().map(|node| (account(node), activity(node)));
		Stake::on_participation(&Participation { chain, epoch, certified: 100, members: members.collect() });
		Stake::on_epoch_end(epoch);
	}

	/// Returns the nodes of a committee.
	pub fn committee(&self, chain: ChainTag, epoch: Epoch) -> Vec<u16> {
		let seats = <Assignment as Committees<AccountId>>::committee(chain, epoch).unwrap_or_default();
		seats.into_iter().filter_map(|seat| self.numbers.get(&seat.node?).copied()).collect()
	}

	/// Returns the newest committee that is decided.
	pub fn newest(&self, chain: ChainTag) -> Vec<u16> {
		self.committee(chain, ManualClock::epoch() + 1)
	}

	/// Returns the nodes that may be drawn now, with the weight of each.
	pub fn eligible(&self) -> Vec<(u16, f64)> {
		let epoch = ManualClock::epoch();
		let weight = |node: u16| {
			let controller: AccountId = account(node);
			let seat = Seated::<Runtime>::get(Role::Router, controller);
			let stands =
				Stake::may_stand(&controller, Role::Router, epoch) && seat.is_none_or(|seat| seat.until <= epoch);
			let assets = <Stake as Nodes<AccountId>>::weighs(&controller, Role::Router, epoch);
			let field = <Stake as Nodes<AccountId>>::field(Role::Router, epoch);
			let cap = tp_sortition::cap(field, ALL_SEATS);
			let reputation = <Stake as Nodes<AccountId>>::reputation(&controller).ten_thousandths();
			stands.then_some((node, assets.min(cap) as f64 * f64::from(reputation)))
		};
		(0..self.nodes).filter_map(weight).collect()
	}

	/// Moves as many of the attacker's votes as can move to one of its nodes.
	///
	/// Returns their number.
	pub fn move_votes(&self, to: u16) -> usize {
		// Votes that are there already, or are held by their past, stay.
		let can_move =
			|vote: &u64| Stake::move_vote(RuntimeOrigin::signed(account(HOLDER)), *vote, account(to)).is_ok();
		(0..self.votes).filter(can_move).count()
	}
}
