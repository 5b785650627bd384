//! The configuration of each pallet.

// The macros generate items without docs.
#![allow(missing_docs)]

use crate::*;
use frame_support::{derive_impl, parameter_types, traits::Contains};
use pallet_quota::{StoredQuotas, WithQuotas};
use sp_version::RuntimeVersion;
use top_runtime_common::{preludes, BlockTime};
use tp_core::ChainTag;
use tp_mailbox::Ledger;

parameter_types! {
	pub const Version: RuntimeVersion = VERSION;
	pub const Chain: ChainTag = ChainTag::Zone(0);
	pub const Own: Ledger = Ledger { chain: ChainTag::Zone(0), tables: None };
}

#[derive_impl(preludes::Balances<Runtime> as pallet_balances::DefaultConfig)]
impl pallet_balances::Config for Runtime {
	type AccountStore = WithQuotas<Runtime, pallet_lives::WithLives<Runtime, System>>;
}

#[derive_impl(preludes::System<Runtime> as frame_system::DefaultConfig)]
impl frame_system::Config for Runtime {
	type Block = Block;
	type AccountData = pallet_balances::AccountData<Balance>;
	type OnNewAccount = StoredQuotas<Runtime>;
	type OnKilledAccount = (StoredQuotas<Runtime>, Lives);
	type Version = Version;
}

#[derive_impl(pallet_quota::config_preludes::LedgerDefaultConfig<Runtime>)]
impl pallet_quota::Config for Runtime {
	type Currency = Balances;
	type Lives = Lives;
	type Time = BlockTime<Runtime>;
}

#[derive_impl(pallet_committee::config_preludes::LedgerDefaultConfig<Runtime>)]
impl pallet_committee::Config for Runtime {
	type Chain = Chain;
	type Time = BlockTime<Runtime>;
	type Election = Beacon;
}

/// The ledgers that authors register: shards of the zone. Routers vote for those alone that they derive themselves.
pub struct OwnShards;

impl Contains<ChainTag> for OwnShards {
	fn contains(chain: &ChainTag) -> bool {
		matches!((chain, Chain::get()), (ChainTag::Shard { zone, .. }, ChainTag::Zone(own)) if *zone == own)
	}
}

#[derive_impl(pallet_beacon::config_preludes::LedgerDefaultConfig<Runtime>)]
impl pallet_beacon::Config for Runtime {
	type AuthorsRegister = OwnShards;
	type Own = Committee;
	type Reports = Mailbox;
}

#[derive_impl(pallet_mailbox::config_preludes::LedgerDefaultConfig<Runtime>)]
impl pallet_mailbox::Config for Runtime {
	type Ledger = Own;
	type Currency = Balances;
	type Anchors = Beacon;
}

top_runtime_common::wallet_pallets!();
