//! The runtime of the Template Chain: accounts with units, quotas in place of fees, a PBFT committee, and one custom
//! pallet.
//!
//! ```text
//! pallets.rs   the list of pallets
//! configs.rs   their configuration
//! genesis.rs   the presets `development` and `local`
//! apis.rs      the runtime APIs that the node calls
//! ```

#![cfg_attr(not(feature = "std"), no_std)]
// `frame_support::runtime` recurses deeply.
#![recursion_limit = "256"]

extern crate alloc;

pub mod apis;
#[cfg(feature = "runtime-benchmarks")]
mod benches;
pub mod configs;
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

/// The compressed WebAssembly runtime, or `None` if its build was skipped (`SKIP_WASM_BUILD`).
#[cfg(feature = "std")]
pub use blob::WASM_BINARY;

/// Extensions of a transaction: what it carries beside its call.
pub type TxExtension = top_runtime_common::TxExtension<Runtime>;
/// A transaction or inherent.
pub type UncheckedExtrinsic = top_runtime_common::UncheckedExtrinsic<RuntimeCall, TxExtension>;
/// A block.
pub type Block = top_runtime_common::Block<RuntimeCall, TxExtension>;

/// Executes blocks.
pub type Executive =
	frame_executive::Executive<Runtime, Block, frame_system::ChainContext<Runtime>, Runtime, AllPalletsWithSystem>;

sp_runtime::impl_opaque_keys! {
	/// Keys of a committee member.
	pub struct SessionKeys {
		/// Signs votes.
		pub pbft: MemberKeys<tp_pbft::PbftId>,
		/// Produces randomness.
		pub vrf: MemberKeys<tp_pbft::VrfId>,
	}
}

/// The version of the runtime. Raise `spec_version` with each change of behaviour, `transaction_version` when a call
/// changes its index or parameters.
#[sp_version::runtime_version]
pub const VERSION: RuntimeVersion = RuntimeVersion {
	spec_name: Cow::Borrowed("template-chain"),
	impl_name: Cow::Borrowed("template-chain"),
	authoring_version: 1,
	spec_version: 1,
	impl_version: 1,
	apis: RUNTIME_API_VERSIONS,
	transaction_version: 1,
	system_version: 0,
};
