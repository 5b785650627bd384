//! Work that takes long, off the engine's task. Its results come back as inputs of the height that asked.

use crate::{
	error::{BuildError, ProposalError},
	ledger::{BuildOrder, CheckOrder, Ledger},
	log_targets::LOG_TARGET,
	network::{
		body::{self, CheckedBody},
		fetch::{Answer, BodySource, CheckBody, CompleteSketch, Fetch},
		peers::Admitted,
	},
	sketch::{Completed, MIN_SKETCHED_BYTES},
};
use futures::{
	channel::oneshot,
	future::{abortable, AbortHandle, BoxFuture},
	stream::{FuturesUnordered, StreamExt},
	Future, FutureExt,
};
use sc_network::{NetworkRequest, PeerId, ProtocolName};
use sp_core::traits::SpawnNamed;
use sp_runtime::StateVersion;
use std::sync::Arc;
use tc_pbft_core::Proposal;
use tokio::sync::mpsc;
use tp_pbft::{BlockHash, Evidence, Height, View};

/// The result of a job.
pub enum JobResult {
	/// The result of a build.
	Built { height: Height, view: View, result: Result<Built, BuildError> },
	/// The result of a check.
	Checked { hash: BlockHash, verdict: Result<(), ProposalError> },
	/// A block that was fetched or completed, or came within a proposal.
	Body(CheckedBody, BodySource),
	/// A proposal came with a body that is not its block's.
	OtherBody { from: PeerId, hash: BlockHash },
	/// A peer answered a request with a body that is not the block's.
	WrongAnswer { from: PeerId },
	/// There are transactions to include.
	WorkPending,
	/// The job was cancelled, by its handle or because the node shuts down.
	Cancelled,
}

/// A block that this node has built.
pub struct Built {
	/// The block.
	pub proposal: Proposal,
	/// Its sketch, if it has one.
	pub sketch: Option<Vec<u8>>,
}

/// Wrong answers that wait for the engine. Peers beyond it go unpunished until they answer wrongly again.
const MAX_WRONG_ANSWERS: usize = 64;

/// The jobs of a height. Dropping them cancels the jobs that wait. The jobs that compute run to their end, and
/// their results are discarded.
pub struct Jobs {
	spawner: Arc<dyn SpawnNamed>,
	ledger: Arc<dyn Ledger>,
	running: FuturesUnordered<BoxFuture<'static, JobResult>>,
	wrong_answers: (mpsc::Sender<PeerId>, mpsc::Receiver<PeerId>),
}

impl Jobs {
	/// Returns an empty set of jobs.
	pub fn new(spawner: Box<dyn SpawnNamed>, ledger: Arc<dyn Ledger>) -> Self {
		let wrong_answers = mpsc::channel(MAX_WRONG_ANSWERS);
		Self { spawner: spawner.into(), ledger, running: FuturesUnordered::new(), wrong_answers }
	}

	/// Drops all jobs.
	pub fn clear(&mut self) {
		self.running = FuturesUnordered::new();
	}

	/// Waits for the next result; pends while there is no job.
	pub async fn next(&mut self) -> JobResult {
		tokio::select! {
			Some(result) = self.running.next() => result,
			Some(from) = self.wrong_answers.1.recv() => JobResult::WrongAnswer { from },
			else => futures::future::pending().await,
		}
	}

	/// Builds a block. A build that panics is a failed one.
	pub fn build(&mut self, order: BuildOrder) {
		let (ledger, height, view) = (self.ledger.clone(), order.parent.height + 1, order.view);
		let built = compute(&*self.spawner, "pbft-build", async move {
			let proposal = ledger.build(order).await?;
			let is_large = proposal.bytes.len() >= MIN_SKETCHED_BYTES;
			let sketch = if is_large { ledger.sketch(&proposal) } else { None };
			Ok(Built { proposal, sketch })
		});
		let result = |built: Option<_>| built.unwrap_or(Err(BuildError::Cancelled));
		self.running.push(built.map(move |built| JobResult::Built { height, view, result: result(built) }).boxed());
	}

	/// Executes and checks a proposal. A check that panics says nothing about the block.
	pub fn check(&mut self, order: CheckOrder) {
		let (ledger, hash) = (self.ledger.clone(), order.proposal.hash);
		let checked = compute(&*self.spawner, "pbft-check", async move { ledger.check(order) });
		let verdict = |checked: Option<_>| checked.unwrap_or(Err(ProposalError::Cancelled));
		self.running.push(checked.map(move |checked| JobResult::Checked { hash, verdict: verdict(checked) }).boxed());
	}

