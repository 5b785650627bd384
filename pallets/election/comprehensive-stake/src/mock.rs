//! A main chain with balances and this pallet, whose time and epochs are what the test sets.

use crate as pallet_comprehensive_stake;
use crate::*;
use codec::Encode;
use frame_support::{
	derive_impl, parameter_types,
	storage::types::ValueQuery,
	traits::{fungible::InspectHold, ConstU128, UnixTime},
	weights::Weight,
	PalletId, Twox64Concat,
};
use sp_core::{proof_of_possession::statement_of_ownership, Pair};
use sp_io::TestExternalities;
use sp_keystore::{testing::MemoryKeystore, KeystoreExt};
use sp_runtime::{traits::IdentityLookup, BuildStorage, DispatchResult, Perbill};
use std::{collections::BTreeMap, time::Duration};
use tp_core::{AccountId, Balance, ChainTag, TOP};
use tp_pbft::{Epoch, Height, MemberActivity, PbftPair, Seed, VrfPair};
use tp_sortition::{Role, Roles};
use tp_stake::{EpochClock, NodeKeys, OnParticipation, OnVotesChange, Participation, Reputation, Voters};

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
	pub type Stake = pallet_comprehensive_stake;
}

pub type Block = frame_system::mocking::MockBlockU32<Test>;

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
	type Block = Block;
	type AccountId = AccountId;
	type Lookup = IdentityLookup<AccountId>;
	type AccountData = pallet_balances::AccountData<Balance>;
}

#[derive_impl(pallet_balances::config_preludes::TestDefaultConfig)]
impl pallet_balances::Config for Test {
	type AccountStore = System;
	type Balance = Balance;
	type ExistentialDeposit = ConstU128<EXISTENTIAL_DEPOSIT>;
	type RuntimeHoldReason = RuntimeHoldReason;
	type FreezeIdentifier = RuntimeFreezeReason;
}

/// The time of the genesis, in milliseconds since 1970.
pub const GENESIS_MS: u64 = 1_800_000_000_000;
/// What each account has.
pub const ENDOWMENT: Balance = 10_000_000 * TOP;
/// What an account must have to exist.
pub const EXISTENTIAL_DEPOSIT: Balance = TOP / 1_000;
/// Accounts that have something: the numbers from 1 on.
pub const ACCOUNTS: u8 = 20;
/// The network's deposits, and short delays.
pub const PARAMETERS: Parameters = Parameters {
	least_deposits: LeastDeposits {
		edge: 200_000 * TOP,
		router: 1_000_000 * TOP,
		validator: 500_000 * TOP,
		archive: 1_000_000 * TOP,
	},
	least_vote: TOP,
	leave_delay_ms: 3 * DAY_MS,
	evidence_epochs: 4,
	slash_delay_epochs: 2,
};

parameter_types! {
	pub const VotesId: PalletId = PalletId(*b"top/vote");
	pub static Now: u64 = GENESIS_MS;
	pub static CurrentEpoch: Epoch = 0;
}

/// The time and the epoch are what the test sets.
pub struct Clock;

impl UnixTime for Clock {
	fn now() -> Duration {
		Duration::from_millis(Now::get())
	}
}

impl EpochClock for Clock {
	fn epoch() -> Epoch {
		CurrentEpoch::get()
	}
	fn randomness() -> Seed {
		Seed::default()
	}
	fn seed() -> Seed {
		Seed::default()
	}
	fn epoch_start() -> Height {
		1
	}
	fn epoch_length() -> Height {
		1
	}
}

/// The weights that were told. In storage, so that a call that fails has told nothing.
#[frame_support::storage_alias]
type Heard = StorageMap<Mock, Twox64Concat, (AccountId, AccountId), Balance, ValueQuery>;

/// Hears of weights as whoever pays dividends does, and checks that it hears in time and of each change.
pub struct Listener;

impl OnVotesChange for Listener {
	fn before_change(holder: &AccountId, node: &AccountId, before: Balance, after: Balance) {
		assert_ne!(before, after, "nothing changes");
		assert_eq!(Stake::weight_by(holder, node), before, "too late");
		let heard = Heard::mutate((holder, node), |heard| core::mem::replace(heard, after));
		assert_eq!(heard, before, "a change was not told");
	}

	fn weight() -> Weight {
		Weight::from_parts(1_000, 0)
	}
}

impl Listener {
	/// Checks that all weights are those that were told.
	pub fn check() {
		let heard: BTreeMap<_, _> = Heard::iter().filter(|(_, weight)| *weight > 0).collect();
		let weights: BTreeMap<_, _> =
			Weights::<Test>::iter().map(|(holder, node, weight)| ((holder, node), weight)).collect();
		assert_eq!(heard, weights);
	}
}

impl Config for Test {
	type RuntimeHoldReason = RuntimeHoldReason;
	type Currency = Balances;
	type PalletId = VotesId;
	type Clock = Clock;
	type OnVotesChange = Listener;
	type Time = Clock;
	type AdminOrigin = frame_system::EnsureRoot<AccountId>;
	type SlashCancelOrigin = frame_system::EnsureSignedBy<Council, AccountId>;
	type WeightInfo = weights::SubstrateWeight<Test>;
}

/// Who cancels slashes.
pub struct Council;

