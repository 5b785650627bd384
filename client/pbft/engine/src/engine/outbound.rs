//! The core's outputs, carried out in their order.

use super::{
	inbound::proposed,
	params::EngineError,
	state::{Current, Engine},
};
use crate::{
	ledger::{BuildOrder, CheckOrder},
	log_targets::LOG_TARGET,
	network::Wire,
};
use std::time::Instant;
use tc_pbft_core::{Input, Message, Output, Proposal, Record, Replica, Signed};
use tp_pbft::Certificate;

impl Engine {
	/// Feeds an input to the core and carries out its outputs.
	///
	/// Invariant (rule 5): a record is on disk, synced, before any message that follows from it leaves the node. The
	/// core puts the records of a step first; the sync below sits between the last record and the first other output.
	pub(super) async fn feed(&mut self, input: Input) -> Result<(), EngineError> {
		if self.current.is_none() {
			return Ok(());
		}
		let Some(replica) = self.replica_mut() else { return Ok(()) };
		let outputs = replica.step(input);
		if let Some(error) = self.signing_failure.take() {
			// Before anything is written or sent: the step holds a placeholder signature. The engine must stop as well,
			// because the replica has already counted that vote as its own.
			return Err(error.into());
		}
		for output in outputs {
			if !matches!(output, Output::Persist(_)) {
				self.sync_log()?;
			}
			self.carry_out(output).await?;
		}
		self.sync_log()
	}

	fn log_vote(&mut self, record: Record) -> Result<(), EngineError> {
		self.unsynced_since.get_or_insert_with(Instant::now);
		self.note_own_vote(&record);
		match &record {
			Record::Committed { proposal, .. } => {
				self.logged_block = Some(proposal.hash);
				self.recent.pin(proposal.clone());
			},
			Record::Proposed { proposal, .. } => self.logged_block = Some(proposal.hash),
			Record::Prepared { .. } | Record::ViewChanged(_) => {},
		}
		Ok(self.vote_log.append_vote(record)?)
	}

	/// Waits until all written records are on disk. A failed sync stops the engine: after it, nothing tells which
	/// records the disk holds.
	fn sync_log(&mut self) -> Result<(), EngineError> {
		let Some(since) = self.unsynced_since.take() else { return Ok(()) };
		self.vote_log.sync()?;
		self.metrics.log_synced(since.elapsed());
		Ok(())
	}

	async fn carry_out(&mut self, output: Output) -> Result<(), EngineError> {
		let Some(current) = &self.current else { return Ok(()) };
		match output {
			Output::Persist(record) => self.log_vote(record)?,
			Output::Broadcast(message) => {
				let bytes = self.outgoing(&message);
				for peer in self.peers.of_committee(&current.context.committee) {
					self.notifications.send_sync_notification(&peer, bytes.clone());
				}
			},
			Output::Send(member, message) => {
				let bytes = self.outgoing(&message);
				for peer in self.peers_of(member) {
					self.notifications.send_sync_notification(&peer, bytes.clone());
				}
			},
			Output::Ask(members, inventory) => self.ask(&members, inventory),
			Output::PassOn(member, messages) => self.pass_on(member, messages),
			Output::BuildProposal { view, .. } => {
				let Some(author) = current.me else { return Ok(()) };
				let stored = self.ledger.certificate(current.parent.hash).unwrap_or_else(|error| {
					// Tried all the same: the runtime refuses the block if the certificate is needed.
					log::warn!(target: LOG_TARGET, "The parent's certificate cannot be read: {error}");
					None
				});
				let order = BuildOrder {
					parent: current.parent,
					context: current.context.clone(),
					view,
					author,
					parent_certificate: stored.map(|stored| self.parent_commits.complete(stored)),
				};
				self.jobs.build(order);
			},
			Output::CheckProposal { proposal, authorship, timed } => {
				let Current { parent, context, .. } = current;
				let order = CheckOrder { parent: *parent, context: context.clone(), proposal, authorship, timed };
				self.jobs.check(order);
			},
			Output::FetchBlock { hash, from } => match self.recent.get(&hash) {
				// A step within a step. It is safe here, because the replica returned before its outputs are carried
				// out; `feed` is boxed because it is recursive.
				Some(block) => Box::pin(self.feed(Input::BlockFetched(block))).await?,
				// The handle is not needed: the fetch runs until the height ends.
				None => {
					let holders = from.iter().flat_map(|member| self.peers_of(*member)).collect();
					drop(self.fetch(hash, None, holders));
				},
			},
			Output::SetTimer { timer, after_ms } => self.timers.set(timer, after_ms),
			Output::CancelTimer(timer) => self.timers.cancel(timer),
			Output::Commit { proposal, certificate } => self.commit(proposal, certificate).await?,
			Output::Report(evidence) => self.report(evidence),
			Output::OwnKeyUsed(slot) => self.on_own_key_used(&slot),
			Output::ViewStarted { view, primary } => {
				if view > 0 {
					log::info!(target: LOG_TARGET, "View {view} of height {}: primary {primary}", current.height);
				}
				self.publish_status();
				let status = self.replica().map(Replica::status);
				if let Some(status) = status {
					self.metrics.view_started(&status);
				}
			},
		}
		Ok(())
	}

	/// Encodes a message, a proposal with its sketch if this node has built the block.
	fn outgoing(&self, message: &Signed<Message>) -> Vec<u8> {
		let sketch = proposed(message).and_then(|hash| self.sketches.of_own(&hash));
		Wire::outgoing(message, sketch)
	}

	/// Writes a final block to the log, because the database may lose it in a crash, and then imports it.
	async fn commit(&mut self, proposal: Proposal, certificate: Certificate) -> Result<(), EngineError> {
		let Some(current) = &self.current else { return Ok(()) };
		let seen = current.proposals_seen.get(&proposal.hash).map(Instant::elapsed);
		self.metrics.committed(&certificate, &current.context.committee, seen);
		// Its votes were verified one by one, and are known: only this node's own signature is checked here. So the import
		// checks none. An error is left to the import, which then checks them all.
		let Current { domain, context, signatures, .. } = current;
		if let Err(error) = self.verified.verify(&certificate, domain, &context.committee, signatures.check()) {
			log::error!(target: LOG_TARGET, "The certificate of height {} is not valid: {error}", certificate.height);
		}
		// No peer pays for it.
		signatures.take_checked();
		// The votes of late members for this block are collected from now on, for the next block's author.
		self.parent_commits.start(certificate.clone(), current.context.committee.clone(), current.domain);
		let hash = proposal.hash;
		// The log holds the bytes already if a vote of this node brought them: blocks are large, votes are not.
		let unlogged = (self.logged_block != Some(hash)).then(|| proposal.clone());
		self.vote_log.note_final(certificate.clone(), unlogged)?;
		// Set before the import: the import itself signals the new tip, and `on_tip` must know whose it is.
		self.own_import = Some(hash);
		Ok(self.ledger.import(proposal, certificate).await?)
	}
}
