//! Balances and rewards, where nodes, votes and the time are what a test says.

use crate as pallet_rewards;
use crate::*;
use frame_support::{
	derive_impl, parameter_types,
	traits::{fungible::Inspect, OnFinalize, OnInitialize, UnixTime},
	PalletId,
};
use sp_io::TestExternalities;
use sp_runtime::{traits::IdentityLookup, BuildStorage, Perbill};
use std::{
	collections::{BTreeMap, BTreeSet},
	time::Duration,
};
use tp_core::{AccountId, Balance, ChainTag, TOP, TOTAL_SUPPLY};
use tp_pbft::{Epoch, MemberActivity, PbftId};
use tp_sortition::Role;
use tp_stake::{NodeKeys, Nodes, OnParticipation, OnVotesChange, Participation, Reputation, Voters};

#[frame_support::runtime]
mod runtime {
	#[runtime::runtime]
	#[runtime::derive(
		RuntimeCall,
		RuntimeEvent,
		RuntimeError,
		RuntimeOrigin,
		RuntimeFreezeReason,
		RuntimeHoldReason,
		RuntimeSlashReason,
		RuntimeLockId,
		RuntimeTask
	)]
	pub struct Test;

	#[runtime::pallet_index(0)]
	pub type System = frame_system;
	#[runtime::pallet_index(1)]
	pub type Balances = pallet_balances;
	#[runtime::pallet_index(2)]
	pub type Rewards = pallet_rewards;
}

pub type Block = sp_runtime::generic::Block<
	sp_runtime::generic::Header<u32, sp_runtime::traits::BlakeTwo256>,
	sp_runtime::generic::UncheckedExtrinsic<AccountId, RuntimeCall, sp_runtime::MultiSignature, ()>,
>;

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
	type Block = Block;
	type AccountId = AccountId;
	type Lookup = IdentityLookup<AccountId>;
	type DbWeight = frame_support::weights::constants::ParityDbWeight;
	type AccountData = pallet_balances::AccountData<Balance>;
}

/// What an account needs to exist.
pub const DEPOSIT: Balance = TOP / 1_000;

#[derive_impl(pallet_balances::config_preludes::TestDefaultConfig)]
impl pallet_balances::Config for Test {
	type AccountStore = System;
	type Balance = Balance;
	type ExistentialDeposit = ExistentialDeposit;
}

/// The time of the genesis, in milliseconds since 1970.
pub const GENESIS_MS: u64 = 1_800_000_000_000;
/// Six hours.
pub const EPOCH_MS: u64 = 6 * 3_600_000;
/// What the reserve holds at first.
pub const RESERVE: Balance = 7_600_000_000 * TOP;
/// What there is beside it.
pub const ENDOWMENT: Balance = TOTAL_SUPPLY - RESERVE;

parameter_types! {
	pub const ExistentialDeposit: Balance = DEPOSIT;
	pub const Pot: PalletId = PalletId(*b"top/rewd");
	pub TreasuryAccount: AccountId = account(250);
	pub static Now: u64 = GENESIS_MS;
	pub static Votes: BTreeMap<(AccountId, AccountId), Balance> = BTreeMap::new();
	pub static Dividends: BTreeMap<AccountId, Perbill> = BTreeMap::new();
	pub static Archives: BTreeSet<AccountId> = BTreeSet::new();
	pub static Edges: BTreeSet<AccountId> = BTreeSet::new();
	pub static CurrentEpoch: Epoch = 0;
}

impl Config for Test {
	type Currency = Balances;
	type Voters = Registry;
	type Nodes = Registry;
	type Time = Clock;
	type Treasury = TreasuryAccount;
	type PalletId = Pot;
	type AdminOrigin = frame_system::EnsureRoot<AccountId>;
	type WeightInfo = weights::SubstrateWeight<Test>;
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = Registry;
}

pub struct Clock;
impl UnixTime for Clock {
	fn now() -> Duration {
		Duration::from_millis(Now::get())
	}
}

pub fn account(at: u8) -> AccountId {
	AccountId::new([at; 32])
}

pub struct Registry;

impl Voters for Registry {
	fn weight_of(node: &AccountId) -> Balance {
		Votes::get().iter().filter(|((_, of), _)| of == node).map(|(_, weight)| weight).sum()
	}
	fn dividend(node: &AccountId) -> Perbill {
		Dividends::get().get(node).copied().unwrap_or_default()
	}
	fn voted(limit: u32) -> Vec<(AccountId, Balance)> {
		let nodes: BTreeSet<_> = Votes::get().into_keys().map(|(_, node)| node).collect();
		nodes.into_iter().take(limit as usize).map(|node| (node.clone(), Self::weight_of(&node))).collect()
	}
	fn weight_by(holder: &AccountId, node: &AccountId) -> Balance {
		Votes::get().get(&(holder.clone(), node.clone())).copied().unwrap_or(0)
	}
}

impl Nodes for Registry {
	fn keys_at(_: &AccountId, _: Epoch) -> Option<NodeKeys> {
		None
	}
	fn may_stand(node: &AccountId, role: Role, epoch: Epoch) -> bool {
		Self::standing(role, epoch, u32::MAX).contains(node)
	}
	fn assets(_: &AccountId) -> Balance {
		0
	}
	fn reputation(_: &AccountId) -> Reputation {
		Reputation::MIN
	}
	fn is_leaving(_: &AccountId) -> bool {
		false
	}
	fn is_removed(_: &AccountId, _: Epoch) -> bool {
		false
	}
	fn owner(_: &PbftId) -> Option<AccountId> {
		None
	}
	fn standing(role: Role, _: Epoch, limit: u32) -> Vec<AccountId> {
		let nodes = match role {
			Role::Archive => Archives::get(),
			Role::Edge => Edges::get(),
			Role::Router | Role::Validator => BTreeSet::new(),
		};
		nodes.into_iter().take(limit as usize).collect()
	}
	fn note_seat(_: &AccountId, _: Epoch) {}
}

