//! The runtime of the Template Chain: accounts with units, quotas in place of fees, a PBFT committee, and one custom
//! pallet.
//!
//! ```text
//! lib.rs       the version and the list of pallets
//! configs.rs   the configuration of each pallet
//! genesis.rs   the presets `development` and `local_testnet`
//! apis.rs      the runtime APIs that the node calls
//! ```
//!
//! `top-runtime-common` has the parts that all ledgers share: the pallets that wallets expect, blocks, transactions.

#![cfg_attr(not(feature = "std"), no_std)]
// `frame_support::runtime` recurses deeply.
#![recursion_limit = "256"]

extern crate alloc;

pub mod apis;
#[cfg(feature = "runtime-benchmarks")]
mod benches;
pub mod configs;
pub mod genesis;
#[cfg(test)]
mod tests;

pub use apis::{RuntimeApi, RUNTIME_API_VERSIONS};

// Name and spec version. Raise the version with each change of behaviour.
top_runtime_common::runtime_version!("template-chain", 1);

top_runtime_common::ledger_runtime! {
	/// The runtime of the Template Chain.
	pub struct Runtime;

	// This index is fixed: nodes find the units of a block by it (`tp_lattice::APPLY_CALL`).
	#[runtime::pallet_index(6)]
	pub type Lattice = pallet_lattice;

	// Pallets of this chain begin at 30. An index is permanent: calls, events and errors contain it.
	#[runtime::pallet_index(30)]
	pub type Registry = pallet_template;
}
