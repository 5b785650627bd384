//! The configuration of each pallet.

// The macros generate items without docs.
#![allow(missing_docs)]

use crate::*;
use frame_support::{
	derive_impl,
	traits::{Contains, Get},
};
use pallet_lattice::{GenesisChain, ShardPlace};
use top_runtime_common::BlockTime;
use tp_core::ChainTag;
use tp_mailbox::{Home, Ledger};

/// The ledger, as the genesis says.
pub struct Own;

impl Get<Ledger> for Own {
	fn get() -> Ledger {
		let ShardPlace { zone, incarnation, tables } = ShardPlace::of::<Runtime>();
		Ledger { chain: ChainTag::Shard { zone, incarnation }, tables: Some(tables) }
	}
}

/// The places to which users may send: the shards of the same zone, and the main chain if the shard follows its zone. Messages to
/// both are proved below the zone's headers.
pub struct Reachable;

impl Contains<Home> for Reachable {
	fn contains(home: &Home) -> bool {
		let own = ShardPlace::of::<Runtime>().zone;
		match home {
			Home::Main => pallet_beacon::Sources::<Runtime>::contains_key(ChainTag::Zone(own)),
			Home::Zone(zone) => *zone == own,
		}
	}
}

#[derive_impl(pallet_committee::config_preludes::LedgerDefaultConfig<Runtime>)]
impl pallet_committee::Config for Runtime {
	type Chain = GenesisChain<Runtime>;
	type Time = BlockTime<Runtime>;
	type Election = Beacon;
}

#[derive_impl(pallet_beacon::config_preludes::LedgerDefaultConfig<Runtime>)]
impl pallet_beacon::Config for Runtime {
	type Own = Committee;
	type Reports = Mailbox;
	type Now = BlockTime<Runtime>;
}

#[derive_impl(pallet_mailbox::config_preludes::LedgerDefaultConfig<Runtime>)]
impl pallet_mailbox::Config for Runtime {
	type Homes = Reachable;
	type Ledger = Own;
	type Meter = Quota;
	type Derivation = Derived;
	type Currency = Balances;
	type Anchors = Beacon;
}

top_runtime_common::unit_lane!(mailbox;);
top_runtime_common::wallet_pallets!();
