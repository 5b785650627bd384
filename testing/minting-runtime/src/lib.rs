//! The runtime of a shard with one pallet more, which mints tokens out of nothing. It has the name and the version of the shard's own, so
//! nodes run it in place of that by `--wasm-runtime-overrides`: a committee of such nodes is captured. Other nodes find its block invalid.
//!
//! It is compiled from the files of `runtime/shard`, so it differs from it by `mint` alone. Natively the crate has the blob.

#![cfg_attr(not(feature = "std"), no_std)]
// `frame_support::runtime` does a lot of recursion.
#![recursion_limit = "256"]

#[cfg(not(feature = "std"))]
extern crate alloc;

#[cfg(not(feature = "std"))]
#[path = "../../../runtime/shard/src/apis.rs"]
pub mod apis;
#[cfg(not(feature = "std"))]
#[path = "../../../runtime/shard/src/configs.rs"]
pub mod configs;
#[cfg(not(feature = "std"))]
#[path = "../../../runtime/shard/src/genesis.rs"]
pub mod genesis;
#[cfg(not(feature = "std"))]
pub mod mint;

#[cfg(not(feature = "std"))]
pub use apis::{RuntimeApi, RUNTIME_API_VERSIONS};

// As the shard's own: nodes replace a runtime by one of the same name and version alone.
#[cfg(not(feature = "std"))]
top_runtime_common::runtime_version!("top-shard", 5);

#[cfg(not(feature = "std"))]
top_runtime_common::ledger_runtime! {
	/// The runtime of a captured shard.
	pub struct Runtime;

	#[runtime::pallet_index(6)]
	pub type Lattice = pallet_lattice;
	#[runtime::pallet_index(99)]
	pub type Mint = crate::mint;
	#[runtime::pallet_index(8)]
	pub type Beacon = pallet_beacon;
	#[runtime::pallet_index(9)]
	pub type Mailbox = pallet_mailbox;
}

#[cfg(not(feature = "std"))]
impl mint::Config for Runtime {
	type Currency = Balances;
}

#[cfg(feature = "std")]
#[allow(dead_code, missing_docs)]
mod blob {
	include!(concat!(env!("OUT_DIR"), "/wasm_binary.rs"));
}

/// The runtime, compressed. `None` if its build was skipped (`SKIP_WASM_BUILD`).
#[cfg(feature = "std")]
pub use blob::WASM_BINARY;
