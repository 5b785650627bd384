//! The chain, block by block, with nodes that submit their tickets.

use crate::runtime::*;
use frame_support::assert_ok;
use pallet_comprehensive_stake::{GenesisNode, NetworkId, Parameters};
use pallet_shard_assignment::LedgerParams;
use pallet_testkit::{account, apply, keys, member, pairs, proof, Ledger};
use sp_core::{crypto::VrfSecret, H256};
use sp_io::TestExternalities;
use sp_runtime::{DispatchResult, Perbill};
use tp_core::{Balance, ChainTag, TOP};
use tp_pbft::{Epoch, Pace, PbftId};
use tp_sortition::{ticket_data, Role, Roles, Ticket};
use tp_stake::{Committees, EpochClock};

/// Seats of the committee.
pub const SEATS: u16 = 4;
/// Accounts with a balance: the numbers below it.
pub const ACCOUNTS: u16 = 20;
/// The balance of each.
pub const ENDOWMENT: Balance = 10_000_000 * TOP;
/// The deposit of a router, as the default parameters require it.
pub const DEPOSIT: Balance = 1_000_000 * TOP;

/// Eight blocks, at a block a second. Tickets are open in the first five, and three close the epoch.
const EPOCH_MS: u64 = 8_000;
const PACE: Pace = Pace { block_interval_ms: 500, idle_interval_ms: 3_000, base_timeout_ms: 1_000 };
const DIVIDEND: Perbill = Perbill::from_percent(10);

/// Builds the genesis: the first accounts are routers with these deposits, and the first [`SEATS`] of them are the
/// committee.
pub fn genesis(seed: u8, deposits: &[Balance]) -> TestExternalities {
	let node = |(number, deposit): (u16, &Balance)| GenesisNode {
		controller: account::<AccountId>(number),
		roles: Roles::of(&[Role::Router]),
		keys: keys(number),
		network_id: vec![1],
		deposit: *deposit,
		dividend: DIVIDEND,
		votes: Vec::new(),
	};
	let params = LedgerParams { seats: SEATS.into(), role: Role::Router, genesis_hash: H256::zero() };
	pallet_testkit::genesis(RuntimeGenesisConfig {
		balances: pallet_balances::GenesisConfig {
			balances: (0..ACCOUNTS).map(|number| (account(number), ENDOWMENT)).collect(),
			..Default::default()
		},
		committee: pallet_committee::GenesisConfig {
			members: (0..SEATS).map(member).collect(),
			seed: H256::repeat_byte(seed),
			epoch_ms: EPOCH_MS,
			closing_blocks: 3,
			pace: PACE,
			..Default::default()
		},
		stake: pallet_comprehensive_stake::GenesisConfig {
			parameters: Parameters {
				leave_delay_ms: 0,
				evidence_epochs: 3,
				slash_delay_epochs: 1,
				..Default::default()
			},
			nodes: (0..).zip(deposits).map(node).collect(),
			..Default::default()
		},
		assignment: pallet_shard_assignment::GenesisConfig {
			ledgers: vec![(ChainTag::Main, params)],
			committee: (0..SEATS).map(|number| (account(number), member(number))).collect(),
			history: 3,
			..Default::default()
		},
		..Default::default()
	})
}

/// The chain, and the numbers of the nodes that submit tickets.
pub struct Chain {
	ledger: Ledger<Runtime>,
	active: Vec<u16>,
}

impl Chain {
	/// Runs a test on a chain with `nodes` registered nodes, and checks the invariants after it.
	pub fn run(nodes: u16, test: impl FnOnce(&mut Self)) {
		Self::run_with(9, &vec![DEPOSIT; usize::from(nodes)], test);
	}

	/// Runs a test on a chain with a seed, whose nodes have these deposits, and checks the invariants after it.
	pub fn run_with(seed: u8, deposits: &[Balance], test: impl FnOnce(&mut Self)) {
		genesis(seed, deposits).execute_with(|| {
			let mut chain =
				Self { ledger: Ledger::new(), active: (0..).zip(deposits).map(|(number, _)| number).collect() };
			test(&mut chain);
			assert_ok!(Stake::do_try_state());
			assert_ok!(Assignment::do_try_state());
		});
	}

	/// Executes a block with the open tickets of all active nodes and some calls.
	pub fn block_with(&mut self, calls: impl FnOnce()) {
		let active = self.active.clone();
		self.ledger.block_with(|| {
			active.into_iter().for_each(submit_tickets);
			calls();
		});
	}

	/// Executes blocks until an epoch has begun.
	pub fn until_epoch(&mut self, epoch: Epoch) {
		while Committee::epoch() < epoch {
			self.block_with(|| ());
		}
	}

	/// Registers an account as a router with a deposit. From now on it submits tickets.
	pub fn register(&mut self, number: u16, deposit: Balance) {
		self.block_with(|| {
			assert_ok!(register(number, deposit));
		});
		self.active.push(number);
	}

	/// Executes a block without tickets, with some calls.
	pub fn quiet_block_with(&mut self, calls: impl FnOnce()) {
		self.ledger.block_with(calls);
	}

	/// Returns the numbers of the accounts in the committee, by member index.
	pub fn committee(&self) -> Vec<u16> {
		Committee::committee().members.into_iter().map(|member| number_of(&member.key)).collect()
	}

	/// Returns the numbers of the accounts in the committee of an epoch that is decided.
	pub fn committee_of(&self, epoch: Epoch) -> Vec<u16> {
		let seats = <Assignment as Committees<AccountId>>::committee(ChainTag::Main, epoch).unwrap_or_default();
		seats.into_iter().map(|seat| number_of(&seat.member.key)).collect()
	}
}

fn number_of(key: &PbftId) -> u16 {
	(0..ACCOUNTS).find(|number| keys(*number).pbft == *key).expect("members are accounts")
}

fn submit_tickets(number: u16) {
	let node: AccountId = account(number);
	let (epoch, randomness) = (Committee::epoch(), Committee::randomness());
	for role in Assignment::open_tickets(&node).into_iter().map(|open| open.role) {
		let vrf = pairs(number).1.vrf_sign(&ticket_data(&randomness, epoch, role));
		let ticket = Ticket { node, epoch, role, vrf };
		let applied = apply::<Runtime>(pallet_shard_assignment::Call::<Runtime>::submit_ticket { ticket });
		assert_ok!(applied.expect("an open ticket is a valid transaction"));
	}
}

/// Registers an account as a router with a deposit.
pub fn register(number: u16, deposit: Balance) -> DispatchResult {
	register_with(number, number, deposit)
}

/// Registers an account with the proof of possession of another one, for the same keys.
pub fn register_with(number: u16, proof_of: u16, deposit: Balance) -> DispatchResult {
	let node: AccountId = account(number);
	let (roles, network_id) = (Roles::of(&[Role::Router]), NetworkId::truncate_from(vec![1]));
	Stake::register(
		RuntimeOrigin::signed(node),
		roles,
		keys(number),
		proof(number, &account::<AccountId>(proof_of)),
		network_id,
		deposit,
		DIVIDEND,
	)
}
