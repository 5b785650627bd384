//! Accounts, keys and parameters by number, and the state of the ledger as tests read it.

use crate::{mock::*, *};
use frame_support::{assert_ok, traits::fungible::InspectHold};
use sp_core::{sr25519, H160};
use sp_io::TestExternalities;
use sp_runtime::{DispatchResult, Perbill};
use std::collections::BTreeMap;
use tp_core::{Balance, ChainTag, TOP};
use tp_pbft::{Epoch, MemberActivity, PbftPair};
use tp_sortition::{Role, Roles};
use tp_stake::{NodeKeys, Nodes as _, OnParticipation, Participation, Reputation};

/// The initial balance of each account.
pub const ENDOWMENT: Balance = 10_000_000 * TOP;
/// The highest number of an account with a balance.
pub const ACCOUNTS: u8 = 20;
/// The default deposits, and short delays.
pub const PARAMETERS: Parameters = Parameters { evidence_epochs: 4, slash_delay_epochs: 2, ..Parameters::NETWORK };

pub const DIVIDEND: Perbill = Perbill::from_percent(20);

/// Returns an account by its number.
pub fn account(number: u8) -> AccountId {
	H160::repeat_byte(number)
}

pub fn signed(number: u8) -> RuntimeOrigin {
	RuntimeOrigin::signed(account(number))
}

/// Returns the secret keys with a number.
pub fn pairs(number: u8) -> &'static (PbftPair, sr25519::Pair) {
	pallet_testkit::pairs(number.into())
}

/// Returns the public keys with a number.
pub fn keys(number: u8) -> NodeKeys {
	pallet_testkit::keys(number.into())
}

/// Returns the proof that an account has the keys with a number.
pub fn proof(number: u8, owner: &AccountId) -> Vec<u8> {
	pallet_testkit::proof(number.into(), owner)
}

pub fn network_id(number: u8) -> NetworkId {
	NetworkId::truncate_from(vec![number; 38])
}

pub fn roles(roles: &[Role]) -> Roles {
	Roles::of(roles)
}

/// Registers an account with the keys of its number.
pub fn register(number: u8, offered: &[Role], deposit: Balance) -> DispatchResult {
	register_with(number, number, offered, deposit)
}

/// Registers an account with the keys of another number and a valid proof.
pub fn register_with(number: u8, keys_of: u8, offered: &[Role], deposit: Balance) -> DispatchResult {
	let proof = proof(keys_of, &account(number));
	Stake::register(signed(number), roles(offered), keys(keys_of), proof, network_id(number), deposit, DIVIDEND)
}

/// Returns a validator for the genesis, with the minimum deposit and no votes.
pub fn genesis_node(number: u8) -> GenesisNode<AccountId> {
	GenesisNode {
		controller: account(number),
		roles: roles(&[Role::Validator]),
		keys: keys(number),
		network_id: network_id(number).into_inner(),
		deposit: PARAMETERS.least_deposits.validator,
		dividend: DIVIDEND,
		votes: Vec::new(),
	}
}

/// Builds a ledger on which the accounts from 1 to [`ACCOUNTS`] have [`ENDOWMENT`] each.
pub fn build_with(parameters: Parameters, nodes: Vec<GenesisNode<AccountId>>) -> TestExternalities {
	let balances = (1..=ACCOUNTS).map(|number| (account(number), ENDOWMENT)).collect();
	pallet_testkit::genesis(RuntimeGenesisConfig {
		system: Default::default(),
		balances: pallet_balances::GenesisConfig { balances, ..Default::default() },
		stake: crate::GenesisConfig { parameters, nodes, ..Default::default() },
	})
}

/// Builds a ledger without nodes, for benchmarks.
#[cfg(feature = "runtime-benchmarks")]
pub fn bare() -> TestExternalities {
	build_with(PARAMETERS, Vec::new())
}

pub fn build(nodes: Vec<GenesisNode<AccountId>>) -> TestExternalities {
	build_with(PARAMETERS, nodes)
}

/// Runs a test on a ledger with validators of these numbers, in its first block, and checks the invariants after it.
pub fn with_nodes(numbers: impl IntoIterator<Item = u8>, test: impl FnOnce()) {
	build(numbers.into_iter().map(genesis_node).collect()).execute_with(|| {
		System::set_block_number(1);
		test();
		check();
	});
}