impl frame_support::traits::SortedMembers<AccountId> for Council {
	fn sorted_members() -> Vec<AccountId> {
		vec![account(200)]
	}
}

/// An account by its number.
pub fn account(number: u8) -> AccountId {
	AccountId::new([number; 32])
}

pub fn signed(number: u8) -> RuntimeOrigin {
	RuntimeOrigin::signed(account(number))
}

/// The secret keys of a number.
pub fn pairs(number: u8) -> (PbftPair, VrfPair) {
	(PbftPair::from_seed(&[number; 32]), VrfPair::from_seed(&[number; 32]))
}

/// The keys of a number.
pub fn keys(number: u8) -> NodeKeys {
	let (pbft, vrf) = pairs(number);
	NodeKeys { pbft: pbft.public(), vrf: vrf.public() }
}

/// Shows that an account has the keys of a number.
pub fn proof(number: u8, owner: &AccountId) -> Vec<u8> {
	let (pbft, vrf) = pairs(number);
	let statement = statement_of_ownership(owner.as_ref());
	(pbft.sign(&statement), vrf.sign(&statement)).encode()
}

pub fn network_id(number: u8) -> NetworkId {
	NetworkId::truncate_from(vec![number; 38])
}

pub fn roles(roles: &[Role]) -> Roles {
	Roles::of(roles)
}

pub const DIVIDEND: Perbill = Perbill::from_percent(20);

/// Registers an account with the keys of its number.
pub fn register(number: u8, offered: &[Role], deposit: Balance) -> DispatchResult {
	register_with(number, number, offered, deposit)
}

/// Registers an account with the keys of another number, properly proved.
pub fn register_with(number: u8, keys_of: u8, offered: &[Role], deposit: Balance) -> DispatchResult {
	let proof = proof(keys_of, &account(number));
	Stake::register(signed(number), roles(offered), keys(keys_of), proof, network_id(number), deposit, DIVIDEND)
}

/// A validator of the genesis with the least deposit, without votes.
pub fn genesis_node(number: u8) -> GenesisNode {
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

pub fn build(nodes: Vec<GenesisNode>) -> TestExternalities {
	build_with(PARAMETERS, nodes)
}

pub fn build_with(parameters: Parameters, nodes: Vec<GenesisNode>) -> TestExternalities {
	Now::set(GENESIS_MS);
	CurrentEpoch::set(0);
	let balances = (1..=ACCOUNTS).map(|number| (account(number), ENDOWMENT)).collect();
	let config = RuntimeGenesisConfig {
		system: Default::default(),
		balances: pallet_balances::GenesisConfig { balances, ..Default::default() },
		stake: pallet_comprehensive_stake::GenesisConfig { parameters, nodes, ..Default::default() },
	};
	config.build_storage().unwrap().into()
}

/// A ledger without nodes, whose node has a keystore.
pub fn with_keystore() -> TestExternalities {
	let mut ledger = build(Vec::new());
	ledger.register_extension(KeystoreExt::new(MemoryKeystore::new()));
	ledger
}

/// Runs a test on a ledger with validators of these numbers, in its first block, and checks the invariants after it.
pub fn with_nodes(numbers: impl IntoIterator<Item = u8>, test: impl FnOnce()) {
	build(numbers.into_iter().map(genesis_node).collect()).execute_with(|| {
		System::set_block_number(1);
		test();
		check();
	});
}

/// Checks the invariants.
pub fn check() {
	Stake::do_try_state().unwrap();
	Listener::check();
}

/// Ends the present epoch, with these reports.
pub fn end_epoch_with(reports: &[Participation]) {
	let ended = CurrentEpoch::get();
	CurrentEpoch::set(ended + 1);
	reports.iter().for_each(Stake::on_participation);
	Stake::on_epoch_end(ended);
}

/// Ends epochs of which nothing is reported.
pub fn end_epochs(count: u64) {
	(0..count).for_each(|_| end_epoch_with(&[]));
}

pub fn pass_days(days: u64) {
	Now::mutate(|now| *now += days * DAY_MS);
}

/// What a committee of the present epoch did, out of 100 certificates: how many each member signed.
pub fn report(signed: &[(u8, u32)]) -> Participation {
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
	let reputation: Reputation = <Stake as tp_stake::Nodes>::reputation(&account(number));
	reputation.ten_thousandths()
}

pub fn may_stand(number: u8, role: Role) -> bool {
	<Stake as tp_stake::Nodes>::may_stand(&account(number), role, CurrentEpoch::get())
}

pub fn is_removed(number: u8, epoch: Epoch) -> bool {
	<Stake as tp_stake::Nodes>::is_removed(&account(number), epoch)
}

pub fn assets(number: u8) -> Balance {
	<Stake as tp_stake::Nodes>::assets(&account(number))
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

/// The events of this pallet in this block, oldest first.
pub fn events() -> Vec<Event<Test>> {
	let own = |event| match event {
		RuntimeEvent::Stake(event) => Some(event),
		_ => None,
	};
	System::events().into_iter().filter_map(|record| own(record.event)).collect()
}

/// Votes, and returns the vote's number.
pub fn vote(holder: u8, node: u8, amount: Balance, days: u32) -> VoteId {
	let id = NextVote::<Test>::get();
	frame_support::assert_ok!(Stake::vote(signed(holder), account(node), amount, days));
	id
}
