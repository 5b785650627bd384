//! Warp sync: a node without blocks begins with the state of the newest one.

use crate::{client::FullClient, error::BuildError, log_targets::LOG_TARGET};
use sc_network::config::SyncMode;
use sc_service::{Configuration, WarpSyncConfig};
use sp_blockchain::HeaderBackend;
use std::{
	sync::Arc,
	time::{Duration, Instant},
};
use tc_pbft::sdk::{LastHeaders, PbftWarpSync};
use tp_core::Block;
use tp_pbft::Height;

/// Peers that have to be connected before warp sync begins, at most: it asks a peer whose newest block is as high as that of most.
const MOST_PEERS: usize = 3;

/// How long the state of the block that warp sync chose may take to come. Nodes keep the states of 256 blocks, so no node has it by then if
/// blocks come faster than one in two seconds.
const STATE_PATIENCE: Duration = Duration::from_secs(600);
/// Pause between two looks.
const LOOK: Duration = Duration::from_secs(1);

/// Resolves when the state of the block that warp sync chose does not come, with the reason. Block sync would ask for it for ever.
pub(crate) async fn late_state(last_headers: Arc<LastHeaders<FullClient>>, has_come: impl Fn() -> bool) -> String {
	let mut chosen: Option<(Height, Instant)> = None;
	while !has_come() {
		tokio::time::sleep(LOOK).await;
		let Some(height) = last_headers.target_height() else { continue };
		match chosen {
			Some((before, at)) if before == height && at.elapsed() >= STATE_PATIENCE => {
				return format!(
					"no node sends the state of block {height}: start it again, and it begins with a newer block"
				)
			},
			Some((before, _)) if before == height => {},
			_ => chosen = Some((height, Instant::now())),
		}
	}
	std::future::pending().await
}

/// Returns the provider, by which each node serves others. Lets a node that asked for warp sync begin with as many peers as more than
/// the faulty members of the first committee. Lets a node that has a state already go on as usual.
///
/// # Errors
/// If the database or the runtime fails.
pub(crate) fn prepare(
	config: &mut Configuration,
	client: &Arc<FullClient>,
	last_headers: Arc<LastHeaders<FullClient>>,
) -> Result<WarpSyncConfig<Block>, BuildError> {
	let network = &mut config.network;
	if network.sync_mode.is_warp() {
		if let Some((_, at)) = client.info().finalized_state {
			log::info!(target: LOG_TARGET, "This node has the state of block {at}, and synchronizes from there instead of by --sync warp");
			network.sync_mode = SyncMode::Full;
		}
		let members = last_headers.first().map_err(BuildError::Committees)?.map_or(0, |(_, members)| members.len());
		let more_than_faulty = members.saturating_sub(1) / 3 + 1;
		network.min_peers_to_start_warp_sync.get_or_insert(more_than_faulty.min(MOST_PEERS));
	}
	let provider = PbftWarpSync::new(client.clone(), last_headers).map_err(BuildError::Committees)?;
	Ok(WarpSyncConfig::WithProvider(Arc::new(provider)))
}
