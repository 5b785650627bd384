//! The subcommands.

use super::{anchor::AnchorCommand, fetch::FetchCommand, verify::VerifyCommand};
use anyhow::Context;
use std::future::Future;

/// Commands about receipts.
#[derive(Debug, clap::Subcommand)]
pub enum ReceiptCommand {
	/// Check a receipt without a node, by committees that you trust, and print what it proves.
	Verify(VerifyCommand),
	/// Fetch the receipt of a unit, or of a message to another ledger.
	Fetch(FetchCommand),
	/// Fetch the committee of a ledger, for `receipt verify`. Use a node that you trust, or compare the file with that of others.
	Anchor(AnchorCommand),
}

impl ReceiptCommand {
	/// Runs the command.
	///
	/// # Errors
	/// If a file or the node cannot be read, or the receipt proves nothing.
	pub fn run(&self) -> anyhow::Result<()> {
		match self {
			Self::Verify(command) => command.run(),
			Self::Fetch(command) => block_on(command.run()),
			Self::Anchor(command) => block_on(command.run()),
		}
	}
}

fn block_on(run: impl Future<Output = anyhow::Result<()>>) -> anyhow::Result<()> {
	let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
	runtime.context("cannot start the asynchronous runtime")?.block_on(run)
}
