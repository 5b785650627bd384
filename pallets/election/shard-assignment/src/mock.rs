//! A main chain with this pallet alone: the clock, the nodes and their power are what a test says. Keys and tickets are real.

use crate as pallet_shard_assignment;
use crate::*;
use codec::Encode;
use frame_support::{
	assert_ok, derive_impl,
	dispatch::DispatchResult,
	parameter_types,
	weights::{constants::WEIGHT_REF_TIME_PER_SECOND, Weight},
};
use frame_system::limits::BlockWeights;
use sp_core::{
	crypto::{Pair as _, VrfSecret},
	sr25519, H256,
};
use sp_io::{hashing::blake2_256, TestExternalities};
use sp_runtime::{
	traits::{BlakeTwo256, IdentityLookup},
	BuildStorage, Digest,
};
use std::{
	cell::RefCell,
	collections::{BTreeMap, BTreeSet},
	sync::OnceLock,
};
use tp_core::{AccountId, Balance, ChainTag};
use tp_pbft::{Epoch, EpochActivity, Height, Member, PbftId, PbftPair, Seed, VrfId};
use tp_sortition::{ticket_data, Role, Roles, Ticket};
use tp_stake::{
	ComputingPower, Election, EpochClock, NodeKeys, Nodes, OnParticipation, Participation, Power, Reputation,
};

pub type Header = sp_runtime::generic::Header<u32, BlakeTwo256>;
pub type TxExtension = (frame_system::AuthorizeCall<Test>,);
pub type Extrinsic =
	sp_runtime::generic::UncheckedExtrinsic<AccountId, RuntimeCall, sp_runtime::MultiSignature, TxExtension>;
pub type Block = sp_runtime::generic::Block<Header, Extrinsic>;

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
	pub type ShardAssignment = pallet_shard_assignment;
}

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
	type Block = Block;
	type AccountId = AccountId;
	type Lookup = IdentityLookup<AccountId>;
	type DbWeight = frame_support::weights::constants::ParityDbWeight;
	type BlockWeights = Block2s;
}

impl Config for Test {
	type Clock = Clock;
	type Nodes = Registry;
	type Power = Powers;
	type OnParticipation = Ears;
	type AdminOrigin = frame_system::EnsureRoot<AccountId>;
	type WeightInfo = weights::SubstrateWeight<Test>;
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = Registry;
}

pub const EPOCH_LENGTH: Height = 10;
pub const HISTORY: Epoch = 3;
/// The assets of a node, unless a test says something else.
pub const ASSETS: Balance = 1_000_000_000;

parameter_types! {
	/// Two seconds, as in the main chain.
	pub Block2s: BlockWeights = BlockWeights::simple_max(Weight::from_parts(2 * WEIGHT_REF_TIME_PER_SECOND, u64::MAX));
	pub static PresentEpoch: Epoch = 0;
	/// What is mixed into all randomness, so that tests can see different draws.
	pub static Luck: u64 = 0;
	pub static Heard: Vec<Participation> = Vec::new();
	pub static Ended: Vec<Epoch> = Vec::new();
}

/// The clock stands at [`PresentEpoch`].
pub struct Clock;
impl EpochClock for Clock {
	fn epoch() -> Epoch {
		PresentEpoch::get()
	}
	fn randomness() -> Seed {
		("randomness", Luck::get(), PresentEpoch::get()).using_encoded(blake2_256)
	}
	fn seed() -> Seed {
		[0; 32]
	}
	fn epoch_start() -> Height {
		1 + Height::try_from(PresentEpoch::get()).unwrap() * EPOCH_LENGTH
	}
	fn epoch_length() -> Height {
		EPOCH_LENGTH
	}
}

/// What there is to know of a node.
#[derive(Clone)]
pub struct Registered {
	pub keys: NodeKeys,
	pub keys_from: Epoch,
	pub roles: Roles,
	pub assets: Balance,
	pub reputation: Reputation,
	pub power: Power,
	pub leaves: bool,
	pub removed: bool,
	/// In which epochs it was noted to have a seat.
	pub seats: BTreeSet<Epoch>,
}

thread_local! {
	static NODES: RefCell<BTreeMap<AccountId, Registered>> = const { RefCell::new(BTreeMap::new()) };
}

/// The nodes of a test.
pub struct Registry;
impl Nodes for Registry {
	fn keys_at(node: &AccountId, epoch: Epoch) -> Option<NodeKeys> {
		look(node, |known| (known.keys_from <= epoch).then(|| known.keys.clone())).flatten()
	}
	fn may_stand(node: &AccountId, role: Role, epoch: Epoch) -> bool {
		let stands = |known: &Registered| {
			known.roles.contains(role)
				&& known.keys_from <= epoch
				&& !known.leaves
				&& !known.removed
				&& known.reputation >= Reputation::MIN_TO_STAND
		};
		look(node, stands).unwrap_or_default()
	}
	fn assets(node: &AccountId) -> Balance {
		look(node, |known| known.assets).unwrap_or_default()
	}
	fn reputation(node: &AccountId) -> Reputation {
		look(node, |known| known.reputation).unwrap_or(Reputation::MIN)
	}
	fn is_leaving(node: &AccountId) -> bool {
		look(node, |known| known.leaves).unwrap_or(true)
	}
	fn is_removed(node: &AccountId, _: Epoch) -> bool {
		look(node, |known| known.removed).unwrap_or(true)
	}
	fn owner(key: &PbftId) -> Option<AccountId> {
		NODES.with_borrow(|nodes| {
			nodes.iter().find(|(_, known)| known.keys.pbft == *key).map(|(account, _)| account.clone())
		})
	}
	fn standing(_: Role, _: Epoch, _: u32) -> Vec<AccountId> {
		unreachable!("the pallet asks for nobody who needs no seat")
	}
	fn note_seat(node: &AccountId, epoch: Epoch) {
		change(node, |known| {
			known.seats.insert(epoch);
		});
	}
}

