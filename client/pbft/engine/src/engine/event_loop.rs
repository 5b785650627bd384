//! The order in which events are taken.

use super::{
	inbound::FORGED,
	jobs::{Built, JobResult},
	params::{EngineError, EngineParams},
	state::Engine,
};
use crate::{error::ProposalError, log_targets::LOG_TARGET};
use std::time::Instant;
use tc_pbft_core::{Input, Verdict};
use tp_pbft::BlockHash;

/// Blocks of a height whose refusal is logged.
const MAX_WARNED: usize = 64;

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
			let others = self.sync_quiet_at.into_iter().chain(announce_at).chain([self.clocks.due()]);
			let others = others.chain(self.listens_until());
			let wake = self.timers.next().into_iter().chain(others).min();
			let now = Instant::now();
			let timers_first = self.turns.is_timers_turn(wake.is_some_and(|at| at <= now), now);
			let sleep = async {
				match wake {
					Some(at) => tokio::time::sleep_until(at.into()).await,
					None => futures::future::pending().await,
				}
			};
			// The order is fixed. The newest block comes first: it ends the height that the other events are about, and
			// they are then ignored instead of acted upon. Then come results and messages that are in, and only then
			// timers: the votes in the queue may complete a view whose timer ran out meanwhile. `Turns` bounds how long
			// a flood can hold the timers up.
			tokio::select! {
				biased;
				changed = self.tip.changed() => match changed {
					Ok(()) => self.on_tip().await?,
					Err(_) => return Err(EngineError::NetworkGone),
				},
				() = std::future::ready(()), if timers_first => self.on_time().await?,
				result = self.jobs.next() => self.on_job(result).await?,
				event = self.notifications.next_event() => match event {
					Some(event) => self.on_network(event).await?,
					None => return Err(EngineError::NetworkGone),
				},
				() = sleep => self.on_time().await?,
			}
		}
	}

	async fn on_time(&mut self) -> Result<(), EngineError> {
		if self.unannounced.is_some_and(|(at, _)| at <= Instant::now()) {
			self.announce();
		}
		self.examine_verified();
		if self.clocks.due() <= Instant::now() {
			self.compare_clocks();
		}
		if self.sync_quiet_at.is_some_and(|at| at <= Instant::now()) {
			return self.on_sync_quiet().await;
		}
		if self.listens_until().is_some_and(|at| at <= Instant::now()) {
			return self.end_listening().await;
		}
		match self.timers.take_due() {
			Some(timer) => self.feed(Input::Timer(timer)).await,
			None => Ok(()),
		}
	}

	async fn on_job(&mut self, result: JobResult) -> Result<(), EngineError> {
		match result {
			JobResult::Built { height, view, result: Ok(Built { proposal, sketch }) } => {
				self.recent.insert(proposal.clone());
				if let Some(sketch) = sketch {
					self.sketches.built(proposal.hash, sketch);
				}
				self.note_proposal(proposal.hash);
				self.feed(Input::ProposalBuilt { height, view, proposal }).await
			},
			JobResult::Built { height, view, result: Err(error) } => {
				// Not fatal: it is tried again, and the other members change the view.
				log::warn!(target: LOG_TARGET, "No block at height {height} in view {view}: {error}");
				self.feed(Input::BuildFailed { height, view }).await
			},
			JobResult::Checked { hash, verdict } => {
				let verdict = match verdict {
					Ok(()) => Verdict::Valid,
					Err(error) => {
						self.warn_once(hash, &error);
						// Invariant: only a fault of the block is a verdict on it. Everything else may pass, and is
						// checked again.
						if error.is_local() {
							Verdict::Unknown
						} else {
							Verdict::Invalid
						}
					},
				};
				self.feed(Input::ProposalChecked { hash, verdict }).await
			},
			JobResult::Body(block, source) => {
				self.metrics.body(source);
				self.on_body(block).await
			},
			JobResult::OtherBody { from, hash } => {
				self.forget_inline(hash);
				self.penalize(from, FORGED, "sent a proposal with a body that is not its block's");
				Ok(())
			},
			JobResult::WrongAnswer { from } => {
				self.penalize(from, FORGED, "answered a request for a block with another body");
				Ok(())
			},
			JobResult::WorkPending => self.feed(Input::WorkPending).await,
			JobResult::Cancelled => Ok(()),
		}
	}

	/// Logs why a proposal gets no vote, once for each block: a check that fails for a reason of this node is repeated.
	fn warn_once(&mut self, hash: BlockHash, error: &ProposalError) {
		let Some(current) = &mut self.current else { return };
		if current.warned.len() >= MAX_WARNED || !current.warned.insert(hash) {
			return;
		}
		if error.is_local() {
			log::warn!(target: LOG_TARGET, "Proposal {hash:?} cannot be checked by this node, which tries again: {error}");
		} else {
			log::warn!(target: LOG_TARGET, "Proposal {hash:?} is refused: {error}");
		}
	}

	fn note_proposal(&mut self, hash: BlockHash) {
		if let Some(current) = &mut self.current {
			current.proposals_seen.entry(hash).or_insert_with(Instant::now);
		}
	}
}
