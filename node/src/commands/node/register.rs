//! `top-node node register`.

use crate::{
	commands::{
		amount::{format_amount, parse_amount},
		node::info::node_info,
		signer::Signer,
	},
	transaction::{send, Sent},
};
use anyhow::{anyhow, bail, Context};
use codec::DecodeAll;
use jsonrpsee::rpc_params;
use serde::Deserialize;
use sp_core::{crypto::Ss58Codec, Bytes};
use sp_runtime::Perbill;
use top_main_runtime::RuntimeCall;
use top_sdk::RpcClient;
use tp_sortition::{Role, Roles};
use tp_stake::NodeKeys;

/// Arguments of the command.
#[derive(Debug, clap::Args)]
pub struct RegisterCommand {
	#[allow(missing_docs)]
	#[command(flatten)]
	pub signer: Signer,
	/// Roles that the node offers: edge, router, validator, archive, separated by commas.
	#[arg(long, value_delimiter = ',', required = true, value_parser = parse_role)]
	pub roles: Vec<Role>,
	/// Deposit in TOP, with up to 6 decimals.
	#[arg(long, value_name = "TOP")]
	pub deposit: String,
	/// Part of the node's rewards for its voters, in percent.
	#[arg(long, value_name = "PERCENT", default_value_t = 0, value_parser = clap::value_parser!(u8).range(0..=100))]
	pub dividend: u8,
	/// JSON-RPC endpoint of the node itself, with unsafe methods: the node generates the keys in its keystore.
	#[arg(long, value_name = "URL", default_value = "ws://127.0.0.1:9944")]
	pub url: String,
}

/// The answer of `author_rotateKeysWithOwner`.
#[derive(Deserialize)]
struct GeneratedKeys {
	keys: Bytes,
	proof: Option<Bytes>,
}

impl RegisterCommand {
	pub(super) async fn run(&self) -> anyhow::Result<()> {
		let deposit = parse_amount(&self.deposit)?;
		let controller = self.signer.keypair()?;
		let account = controller.account();
		let client = RpcClient::connect(&self.url).await?;
		if node_info(&client, &account).await?.is_some() {
			bail!("{} already controls a node: `node status` shows it", account.to_ss58check());
		}
		let owner = Bytes(AsRef::<[u8]>::as_ref(&account).to_vec());
		let made: GeneratedKeys = client.request("author_rotateKeysWithOwner", rpc_params![owner]).await.context(
			"the node generates no keys: run it with --rpc-methods unsafe, and connect from its own machine",
		)?;
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
		let info = node_info(&client, &account).await?.context("the node does not show the registration")?;
		println!("vote key     0x{}", hex::encode(AsRef::<[u8]>::as_ref(&keys.pbft)));
		println!("VRF key      0x{}", hex::encode(AsRef::<[u8]>::as_ref(&keys.vrf)));
		println!("deposit      {}", format_amount(info.deposit));
		println!("draws from   epoch {}; its first seat can begin two epochs later", info.keys_count_from);
		println!("Keep it running with --validator: it submits its tickets by itself.");
		Ok(())
	}
}

fn parse_role(text: &str) -> Result<Role, String> {
	let name = |role: &Role| format!("{role:?}").to_lowercase();
	Role::ALL.into_iter().find(|role| name(role) == text).ok_or_else(|| {
		let names: Vec<String> = Role::ALL.iter().map(name).collect();
		format!("the roles are {}", names.join(", "))
	})
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn roles_are_parsed_by_their_names() {
		assert_eq!(parse_role("router"), Ok(Role::Router));
		let error = parse_role("Router").unwrap_err();
		assert!(error.contains("edge, router, validator, archive"), "{error}");
	}
}