#[cfg(feature = "runtime-benchmarks")]
impl BenchmarkHelper for Registry {
	fn register(index: u32, keys: NodeKeys) -> AccountId {
		let account = AccountId::new(("node", index).using_encoded(blake2_256));
		NODES.with_borrow_mut(|nodes| nodes.insert(account.clone(), registered(keys)));
		account
	}
}

/// The power that a test gave to a node.
pub struct Powers;
impl ComputingPower for Powers {
	fn power(node: &AccountId, _: Role, _: Epoch) -> Power {
		look(node, |known| known.power).unwrap_or(Power::MIN)
	}
}

/// Keeps what it hears.
pub struct Ears;
impl OnParticipation for Ears {
	fn on_participation(participation: &Participation) {
		Heard::mutate(|heard| heard.push(participation.clone()));
	}
	fn on_epoch_end(epoch: Epoch) {
		Ended::mutate(|ended| ended.push(epoch));
	}
	fn weight(_: u32) -> frame_support::weights::Weight {
		frame_support::weights::Weight::from_parts(1, 0)
	}
}

fn registered(keys: NodeKeys) -> Registered {
	Registered {
		keys,
		keys_from: 0,
		roles: Roles::of(&Role::ALL),
		assets: ASSETS,
		reputation: Reputation::MAX,
		power: Power::MAX,
		leaves: false,
		removed: false,
		seats: BTreeSet::new(),
	}
}

fn look<R>(node: &AccountId, read: impl FnOnce(&Registered) -> R) -> Option<R> {
	NODES.with_borrow(|nodes| nodes.get(node).map(read))
}

fn change(node: &AccountId, write: impl FnOnce(&mut Registered)) {
	NODES.with_borrow_mut(|nodes| nodes.get_mut(node).map(write));
}

/// As many pairs of keys as any test needs.
const PAIRS: u16 = 256;

fn pairs(at: u16) -> &'static (PbftPair, sr25519::Pair) {
	static ALL: OnceLock<Vec<(PbftPair, sr25519::Pair)>> = OnceLock::new();
	let make = |at: u16| {
		let seed = ("pair", at).using_encoded(blake2_256);
		(PbftPair::from_seed(&seed), sr25519::Pair::from_seed(&seed))
	};
	&ALL.get_or_init(|| (0..PAIRS).map(make).collect())[usize::from(at)]
}

/// The name of a node.
pub fn account(at: u16) -> AccountId {
	AccountId::new(("account", at).using_encoded(blake2_256))
}

/// The number of the node with a name.
pub fn number(node: &AccountId) -> u16 {
	(0..PAIRS).find(|at| account(*at) == *node).unwrap()
}

/// The keys of a node, unless a test gave it others.
pub fn keys(at: u16) -> NodeKeys {
	let (vote, vrf) = pairs(at);
	NodeKeys { pbft: vote.public(), vrf: VrfId::from(vrf.public()) }
}

pub fn member(at: u16) -> Member {
	let NodeKeys { pbft: key, vrf } = keys(at);
	Member { key, vrf, weight: 1 }
}

/// Registers nodes.
pub fn register(nodes: impl IntoIterator<Item = u16>) {
	NODES.with_borrow_mut(|known| known.extend(nodes.into_iter().map(|at| (account(at), registered(keys(at))))));
}

/// Changes what is known of a node.
pub fn with(at: u16, write: impl FnOnce(&mut Registered)) {
	change(&account(at), write);
}

/// What is known of a node.
pub fn known(at: u16) -> Registered {
	look(&account(at), Registered::clone).unwrap()
}

/// What a ledger of a kind is registered with.
pub fn params(chain: ChainTag, seats: u32) -> LedgerParams {
	LedgerParams { seats, role: role_of(chain), genesis_hash: H256(chain.using_encoded(blake2_256)) }
}

pub const fn shard(zone: u16, incarnation: u32) -> ChainTag {
	ChainTag::Shard { zone, incarnation }
}

/// A ticket that the keys of one node drew in the name of another.
pub fn ticket_by(key_of: u16, node: u16, epoch: Epoch, role: Role, randomness: &Seed) -> Ticket {
	let vrf = pairs(key_of).1.vrf_sign(&ticket_data(randomness, epoch, role));
	Ticket { node: account(node), epoch, role, vrf }
}

