//! Light traffic: the well-known development accounts pay each other over the RPC of one node.

use crate::transaction::{ChainParams, TransferBuilder};
use sp_keyring::Sr25519Keyring;
use std::time::Duration;
use top_sdk::RpcClient;
use tp_core::{AccountId, Balance};

/// Pause between two transfers.
const PAUSE: Duration = Duration::from_millis(200);
/// Amount of a transfer.
const AMOUNT: Balance = 1;

/// Sends transfers until the future is dropped. Does not repeat a transfer that a busy node refuses: the next one
/// follows soon.
///
/// # Errors
/// If the node does not answer.
pub async fn run(client: RpcClient) -> anyhow::Result<()> {
	let builder = TransferBuilder::immortal(ChainParams::fetch(&client).await?);
	let senders: Vec<Sr25519Keyring> = Sr25519Keyring::well_known().collect();
	for (sender, destination) in senders.iter().zip(senders.iter().cycle().skip(1)).cycle() {
		let (from, to): (AccountId, AccountId) = (sender.to_account_id(), destination.to_account_id());
		let nonce = client.next_nonce(&from).await?;
		if let Err(error) = client.submit(&builder.build(&sender.pair().into(), nonce, &to, AMOUNT)).await {
			log::debug!("The node refused a transfer: {error}");
		}
		tokio::time::sleep(PAUSE).await;
	}
	Ok(())
}
