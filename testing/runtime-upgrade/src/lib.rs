//! The main chain's runtime once more, built from the same tree with its feature `next-spec-version`: what a forkless
//! upgrade installs in tests. Nothing but tests depends on it, and it takes as long to build as the runtime itself.

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
