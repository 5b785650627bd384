//! The main chain's runtime: accounts and TOP, nodes and their stake, committees and their election, offences, rewards, and
//! what wallets expect. The registry of zones comes to it later.
//!
//! ```text
//! pallets.rs   which pallets there are
//! configs.rs   what each pallet is set to
//! genesis.rs   the presets `development`, `local`, `local-fast` and `rotation`
//! apis.rs      what the node may ask: blocks, transactions, metadata, genesis, PbftApi, nodes and their duties
//! duties.rs    what a registered node has to do now
//! ```

#![cfg_attr(not(feature = "std"), no_std)]
// `frame_support::runtime` does a lot of recursion.
#![recursion_limit = "256"]

extern crate alloc;

pub mod apis;
#[cfg(feature = "runtime-benchmarks")]
mod benches;
pub mod configs;
mod duties;
pub mod genesis;
mod pallets;
#[cfg(test)]
mod tests;

use alloc::{borrow::Cow, vec::Vec};
use sp_version::RuntimeVersion;

pub use apis::{RuntimeApi, RUNTIME_API_VERSIONS};
pub use pallets::*;
pub use top_runtime_common::{pallets::ProxyType, Address, Header, MemberKeys};
pub use tp_core::{AccountId, Balance, BlockNumber, Hash, Nonce, Signature};

#[cfg(feature = "std")]
#[allow(dead_code, missing_docs)]
mod blob {
	include!(concat!(env!("OUT_DIR"), "/wasm_binary.rs"));
}

/// The runtime as wasm, compressed. `None` if its build was skipped (`SKIP_WASM_BUILD`).
#[cfg(feature = "std")]
pub use blob::WASM_BINARY;

/// What a transaction carries beside its call.
pub type TxExtension = top_runtime_common::TxExtension<Runtime>;
/// A transaction or inherent.
pub type UncheckedExtrinsic = top_runtime_common::UncheckedExtrinsic<RuntimeCall, TxExtension>;
/// A block.
pub type Block = top_runtime_common::Block<RuntimeCall, TxExtension>;
/// What the sender of a transaction signs.
pub type SignedPayload = sp_runtime::generic::SignedPayload<RuntimeCall, TxExtension>;

/// Runs blocks through the pallets.
pub type Executive =
	frame_executive::Executive<Runtime, Block, frame_system::ChainContext<Runtime>, Runtime, AllPalletsWithSystem>;

/// Checks what holds of nodes, votes, committees and rewards between any two blocks: for tests and tools.
#[cfg(feature = "std")]
pub fn try_stake_state() -> Result<(), sp_runtime::TryRuntimeError> {
	ComprehensiveStake::do_try_state()?;
	ComputingPower::do_try_state()?;
	ShardAssignment::do_try_state()?;
	Offences::do_try_state()?;
	Rewards::do_try_state()
}

sp_runtime::impl_opaque_keys! {
	/// The keys of a node that is a member of the committee.
	pub struct SessionKeys {
		/// Signs its votes.
		pub pbft: MemberKeys<tp_pbft::PbftId>,
		/// Gives its randomness.
		pub vrf: MemberKeys<tp_pbft::VrfId>,
	}
}

/// The version of this runtime, as it says itself.
#[cfg(not(feature = "next-spec-version"))]
#[sp_version::runtime_version]
pub const VERSION: RuntimeVersion = RuntimeVersion {
	spec_name: Cow::Borrowed("top-main"),
	impl_name: Cow::Borrowed("top-main"),
	authoring_version: 1,
	spec_version: 1,
	impl_version: 1,
	apis: RUNTIME_API_VERSIONS,
	transaction_version: 1,
	// State version 0, values inline: measured a quarter cheaper than version 1.
	system_version: 0,
};

/// The version of this runtime, raised by one: a runtime to upgrade to. The macro takes literals only.
#[cfg(feature = "next-spec-version")]
#[sp_version::runtime_version]
pub const VERSION: RuntimeVersion = RuntimeVersion {
	spec_name: Cow::Borrowed("top-main"),
	impl_name: Cow::Borrowed("top-main"),
	authoring_version: 1,
	spec_version: 2,
	impl_version: 1,
	apis: RUNTIME_API_VERSIONS,
	transaction_version: 1,
	system_version: 0,
};