/// Checks the invariants, and that all changes of weights were notified.
pub fn check() {
	Stake::do_try_state().unwrap();
	let weights: BTreeMap<_, _> =
		Weights::<Test>::iter().map(|(holder, node, weight)| ((holder, node), weight)).collect();
	assert_eq!(VotesLog::weights::<AccountId>(), weights);
}

/// Ends the present epoch, with these reports.
pub fn end_epoch_with(reports: &[Participation<AccountId>]) {
	let ended = CurrentEpoch::get();
	CurrentEpoch::set(ended + 1);
	reports.iter().for_each(Stake::on_participation);
	Stake::on_epoch_end(ended);
}

/// Ends epochs without reports.
pub fn end_epochs(count: u64) {
	(0..count).for_each(|_| end_epoch_with(&[]));
}

pub fn pass_days(days: u64) {
	Now::mutate(|now| *now += days * DAY_MS);
}

/// Returns a report of a committee of the present epoch with 100 certificates, by the number that each member signed.
pub fn report(signed: &[(u8, u32)]) -> Participation<AccountId> {
	let activity = |signed| MemberActivity { signed, ..Default::default() };
	Participation {
		chain: ChainTag::Main,
		epoch: CurrentEpoch::get(),
		certified: 100,
		members: signed.iter().map(|(number, signed)| (account(*number), activity(*signed))).collect(),
	}
}

pub fn node(number: u8) -> Node {
	Nodes::<Test>::get(account(number)).unwrap()
}

pub fn pool(number: u8) -> Pool {
	Stake::pool(&account(number))
}

pub fn reputation(number: u8) -> u16 {
	let reputation: Reputation = <Stake as tp_stake::Nodes<AccountId>>::reputation(&account(number));
	reputation.ten_thousandths()
}

pub fn may_stand(number: u8, role: Role) -> bool {
	<Stake as tp_stake::Nodes<AccountId>>::may_stand(&account(number), role, CurrentEpoch::get())
}

pub fn is_removed(number: u8, epoch: Epoch) -> bool {
	<Stake as tp_stake::Nodes<AccountId>>::is_removed(&account(number), epoch)
}

pub fn is_absent(number: u8, epoch: Epoch) -> bool {
	<Stake as tp_stake::Nodes<AccountId>>::is_absent(&account(number), epoch)
}

pub fn assets(number: u8) -> Balance {
	Stake::node_info(&account(number)).map_or(0, |info| info.assets)
}

/// Returns the assets with which a node weighs in the draw of a role that is made in the present epoch.
pub fn weighs(number: u8, role: Role) -> Balance {
	<Stake as tp_stake::Nodes<AccountId>>::weighs(&account(number), role, CurrentEpoch::get())
}

/// Returns the assets of all nodes for the draw of a role that is made in the present epoch.
pub fn field(role: Role) -> Balance {
	<Stake as tp_stake::Nodes<AccountId>>::field(role, CurrentEpoch::get())
}

pub fn free(number: u8) -> Balance {
	Balances::free_balance(account(number))
}

pub fn issuance() -> Balance {
	Balances::total_issuance()
}

pub fn held_deposit(number: u8) -> Balance {
	Balances::balance_on_hold(&HoldReason::Deposit.into(), &account(number))
}

pub fn held_votes() -> Balance {
	Balances::balance_on_hold(&HoldReason::Vote.into(), &Stake::votes_account())
}

/// Returns the events of this pallet in this block, oldest first.
pub fn events() -> Vec<Event<Test>> {
	pallet_testkit::events::<Test, _>()
}

/// Lets holder 10 vote for node 1, which has a seat until an epoch, and move the vote to node 2 an epoch later.
pub fn vote_that_moved(seated_until: Epoch) -> VoteId {
	let id = vote(10, 1, 1_000 * TOP, 30);
	Stake::note_seat(&account(1), seated_until);
	end_epochs(1);
	assert_ok!(Stake::move_vote(signed(10), id, account(2)));
	id
}

/// Votes, and returns the vote's number.
pub fn vote(holder: u8, node: u8, amount: Balance, days: u32) -> VoteId {
	let id = NextVote::<Test>::get();
	assert_ok!(Stake::vote(signed(holder), account(node), amount, days));
	id
}
