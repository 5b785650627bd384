//! The order in which events are taken.

use super::{
	jobs::JobResult,
	params::{EngineError, EngineParams},
	state::Engine,
};
use crate::log_targets::LOG_TARGET;
use std::time::Instant;
use tc_pbft_core::{Input, RejectedProposal};
use tp_pbft::BlockHash;

/// Opens the vote log, recovers what the database lost, and runs until the node stops or an error ends the engine.
pub async fn run(params: EngineParams) -> Result<(), EngineError> {
	Engine::open(params).await?.run().await
}

impl Engine {
	/// Runs until the network shuts down or a fault of this node.
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
			// The order is fixed, so that no source starves an earlier one. The newest block comes first: it ends the
			// height that the other events are about, and they are then ignored instead of acted upon. Fragile: a timer
			// that ran out comes before results and votes that arrived meanwhile. After a long step the replica may
			// thus leave a view whose quorum is already in the queue. That is safe (rules 2 and 3), but costs a view.
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

	async fn on_time(&mut self) -> Result<(), EngineError> {
		if self.unannounced.is_some_and(|(at, _)| at <= Instant::now()) {
			self.announce();
		}
		if self.sync_quiet_at.is_some_and(|at| at <= Instant::now()) {
			self.sync_quiet_at = None;
			// Sync has been quiet long enough: start from the block that is the newest now.
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
				// Not fatal: the other members change the view, and the next primary builds a block.
				log::warn!(target: LOG_TARGET, "No block at height {height} in view {view}: {error}");
				Ok(())
			},
			JobResult::Checked { hash, verdict } => {
				// Fragile: a local fault counts as a verdict on the block, and the core keeps it for the height. The
				// replica then votes for a view change, although the block may be valid.
				if let Err(error) = &verdict {
					let blame = if error.is_local() { "cannot be checked by this node" } else { "is refused" };
					log::warn!(target: LOG_TARGET, "Proposal {hash:?} {blame}: {error}");
				}
				let verdict = verdict.map_err(|_| RejectedProposal);
				self.feed(Input::ProposalChecked { hash, verdict }).await
			},
			JobResult::Fetched(proposal) => self.on_fetched(proposal).await,
			JobResult::WorkPending => self.feed(Input::WorkPending).await,
			JobResult::Cancelled => Ok(()),
		}
	}

	fn note_proposal(&mut self, hash: BlockHash) {
		if let Some(current) = &mut self.current {
			current.proposals_seen.entry(hash).or_insert_with(Instant::now);
		}
	}
}
