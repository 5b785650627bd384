//! The start of an engine: opens the vote log, and imports final blocks that the database lost.

use super::{
	commits::ParentCommits,
	jobs::Jobs,
	params::{EngineError, EngineParams},
	state::Engine,
	timers::Timers,
};
use crate::{
	keys::{hello, SigningFailure},
	ledger::Ledger,
	log_targets::LOG_TARGET,
	metrics::Metrics,
	network::{
		blocks::{self, RecentBlocks},
		peers::Peers,
		reserved::ReservedPeers,
		PbftNetwork,
	},
	vote_log::{Replay, VoteLog},
};
use futures::FutureExt;
use std::collections::BTreeMap;
use tc_pbft_core::{Inbox, Record};
use tp_pbft::Height;

impl Engine {
	/// Opens the vote log, and imports the final blocks in it that are beyond the chain's newest.
	pub async fn open(params: EngineParams) -> Result<Self, EngineError> {
		let EngineParams {
			ledger,
			tip,
			genesis,
			keystore,
			vote_log,
			network,
			network_service,
			status,
			spawner,
			registry,
		} = params;
		let PbftNetwork { names, mut notifications, block_requests } = network;
		// Set before anything else: the network starts with a placeholder handshake, which every member refuses.
		let own_hello = hello(&keystore, &genesis, &network_service.local_peer_id());
		let sent_hello = notifications.try_set_handshake(own_hello.clone()).map(|()| own_hello).unwrap_or_default();
		let (vote_log, replay) = VoteLog::open(&vote_log, genesis)?;
		// Invariant: this node signs nothing at a height whose votes its log may have dropped. Pruned segments reach up
		// to `replay.since`; a database older than that would run those heights again, without the votes.
		let votes_since = replay.since;
		let next = ledger.tip().height + 1;
		if votes_since > next {
			log::warn!(
				target: LOG_TARGET,
				"The database is older than the vote log. This node may have voted at heights from {next} on, so it does \
				 not vote before the other members bring it to height {votes_since}. If there are no other members, give it \
				 new keys and delete the vote log",
			);
		}
		let replayed = recover(&*ledger, replay).await;
		let recent = RecentBlocks::default();
		let peers = Peers::default();
		// A blocking task, because it reads the database.
		spawner.spawn_blocking(
			"pbft-blocks",
			Some("pbft"),
			blocks::serve(block_requests, peers.admitted(), recent.clone(), ledger.clone()).boxed(),
		);
		Ok(Self {
			jobs: Jobs::new(spawner, ledger.clone()),
			ledger,
			tip,
			genesis,
			keystore,
			signing_failure: SigningFailure::default(),
			vote_log,
			unsynced_since: None,
			votes_since,
			replayed,
			notifications,
			network_service,
			names,
			peers,
			reserved: ReservedPeers::default(),
			recent,
			inbox: Inbox::new(),
			timers: Timers::default(),
			metrics: Metrics::new(registry.as_ref()),
			status,
			hello: sent_hello,
			replica: None,
			watcher: None,
			current: None,
			parent_commits: ParentCommits::default(),
			own_import: None,
			logged_block: None,
			sync_quiet_at: None,
			unannounced: None,
		})
	}
}

/// Imports the final blocks of the log that the database has lost. Returns the votes for the heights above.
async fn recover(ledger: &dyn Ledger, replay: Replay) -> BTreeMap<Height, Vec<Record>> {
	let Replay { mut votes, mut blocks, .. } = replay;
	let mut recovered = 0u32;
	while let Some((certificate, proposal)) = blocks.remove(&(ledger.tip().height + 1)) {
		// Not fatal: the block is final, so the other members have it as well.
		if let Err(error) = ledger.import(proposal, certificate).await {
			log::warn!(target: LOG_TARGET, "Block sync must fetch a final block that the vote log holds: {error}");
			break;
		}
		recovered += 1;
	}
	if recovered > 0 {
		log::info!(target: LOG_TARGET, "Recovered {recovered} final blocks from the vote log");
	}
	// From the tip after the recovery: votes up to it are for imported heights.
	votes.split_off(&(ledger.tip().height + 1))
}
