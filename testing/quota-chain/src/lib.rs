//! A runtime that uses `pallet-quota` as a chain builder would: with account ids of 20 bytes, block numbers of 64 bits,
//! and without the lattice.
//!
//! ```text
//! key ──▶ EthereumSignature ──▶ account id of 20 bytes ──▶ ChargeQuota ──▶ StoredQuotas
//! ```
//!
//! The tests sign transactions with the keys of such accounts, and run them through `frame-executive`.

// The macros generate items without docs.
#![allow(missing_docs)]

mod account;
#[cfg(test)]
mod tests;

pub use account::{account_of, AccountId, AddressSigner, EthereumSignature};

use frame_support::{construct_runtime, derive_impl, parameter_types, traits::ConstU128};
use pallet_quota::{ChargeQuota, ShareRules, StateLeft, StoredQuotas, WithQuotas};
use sp_runtime::{
	generic,
	traits::{BlakeTwo256, IdentityLookup},
	Percent,
};
use tp_quota::Usage;

/// An amount of the token's smallest unit.
pub type Balance = u128;

/// The extensions of a transaction. `ChargeQuota` stands where other chains have `ChargeTransactionPayment`.
pub type TxExtension = (
	frame_system::CheckGenesis<Runtime>,
	frame_system::CheckNonce<Runtime>,
	frame_system::CheckWeight<Runtime>,
	ChargeQuota<Runtime>,
);
/// A transaction or inherent.
pub type UncheckedExtrinsic = generic::UncheckedExtrinsic<AccountId, RuntimeCall, EthereumSignature, TxExtension>;
/// A block.
pub type Block = generic::Block<generic::Header<u64, BlakeTwo256>, UncheckedExtrinsic>;
/// Runs blocks through the pallets.
pub type Executive =
	frame_executive::Executive<Runtime, Block, frame_system::ChainContext<Runtime>, Runtime, AllPalletsWithSystem>;

construct_runtime!(
	pub enum Runtime {
		System: frame_system = 0,
		Timestamp: pallet_timestamp = 1,
		Balances: pallet_balances = 2,
		Utility: pallet_utility = 3,
		Quota: pallet_quota = 9,
	}
);

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Runtime {
	type Block = Block;
	type AccountId = AccountId;
	type Lookup = IdentityLookup<AccountId>;
	type AccountData = pallet_balances::AccountData<Balance>;
	type BaseCallFilter = StateLeft<Runtime>;
	type OnNewAccount = StoredQuotas<Runtime>;
	type OnKilledAccount = StoredQuotas<Runtime>;
}

#[derive_impl(pallet_timestamp::config_preludes::TestDefaultConfig)]
impl pallet_timestamp::Config for Runtime {}

#[derive_impl(pallet_balances::config_preludes::TestDefaultConfig)]
impl pallet_balances::Config for Runtime {
	type Balance = Balance;
	type ExistentialDeposit = ConstU128<100>;
	type AccountStore = WithQuotas<Runtime, System>;
}

impl pallet_utility::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type RuntimeCall = RuntimeCall;
	type PalletsOrigin = OriginCaller;
	type WeightInfo = pallet_utility::weights::SubstrateWeight<Runtime>;
}

parameter_types! {
	/// Shares that a few transactions use up.
	pub const Shares: ShareRules = ShareRules {
		free: Usage { compute: 250_000_000_000, bytes: 100_000, state: 10_000 },
		per_stake_unit: Usage { compute: 10_000_000_000, bytes: 4_000, state: 400 },
		stake_unit: 1_000,
		full_balance: 10_000,
		block_free: Percent::from_percent(30),
		sustained: Usage { compute: 1_000_000_000_000, bytes: 1_000_000, state: 10_000 },
	};
}

#[derive_impl(pallet_quota::config_preludes::LedgerDefaultConfig<Runtime>)]
impl pallet_quota::Config for Runtime {
	type Currency = Balances;
	type Time = Timestamp;
	type DefaultRules = Shares;
}
