//! Work that takes long, off the engine's task. Its results come back as inputs of the height that asked.

use crate::{
	error::{BuildError, ProposalError},
	ledger::{BuildOrder, CheckOrder, Ledger},
	log_targets::LOG_TARGET,
	network::blocks,
};
use futures::{
	channel::oneshot,
	future::{abortable, AbortHandle, BoxFuture},
	stream::{FuturesUnordered, StreamExt},
	FutureExt,
};
use sc_network::{NetworkRequest, PeerId, ProtocolName};
use sp_core::traits::SpawnNamed;
use sp_runtime::StateVersion;
use std::sync::Arc;
use tc_pbft_core::Proposal;
use tp_pbft::{BlockHash, Evidence, Height, View};

/// The result of a job.
pub enum JobResult {
	/// The result of a build.
	Built { height: Height, view: View, result: Result<Proposal, BuildError> },
	/// The result of a check.
	Checked { hash: BlockHash, verdict: Result<(), ProposalError> },
	/// A fetched block.
	Fetched(Proposal),
	/// There are transactions to include.
	WorkPending,
	/// The job was cancelled, by its handle or because the node shuts down.
	Cancelled,
}

/// The jobs of a height. Dropping them cancels the jobs that wait. The jobs that compute run to their end, and
/// their results are discarded.
pub struct Jobs {
	spawner: Box<dyn SpawnNamed>,
	ledger: Arc<dyn Ledger>,
	running: FuturesUnordered<BoxFuture<'static, JobResult>>,
}

impl Jobs {
	/// Returns an empty set of jobs.
	pub fn new(spawner: Box<dyn SpawnNamed>, ledger: Arc<dyn Ledger>) -> Self {
		Self { spawner, ledger, running: FuturesUnordered::new() }
	}

	/// Drops all jobs.
	pub fn clear(&mut self) {
		self.running = FuturesUnordered::new();
	}

	/// Waits for the next result; pends while there is no job.
	pub async fn next(&mut self) -> JobResult {
		match self.running.next().await {
			Some(result) => result,
			None => futures::future::pending().await,
		}
	}

	/// Builds a block.
	pub fn build(&mut self, order: BuildOrder) {
		let (ledger, height, view) = (self.ledger.clone(), order.parent.height + 1, order.view);
		self.compute("pbft-build", async move { JobResult::Built { height, view, result: ledger.build(order).await } });
	}

	/// Executes and checks a proposal.
	pub fn check(&mut self, order: CheckOrder) {
		let (ledger, hash) = (self.ledger.clone(), order.proposal.hash);
		self.compute("pbft-check", async move { JobResult::Checked { hash, verdict: ledger.check(order) } });
	}

	/// Fetches a block from one of the peers. Runs until it has the block, the height ends, or the handle aborts it.
	pub fn fetch(
		&mut self,
		network: Arc<dyn NetworkRequest + Send + Sync>,
		protocol: ProtocolName,
		hash: BlockHash,
		version: StateVersion,
		peers: Vec<PeerId>,
	) -> AbortHandle {
		let (job, handle) = abortable(blocks::fetch(network, protocol, hash, version, peers));
		self.running.push(job.map(|result| result.map_or(JobResult::Cancelled, JobResult::Fetched)).boxed());
		handle
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

	fn compute(&mut self, name: &'static str, job: impl futures::Future<Output = JobResult> + Send + 'static) {
		let (sender, receiver) = oneshot::channel();
		let task = async move {
			if sender.send(job.await).is_err() {
				log::trace!(target: LOG_TARGET, "The height of a {name} job has ended; its result is discarded");
			}
		};
		// On a blocking thread: execution takes up to a third of the timeout, and would stall the network's tasks.
		self.spawner.spawn_blocking(name, Some("pbft"), task.boxed());
		self.running.push(receiver.map(|result| result.unwrap_or(JobResult::Cancelled)).boxed());
	}
}
