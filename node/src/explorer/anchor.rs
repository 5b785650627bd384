//! The committee by which the page checks nodes. This node names it, and the reader trusts this node in any case, because the page
//! itself comes from it.

use std::{net::SocketAddr, time::Duration};
use tc_ui::Ledger;
use tokio::{sync::watch, time::sleep};
use top_sdk::{CommitteeReport, Error, RpcClient};
use tp_pbft::Epoch;

/// Epochs that a page follows from the genesis, in whose blocks it can check everything. On an older chain it begins with the
/// newest committee: following all would take a page minutes.
const MOST_EPOCHS: Epoch = 24;
/// How old the committee may be.
const REFRESH: Duration = Duration::from_secs(600);
/// Pause after the RPC did not answer.
const RETRY: Duration = Duration::from_secs(3);

/// Keeps the committee of the ledgers up to date, by the node's own RPC.
pub async fn follow(rpc: SocketAddr, ledgers: watch::Sender<Vec<Ledger>>) {
	loop {
		let pause = match newest(rpc).await {
			Ok(committee) => match serde_json::to_value(committee) {
				Ok(anchor) => {
					ledgers.send_modify(|ledgers| {
						ledgers.iter_mut().for_each(|ledger| ledger.anchor = Some(anchor.clone()))
					});
					REFRESH
				},
				Err(error) => {
					log::error!("The explorer cannot check blocks: a committee is no JSON: {error}");
					return;
				},
			},
			// A page without a committee shows values as unchecked, and asks again.
			Err(error) => {
				log::debug!("No committee for the explorer yet: {error}");
				RETRY
			},
		};
		sleep(pause).await;
	}
}

/// Returns the committee that a page begins with. A connection for each time holds none of the RPC's meanwhile.
async fn newest(rpc: SocketAddr) -> Result<CommitteeReport, Error> {
	let client = RpcClient::connect(&format!("ws://{rpc}")).await?;
	let newest = client.committee_report(None).await?;
	if newest.epoch > MOST_EPOCHS {
		return Ok(newest);
	}
	client.committee_report(Some(client.block_hash(0).await?)).await
}
