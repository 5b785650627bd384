//! The task that owns the core: turns what happens into inputs, and carries out the outputs.

mod commits;
mod inbound;
mod jobs;
mod outbound;
mod signatures;
mod timers;

use crate::{
	keys::{hello, own_index, KeystoreSigner, SigningFailure},
	ledger::{HeightContext, Ledger, LedgerError, Tip},
	metrics::Metrics,
	network::{
		blocks::{self, RecentBlocks},
		peers::{Admitted, Peers},
		reserved::ReservedPeers,
		PbftNetwork, ProtocolNames,
	},
	status::EngineStatus,
	vote_log::{Replay, VoteLog, VoteLogError},
};
use commits::ParentCommits;
use futures::{future::AbortHandle, FutureExt};
use jobs::{JobResult, Jobs};
use prometheus_endpoint::Registry;
use sc_network::{service::traits::NetworkService, NotificationService};
use signatures::KnownSignatures;
use sp_core::{traits::SpawnNamed, H256};
use sp_keystore::KeystorePtr;
use std::{
	collections::{BTreeMap, HashMap, HashSet},
	path::PathBuf,
	sync::Arc,
	time::{Duration, Instant},
};
use tc_pbft_core::{Inbox, Input, Message, Record, Replica, Signed};
use timers::Timers;
use tokio::sync::watch;
use tp_pbft::{BlockHash, Domain, Height, MemberIndex, PbftId};

/// While block sync brings blocks, no height begins until it has brought none for so long. Bounded, because who is
/// behind is judged by what peers claim.
const SYNC_QUIET: Duration = Duration::from_millis(1_500);

/// A block is announced so long after its import, or when the next one is there: members commit it a moment apart, and
/// one that hears of it too early would download what it is about to have.
const ANNOUNCE_DELAY: Duration = Duration::from_millis(150);

/// What the engine is made of.
pub struct EngineParams {
	/// The chain.
	pub ledger: Arc<dyn Ledger>,
	/// Its newest block, as it changes.
	pub tip: watch::Receiver<Tip>,
	/// Hash of its genesis block.
	pub genesis: H256,
	/// Where our keys are.
	pub keystore: KeystorePtr,
	/// Folder of the vote log.
	pub vote_log: PathBuf,
	/// The engine's protocols.
	pub network: PbftNetwork,
	/// The node's network.
	pub network_service: Arc<dyn NetworkService>,
	/// Where the status is shown.
	pub status: watch::Sender<EngineStatus>,
	/// Spawns jobs.
	pub spawner: Box<dyn SpawnNamed>,
	/// For metrics.
	pub registry: Option<Registry>,
}

