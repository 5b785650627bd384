//! Takes the accounts of one block over from peers.

use crate::{log_targets::LOG_TARGET, protocol::AccountRequest};
use codec::{DecodeAll, Encode};
use futures::{future::BoxFuture, stream::FuturesUnordered, FutureExt, StreamExt};
use sc_network::{service::traits::NetworkService, PeerId, ProtocolName, ReputationChange};
use sc_network_sync::SyncEventStream;
use std::{
	collections::{BTreeMap, BTreeSet},
	hash::{BuildHasher, RandomState},
	sync::Arc,
	time::{Duration, Instant},
};
use tc_account_store::{
	transfer::{Answer, Importer, Outlook, Refusal, Request, Taken},
	StoreBuilder,
};
use tc_pbft::network::asking::{Peers, SyncPeers};
use tokio::sync::watch;
use tp_account_store::Hash as AccountsRoot;
use tp_core::{BlockNumber, Hash};

/// How long a peer may take to answer before another one is asked for the same: two round trips and the largest answer.
const LATE_AFTER: Duration = Duration::from_secs(2);
/// How long a peer that is busy is left alone.
const BUSY_PAUSE: Duration = Duration::from_millis(500);
/// Interval at which time is looked at.
const TICK: Duration = Duration::from_millis(250);
/// Interval of lines about the progress.
const REPORT_INTERVAL: Duration = Duration::from_secs(10);
/// How many times its patience the fetcher waits for peers that say that they have the accounts, or have not answered yet.
const WORKING_PATIENCE: u32 = 3;
/// While no peer can be asked, all are asked again so often before the fetcher gives up.
const ROUNDS: u32 = 12;

/// A peer sent what the root does not commit to.
const FORGED: ReputationChange = ReputationChange::new_fatal("accounts: forged");

/// The accounts cannot be taken over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FetchError {
	/// No peer has them.
	#[error(
		"no peer has the accounts of block {number}: {without} do not keep them, {silent} do not answer, {liars} sent others. \
		 Start the node again: it begins with a newer block"
	)]
	NoPeer {
		/// The block.
		number: BlockNumber,
		/// Peers that do not have them.
		without: usize,
		/// Peers that do not answer.
		silent: usize,
		/// Peers that sent others.
		liars: usize,
	},
	/// Peers are asked, and nothing comes.
	#[error(
		"peers have sent no accounts of block {number} for {seconds} s, after {accounts}. Start the node again: it begins with a \
		 newer block"
	)]
	NoProgress {
		/// The block.
		number: BlockNumber,
		/// Accounts that came before.
		accounts: u64,
		/// How long nothing came.
		seconds: u64,
	},
	/// The network is shut down.
	#[error("the network is shut down")]
	NetworkGone,
	/// What was taken over does not lead to the root, although each part did. An error of the node.
	#[error("the accounts of block {0} do not lead to their root. This is an error of the node")]
	OtherRoot(BlockNumber),
}

/// Takes accounts over, once the network runs. Clones share it.
#[derive(Clone)]
pub struct AccountFetcher {
	peers: watch::Receiver<Option<Arc<dyn Peers>>>,
	sender: Arc<watch::Sender<Option<Arc<dyn Peers>>>>,
	patience: Duration,
}

impl AccountFetcher {
	/// Returns a fetcher without a network. It gives up when no peer has had the accounts for the time of its patience.
	pub fn new(patience: Duration) -> Self {
		let (sender, peers) = watch::channel(None);
		Self { peers, sender: Arc::new(sender), patience }
	}

	/// Gives it the network.
	pub fn attach(
		&self,
		network: Arc<dyn NetworkService>,
		sync: impl SyncEventStream + 'static,
		protocol: ProtocolName,
	) {
		self.attach_peers(Arc::new(SyncPeers { network, sync, protocol, name: "accounts" }));
	}

	pub(crate) fn attach_peers(&self, peers: Arc<dyn Peers>) {
		self.sender.send_replace(Some(peers));
	}

	/// Takes the accounts of a block over. `root` is that in its state. Waits for the network, and for peers.
	///
	/// # Errors
	/// If no peer has them for as long as its patience lasts, or the network is shut down.
	pub async fn fetch(
		&self,
		block: Hash,
		number: BlockNumber,
		root: AccountsRoot,
	) -> Result<StoreBuilder, FetchError> {
		let mut attached = self.peers.clone();
		let peers = attached.wait_for(Option::is_some).await.map_err(|_| FetchError::NetworkGone)?.clone();
		let peers = peers.ok_or(FetchError::NetworkGone)?;
		Fetch::new(peers, block, number, root, self.patience).run().await
	}
}

/// An answer that came, or none.
type Answered = (PeerId, u64, Option<Vec<u8>>);

/// One transfer.
struct Fetch {
	peers: Arc<dyn Peers>,
	block: Hash,
	number: BlockNumber,
	importer: Importer<PeerId>,
	patience: Duration,
	connected: BTreeSet<PeerId>,
	/// Peers that are busy, and until when they are left alone.
	busy: BTreeMap<PeerId, Instant>,
	/// The requests that run, and since when.
	waiting: BTreeMap<u64, (PeerId, Instant)>,
	/// Peers are asked in an order that no peer can choose by its identity.
	order: RandomState,
	running: FuturesUnordered<BoxFuture<'static, Answered>>,
	/// When something was verified last. The time without peers does not count.
	verified: Instant,
	forgiven: Instant,
	reported: Instant,
}

