//! What the core wants done.

use super::{Current, Engine, EngineError};
use crate::{
	ledger::{BuildOrder, CheckOrder},
	network::Wire,
};
use std::time::Instant;
use tc_pbft_core::{Input, Output, Proposal, Record};
use tp_pbft::{BlockHash, Certificate, MemberIndex};

impl Engine {
	/// Feeds the core and carries out what it wants, in its order.
	pub(super) async fn feed(&mut self, input: Input) -> Result<(), EngineError> {
		if self.current.is_none() {
			return Ok(());
		}
		let Some(replica) = self.replica() else { return Ok(()) };
		for output in replica.step(input) {
			self.carry_out(output).await?;
		}
		Ok(())
	}

	async fn carry_out(&mut self, output: Output) -> Result<(), EngineError> {
		let Some(current) = &self.current else { return Ok(()) };
		match output {
			Output::Persist(record) => {
				if let Record::Committed { proposal, .. } | Record::Proposed { proposal, .. } = &record {
					self.logged_block = Some(proposal.hash);
				}
				let started = Instant::now();
				self.vote_log.persist(record)?;
				self.metrics.log_synced(started.elapsed());
			},
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
				None => self.fetch(hash, &from),
			},
			Output::SetTimer { timer, after_ms } => self.timers.set(timer, after_ms),
			Output::CancelTimer(timer) => self.timers.cancel(timer),
			Output::Commit { proposal, certificate } => self.commit(proposal, certificate).await?,
			Output::Report(evidence) => {
				log::warn!(
					target: crate::LOG_TARGET,
					"Member {} signed a contradiction at height {} in view {} ({:?})",
					evidence.member, evidence.slot.height, evidence.slot.view, evidence.slot.kind,
				);
				self.metrics.evidence();
				self.ledger.report(evidence);
			},
			Output::ViewStarted { view, primary } => {
				if view > 0 {
					log::info!(target: crate::LOG_TARGET, "View {view} of height {}: primary {primary}", current.height);
				}
				self.show_status();
				let status = self.replica().map(|replica| replica.status());
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
	pub(super) fn fetch(&mut self, hash: BlockHash, from: &[MemberIndex]) {
		let Some(current) = &self.current else { return };
		let version = current.context.extrinsics_version;
		let mut peers: Vec<_> = from.iter().flat_map(|member| self.peers_of(*member)).collect();
		let others: Vec<_> = self.peers.all().filter(|peer| !peers.contains(peer)).copied().collect();
		peers.extend(others);
		self.jobs.fetch(self.network_service.clone(), self.names.blocks.clone(), hash, version, peers);
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
