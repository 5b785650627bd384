//! A ledger with balances and quotas, whose transactions weigh what a test says.

use crate as pallet_quota;
use crate::*;
use frame_support::{
	derive_impl,
	dispatch::{DispatchClass, DispatchInfo, PostDispatchInfo},
	parameter_types,
	traits::{ConstU128, Get, Hooks, UnixTime},
	weights::Weight,
};
use frame_system::limits::BlockWeights;
use sp_io::TestExternalities;
use sp_runtime::{
	traits::DispatchTransaction, transaction_validity::TransactionValidityError, BuildStorage, Digest, Percent,
};
use std::time::Duration;
use tp_core::Balance;
use tp_lattice::Usage;

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
	pub type Quota = pallet_quota;
}

pub type Block = frame_system::mocking::MockBlockU32<Test>;

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
	type Block = Block;
	type AccountData = pallet_balances::AccountData<Balance>;
	type OnNewAccount = StoredQuotas<Test>;
	type OnKilledAccount = StoredQuotas<Test>;
}

#[derive_impl(pallet_balances::config_preludes::TestDefaultConfig)]
impl pallet_balances::Config for Test {
	type AccountStore = System;
	type Balance = Balance;
	type ExistentialDeposit = ConstU128<ED>;
	type RuntimeHoldReason = RuntimeHoldReason;
}

/// What an account needs to live.
pub const ED: Balance = 10;
/// A quarter of a second, and what a thousand tokens give.
pub const RULES: ShareRules = ShareRules {
	free: Usage { compute: 250_000_000_000, bytes: 100_000 },
	per_stake_unit: Usage { compute: 10_000_000_000, bytes: 4_000 },
	stake_unit: 1_000,
	block_free: Percent::from_percent(30),
};
/// The time of the genesis, in milliseconds since 1970.
pub const GENESIS_MS: u64 = 1_800_000_000_000;

parameter_types! {
	pub const DefaultRules: ShareRules = RULES;
	pub static Now: u64 = GENESIS_MS;
}

/// The time is what the test sets.
pub struct Clock;
impl UnixTime for Clock {
	fn now() -> Duration {
		Duration::from_millis(Now::get())
	}
}

impl Config for Test {
	type RuntimeHoldReason = RuntimeHoldReason;
	type Currency = Balances;
	type Store = StoredQuotas<Test>;
	type Time = Clock;
	type DefaultRules = DefaultRules;
	type AdminOrigin = frame_system::EnsureRoot<u64>;
	type WeightInfo = weights::InMap;
}

/// A ledger on which the accounts up to a number have a million each, at its first block, with nothing lent.
pub fn ledger(accounts: u64) -> TestExternalities {
	let balances = (1..=accounts).map(|account| (account, 1_000_000)).collect();
	let config = RuntimeGenesisConfig {
		balances: pallet_balances::GenesisConfig { balances, ..Default::default() },
		..Default::default()
	};
	let mut ledger = TestExternalities::from(config.build_storage().unwrap());
	ledger.execute_with(|| {
		Now::set(GENESIS_MS);
		LentPercent::<Test>::put(100);
		open();
	});
	ledger
}

/// Begins a block, with nothing lent.
pub fn open() {
	let number = System::block_number() + 1;
	System::initialize(&number, &Default::default(), &Digest::default());
	LentPercent::<Test>::put(100);
	Quota::on_initialize(number);
}

/// Ends the block, and begins the next.
pub fn next_block() {
	Quota::on_finalize(System::block_number());
	Quota::do_try_state().unwrap();
	assert_eq!(FreeUsed::<Test>::get(), Usage::default());
	System::finalize();
	open();
}

/// What a transaction says of itself, besides what the extension and every extrinsic weigh.
pub fn weighing(compute: u64) -> DispatchInfo {
	DispatchInfo { call_weight: Weight::from_parts(compute, 0), ..Default::default() }
}

/// What every extrinsic weighs.
pub fn base() -> u64 {
	let weights: BlockWeights = <<Test as frame_system::Config>::BlockWeights as Get<BlockWeights>>::get();
	weights.get(DispatchClass::Normal).base_extrinsic.ref_time()
}

/// Has an account send a transaction that uses exactly so much.
pub fn send(who: u64, cost: Usage) -> Result<(), TransactionValidityError> {
	send_with(who, &weighing(cost.compute - base()), cost.bytes, PostDispatchInfo::default())
}

/// Has an account send a transaction, of which so much is found to have been done.
pub fn send_with(
	who: u64,
	info: &DispatchInfo,
	bytes: u64,
	done: PostDispatchInfo,
) -> Result<(), TransactionValidityError> {
	let call = RuntimeCall::System(frame_system::Call::remark { remark: Vec::new() });
	let length = usize::try_from(bytes).unwrap();
	let origin = RuntimeOrigin::signed(who);
	ChargeQuota::<Test>::from(0).test_run(origin, &call, info, length, 0, |_| Ok(done))?.unwrap();
	Ok(())
}

/// What counts as used now.
pub fn used(who: u64) -> Usage {
	Quota::report(&who).unwrap().used
}
