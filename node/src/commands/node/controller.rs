//! `top-node node leave` and `top-node node withdraw`: calls of a node's controller.

use crate::{
	commands::{node::info::node_info, signer::Signer},
	transaction::{send, Sent},
};
use anyhow::bail;
use sp_core::crypto::Ss58Codec;
use top_main_runtime::RuntimeCall;
use top_sdk::RpcClient;

/// Arguments of a call that only the node's controller may make.
#[derive(Debug, clap::Args)]
pub struct ControllerCommand {
	#[allow(missing_docs)]
	#[command(flatten)]
	pub signer: Signer,
	/// JSON-RPC endpoint of any node.
	#[arg(long, value_name = "URL", default_value = "ws://127.0.0.1:9944")]
	pub url: String,
}

impl ControllerCommand {
	pub(super) async fn run(
		&self,
		call: pallet_comprehensive_stake::Call<top_main_runtime::Runtime>,
		done: &str,
	) -> anyhow::Result<()> {
		let controller = self.signer.keypair()?;
		let account = controller.account();
		let client = RpcClient::connect(&self.url).await?;
		if node_info(&client, &account).await?.is_none() {
			bail!("{} controls no node on this chain", account.to_ss58check());
		}
		let Sent { inclusion, .. } = send(&client, &controller, RuntimeCall::ComprehensiveStake(call)).await?;
		println!("{done}, in block {}", inclusion.height);
		if let Some(leaving) = node_info(&client, &account).await?.and_then(|info| info.leaving) {
			println!("The deposit is free after epoch {}, and not before the delay has passed.", leaving.after_epoch);
		}
		Ok(())
	}
}