	/// Checks the body of a proposal that came from a peer.
	pub fn check_body(&mut self, proposal: Proposal, version: StateVersion, from: PeerId) {
		let hash = proposal.hash;
		let checked =
			compute(&*self.spawner, "pbft-body", async move { body::check(proposal.bytes.to_vec(), hash, version) });
		let result = checked.map(move |checked| match checked {
			Some(Some(block)) => JobResult::Body(block, BodySource::Proposal),
			Some(None) => JobResult::OtherBody { from, hash },
			None => JobResult::Cancelled,
		});
		self.running.push(result.boxed());
	}

	/// Fetches a block. Runs until it has the block, the height ends, or the handle aborts it.
	pub fn fetch(&mut self, order: FetchOrder) -> AbortHandle {
		let FetchOrder { network, protocol, hash, version, sketch, holders, members } = order;
		let sketch = sketch.map(|sketch| self.complete(sketch, hash, version));
		let spawner = self.spawner.clone();
		let check: CheckBody = Arc::new(move |bytes| {
			let checked = compute(&*spawner, "pbft-body", async move { body::check(bytes, hash, version) });
			let answer = |checked: Option<_>| match checked {
				Some(Some(block)) => Answer::Block(block),
				Some(None) => Answer::OtherBody,
				None => Answer::Nothing,
			};
			checked.map(answer).boxed()
		});
		let wrong = self.wrong_answers.0.clone();
		let fetch = Fetch { network, protocol, hash, holders, members, check, sketch, wrong };
		let (job, handle) = abortable(fetch.run());
		let result = |(block, source)| JobResult::Body(block, source);
		self.running.push(job.map(move |fetched| fetched.map_or(JobResult::Cancelled, result)).boxed());
		handle
	}

	/// Returns how the sketch of a block is completed and checked.
	fn complete(&self, sketch: Vec<u8>, hash: BlockHash, version: StateVersion) -> CompleteSketch {
		let (ledger, spawner, sketch) = (self.ledger.clone(), self.spawner.clone(), Arc::new(sketch));
		Arc::new(move |parts| {
			let (ledger, sketch) = (ledger.clone(), sketch.clone());
			let completed = compute(&*spawner, "pbft-sketch", async move {
				match ledger.complete(hash, &sketch, &parts) {
					Completed::Whole(bytes) => {
						body::check(bytes, hash, version).map_or(Completed::Unusable, Completed::Whole)
					},
					Completed::Lacks(places) => Completed::Lacks(places),
					Completed::Unusable => Completed::Unusable,
				}
			});
			completed.map(|completed| completed.unwrap_or(Completed::Unusable)).boxed()
		})
	}

	/// Hands evidence to the ledger.
	pub fn report(&self, evidence: Evidence) {
		self.ledger.report(evidence);
	}

	/// Waits for transactions to include on top of a block.
	pub fn await_work(&mut self, at: BlockHash) {
		let ledger = self.ledger.clone();
		self.running.push(async move { ledger.work_pending(at).map(|()| JobResult::WorkPending).await }.boxed());
	}
}

/// A block to be fetched.
pub struct FetchOrder {
	/// The node's network.
	pub network: Arc<dyn NetworkRequest + Send + Sync>,
	/// The block protocol.
	pub protocol: ProtocolName,
	/// The block.
	pub hash: BlockHash,
	/// Version of the trie of its extrinsics root.
	pub version: StateVersion,
	/// The sketch that came with its proposal.
	pub sketch: Option<Vec<u8>>,
	/// The peers that should have it, in this order.
	pub holders: Vec<PeerId>,
	/// All members with an open substream.
	pub members: Admitted,
}

/// Runs a job on a blocking thread, and returns its result; `None` if it panics or the node shuts down.
fn compute<T: Send + 'static>(
	spawner: &dyn SpawnNamed,
	name: &'static str,
	job: impl Future<Output = T> + Send + 'static,
) -> impl Future<Output = Option<T>> + Send + 'static {
	let (sender, receiver) = oneshot::channel();
	let task = async move {
		if sender.send(job.await).is_err() {
			log::trace!(target: LOG_TARGET, "The height of a {name} job has ended; its result is discarded");
		}
	};
	// On a blocking thread: execution takes up to a third of the timeout, and would stall the network's tasks.
	spawner.spawn_blocking(name, Some("pbft"), task.boxed());
	receiver.map(Result::ok)
}
