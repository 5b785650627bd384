//! A little traffic: the well-known development accounts pay each other, by the RPC of one node.

use crate::client::{ChainParams, RpcClient, TransferBuilder};
use sp_keyring::Sr25519Keyring;
use std::time::Duration;
use tp_core::{AccountId, Balance};

/// Pause between two transfers.
const PAUSE: Duration = Duration::from_millis(200);
/// What a transfer moves.
const AMOUNT: Balance = 1;

/// Pays until it is dropped. What a busy node refuses is not sent again: the next transfer comes soon.
///
/// # Errors
/// If the node is gone.
pub async fn run(client: RpcClient) -> anyhow::Result<()> {
	let builder = TransferBuilder::immortal(ChainParams::fetch(&client).await?);
	let senders: Vec<Sr25519Keyring> = Sr25519Keyring::well_known().collect();
	for (sender, destination) in senders.iter().zip(senders.iter().cycle().skip(1)).cycle() {
		let (from, to): (AccountId, AccountId) = (sender.to_account_id(), destination.to_account_id());
		let nonce = client.next_nonce(&from).await?;
		if let Err(error) = client.submit(&builder.build(&sender.pair(), nonce, &to, AMOUNT)).await {
			log::debug!("a transfer was refused: {error}");
		}
		tokio::time::sleep(PAUSE).await;
	}
	Ok(())
}
