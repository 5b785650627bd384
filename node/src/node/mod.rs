//! `top-node node …`: registering a node that runs, seeing how it stands, letting it leave; voting for it and claiming what it
//! earns.

mod votes;

use self::votes::{ClaimCommand, UnvoteCommand, VoteCommand};
use crate::client::{format_amount, parse_account, parse_amount, parse_signer, send, RpcClient, Sent, Signer};
use anyhow::{anyhow, bail, Context};
use codec::DecodeAll;
use jsonrpsee::rpc_params;
use serde::{Deserialize, Serialize};
use sp_core::{crypto::Ss58Codec, Bytes};
use sp_runtime::Perbill;
use top_main_runtime::RuntimeCall;
use tp_core::{AccountId, ChainTag};
use tp_pbft::Epoch;
use tp_sortition::{Role, Roles};
use tp_stake::{Assignment, NodeInfo, NodeKeys};

/// Why a ledger cannot be asked about nodes.
const NO_NODES: &str = "this chain has no nodes to register: they are registered on the main chain";

/// What can be done about a node.
#[derive(Debug, clap::Subcommand)]
pub enum NodeCommand {
	/// Register the node at --url: makes keys in its keystore, proves them, and deposits.
	Register(RegisterCommand),
	/// Show how a node stands: its stake, its reputation, its seats.
	Status(StatusCommand),
	/// Let a node leave. It serves until its seats are filled; its deposit is free some days after.
	Leave(ControllerCommand),
	/// Take the deposit of a node back that has left.
	Withdraw(ControllerCommand),
	/// Vote for a node: lock TOP for it, for a part of what it earns.
	Vote(VoteCommand),
	/// Take a vote back whose lock is over.
	Unvote(UnvoteCommand),
	/// Claim what a node or a holder has earned.
	Claim(ClaimCommand),
}

impl NodeCommand {
	/// Runs it.
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
						command.run(call, "The node leaves").await
					},
					Self::Withdraw(command) => {
						let call = pallet_comprehensive_stake::Call::withdraw_deposit {};
						command.run(call, "The deposit is back").await
					},
					Self::Vote(command) => command.run().await,
					Self::Unvote(command) => command.run().await,
					Self::Claim(command) => command.run().await,
				}
			})
	}
}

/// Registers a node.
#[derive(Debug, clap::Args)]
pub struct RegisterCommand {
	/// Secret URI of the controller, who deposits: a development key such as //Alice, a phrase, or a seed (sr25519).
	#[arg(long, value_name = "SECRET URI")]
	pub from: String,
	/// What the node offers: edge, router, validator, archive, separated by commas.
	#[arg(long, value_delimiter = ',', required = true, value_parser = parse_role)]
	pub roles: Vec<Role>,
	/// How much TOP to deposit, with up to 6 decimals.
	#[arg(long, value_name = "TOP")]
	pub deposit: String,
	/// The part of the node's rewards that its voters share, in percent.
	#[arg(long, value_name = "PERCENT", default_value_t = 0, value_parser = clap::value_parser!(u8).range(0..=100))]
	pub dividend: u8,
	/// JSON-RPC endpoint of the node itself, with its unsafe methods: its keystore makes the keys.
	#[arg(long, value_name = "URL", default_value = "ws://127.0.0.1:9944")]
	pub url: String,
}

/// Shows a node.
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

/// Something that only the controller may ask for.
#[derive(Debug, clap::Args)]
pub struct ControllerCommand {
	/// Secret URI of the node's controller.
	#[arg(long, value_name = "SECRET URI")]
	pub from: String,
	/// JSON-RPC endpoint of any node.
	#[arg(long, value_name = "URL", default_value = "ws://127.0.0.1:9944")]
	pub url: String,
}

fn parse_role(text: &str) -> Result<Role, String> {
	let name = |role: &Role| format!("{role:?}").to_lowercase();
	Role::ALL.into_iter().find(|role| name(role) == text).ok_or_else(|| {
		let names: Vec<String> = Role::ALL.iter().map(name).collect();
		format!("there are {}", names.join(", "))
	})
}

/// What `author_rotateKeysWithOwner` answers.
#[derive(Deserialize)]
struct GeneratedKeys {
	keys: Bytes,
	proof: Option<Bytes>,
}

