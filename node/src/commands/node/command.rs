//! The subcommands.

use crate::commands::node::{
	controller::ControllerCommand,
	register::RegisterCommand,
	status::StatusCommand,
	votes::{ClaimCommand, UnvoteCommand, VoteCommand},
};
use anyhow::Context;

/// Commands about nodes.
#[derive(Debug, clap::Subcommand)]
pub enum NodeCommand {
	/// Register the node at --url: generate keys in its keystore, prove them, and pay the deposit.
	Register(RegisterCommand),
	/// Show the status of a node: its stake, its reputation, its seats.
	Status(StatusCommand),
	/// Let a node leave. It serves until others take its seats; its deposit is free some days after.
	Leave(ControllerCommand),
	/// Withdraw the deposit of a node that has left.
	Withdraw(ControllerCommand),
	/// Vote for a node: lock TOP, and earn a part of the node's rewards.
	Vote(VoteCommand),
	/// Withdraw a vote whose lock has ended.
	Unvote(UnvoteCommand),
	/// Claim the rewards of a node or a holder.
	Claim(ClaimCommand),
}

impl NodeCommand {
	/// Runs the command.
	pub fn run(&self) -> anyhow::Result<()> {
		tokio::runtime::Builder::new_current_thread()
			.enable_all()
			.build()
			.context("cannot start the asynchronous runtime")?
			.block_on(async {
				match self {
					Self::Register(command) => command.run().await,
					Self::Status(command) => command.run().await,
					Self::Leave(command) => {
						let call = pallet_comprehensive_stake::Call::leave {};
						command.run(call, "The node is leaving").await
					},
					Self::Withdraw(command) => {
						let call = pallet_comprehensive_stake::Call::withdraw_deposit {};
						command.run(call, "The deposit is withdrawn").await
					},
					Self::Vote(command) => command.run().await,
					Self::Unvote(command) => command.run().await,
					Self::Claim(command) => command.run().await,
				}
			})
	}
}
