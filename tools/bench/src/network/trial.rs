//! Whether units pay accounts of other shards, by a trial.

use crate::{
	ledgers::Ledgers,
	network::{accounts::Residents, sign::RemoteBy},
};
use anyhow::bail;
use std::time::{Duration, Instant};
use top_sdk::Client;
use tp_core::TOP;

/// How long a payment by a unit may take to arrive in another shard.
const TRIED: Duration = Duration::from_secs(20);
const INTERVAL: Duration = Duration::from_millis(100);

/// Tries to pay an account of another shard by a unit, and returns how payments between shards are sent. The last account of each shard
/// is for the trial, and leaves the list.
///
/// # Errors
/// If a node does not answer, or a payment by a unit is final and does not arrive.
pub async fn remote_by(
	ledgers: &dyn Ledgers,
	clients: &[Client],
	shards: &mut [Residents],
) -> anyhow::Result<RemoteBy> {
	let tried: Vec<_> = shards.iter_mut().filter_map(|shard| shard.accounts.pop()).collect();
	if let (Some([from, to]), Some([here, there])) = (tried.first_chunk(), clients.first_chunk()) {
		let balance = async || there.rpc().account(&to.id).await.map(|account| account.free);
		let before = balance().await?;
		let paid = match here.pay(&from.key, &to.id, TOP).await {
			Ok(payment) => payment.finalized().await.map(drop),
			Err(error) => Err(error),
		};
		match paid {
			Ok(()) => {
				let deadline = Instant::now() + TRIED;
				while Instant::now() < deadline {
					if balance().await? > before {
						return Ok(RemoteBy::Unit);
					}
					tokio::time::sleep(INTERVAL).await;
				}
				bail!("a unit that pays an account of another shard is final, and the account is not credited");
			},
			Err(error) if error.is_connection() => return Err(error.into()),
			Err(error) => eprintln!("  units do not pay accounts of other shards ({error}): extrinsics do"),
		}
	}
	let mut sign = Vec::new();
	for client in clients {
		let (genesis, version) = (client.rpc().block_hash(0).await?, client.rpc().runtime_version(None).await?);
		sign.push(ledgers.remote_transfers(genesis, &version)?);
	}
	Ok(RemoteBy::Extrinsic(sign))
}