impl RegisterCommand {
	async fn run(&self) -> anyhow::Result<()> {
		let deposit = parse_amount(&self.deposit)?;
		let controller = parse_signer(&self.from)?;
		let account = controller.account();
		let client = RpcClient::connect(&self.url).await?;
		if node_info(&client, &account).await?.is_some() {
			bail!("{} controls a node already: `node status` shows it", account.to_ss58check());
		}
		let owner = Bytes(AsRef::<[u8]>::as_ref(&account).to_vec());
		let made: GeneratedKeys = client
			.request("author_rotateKeysWithOwner", rpc_params![owner])
			.await
			.context("the node makes no keys: run it with --rpc-methods unsafe, and ask it from its own machine")?;
		let keys =
			NodeKeys::decode_all(&mut &made.keys.0[..]).context("the node's keys are not those of a TOP node")?;
		let proof = made.proof.context("the node does not prove its keys: its runtime is too old")?.0;
		let peer: String = client.request("system_localPeerId", rpc_params![]).await?;
		let network_id = peer.into_bytes().try_into().map_err(|_| anyhow!("the node's network id is too long"))?;
		let call = pallet_comprehensive_stake::Call::register {
			roles: Roles::of(&self.roles),
			keys: keys.clone(),
			proof,
			network_id,
			deposit,
			dividend: Perbill::from_percent(u32::from(self.dividend)),
		};
		let Sent { inclusion, .. } = send(&client, &controller, RuntimeCall::ComprehensiveStake(call)).await?;
		println!("The node of {} is registered, in block {}", account.to_ss58check(), inclusion.height);
		let info = node_info(&client, &account).await?.context("the node does not know what it has just registered")?;
		println!("vote key     0x{}", hex::encode(AsRef::<[u8]>::as_ref(&keys.pbft)));
		println!("VRF key      0x{}", hex::encode(AsRef::<[u8]>::as_ref(&keys.vrf)));
		println!("deposit      {}", format_amount(info.deposit));
		println!("draws from   epoch {}: its first seat can begin two epochs later", info.keys_count_from);
		println!("Keep it running with --validator: it hands in its tickets by itself.");
		Ok(())
	}
}

/// What is told of a node.
#[derive(Debug, Serialize)]
struct Status {
	#[serde(flatten)]
	info: NodeInfo,
	assignments: Vec<Assignment>,
	epoch: Epoch,
}

impl StatusCommand {
	async fn run(&self) -> anyhow::Result<()> {
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
			Some(until) => println!("             too low: out of the draw until epoch {until}"),
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

impl ControllerCommand {
	async fn run(
		&self,
		call: pallet_comprehensive_stake::Call<top_main_runtime::Runtime>,
		done: &str,
	) -> anyhow::Result<()> {
		let controller = parse_signer(&self.from)?;
		let account = controller.account();
		let client = RpcClient::connect(&self.url).await?;
		if node_info(&client, &account).await?.is_none() {
			bail!("{} controls no node on this chain", account.to_ss58check());
		}
		let Sent { inclusion, .. } = send(&client, &controller, RuntimeCall::ComprehensiveStake(call)).await?;
		println!("{done}, in block {}", inclusion.height);
		if let Some(leaving) = node_info(&client, &account).await?.and_then(|info| info.leaving) {
			println!("The deposit is free after epoch {}, and not before the delay is over.", leaving.after_epoch);
		}
		Ok(())
	}
}

async fn node_info(client: &RpcClient, controller: &AccountId) -> anyhow::Result<Option<NodeInfo>> {
	let info = client.runtime_call("StakeApi_node", controller, None).await;
	info.context(NO_NODES)
}

fn name_of(chain: &ChainTag) -> String {
	match chain {
		ChainTag::Main => "main chain".into(),
		ChainTag::Zone(zone) => format!("zone {zone}"),
		ChainTag::Shard { zone, incarnation } => format!("shard {zone}/{incarnation}"),
	}
}

/// A number of ten thousandths, drawn.
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
	fn roles_are_read_by_their_names() {
		assert_eq!(parse_role("router"), Ok(Role::Router));
		let error = parse_role("Router").unwrap_err();
		assert!(error.contains("edge, router, validator, archive"), "{error}");
	}

	#[test]
	fn reputation_is_drawn() {
		assert_eq!(bar(3_300), format!("0.33  {}{}", "█".repeat(6), "░".repeat(14)));
		assert_eq!(bar(10_000), format!("1.00  {}", "█".repeat(20)));
	}
}
