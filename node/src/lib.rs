//! The TOP node: command line, chain specifications, and the commands around a running node.
//!
//! ```text
//! cli ──▶ command ──▶ run: preflight (ports, keys, disk) ──▶ tc-chain: one chain's services
//!                 ├─▶ local-network: child processes of this binary (network)
//!                 ├─▶ tx transfer: sign, submit, wait until final, verify the certificate (client)
//!                 ├─▶ node: register, status, leave, withdraw, vote, unvote, claim (client)
//!                 ├─▶ bench chain: a network under load (network, client, bench)
//!                 └─▶ the SDK's own: key, build-spec, export-blocks, …
//! ```
//!
//! It is a library too, so that the integration tests start, kill and ask real nodes with the code the commands use.

pub mod bench;
mod benchmark;
pub mod chain_spec;
pub mod cli;
pub mod client;
mod command;
mod disk;
mod failure;
mod local_network;
pub mod network;
mod node;
mod parent;
mod preflight;
mod run;
mod signals;
mod transfer;
mod unit_index;

use std::process::ExitCode;

/// Runs the command line of this process. A failure is one line on standard error, and a non-zero exit code.
pub fn main() -> ExitCode {
	match command::run() {
		Ok(()) => ExitCode::SUCCESS,
		Err(error) => {
			eprintln!("Error: {}", failure::one_line(&error));
			ExitCode::FAILURE
		},
	}
}
