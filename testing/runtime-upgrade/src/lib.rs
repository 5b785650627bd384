//! The main chain's runtime, built from the same tree with its feature `next-spec-version`. Tests of forkless upgrades
//! install it. Only tests depend on it, since it takes as long to build as the runtime itself.

#![cfg_attr(not(feature = "std"), no_std)]

#[cfg(target_family = "wasm")]
pub use top_main_runtime::*;

#[cfg(feature = "std")]
#[allow(dead_code, missing_docs)]
mod blob {
	include!(concat!(env!("OUT_DIR"), "/wasm_binary.rs"));
}

/// The runtime to upgrade to, compressed. `None` if its build was skipped (`SKIP_WASM_BUILD`).
#[cfg(feature = "std")]
pub use blob::WASM_BINARY;

#[cfg(test)]
mod tests;