/// Why the engine stopped: faults of this node alone.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
	/// The vote log cannot be used.
	#[error(transparent)]
	VoteLog(#[from] VoteLogError),
	/// The chain cannot be used.
	#[error(transparent)]
	Ledger(#[from] LedgerError),
	/// Our votes cannot be signed.
	#[error("this validator cannot vote: {0}")]
	Signing(String),
	/// The network has shut down.
	#[error("the network has shut down")]
	NetworkGone,
}

/// An engine with its log open and its chain recovered, ready to run.
pub struct Engine {
	ledger: Arc<dyn Ledger>,
	tip: watch::Receiver<Tip>,
	genesis: H256,
	keystore: KeystorePtr,
	signing_failure: SigningFailure,
	vote_log: VoteLog,
	/// Since when the vote log holds records that may not be on disk: nothing is said meanwhile.
	unsynced_since: Option<Instant>,
	/// Below it, votes of ours may have been forgotten: the database is older than the log.
	votes_since: Height,
	/// Votes from before the start, for heights that were not imported yet.
	replayed: BTreeMap<Height, Vec<Record>>,
	notifications: Box<dyn NotificationService>,
	network_service: Arc<dyn NetworkService>,
	names: ProtocolNames,
	peers: Peers,
	reserved: ReservedPeers,
	recent: RecentBlocks,
	inbox: Inbox,
	jobs: Jobs,
	timers: Timers,
	metrics: Metrics,
	status: watch::Sender<EngineStatus>,
	hello: Vec<u8>,
	replica: Option<(PbftId, Replica)>,
	watcher: Option<Replica>,
	current: Option<Current>,
	parent_commits: ParentCommits,
	/// The block that we imported ourselves last.
	own_import: Option<BlockHash>,
	/// The block whose bytes a vote brought into the log last.
	logged_block: Option<BlockHash>,
	/// Since when block sync has brought nothing.
	sync_quiet_at: Option<Instant>,
	/// The newest block, and when the peers will be told.
	unannounced: Option<(Instant, BlockHash)>,
}

/// The height that runs.
struct Current {
	height: Height,
	parent: Tip,
	context: HeightContext,
	domain: Domain,
	me: Option<MemberIndex>,
	/// When each proposal was first seen.
	proposals_seen: HashMap<BlockHash, Instant>,
	/// Proposals that came without their block, one a sender, until it is fetched.
	awaiting_block: HashMap<MemberIndex, AwaitedBlock>,
	/// Members whose contradictions were reported.
	reported: HashSet<MemberIndex>,
	signatures: KnownSignatures,
}

/// A proposal that came without its block.
struct AwaitedBlock {
	hash: BlockHash,
	message: Signed<Message>,
	fetch: Option<AbortHandle>,
}

impl Drop for AwaitedBlock {
	fn drop(&mut self) {
		if let Some(fetch) = &self.fetch {
			fetch.abort();
		}
	}
}

/// Opens the vote log, recovers what the database lost, and runs until the node stops or a fault of its own ends it.
pub async fn run(params: EngineParams) -> Result<(), EngineError> {
	Engine::open(params).await?.run().await
}

impl Engine {
	/// Opens the vote log and imports the final blocks that it holds beyond the chain's newest.
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
		// At once: the network starts out with a handshake of its own, and nobody lets us in with that.
		let own_hello = hello(&keystore, &genesis, &network_service.local_peer_id());
		let shown_hello = notifications.try_set_handshake(own_hello.clone()).map(|()| own_hello).unwrap_or_default();
		let (vote_log, replay) = VoteLog::open(&vote_log, genesis)?;
		let votes_since = replay.since;
		let next = ledger.tip().height + 1;
		if votes_since > next {
			log::warn!(
				target: crate::LOG_TARGET,
				"The database is older than the vote log: this node may have voted at heights from {next} on, and does not \
				 vote until the others have brought it to height {votes_since}. If there are no others, give it new keys \
				 and delete the vote log",
			);
		}
		let replayed = recover(&*ledger, replay).await;
		let recent = RecentBlocks::default();
		let peers = Peers::default();
		// It reads the database.
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
			hello: shown_hello,
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

	/// The members of the committee among the peers, as they come and go.
	pub fn admitted(&self) -> Admitted {
		self.peers.admitted()
	}

	/// Runs until the network shuts down, or a fault of this node.
	pub async fn run(mut self) -> Result<(), EngineError> {
		self.on_tip().await?;
		loop {
			let announce_at = self.unannounced.map(|(at, _)| at);
			let wake = self.timers.next().into_iter().chain(self.sync_quiet_at).chain(announce_at).min();
			let sleep = async {
				match wake {
					Some(at) => tokio::time::sleep_until(at.into()).await,
					None => futures::future::pending().await,
				}
			};
			tokio::select! {
				biased;
				changed = self.tip.changed() => match changed {
					Ok(()) => self.on_tip().await?,
					Err(_) => return Err(EngineError::NetworkGone),
				},
				() = sleep => self.on_time().await?,
				result = self.jobs.next() => self.on_job(result).await?,
				event = self.notifications.next_event() => match event {
					Some(event) => self.on_network(event).await?,
					None => return Err(EngineError::NetworkGone),
				},
			}
		}
	}

	/// The newest block changed, or may have.
	async fn on_tip(&mut self) -> Result<(), EngineError> {
		let tip = *self.tip.borrow_and_update();
		if self.current.as_ref().is_some_and(|current| current.parent == tip) {
			return Ok(());
		}
		if self.own_import != Some(tip.hash) && self.ledger.is_behind() {
			self.end_height();
			self.sync_quiet_at = Some(Instant::now() + SYNC_QUIET);
			return Ok(());
		}
		self.sync_quiet_at = None;
		self.announce();
		self.unannounced = Some((Instant::now() + ANNOUNCE_DELAY, tip.hash));
		self.start_height(tip).await
	}

	fn end_height(&mut self) {
		self.current = None;
		self.jobs.clear();
		self.timers.clear();
	}

	/// The height after `parent` begins.
	async fn start_height(&mut self, parent: Tip) -> Result<(), EngineError> {
		self.end_height();
		let height = parent.height + 1;
		let context = self.ledger.context(parent.hash)?;
		let me = own_index(&self.keystore, &context.committee).filter(|_| height >= self.votes_since);
		if height == self.votes_since {
			log::info!(target: crate::LOG_TARGET, "The chain is where the vote log begins: voting again");
		}
		let domain = Domain { chain: context.config.chain, genesis: self.genesis };
		self.vote_log.prune(height)?;
		self.replayed = self.replayed.split_off(&height);
		self.select_replica(height, me, domain, &context);
		self.refresh_hello();
		let pruned = self.reserved.prune(&context.committee);
		self.unreserve(pruned);
		// Let in while we did not know the committee, or members no more.
		for stranger in self.peers.strangers(&context.committee) {
			self.peers.cut_off(&stranger);
			self.network_service.disconnect_peer(stranger, self.names.messages.clone());
		}

		let input = Input::StartHeight {
			height,
			committee: context.committee.clone(),
			me,
			pace: context.config.pace,
			since_parent_ms: 0,
		};
		self.jobs.await_work(parent.hash);
		self.current = Some(Current {
			height,
			parent,
			context,
			domain,
			me,
			proposals_seen: HashMap::new(),
			awaiting_block: HashMap::new(),
			reported: HashSet::new(),
			signatures: KnownSignatures::default(),
		});
		self.show_status();
		self.feed(input).await?;
		for message in self.inbox.take(height) {
			self.on_message(None, message).await?;
		}
		Ok(())
	}

	/// A replica lives as long as its key. One that has votes from before the start is made anew with them.
	fn select_replica(&mut self, height: Height, me: Option<MemberIndex>, domain: Domain, context: &HeightContext) {
		let key = me.and_then(|me| context.committee.member(me)).map(|member| member.key.clone());
		let votes = self.replayed.remove(&height);
		let there_is_one = self.replica.is_some() || self.watcher.is_some();
		let fits = votes.is_none() && self.replica.as_ref().map(|(key, _)| key) == key.as_ref();
		if there_is_one && fits {
			return;
		}
		// Others may need the blocks that we voted for before the restart, and have lost them.
		for record in votes.iter().flatten() {
			match record {
				Record::Committed { proposal, .. } => self.recent.pin(proposal.clone()),
				Record::Proposed { proposal, .. } => self.recent.insert(proposal.clone()),
				Record::Prepared { .. } | Record::ViewChanged(_) => {},
			}
		}
		let signer =
			|key| KeystoreSigner { keystore: self.keystore.clone(), key, failure: self.signing_failure.clone() };
		self.replica = key.map(|key| {
			let signer = Box::new(signer(key.clone()));
			(key, Replica::new(domain, signer, votes.unwrap_or_default()))
		});
		self.watcher = self.replica.is_none().then(|| {
			// It never signs: a replica without a place only watches.
			let signer = signer(sp_core::ed25519::Public::default().into());
			Replica::new(domain, Box::new(signer), Vec::new())
		});
	}

	fn replica(&self) -> Option<&Replica> {
		self.replica.as_ref().map(|(_, replica)| replica).or(self.watcher.as_ref())
	}

	fn replica_mut(&mut self) -> Option<&mut Replica> {
		self.replica.as_mut().map(|(_, replica)| replica).or(self.watcher.as_mut())
	}

	/// Proves our keys to peers, if they changed. Those who know the old ones must ask again: they drop what we sign with
	/// others.
	fn refresh_hello(&mut self) {
		let fresh = hello(&self.keystore, &self.genesis, &self.network_service.local_peer_id());
		if fresh != self.hello && self.notifications.try_set_handshake(fresh.clone()).is_ok() {
			self.hello = fresh;
			let peers: Vec<_> = self.peers.all().copied().collect();
			for peer in peers {
				// First of all: the network disconnects no reserved peer. It is reserved again when it is back.
				if self.reserved.remove(&peer) {
					self.unreserve(vec![peer]);
				}
				self.network_service.disconnect_peer(peer, self.names.messages.clone());
			}
		}
	}

	fn show_status(&self) {
		let Some(current) = &self.current else { return };
		let Some(replica) = self.replica() else { return };
		let core = replica.status();
		self.status.send_replace(EngineStatus {
			height: current.height,
			parent: current.parent.hash,
			epoch: current.context.committee.epoch,
			view: core.view,
			primary: core.primary,
			member: current.me,
			committee_size: current.context.committee.size(),
			quorum: current.context.committee.quorum(),
			peers: self.peers.count(),
		});
	}

	/// Tells the peers of the newest block, with its certificate.
	fn announce(&mut self) {
		let Some((_, hash)) = self.unannounced.take() else { return };
		if let Some(certificate) = self.ledger.certificate(hash) {
			self.ledger.announce(hash, &certificate);
		}
	}

	async fn on_time(&mut self) -> Result<(), EngineError> {
		if self.unannounced.is_some_and(|(at, _)| at <= Instant::now()) {
			self.announce();
		}
		if self.sync_quiet_at.is_some_and(|at| at <= Instant::now()) {
			self.sync_quiet_at = None;
			let tip = *self.tip.borrow_and_update();
			return self.start_height(tip).await;
		}
		match self.timers.take_due() {
			Some(timer) => self.feed(Input::Timer(timer)).await,
			None => Ok(()),
		}
	}

	async fn on_job(&mut self, result: JobResult) -> Result<(), EngineError> {
		match result {
			JobResult::Built { height, view, result: Ok(proposal) } => {
				self.recent.insert(proposal.clone());
				self.note_proposal(proposal.hash);
				self.feed(Input::ProposalBuilt { height, view, proposal }).await
			},
			JobResult::Built { height, view, result: Err(error) } => {
				// The others change the view; the next primary may do better.
				log::warn!(target: crate::LOG_TARGET, "No block at height {height} in view {view}: {error}");
				Ok(())
			},
			JobResult::Checked { hash, verdict } => {
				if let Err(reason) = &verdict {
					log::warn!(target: crate::LOG_TARGET, "Refused proposal {hash:?}: {reason}");
				}
				self.feed(Input::ProposalChecked { hash, verdict }).await
			},
			JobResult::Fetched(proposal) => self.on_fetched(proposal).await,
			JobResult::WorkPending => self.feed(Input::WorkPending).await,
			JobResult::Gone => Ok(()),
		}
	}

	fn note_proposal(&mut self, hash: BlockHash) {
		if let Some(current) = &mut self.current {
			current.proposals_seen.entry(hash).or_insert_with(Instant::now);
		}
	}
}

/// Imports the final blocks of the log that the database has lost, and gives the votes for the heights above.
async fn recover(ledger: &dyn Ledger, replay: Replay) -> BTreeMap<Height, Vec<Record>> {
	let Replay { mut votes, mut blocks, .. } = replay;
	let mut recovered = 0u32;
	while let Some((certificate, proposal)) = blocks.remove(&(ledger.tip().height + 1)) {
		// The others have it, too.
		if let Err(error) = ledger.import(proposal, certificate).await {
			log::warn!(target: crate::LOG_TARGET, "A final block of the vote log is left to block sync: {error}");
			break;
		}
		recovered += 1;
	}
	if recovered > 0 {
		log::info!(target: crate::LOG_TARGET, "Recovered {recovered} final blocks from the vote log");
	}
	votes.split_off(&(ledger.tip().height + 1))
}
