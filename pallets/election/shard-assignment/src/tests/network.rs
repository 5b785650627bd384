//! The main chain as `pallet-committee` drives it: epochs, draws and reports of participation.

use super::*;
use codec::Encode;
use sp_core::H256;
use sp_io::{hashing::blake2_256, TestExternalities};
use sp_runtime::{BuildStorage, Digest};
use tp_pbft::{EpochActivity, Member};
use tp_stake::Election;

/// Returns the parameters of a ledger.
pub fn params(chain: ChainTag, seats: u32) -> LedgerParams {
	LedgerParams { seats, role: role_of(chain), genesis_hash: H256(chain.using_encoded(blake2_256)) }
}

/// Returns a genesis with ledgers, and with the first nodes as the main chain's members.
pub fn genesis(ledgers: &[(ChainTag, u32)], members: u16) -> GenesisConfig<Test> {
	GenesisConfig {
		ledgers: ledgers.iter().map(|(chain, seats)| (*chain, params(*chain, *seats))).collect(),
		committee: (0..members).map(|at| (account(at), member(at))).collect(),
		history: HISTORY,
		..Default::default()
	}
}

/// Builds a ledger. The first `nodes` nodes are registered, because the genesis notes their seats.
pub fn build(shard_assignment: GenesisConfig<Test>, nodes: u16) -> TestExternalities {
	pallet_testkit::reset();
	register(0..nodes);
	RuntimeGenesisConfig { system: Default::default(), shard_assignment }.build_storage().unwrap().into()
}

/// The main chain with its committee.
pub struct Network {
	/// Its members, as `pallet-committee` has them.
	pub members: Vec<Member>,
	/// The members that root has named.
	pub named: Option<Vec<Member>>,
}

/// Runs a test with `nodes` nodes and checks the invariants after it. The first `members` are the main chain's
/// committee.
pub fn on_network<R>(ledgers: &[(ChainTag, u32)], members: u16, nodes: u16, test: impl FnOnce(&mut Network) -> R) -> R {
	on_genesis(genesis(ledgers, members), nodes, test)
}

/// Runs a test on any genesis and checks the invariants after it.
pub fn on_genesis<R>(genesis: GenesisConfig<Test>, nodes: u16, test: impl FnOnce(&mut Network) -> R) -> R {
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

	/// Executes the last block of an epoch and opens the first of the next. Returns the events and the digest of the
	/// last.
	pub fn end_epoch(&mut self) -> (Vec<Event<Test>>, Digest) {
		let ended = ManualClock::epoch();
		let last = ManualClock::epoch_start() + EPOCH_LENGTH - 1;
		self.open(last);
		let next = ShardAssignment::next_committee(ended + 1, &self.members, self.named.take());
		let before = std::mem::replace(&mut self.members, next);
		pallet_testkit::CurrentEpoch::set(ended + 1);
		ShardAssignment::do_try_state().unwrap();
		let result = (events(), System::digest());
		self.open(last + 1);
		ShardAssignment::epoch_ended(&EpochActivity::new(ended, before.len()), &before);
		ShardAssignment::do_try_state().unwrap();
		result
	}

	/// Runs an epoch in which some nodes submit their tickets. Returns the events of its end.
	pub fn epoch(&mut self, tickets: impl IntoIterator<Item = u16>) -> Vec<Event<Test>> {
		submit_all(tickets);
		self.end_epoch().0
	}

	/// Runs epochs in which some nodes submit their tickets, until an epoch begins.
	pub fn run_to(&mut self, epoch: Epoch, tickets: std::ops::Range<u16>) {
		while ManualClock::epoch() < epoch {
			self.epoch(tickets.clone());
		}
	}
}

/// Returns the events of this pallet in the open block.
pub fn events() -> Vec<Event<Test>> {
	pallet_testkit::events::<Test, _>()
}