impl Fetch {
	fn new(peers: Arc<dyn Peers>, block: Hash, number: BlockNumber, root: AccountsRoot, patience: Duration) -> Self {
		let now = Instant::now();
		Self {
			peers,
			block,
			number,
			importer: Importer::new(root),
			patience,
			connected: BTreeSet::new(),
			busy: BTreeMap::new(),
			waiting: BTreeMap::new(),
			order: RandomState::new(),
			running: FuturesUnordered::new(),
			verified: now,
			forgiven: now,
			reported: now,
		}
	}

	async fn run(mut self) -> Result<StoreBuilder, FetchError> {
		let mut changes = self.peers.changes();
		let mut tick = tokio::time::interval(TICK);
		log::info!(target: LOG_TARGET, "Takes the accounts of block {} from other nodes", self.number);
		while self.importer.outlook() != Outlook::Complete {
			self.ask();
			tokio::select! {
				Some(answered) = self.running.next() => self.on_answer(answered),
				change = changes.next() => match change {
					Some((peer, is_connected)) => self.on_change(peer, is_connected),
					None => return Err(FetchError::NetworkGone),
				},
				_ = tick.tick() => self.on_time(Instant::now())?,
			}
		}
		let (_, accounts) = self.importer.progress();
		log::info!(target: LOG_TARGET, "All {accounts} accounts of block {} are here", self.number);
		self.importer.finish().map_err(|_| FetchError::OtherRoot(self.number))
	}

	/// Asks the peers that are idle.
	fn ask(&mut self) {
		let now = Instant::now();
		self.busy.retain(|_, until| *until > now);
		for (id, (peer, since)) in &self.waiting {
			if now.saturating_duration_since(*since) >= LATE_AFTER {
				self.importer.overdue(peer, *id);
			}
		}
		let mut idle: Vec<_> = self.connected.iter().filter(|peer| !self.busy.contains_key(peer)).copied().collect();
		idle.sort_by_cached_key(|peer| self.order.hash_one(peer));
		for peer in idle {
			let Some(Request { id, want }) = self.importer.ask(&peer) else { continue };
			self.waiting.insert(id, (peer, now));
			let request = AccountRequest { block: self.block, want }.encode();
			self.running.push(self.peers.request(peer, request).map(move |answer| (peer, id, answer)).boxed());
		}
	}

	fn on_answer(&mut self, (peer, id, bytes): Answered) {
		self.waiting.remove(&id);
		let Some(bytes) = bytes else { return self.importer.failed(&peer, id) };
		// What does not decode is an answer to nothing.
		let answer = Answer::decode_all(&mut &bytes[..]).unwrap_or(Answer::More(Vec::new()));
		match self.importer.answered(&peer, id, answer) {
			Ok(Taken::Refused(Refusal::Busy)) => {
				self.busy.insert(peer, Instant::now() + BUSY_PAUSE);
			},
			Ok(Taken::Refused(refusal)) => {
				log::debug!(target: LOG_TARGET, "{peer} does not have the accounts of block {}: {refusal}", self.number);
			},
			Ok(Taken::Verified) => self.verified = Instant::now(),
			Ok(Taken::Ignored) => {},
			Err(fault) => {
				log::debug!(target: LOG_TARGET, "{peer} sent forged accounts of block {}: {fault}", self.number);
				self.peers.report(peer, FORGED);
			},
		}
	}

	fn on_change(&mut self, peer: PeerId, is_connected: bool) {
		if is_connected {
			self.connected.insert(peer);
			self.importer.join(peer);
		} else {
			self.connected.remove(&peer);
			self.importer.leave(&peer);
		}
	}

	fn on_time(&mut self, now: Instant) -> Result<(), FetchError> {
		let number = self.number;
		let report = now.saturating_duration_since(self.reported) >= REPORT_INTERVAL;
		if report {
			self.reported = now;
		}
		if self.connected.is_empty() {
			self.verified = now;
		}
		let Outlook::Stuck { without, silent, liars } = self.importer.outlook() else {
			let (tables, accounts) = self.importer.progress();
			if report {
				log::info!(target: LOG_TARGET, "{accounts} accounts of block {number} are here, in {tables} of 256 tables");
			}
			// Several peers were asked for the same by then.
			if now.saturating_duration_since(self.verified) >= WORKING_PATIENCE * self.patience {
				return Err(FetchError::NoProgress { number, accounts, seconds: self.verified.elapsed().as_secs() });
			}
			return Ok(());
		};
		if without + silent + liars == 0 {
			if report {
				log::info!(target: LOG_TARGET, "Waits for peers that have the accounts of block {number}");
			}
			return Ok(());
		}
		if report {
			log::warn!(
				target: LOG_TARGET,
				"No peer has the accounts of block {number}: {without} do not keep them, {silent} do not answer, {liars} sent others",
			);
		}
		if now.saturating_duration_since(self.verified) >= self.patience {
			return Err(FetchError::NoPeer { number, without, silent, liars });
		}
		if now.saturating_duration_since(self.forgiven) >= self.patience / ROUNDS {
			self.forgiven = now;
			self.importer.forgive();
		}
		Ok(())
	}
}