/// The ticket of a node for the present epoch.
pub fn ticket(node: u16, role: Role) -> Ticket {
	ticket_by(node, node, Clock::epoch(), role, &Clock::randomness())
}

pub fn submit(ticket: Ticket) -> DispatchResult {
	ShardAssignment::submit_ticket(frame_system::Origin::<Test>::Authorized.into(), ticket)
}

/// Nodes hand in all tickets that they should.
pub fn hand_in(nodes: impl IntoIterator<Item = u16>) {
	for node in nodes {
		for role in ShardAssignment::open_tickets(&account(node)) {
			assert_ok!(submit(ticket(node, role)));
		}
	}
}

/// A genesis with ledgers, and the first nodes as the main chain's members.
pub fn genesis(ledgers: &[(ChainTag, u32)], members: u16) -> pallet_shard_assignment::GenesisConfig<Test> {
	pallet_shard_assignment::GenesisConfig {
		ledgers: ledgers.iter().map(|(chain, seats)| (*chain, params(*chain, *seats))).collect(),
		committee: (0..members).map(|at| (account(at), member(at))).collect(),
		allow_both: false,
		history: HISTORY,
		_config: Default::default(),
	}
}

pub fn build(shard_assignment: pallet_shard_assignment::GenesisConfig<Test>) -> TestExternalities {
	PresentEpoch::set(0);
	Heard::set(Vec::new());
	Ended::set(Vec::new());
	RuntimeGenesisConfig { system: Default::default(), shard_assignment }.build_storage().unwrap().into()
}

/// The main chain, as `pallet-committee` drives it.
pub struct Network {
	/// Its members, as `pallet-committee` has them.
	pub members: Vec<Member>,
	/// Whom root has named.
	pub named: Option<Vec<Member>>,
}

/// Runs a test with so many nodes, of which the first `members` are the main chain's committee, and checks the invariants
/// after it.
pub fn on_network<R>(ledgers: &[(ChainTag, u32)], members: u16, nodes: u16, test: impl FnOnce(&mut Network) -> R) -> R {
	on_genesis(genesis(ledgers, members), nodes, test)
}

/// The same with any genesis.
pub fn on_genesis<R>(
	genesis: pallet_shard_assignment::GenesisConfig<Test>,
	nodes: u16,
	test: impl FnOnce(&mut Network) -> R,
) -> R {
	NODES.with_borrow_mut(BTreeMap::clear);
	register(0..nodes);
	let members = genesis.committee.iter().map(|(_, member)| member.clone()).collect();
	build(genesis).execute_with(|| {
		let mut network = Network { members, named: None };
		network.open(1);
		let result = test(&mut network);
		ShardAssignment::do_try_state().unwrap();
		result
	})
}

impl Network {
	fn open(&self, height: Height) {
		System::reset_events();
		// Blocks in which nothing happens are left out.
		System::set_block_number(height - 1);
		System::initialize(&height, &H256::repeat_byte(1), &Digest::default());
	}

	/// The last block of an epoch, and the first of the next. Gives the events and the digest of the last.
	pub fn end_epoch(&mut self) -> (Vec<Event<Test>>, Digest) {
		let ended = Clock::epoch();
		let last = Clock::epoch_start() + EPOCH_LENGTH - 1;
		self.open(last);
		let next = ShardAssignment::next_committee(ended + 1, &self.members, self.named.take());
		let before = std::mem::replace(&mut self.members, next);
		PresentEpoch::set(ended + 1);
		ShardAssignment::do_try_state().unwrap();
		let result = (events(), System::digest());
		self.open(last + 1);
		ShardAssignment::epoch_ended(&EpochActivity::new(ended, before.len()), &before);
		ShardAssignment::do_try_state().unwrap();
		result
	}

	/// An epoch in which some nodes hand in their tickets.
	pub fn epoch(&mut self, tickets: impl IntoIterator<Item = u16>) -> Vec<Event<Test>> {
		hand_in(tickets);
		self.end_epoch().0
	}

	/// Epochs in which some nodes hand in their tickets, up to an epoch.
	pub fn run_to(&mut self, epoch: Epoch, tickets: std::ops::Range<u16>) {
		while Clock::epoch() < epoch {
			self.epoch(tickets.clone());
		}
	}
}

/// The events of this pallet in the open block.
pub fn events() -> Vec<Event<Test>> {
	let ours = |record: frame_system::EventRecord<RuntimeEvent, H256>| match record.event {
		RuntimeEvent::ShardAssignment(event) => Some(event),
		_ => None,
	};
	System::events().into_iter().filter_map(ours).collect()
}

/// The numbers of the nodes in a committee. Empty if there is none.
pub fn nodes_of(chain: ChainTag, epoch: Epoch) -> Vec<u16> {
	let seats = Committees::<Test>::get(chain, epoch).unwrap_or_default();
	seats.iter().map(|seat| number(seat.node.as_ref().unwrap())).collect()
}

/// How many of the second are not among the first.
pub fn newcomers(before: &[u16], after: &[u16]) -> usize {
	after.iter().filter(|node| !before.contains(node)).count()
}
