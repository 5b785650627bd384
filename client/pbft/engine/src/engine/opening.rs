//! The start of an engine: opens the vote log, and imports final blocks that the database lost.

use super::{
	clocks::Clocks,
	commits::ParentCommits,
	jobs::Jobs,
	params::{EngineError, EngineParams},
	sketches::HeldSketches,
	state::Engine,
	timers::Timers,
	turns::Turns,
};
use crate::{
	kept::{self, KeptHeights, KEPT_BYTES},
	keys::{hello, SigningFailure},
	ledger::Ledger,
	log_targets::LOG_TARGET,
	metrics::Metrics,
	network::{
		admitted_keys::AdmittedKeys,
		blocks::{self, RecentBlocks},
		peers::Peers,
		reserved::ReservedPeers,
		PbftNetwork,
	},
	vote_log::{LostVotes, Replay, VoteLog},
};
use futures::FutureExt;
use std::{collections::HashSet, path::PathBuf, time::Instant};
use tc_pbft_core::{Abstention, Inbox, Listening};

impl Engine {
	/// Opens the vote log, and imports the final blocks in it that are beyond the chain's newest.
	pub async fn open(params: EngineParams) -> Result<Self, EngineError> {
		let EngineParams {
			ledger,
			tip,
			genesis,
			keystore,
			vote_log: folder,
			votes_lost,
			verified,
			network,
			dials_private,
			network_service,
			status,
			spawner,
			registry,
		} = params;
		let PbftNetwork { names, mut notifications, block_requests, takes_part } = network;
		// Set before anything else: the network starts with a placeholder handshake, which every member refuses.
		let own_hello = hello(&keystore, &genesis, &network_service.local_peer_id());
		let sent_hello = notifications.try_set_handshake(own_hello.clone()).map(|()| own_hello).unwrap_or_default();
		let (vote_log, mut replay) = VoteLog::open(&folder, genesis)?;
		let view_changes = kept::folder_in(&folder);
		let abstention = abstention(&*ledger, folder, &mut replay, votes_lost);
		// A node that abstains listens too.
		let listening = (!votes_lost).then(|| Listening::new(replay.newest_vote, 0));
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
		recover(&*ledger, &mut replay).await?;
		let kept = KeptHeights::open(view_changes, KEPT_BYTES);
		let recent = RecentBlocks::default();
		let peers = Peers::default();
		let (accept, answer) = blocks::serve(block_requests, peers.admitted(), recent.clone(), ledger.clone());
		spawner.spawn("pbft-requests", Some("pbft"), accept.boxed());
		// A blocking task, because it reads the database.
		spawner.spawn_blocking("pbft-blocks", Some("pbft"), answer.boxed());
		Ok(Self {
			jobs: Jobs::new(spawner, ledger.clone()),
			ledger,
			tip,
			genesis,
			keystore,
			signing_failure: SigningFailure::default(),
			vote_log,
			verified,
			unsynced_since: None,
			votes_since,
			votes_lost,
			abstention,
			awaited_state: false,
			listening,
			replayed: replay,
			notifications,
			network_service,
			names,
			peers,
			reserved: ReservedPeers::default(),
			admitted_keys: AdmittedKeys::default(),
			takes_part,
			dials_private,
			contacts: None,
			recent,
			inbox: Inbox::new(),
			sketches: HeldSketches::default(),
			timers: Timers::default(),
			turns: Turns::default(),
			clocks: Clocks::new(Instant::now()),
			began: Instant::now(),
			metrics: Metrics::new(registry.as_ref()),
			status,
			hello: sent_hello,
			replica: None,
			watcher: None,
			current: None,
			parent_commits: ParentCommits::default(),
			kept,
			examined: HashSet::new(),
			reported: HashSet::new(),
			past_asked: None,
			own_import: None,
			logged_block: None,
			sync_quiet_at: None,
			unannounced: None,
		})
	}
}

/// Returns why this node must not vote yet, if votes are missing from its log.
fn abstention(ledger: &dyn Ledger, folder: PathBuf, replay: &mut Replay, votes_lost: bool) -> Option<Abstention> {
	// A log that has seen its database from the start has an entry as soon as the database has a block.
	let lost_whole = replay.is_empty() && ledger.tip().height > 0;
	let lost = replay.lost.take().or_else(|| lost_whole.then_some(LostVotes::Empty(folder)))?;
	if votes_lost {
		log::warn!(target: LOG_TARGET, "{lost}. This node votes all the same, because it was started with `--votes-lost`");
		return None;
	}
	log::error!(
		target: LOG_TARGET,
		"{lost}. This node may have voted, and does not vote before a quorum of other members works. If there are not so \
		 many others, and no other process runs with the keys of this node, start it once with `--votes-lost`",
	);
	Some(Abstention::without_log())
}

/// Imports the final blocks of the log that the database has lost. Leaves the votes for the heights above.
async fn recover(ledger: &dyn Ledger, replay: &mut Replay) -> Result<(), EngineError> {
	let mut recovered = 0u32;
	while let Some((certificate, proposal)) = replay.block(ledger.tip().height + 1)? {
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
	replay.forget_below(ledger.tip().height + 1);
	Ok(())
}
