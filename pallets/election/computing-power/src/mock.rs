//! A runtime with this pallet alone, on a clock and among nodes that a test controls.

use crate as pallet_computing_power;
use crate::*;
use frame_support::{
	derive_impl,
	dispatch::{DispatchInfo, DispatchResult, GetDispatchInfo},
	pallet_prelude::{TransactionSource, TransactionValidityError, ValidTransaction},
	traits::{OnFinalize, OnInitialize},
};
use sp_core::{sr25519, Pair, H256};
use sp_io::TestExternalities;
use sp_runtime::{
	traits::{Applyable, Checkable, IdentityLookup},
	BuildStorage, DispatchError, MultiSignature,
};
use std::{
	cell::{Cell, RefCell},
	collections::BTreeMap,
};
use tp_core::{AccountId, Balance};
use tp_pbft::{Epoch, Height, PbftId, PbftPair, PbftSignature, Seed, VrfId};
use tp_power::{challenge, Challenge, Commitment, Lanes, Reveal, SegmentIndex, Shape};
use tp_sortition::Role;
use tp_stake::{EpochClock, NodeKeys, Nodes, PowerDuty, Reputation};

pub type Header = sp_runtime::generic::Header<u32, sp_runtime::traits::BlakeTwo256>;
pub type TxExtension = (frame_system::AuthorizeCall<Test>,);
pub type Extrinsic = sp_runtime::generic::UncheckedExtrinsic<AccountId, RuntimeCall, MultiSignature, TxExtension>;
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
	pub type ComputingPower = pallet_computing_power;
}

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
	type Block = Block;
	type AccountId = AccountId;
	type Lookup = IdentityLookup<AccountId>;
	type DbWeight = frame_support::weights::constants::RocksDbWeight;
}

impl Config for Test {
	type Clock = Clock;
	type Nodes = Registry;
	type AdminOrigin = frame_system::EnsureRoot<AccountId>;
	type WeightInfo = weights::SubstrateWeight<Test>;
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = Registry;
}

pub const GENESIS_HASH: H256 = H256::repeat_byte(7);
pub const EPOCH_LENGTH: Height = 20;
pub const PARAMETERS: Parameters = Parameters {
	window: 6,
	delay: 3,
	shape: Shape { segments_per_lane: 16, steps_per_segment: 4 },
	required: RequiredLanes { edge: 1, router: 4, validator: 2, archive: 3 },
};

thread_local! {
	/// Whether a block is executed, or a transaction validated for one. Otherwise the clock speaks of the next height.
	static IS_OPEN: Cell<bool> = const { Cell::new(false) };
	/// Nodes, with the first epoch in which their keys count.
	static NODES: RefCell<BTreeMap<AccountId, (NodeKeys, Epoch)>> = const { RefCell::new(BTreeMap::new()) };
}

/// Epochs of [`EPOCH_LENGTH`] blocks, whose seeds are hashes of their heights. Behaves as `pallet-committee`.
pub struct Clock;

impl Clock {
	fn height() -> Height {
		System::block_number() + Height::from(!IS_OPEN.get())
	}

	/// The seed of any height.
	pub fn seed_of(height: Height) -> Seed {
		sp_io::hashing::blake2_256(&height.to_le_bytes())
	}

	/// The randomness of any epoch: the seed of its first height.
	pub fn randomness_of(epoch: Epoch) -> Seed {
		Self::seed_of(Height::try_from(epoch).unwrap() * EPOCH_LENGTH + 1)
	}
}

impl EpochClock for Clock {
	fn epoch() -> Epoch {
		Epoch::from((Self::height() - 1) / EPOCH_LENGTH)
	}
	fn randomness() -> Seed {
		Self::randomness_of(Self::epoch())
	}
	fn seed() -> Seed {
		Self::seed_of(Self::height())
	}
	fn epoch_start() -> Height {
		(Self::height() - 1) / EPOCH_LENGTH * EPOCH_LENGTH + 1
	}
	fn epoch_length() -> Height {
		EPOCH_LENGTH
	}
}

/// The nodes of [`NODES`]. The pallet asks for nothing but keys.
pub struct Registry;

