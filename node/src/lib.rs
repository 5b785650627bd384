//! The TOP node: command line, chain specifications, and commands.
//!
//! ```text
//! cli ──▶ dispatch ──▶ run: preflight (ports, keys, disk) ──▶ tc-chains: the chains of the node (chains, shards, assigned)
//!                  │                                               └─▶ tc-chain: one chain's services; explorer: a page at a port
//!                  ├─▶ local-network: child processes of this binary (top-local-network)
//!                  ├─▶ tx transfer: sign, submit, wait until final, verify the certificate (transaction)
//!                  ├─▶ node: register, status, leave, withdraw, vote, unvote, claim (transaction)
//!                  ├─▶ receipt: fetch receipts, and verify them without a node
//!                  ├─▶ bench: networks under load (top-bench)
//!                  └─▶ the SDK's own: key, build-spec, export-blocks, …
//! ```
//!
//! It is a library too, so that the integration tests use its chain specifications and transactions.

mod assigned;
pub mod chain_spec;
mod chains;
pub mod cli;
pub mod commands;
mod disk;
mod dispatch;
mod explorer;
mod failure;
mod log_targets;
mod preflight;
mod preset;
mod run;
pub mod shards;
mod spec_code;
pub mod transaction;

pub use log_targets::LOG_TARGETS;

use std::process::ExitCode;

/// Runs the command line of this process. A failure prints one line to standard error, and gives a non-zero exit code.
pub fn main() -> ExitCode {
	match dispatch::run() {
		Ok(()) => ExitCode::SUCCESS,
		Err(error) => {
			eprintln!("Error: {}", failure::one_line(&error));
			ExitCode::FAILURE
		},
	}
}
