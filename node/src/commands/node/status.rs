//! `top-node node status`.

use crate::commands::{account::parse_account, amount::format_amount, node::info::node_info};
use anyhow::{bail, Context};
use serde::Serialize;
use sp_core::crypto::Ss58Codec;
use top_sdk::RpcClient;
use tp_core::ChainTag;
use tp_pbft::Epoch;
use tp_stake::{Assignment, NodeInfo};

/// Arguments of the command.
#[derive(Debug, clap::Args)]
pub struct StatusCommand {
	/// Address, public key, or development key of the node's controller.
	#[arg(long, value_name = "ACCOUNT")]
	pub controller: String,
	/// JSON-RPC endpoint of any node.
	#[arg(long, value_name = "URL", default_value = "ws://127.0.0.1:9944")]
	pub url: String,
	/// Print one JSON object.
	#[arg(long)]
	pub json: bool,
}

/// The report of a node.
#[derive(Debug, Serialize)]
struct Status {
	#[serde(flatten)]
	info: NodeInfo,
	assignments: Vec<Assignment>,
	epoch: Epoch,
}

impl StatusCommand {
	pub(super) async fn run(&self) -> anyhow::Result<()> {
		let account = parse_account(&self.controller)?;
		let client = RpcClient::connect(&self.url).await?;
		let Some(info) = node_info(&client, &account).await? else {
			bail!("{} controls no node on this chain", account.to_ss58check());
		};
		let head = client.finalized_head().await?;
		let epoch = client.committee(head).await?.epoch;
		let assignments = client.runtime_call("StakeApi_assignments", &account, Some(head)).await?;
		let status = Status { info, assignments, epoch };
		if self.json {
			println!("{}", serde_json::to_string(&status).context("a status is plain data; qed")?);
			return Ok(());
		}
		status.print();
		Ok(())
	}
}

impl Status {
	fn print(&self) {
		let Self { info, assignments, epoch } = self;
		let roles: Vec<String> = info.roles.iter().map(|role| format!("{role:?}").to_lowercase()).collect();
		println!("node of      {}", info.controller.to_ss58check());
		println!("roles        {}", roles.join(", "));
		println!("deposit      {}", format_amount(info.deposit));
		println!("votes        {}", format_amount(info.votes));
		println!("assets       {}", format_amount(info.assets));
		println!("reputation   {}", bar(info.reputation.ten_thousandths()));
		match info.stays_away_until.filter(|until| until > epoch) {
			Some(until) => println!("             too low: not drawn until epoch {until}"),
			None if info.keys_count_from > *epoch => println!("keys         count from epoch {}", info.keys_count_from),
			None => {},
		}
		println!("epoch        {epoch}");
		if assignments.is_empty() {
			println!("seats        none");
		}
		for Assignment { chain, epoch: seated } in assignments {
			let when = if seated == epoch { " (now)" } else { "" };
			println!("seat         {} in epoch {seated}{when}", name_of(chain));
		}
		if let Some(leaving) = info.leaving {
			println!("leaves       its deposit is free after epoch {}", leaving.after_epoch);
		}
	}
}

fn name_of(chain: &ChainTag) -> String {
	match chain {
		ChainTag::Main => "main chain".into(),
		ChainTag::Zone(zone) => format!("zone {zone}"),
		ChainTag::Shard { zone, incarnation } => format!("shard {zone}/{incarnation}"),
	}
}

/// Draws a number of ten thousandths as a bar.
fn bar(ten_thousandths: u16) -> String {
	const WIDTH: u16 = 20;
	let full = usize::from(ten_thousandths / (10_000 / WIDTH)).min(usize::from(WIDTH));
	let empty = usize::from(WIDTH) - full;
	format!("{:.2}  {}{}", f32::from(ten_thousandths) / 1e4, "█".repeat(full), "░".repeat(empty))
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn reputation_is_drawn_as_a_bar() {
		assert_eq!(bar(3_300), format!("0.33  {}{}", "█".repeat(6), "░".repeat(14)));
		assert_eq!(bar(10_000), format!("1.00  {}", "█".repeat(20)));
	}
}