impl Nodes for Registry {
	fn keys_at(node: &AccountId, epoch: Epoch) -> Option<NodeKeys> {
		let counts = |(keys, from): &(NodeKeys, Epoch)| (*from <= epoch).then(|| keys.clone());
		NODES.with_borrow(|nodes| nodes.get(node).and_then(counts))
	}
	fn may_stand(_: &AccountId, _: Role, _: Epoch) -> bool {
		unimplemented!("not asked")
	}
	fn assets(_: &AccountId) -> Balance {
		unimplemented!("not asked")
	}
	fn reputation(_: &AccountId) -> Reputation {
		unimplemented!("not asked")
	}
	fn is_leaving(_: &AccountId) -> bool {
		unimplemented!("not asked")
	}
	fn is_removed(_: &AccountId, _: Epoch) -> bool {
		unimplemented!("not asked")
	}
	fn owner(_: &PbftId) -> Option<AccountId> {
		unimplemented!("not asked")
	}
	fn standing(_: Role, _: Epoch, _: u32) -> Vec<AccountId> {
		unimplemented!("not asked")
	}
	fn note_seat(_: &AccountId, _: Epoch) {
		unimplemented!("not asked")
	}
}

#[cfg(feature = "runtime-benchmarks")]
impl BenchmarkHelper for Registry {
	fn register(keys: NodeKeys) -> AccountId {
		NODES.with_borrow_mut(|nodes| nodes.insert(AccountId::new([99; 32]), (keys, 0)));
		AccountId::new([99; 32])
	}
}

/// A node as its operator has it.
#[derive(Clone)]
pub struct Node {
	pub account: AccountId,
	pub pair: PbftPair,
}

impl Node {
	/// The keys and the account that a number stands for, registered or not.
	pub fn new(number: u8) -> Self {
		Self { account: AccountId::new([number; 32]), pair: PbftPair::from_seed(&[number; 32]) }
	}

	/// Registers it; its keys count from an epoch on.
	pub fn registered(number: u8, from: Epoch) -> Self {
		let node = Self::new(number);
		NODES.with_borrow_mut(|nodes| nodes.insert(node.account.clone(), (node.keys(), from)));
		node
	}

	pub fn keys(&self) -> NodeKeys {
		let vrf = sr25519::Pair::from_seed(&self.account.clone().into());
		NodeKeys { pbft: self.pair.public(), vrf: VrfId::from(vrf.public()) }
	}

	/// Its challenge in an epoch.
	pub fn challenge(&self, epoch: Epoch) -> Challenge {
		challenge(&Clock::randomness_of(epoch), &self.account)
	}

	/// The lanes that it computes in an epoch.
	pub fn lanes(&self, epoch: Epoch, count: u32) -> Lanes {
		Lanes::compute(&self.challenge(epoch), count, &PARAMETERS.shape).unwrap()
	}

	pub fn sign_commitment(&self, commitment: &Commitment) -> PbftSignature {
		self.pair.sign(&commitment.signing_payload(&GENESIS_HASH))
	}

	pub fn sign_reveal(&self, reveal: &Reveal) -> PbftSignature {
		self.pair.sign(&reveal.signing_payload(&GENESIS_HASH))
	}

	/// Commits to lanes, which are valid or not.
	pub fn commit(&self, epoch: Epoch, lanes: &Lanes) -> DispatchResult {
		self.commit_to(lanes.commitment(self.account.clone(), epoch))
	}

	pub fn commit_to(&self, commitment: Commitment) -> DispatchResult {
		let signature = self.sign_commitment(&commitment);
		ComputingPower::commit(authorized(), commitment, signature)
	}

	/// What it is asked to show.
	pub fn asked(&self) -> Vec<SegmentIndex> {
		match ComputingPower::duty(&self.account, &self.keys()) {
			Some(PowerDuty::Reveal { segments, .. }) => segments,
			other => panic!("nothing is drawn: {other:?}"),
		}
	}

	/// The reveal of what it is asked for, from these lanes.
	pub fn reveal_of(&self, epoch: Epoch, lanes: &Lanes) -> Reveal {
		lanes.reveal(self.account.clone(), epoch, &self.asked()).unwrap()
	}

