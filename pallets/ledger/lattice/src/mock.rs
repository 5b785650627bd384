//! A ledger with balances and the unit lane.

use crate as pallet_lattice;
use crate::*;
use core::ops::RangeInclusive;
use frame_support::{
	derive_impl, parameter_types,
	traits::{OnFinalize, OnInitialize, UnixTime},
};
use sp_core::{sr25519, Pair, H256};
use sp_io::TestExternalities;
use sp_runtime::{traits::IdentityLookup, BuildStorage, Digest};
use std::{cell::Cell, time::Duration};
use top_runtime_common::LatticeAccounts;
use tp_core::{AccountId, Balance, Nonce};
use tp_lattice::{
	AccountData, ApplyError, Batch, Context, Domain, LatticeDigest, Operation, Outcome, QuotaMeter, QuotaRules, Unit,
	UnitBody, Usage,
};

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
	pub type Lattice = pallet_lattice;
}

pub type Block = frame_system::mocking::MockBlockU32<Test>;

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
	type Block = Block;
	type AccountId = AccountId;
	type Lookup = IdentityLookup<AccountId>;
	type Nonce = Nonce;
	type AccountData = AccountData;
}

pub const ED: Balance = 1_000;

parameter_types! {
	pub const ExistentialDeposit: Balance = ED;
	pub const MaxBatchBytes: u32 = 800_000;
	pub const MaxBatchCompute: u64 = 1_000_000_000_000;
	pub static Shares: Option<QuotaRules> = None;
}

#[derive_impl(pallet_balances::config_preludes::TestDefaultConfig)]
impl pallet_balances::Config for Test {
	type AccountStore = LatticeAccounts<Test>;
	type Balance = Balance;
	type ExistentialDeposit = ExistentialDeposit;
	type DustRemoval = ();
}

pub struct AllTables;
impl frame_support::traits::Get<RangeInclusive<u8>> for AllTables {
	fn get() -> RangeInclusive<u8> {
		0..=255
	}
}

/// Shares as the test set them, and no use before the units'.
pub struct Meter;
impl QuotaMeter for Meter {
	fn rules() -> Option<QuotaRules> {
		Shares::get()
	}

	fn use_free(used: Usage) -> bool {
		Shares::get().is_none_or(|rules| used.fits(&rules.block_free))
	}
}

/// A block a second.
pub struct Clock;
impl UnixTime for Clock {
	fn now() -> Duration {
		Duration::from_secs(1_800_000_000 + u64::from(System::block_number()))
	}
}

thread_local! {
	static BY_HOST: Cell<bool> = const { Cell::new(true) };
}

/// Has the test's units applied by the runtime instead of the host.
pub fn by_runtime() {
	BY_HOST.with(|by_host| by_host.set(false));
}

pub struct Either;
impl UnitExecutor for Either {
	fn apply(batch: &[u8], context: &Context) -> Result<Outcome, ApplyError> {
		match BY_HOST.with(Cell::get) {
			true => HostExecutor::apply(batch, context),
			false => RuntimeExecutor::<Test>::apply(batch, context),
		}
	}
}

impl Config for Test {
	type Currency = Balances;
	type Tables = AllTables;
	type ExistentialDeposit = ExistentialDeposit;
	type Time = Clock;
	type MaxBatchBytes = MaxBatchBytes;
	type MaxBatchCompute = MaxBatchCompute;
	type Quota = Meter;
	type Executor = Either;
	type WeightInfo = ();
}

pub fn domain() -> Domain {
	Domain::new(&H256::repeat_byte(1), 0)
}

/// The key of a test's account.
pub fn key(number: u32) -> sr25519::Pair {
	let mut seed = [9; 32];
	seed[..4].copy_from_slice(&number.to_le_bytes());
	sr25519::Pair::from_seed(&seed)
}

pub fn id(number: u32) -> AccountId {
	key(number).public().into()
}

/// A ledger on which the first so many accounts have so much.
pub fn ledger(accounts: u32, free: Balance) -> TestExternalities {
	let balances = (0..accounts).map(|number| (id(number), free)).collect();
	let config = RuntimeGenesisConfig {
		system: Default::default(),
		balances: pallet_balances::GenesisConfig { balances, ..Default::default() },
		lattice: pallet_lattice::GenesisConfig {
			main_genesis: H256::repeat_byte(1),
			zone: 0,
			_config: Default::default(),
		},
	};
	config.build_storage().unwrap().into()
}

/// Begins a block.
pub fn open() {
	let number = System::block_number() + 1;
	System::reset_events();
	System::initialize(&number, &H256::zero(), &Digest::default());
	Lattice::on_initialize(number);
}

/// Ends it; returns what its header says of units.
pub fn close() -> LatticeDigest {
	Lattice::on_finalize(System::block_number());
	Lattice::do_try_state().unwrap();
	tp_lattice::find_lattice_digest(&System::digest()).expect("every header has one")
}

pub fn pay(dest: u32, amount: Balance) -> Operation {
	Operation::Transfer { dest: id(dest), amount }
}

/// The next unit of an account, signed.
pub fn next(account: u32, operations: Vec<Operation>) -> Unit {
	let state = System::account(id(account));
	sign(account, state.nonce, state.data.unit_head, operations)
}

pub fn sign(account: u32, height: Nonce, parent: H256, operations: Vec<Operation>) -> Unit {
	let operations = operations.try_into().expect("few enough");
	let body = UnitBody { account: id(account), height, parent, valid_until: 0, operations };
	let signature = key(account).sign(&body.signing_payload(&domain())).into();
	Unit { body, signature }
}

/// Applies units in the open block.
pub fn apply(units: Vec<Unit>) -> Outcome {
	use codec::Encode;
	let batch = Batch::new(units).expect("one unit a height").encode();
	Lattice::apply(RuntimeOrigin::none(), batch).unwrap();
	LastBlock::<Test>::get().expect("it was applied").outcome
}
