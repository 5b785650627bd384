//! Configurations of the SDK's pallets that the runtimes share, for `derive_impl`. The project's pallets have theirs in
//! their `config_preludes`.
//!
//! ```ignore
//! #[derive_impl(preludes::System<Runtime> as frame_system::DefaultConfig)]
//! impl frame_system::Config for Runtime {
//!     type Block = Block;
//!     type AccountData = tp_lattice::AccountData;
//!     type Version = Version;
//! }
//! ```
//!
//! A prelude has the runtime as its parameter, because weights depend on the runtime's storage costs. Its where clause must
//! not name an associated type that the prelude defines: the runtime's type would be defined by itself.

// The macros generate items without docs.
#![allow(missing_docs)]

use crate::{currency, limits};
use core::marker::PhantomData;
use frame_support::{
	derive_impl,
	pallet_prelude::{inject_runtime_type, register_default_impl, MaxEncodedLen, Member, Parameter},
	parameter_types,
	traits::{ConstU32, VariantCountOf},
	weights::constants::ParityDbWeight,
};
use frame_system::{
	config_preludes::SolochainDefaultConfig,
	limits::{BlockLength, BlockWeights},
};
use tp_core::{AccountId, Balance, BlockNumber, Nonce, SS58_PREFIX};

parameter_types! {
	pub const BlockHashCount: BlockNumber = limits::BLOCK_HASH_COUNT;
	pub const SS58Prefix: u16 = SS58_PREFIX;
	pub Weights: BlockWeights = limits::block_weights();
	pub Length: BlockLength = limits::block_length();
	pub const ExistentialDeposit: Balance = currency::EXISTENTIAL_DEPOSIT;
}

/// The system of a ledger: its account ids, its limits, and the hashes that it keeps.
pub struct System<T>(PhantomData<T>);

#[derive_impl(SolochainDefaultConfig as frame_system::DefaultConfig, no_aggregated_types)]
#[register_default_impl(System)]
impl<T: frame_system::Config> frame_system::DefaultConfig for System<T> {
	type AccountId = AccountId;
	type Nonce = Nonce;
	type BlockHashCount = BlockHashCount;
	type BlockWeights = Weights;
	type BlockLength = Length;
	type DbWeight = ParityDbWeight;
	type SS58Prefix = SS58Prefix;
	type SystemWeightInfo = frame_system::weights::SubstrateWeight<T>;
	type ExtensionsWeightInfo = frame_system::SubstrateExtensionsWeight<T>;
	type MaxConsumers = ConstU32<16>;
	type BaseCallFilter = pallet_quota::StateLeft<T>;
}

/// Balances of TOP.
pub struct Balances<T>(PhantomData<T>);

#[derive_impl(SolochainDefaultConfig as frame_system::DefaultConfig, no_aggregated_types)]
impl<T> frame_system::DefaultConfig for Balances<T> {}

#[register_default_impl(Balances)]
impl<T: pallet_balances::Config> pallet_balances::DefaultConfig for Balances<T>
where
	T::RuntimeFreezeReason: Parameter + Member + MaxEncodedLen + Copy,
{
	#[inject_runtime_type]
	type RuntimeEvent = ();
	#[inject_runtime_type]
	type RuntimeHoldReason = ();
	#[inject_runtime_type]
	type RuntimeFreezeReason = ();
	type WeightInfo = pallet_balances::weights::SubstrateWeight<T>;
	type Balance = Balance;
	type DustRemoval = ();
	type ExistentialDeposit = ExistentialDeposit;
	type ReserveIdentifier = [u8; 8];
	type FreezeIdentifier = T::RuntimeFreezeReason;
	type MaxLocks = ConstU32<50>;
	type MaxReserves = ConstU32<50>;
	type MaxFreezes = VariantCountOf<T::RuntimeFreezeReason>;
	type DoneSlashHandler = ();
}