	/// Why a reveal is refused.
	pub fn refused(&self, reveal: &Reveal) -> DispatchError {
		ComputingPower::check_reveal(reveal, &self.sign_reveal(reveal)).unwrap_err().into()
	}

	pub fn show(&self, reveal: Reveal) -> DispatchResult {
		let signature = self.sign_reveal(&reveal);
		ComputingPower::reveal(authorized(), reveal, signature)
	}
}

pub fn authorized() -> RuntimeOrigin {
	frame_system::Origin::<Test>::Authorized.into()
}

/// The calls as a node submits them.
pub fn commit_call(node: &Node, commitment: Commitment) -> Call<Test> {
	let signature = node.sign_commitment(&commitment);
	Call::commit { commitment, signature }
}

/// The same for a reveal.
pub fn reveal_call(node: &Node, reveal: Reveal) -> Call<Test> {
	let signature = node.sign_reveal(&reveal);
	Call::reveal { reveal, signature }
}

/// A transaction with a call, after the check of its form, and what it weighs.
fn checked(call: Call<Test>) -> (<Extrinsic as Checkable<IdentityLookup<AccountId>>>::Checked, DispatchInfo) {
	let transaction = Extrinsic::new_transaction(call.into(), (frame_system::AuthorizeCall::new(),));
	let info = transaction.get_dispatch_info();
	(transaction.check(&IdentityLookup::default()).unwrap(), info)
}

/// What a pool says of a call.
pub fn validate(call: Call<Test>) -> Result<ValidTransaction, TransactionValidityError> {
	let (transaction, info) = checked(call);
	transaction.validate::<Test>(TransactionSource::External, &info, 0)
}

/// What a block does with it.
pub fn apply(call: Call<Test>) -> Result<DispatchResult, TransactionValidityError> {
	let (transaction, info) = checked(call);
	transaction.apply::<Test>(&info, 0).map(|result| result.map(drop).map_err(|error| error.error))
}

pub fn build(parameters: Parameters) -> TestExternalities {
	let computing_power = pallet_computing_power::GenesisConfig { parameters, ..Default::default() };
	RuntimeGenesisConfig { system: Default::default(), computing_power }.build_storage().unwrap().into()
}

/// Runs a test from the genesis on, and checks the invariants after it.
pub fn on_ledger(test: impl FnOnce()) {
	let mut ledger = build(PARAMETERS);
	IS_OPEN.set(false);
	NODES.with_borrow_mut(BTreeMap::clear);
	ledger.execute_with(|| {
		test();
		if IS_OPEN.get() {
			close();
		}
		ComputingPower::do_try_state().unwrap();
	});
}

/// Starts the next block.
pub fn open() {
	let height = System::block_number() + 1;
	IS_OPEN.set(true);
	System::reset_events();
	let parent = if height == 1 { GENESIS_HASH } else { H256::from_low_u64_be(height.into()) };
	System::initialize(&height, &parent, &Default::default());
	AllPalletsWithSystem::on_initialize(height);
}

/// Ends the open block.
pub fn close() {
	AllPalletsWithSystem::on_finalize(System::block_number());
	System::finalize();
	IS_OPEN.set(false);
	ComputingPower::do_try_state().unwrap();
}

/// Ends blocks until the one at a height is open.
pub fn open_at(height: Height) {
	loop {
		if IS_OPEN.get() {
			if System::block_number() >= height {
				break;
			}
			close();
		}
		open();
	}
	assert_eq!(System::block_number(), height, "heights grow");
}

/// Ends blocks until the one at a height is the newest.
pub fn close_at(height: Height) {
	open_at(height);
	close();
}

/// Whether an event of this pallet was deposited in the open or newest block.
pub fn has_event(event: Event<Test>) -> bool {
	System::events().iter().any(|record| record.event == RuntimeEvent::ComputingPower(event.clone()))
}

/// A ledger with a keystore, on which benchmarks run.
#[cfg(feature = "runtime-benchmarks")]
pub fn for_benchmarks() -> TestExternalities {
	let mut ledger = build(PARAMETERS);
	IS_OPEN.set(false);
	ledger.register_extension(sp_keystore::KeystoreExt::new(sp_keystore::testing::MemoryKeystore::new()));
	ledger
}
