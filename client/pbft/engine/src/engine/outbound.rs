//! What the core wants done.

use super::{Current, Engine, EngineError};
use crate::{
	ledger::{BuildOrder, CheckOrder},
	network::Wire,
};
use futures::future::AbortHandle;
use std::time::Instant;
use tc_pbft_core::{Input, Output, Proposal, Record, Replica};
use tp_pbft::{BlockHash, Certificate, MemberIndex};

impl Engine {
	/// Feeds the core and carries out what it wants, in its order.
	pub(super) async fn feed(&mut self, input: Input) -> Result<(), EngineError> {
		if self.current.is_none() {
			return Ok(());
		}
		let Some(replica) = self.replica_mut() else { return Ok(()) };
		let outputs = replica.step(input);
		if let Some(reason) = self.signing_failure.get() {
			// Before anything of it is written or said: a vote that is none would be counted by our own replica.
			return Err(EngineError::Signing(reason.to_owned()));
		}
		for output in outputs {
			// Rule 5. Records come first, so that one sync serves them all.
			if !matches!(output, Output::Persist(_)) {
				self.sync_log()?;
			}
			self.carry_out(output).await?;
		}
		self.sync_log()
	}

	fn log_vote(&mut self, record: Record) -> Result<(), EngineError> {
		self.unsynced_since.get_or_insert_with(Instant::now);
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

	/// Waits until what was logged is on disk.
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
				let bytes = Wire::outgoing(&message);
				let peers: Vec<_> = self.peers.all().copied().collect();
				for peer in peers {
					self.notifications.send_sync_notification(&peer, bytes.clone());
				}
			},
			Output::Send(member, message) => {
				let bytes = Wire::outgoing(&message);
				for peer in self.peers_of(member) {
					self.notifications.send_sync_notification(&peer, bytes.clone());
				}
			},
			Output::BuildProposal { view, .. } => {
				let Some(author) = current.me else { return Ok(()) };
				let stored = self.ledger.certificate(current.parent.hash);
				let order = BuildOrder {
					parent: current.parent,
					context: current.context.clone(),
					view,
					author,
					parent_certificate: stored.map(|stored| self.parent_commits.complete(stored)),
				};
				self.jobs.build(order);
			},
			Output::CheckProposal { proposal, authorship } => {
				let Current { parent, context, .. } = current;
				let order = CheckOrder { parent: *parent, context: context.clone(), proposal, authorship };
				self.jobs.check(order);
			},
			Output::FetchBlock { hash, from } => match self.recent.get(&hash) {
				Some(block) => Box::pin(self.feed(Input::BlockFetched(block))).await?,
				// Until the height ends.
				None => drop(self.fetch(hash, &from)),
			},
			Output::SetTimer { timer, after_ms } => self.timers.set(timer, after_ms),
			Output::CancelTimer(timer) => self.timers.cancel(timer),
			Output::Commit { proposal, certificate } => self.commit(proposal, certificate).await?,
			Output::Report(evidence) => {
				// One is enough to slash, and a member could sign dozens.
				if !self.current.as_mut().is_some_and(|current| current.reported.insert(evidence.member)) {
					return Ok(());
				}
				log::warn!(
					target: crate::LOG_TARGET,
					"Member {} signed a contradiction at height {} in view {} ({:?})",
					evidence.member, evidence.slot.height, evidence.slot.view, evidence.slot.kind,
				);
				self.metrics.evidence();
				self.jobs.report(evidence);
			},
			Output::ViewStarted { view, primary } => {
				if view > 0 {
					log::info!(target: crate::LOG_TARGET, "View {view} of height {}: primary {primary}", current.height);
				}
				self.show_status();
				let status = self.replica().map(Replica::status);
				if let Some(status) = status {
					self.metrics.view_started(&status);
				}
			},
		}
		Ok(())
	}

	fn peers_of(&self, member: MemberIndex) -> Vec<sc_network::PeerId> {
		let key = self.current.as_ref().and_then(|current| current.context.committee.member(member));
		key.map(|member| self.peers.of_member(&member.key).collect()).unwrap_or_default()
	}

	/// Asks for a block: those who should have it first, then everyone else who might.
	pub(super) fn fetch(&mut self, hash: BlockHash, from: &[MemberIndex]) -> Option<AbortHandle> {
		let current = self.current.as_ref()?;
		let version = current.context.extrinsics_version;
		let mut peers: Vec<_> = from.iter().flat_map(|member| self.peers_of(*member)).collect();
		let others: Vec<_> = self.peers.all().filter(|peer| !peers.contains(peer)).copied().collect();
		peers.extend(others);
		Some(self.jobs.fetch(self.network_service.clone(), self.names.blocks.clone(), hash, version, peers))
	}

	/// A block is final: it goes into the log (the database may lose it), and then into the chain.
	async fn commit(&mut self, proposal: Proposal, certificate: Certificate) -> Result<(), EngineError> {
		let Some(current) = &self.current else { return Ok(()) };
		let seen = current.proposals_seen.get(&proposal.hash).map(Instant::elapsed);
		self.metrics.committed(&certificate, &current.context.committee, seen);
		self.parent_commits.start(certificate.clone(), current.context.committee.clone(), current.domain);
		let hash = proposal.hash;
		let unlogged = (self.logged_block != Some(hash)).then(|| proposal.clone());
		self.vote_log.note_final(certificate.clone(), unlogged)?;
		self.own_import = Some(hash);
		Ok(self.ledger.import(proposal, certificate).await?)
	}
}
