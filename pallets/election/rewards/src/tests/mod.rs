//! Tests on a ledger whose nodes, votes and time the tests set.

mod claims;
mod council;
mod earnings;
mod history;
mod issue;
mod parameters;
mod pools;
mod random;
mod voters;
mod weights;

use crate::{mock::*, *};
use frame_support::{
	assert_noop, assert_ok,
	traits::{fungible::Inspect, OnFinalize, OnInitialize},
};
use pallet_testkit::{keys, CurrentEpoch, Now, Registered, Registry, GENESIS_MS};
use sp_io::TestExternalities;
use sp_runtime::Perbill;
use tp_core::{Balance, ChainTag, TOP, TOTAL_SUPPLY};
use tp_pbft::MemberActivity;
use tp_sortition::{Role, Roles};
use tp_stake::{OnParticipation, OnVotesChange, Voters};

pub(crate) type AccountId = u64;
pub(crate) type Participation = tp_stake::Participation<AccountId>;

/// Six hours.
pub(crate) const EPOCH_MS: u64 = 6 * 3_600_000;
/// Initial amount of the reserve.
const RESERVE: Balance = 7_600_000_000 * TOP;
/// Amount of all tokens besides the reserve, owned by [`OWNER`].
const ENDOWMENT: Balance = TOTAL_SUPPLY - RESERVE;
const OWNER: AccountId = 251;

pub(crate) const SHARD: ChainTag = ChainTag::Shard { zone: 0, incarnation: 0 };
const OTHER_SHARD: ChainTag = ChainTag::Shard { zone: 0, incarnation: 1 };

fn build(rewards: GenesisConfig<Test>) -> TestExternalities {
	let balances = pallet_balances::GenesisConfig { balances: vec![(OWNER, ENDOWMENT)], ..Default::default() };
	pallet_testkit::genesis(RuntimeGenesisConfig { system: Default::default(), balances, rewards })
}

/// Builds a ledger with the default genesis, before any block.
#[cfg(feature = "runtime-benchmarks")]
pub(crate) fn bare() -> TestExternalities {
	let mut ledger = build(Default::default());
	ledger.execute_with(|| System::set_block_number(1));
	ledger
}

/// Runs a test on a ledger after its first block, and checks invariants and sums.
pub(crate) fn on_ledger(test: impl FnOnce()) {
	build(Default::default()).execute_with(|| {
		next_block();
		test();
		check();
	});
}

/// Checks the invariants, and the sums that hold while no other pallet mints or sends tokens to the pallet's account.
pub(crate) fn check() {
	Rewards::do_try_state().unwrap();
	let totals = CurrentTotals::<Test>::get();
	let deposit = PotDeposit::<Test>::get().unwrap_or(0);
	assert_eq!(Balances::balance(&Rewards::account_id()), totals.claimable() + deposit);
	assert_eq!(Balances::total_issuance(), ENDOWMENT + totals.issued + deposit - totals.burned);
}

/// Executes a block whose part after the hooks of its start is given.
fn block(inner: impl FnOnce()) {
	System::set_block_number(System::block_number() + 1);
	System::reset_events();
	Rewards::on_initialize(System::block_number());
	inner();
	Rewards::on_finalize(System::block_number());
}

fn next_block() {
	block(|| ());
}

/// Ends the present epoch after some time.
pub(crate) fn end_epoch_after(elapsed_ms: u64) {
	Now::mutate(|now| *now += elapsed_ms);
	end_epoch();
}

/// Ends the present epoch now, in the first block of the next.
fn end_epoch() {
	block(|| {
		Rewards::on_epoch_end(CurrentEpoch::get());
		CurrentEpoch::mutate(|epoch| *epoch += 1);
	});
	check();
}

/// Changes the weight of a holder's votes for a node, as `pallet-comprehensive-stake` does.
pub(crate) fn vote(holder: AccountId, node: AccountId, after: Balance) {
	let before = Registry::weight_by(&holder, &node);
	Rewards::before_change(&holder, &node, before, after);
	Registry::set_votes(&holder, &node, after);
}

/// Changes a node's record. An unknown node is registered without roles, so that it stands for nothing.
fn with(node: AccountId, change: impl FnOnce(&mut Registered)) {
	if Registry::get(&node).is_none() {
		Registry::register(&node, Registered { roles: Roles::default(), ..Registered::new(keys(0)) });
	}
	Registry::change(&node, change);
}

pub(crate) fn set_dividend(node: AccountId, percent: u32) {
	with(node, |known| known.dividend = Perbill::from_percent(percent));
}

/// Makes some nodes stand for a role, or none.
fn set_roles(nodes: impl IntoIterator<Item = AccountId>, roles: &[Role]) {
	nodes.into_iter().for_each(|node| with(node, |known| known.roles = Roles::of(roles)));
}

/// Returns the activity of a member with some signatures.
pub(crate) fn signed(signed: u32) -> MemberActivity {
	MemberActivity { signed, ..Default::default() }
}

/// Reports a committee.
pub(crate) fn report(chain: ChainTag, members: impl IntoIterator<Item = (AccountId, MemberActivity)>) {
	let members = members.into_iter().collect();
	Rewards::on_participation(&Participation { chain, epoch: CurrentEpoch::get(), certified: 100, members });
}

/// Returns the claimable amount of an account, as a node and as a voter of all nodes.
pub(crate) fn claimable(account: AccountId) -> Balance {
	let nodes: Vec<AccountId> = Registry::voted(u32::MAX).into_iter().map(|(node, _)| node).collect();
	Rewards::claimable_with(&account, &nodes)
}

/// Returns the maximum issue of the next epoch of 6 h.
pub(crate) fn next_budget() -> Balance {
	let mut year = CurrentYear::<Test>::get();
	year.advance(&CurrentParameters::<Test>::get(), Reserve::<Test>::get(), EPOCH_MS)
}

/// Returns the figures of the last epochs, oldest first.
fn history() -> Vec<EpochRewards> {
	let mut all: Vec<_> = History::<Test>::iter_values().collect();
	all.sort_by_key(|rewards| rewards.epoch);
	all
}

/// Returns the sum of all issue since the genesis.
fn issued() -> Balance {
	CurrentTotals::<Test>::get().issued
}

fn has_event(event: Event<Test>) -> bool {
	pallet_testkit::has_event::<Test>(event)
}