#[cfg(feature = "runtime-benchmarks")]
impl crate::BenchmarkHelper for Registry {
	fn make_votes(holder: &AccountId, nodes: u32) -> Vec<AccountId> {
		(0..nodes)
			.map(|at| {
				let node: AccountId = frame_benchmarking::v2::account("node", at, 0);
				set_dividend(&node, 30);
				vote(holder, &node, 1_000);
				node
			})
			.collect()
	}
	fn set_time(now_ms: u64) {
		Now::set(now_ms);
	}
}

/// A genesis, with nobody registered.
pub fn build(rewards: pallet_rewards::GenesisConfig<Test>) -> TestExternalities {
	Now::set(GENESIS_MS);
	CurrentEpoch::set(0);
	Votes::take();
	Dividends::take();
	Archives::take();
	Edges::take();
	let balances = pallet_balances::GenesisConfig { balances: vec![(account(251), ENDOWMENT)], ..Default::default() };
	RuntimeGenesisConfig { system: Default::default(), balances, rewards }.build_storage().unwrap().into()
}

/// The design's genesis, before any block.
#[cfg(feature = "runtime-benchmarks")]
pub fn bare() -> TestExternalities {
	let mut ledger = build(Default::default());
	ledger.execute_with(|| System::set_block_number(1));
	ledger
}

/// Runs a test on a ledger after its first block, and checks the invariants and sums.
pub fn on_ledger(test: impl FnOnce()) {
	build(Default::default()).execute_with(|| {
		next_block();
		test();
		check();
	});
}

/// The invariants, and what holds where nobody sends the pallet's account anything and no other pallet mints.
pub fn check() {
	Rewards::do_try_state().unwrap();
	let totals = CurrentTotals::<Test>::get();
	let deposit = PotDeposit::<Test>::get().unwrap_or(0);
	assert_eq!(Balances::balance(&Rewards::account_id()), totals.claimable() + deposit);
	assert_eq!(Balances::total_issuance(), ENDOWMENT + totals.issued + deposit - totals.burned);
}

pub fn next_block() {
	System::set_block_number(System::block_number() + 1);
	System::reset_events();
	Rewards::on_initialize(System::block_number());
	Rewards::on_finalize(System::block_number());
}

/// The present epoch ends after some time.
pub fn end_epoch_after(elapsed_ms: u64) {
	Now::mutate(|now| *now += elapsed_ms);
	end_epoch();
}

/// The present epoch ends now: in the first block of the next.
pub fn end_epoch() {
	System::set_block_number(System::block_number() + 1);
	System::reset_events();
	Rewards::on_initialize(System::block_number());
	Rewards::on_epoch_end(CurrentEpoch::get());
	CurrentEpoch::mutate(|epoch| *epoch += 1);
	Rewards::on_finalize(System::block_number());
	check();
}

/// A holder's votes for a node change, as `pallet-comprehensive-stake` has them change.
pub fn vote(holder: &AccountId, node: &AccountId, after: Balance) {
	let before = Registry::weight_by(holder, node);
	Rewards::before_change(holder, node, before, after);
	Votes::mutate(|votes| match after {
		0 => votes.remove(&(holder.clone(), node.clone())),
		_ => votes.insert((holder.clone(), node.clone()), after),
	});
}

pub fn set_dividend(node: &AccountId, percent: u32) {
	Dividends::mutate(|all| all.insert(node.clone(), Perbill::from_percent(percent)));
}

pub const SHARD: ChainTag = ChainTag::Shard { zone: 0, incarnation: 0 };
pub const OTHER_SHARD: ChainTag = ChainTag::Shard { zone: 0, incarnation: 1 };

/// A member that signed so many certificates.
pub fn signed(signed: u32) -> MemberActivity {
	MemberActivity { signed, ..Default::default() }
}

/// A committee of nodes is reported.
pub fn report(chain: ChainTag, members: impl IntoIterator<Item = (u8, MemberActivity)>) {
	let members = members.into_iter().map(|(at, activity)| (account(at), activity)).collect();
	Rewards::on_participation(&Participation { chain, epoch: CurrentEpoch::get(), certified: 100, members });
}

/// What an account can claim, as a node and as a voter of all.
pub fn claimable(at: u8) -> Balance {
	let nodes: BTreeSet<_> = Votes::get().into_keys().map(|(_, node)| node).collect();
	Rewards::claimable_with(&account(at), &nodes.into_iter().collect::<Vec<_>>())
}

/// What the next epoch of 6 h can issue.
pub fn next_budget() -> Balance {
	let mut year = CurrentYear::<Test>::get();
	year.advance(&CurrentParameters::<Test>::get(), Reserve::<Test>::get(), EPOCH_MS)
}

/// The figures of the last epochs, oldest first.
pub fn history() -> Vec<EpochRewards> {
	let mut all: Vec<_> = History::<Test>::iter_values().collect();
	all.sort_by_key(|rewards| rewards.epoch);
	all
}

/// What was issued since the genesis.
pub fn issued() -> Balance {
	CurrentTotals::<Test>::get().issued
}

/// Whether an event of this pallet was deposited in the newest block.
pub fn has_event(event: Event<Test>) -> bool {
	System::events().iter().any(|record| record.event == RuntimeEvent::Rewards(event.clone()))
}
