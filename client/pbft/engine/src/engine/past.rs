//! Heights that ended: what is kept of them, and the certificates of other replicas for them.
//!
//! A fork shows when a replica sees a certificate of another chain. It then has the Commits of one side, and the view changes
//! of the other, or two certificates of one view. Such a certificate comes by block sync, by an announcement, or as the answer to
//! a question: each peer whose link opens is asked for its certificates of the newest heights that had view changes. On the same
//! chain the answer proves nothing, and costs some kilobytes.

use super::state::{Current, Engine};
use crate::{log_targets::LOG_TARGET, network::Wire};
use codec::Encode;
use sc_network::PeerId;
use tc_pbft_core::{double_votes, Inventory};
use tp_pbft::{Certificate, Committee, Domain, Epoch, Evidence, Height};

/// Heights for whose certificates a peer is asked.
const HEIGHTS_ASKED: usize = 4;
/// What a peer pays for the committee of a height that ended, in signature checks. It is a call of the runtime on an old state, reckoned as
/// about a millisecond.
pub(super) const LOOKUP_COST: u32 = 20;
/// Certificates and members that are remembered, so that each is handled once. Beyond it all are forgotten, which costs the
/// work again.
const MAX_REMEMBERED: usize = 4_096;

impl Engine {
	/// Keeps the view changes of the height that ends, and compares them with the certificate that ended it. If block sync brought that
	/// certificate, the replica did not see it.
	pub(super) fn keep_view_changes(&mut self) {
		let Some(view_changes) = self.replica().map(|replica| replica.kept_view_changes().clone()) else { return };
		let Some(Current { height, context, own, .. }) = &self.current else { return };
		let (height, committee, own) = (*height, &context.committee, *own);
		let all = self.kept.keep(committee, height, &view_changes);
		if all.is_empty() {
			return;
		}
		let certificate = match self.certificate_at(height) {
			Ok(Some(certificate)) => certificate,
			Ok(None) => return,
			Err(error) => {
				log::warn!(target: LOG_TARGET, "View changes are not compared with the certificate of {height}: {error}");
				return;
			},
		};
		let found = all.hidden_in(committee, &certificate);
		// Two processes with this node's key are for the others to report.
		for found in found.into_iter().filter(|found| Some(found.member) != own) {
			self.report(found.into());
		}
	}

	/// Asks a peer for its certificates of heights with view changes: it may be on another side of a fork.
	pub(super) fn ask_for_past(&mut self, peer: &PeerId) {
		let Some(height) = self.current.as_ref().map(|current| current.height) else { return };
		for (past, epoch) in self.kept.newest(HEIGHTS_ASKED) {
			if past < height {
				let inventory = Inventory::of_listener(epoch, past);
				self.notifications.send_sync_notification(peer, Wire::Inventory(inventory).encode());
			}
		}
	}

	/// Asks all peers, when an epoch begins: a fork may show without a link that opens.
	pub(super) fn ask_all_for_past(&mut self, epoch: Epoch) {
		if self.past_asked == Some(epoch) {
			return;
		}
		self.past_asked = Some(epoch);
		self.kept.bound(epoch);
		let peers: Vec<_> = self.peers.all().copied().collect();
		peers.iter().for_each(|peer| self.ask_for_past(peer));
	}

	/// Handles a peer's certificate of a height that ended.
	pub(super) fn on_past_certificate(&mut self, peer: PeerId, certificate: &Certificate) {
		let own = self.ledger.hash_at(certificate.height).ok().flatten();
		let is_of_other_chain = own.is_some_and(|own| own != certificate.hash);
		// Honest certificates of this chain come often, when messages cross. They tell something only beside view changes.
		if !is_of_other_chain && !self.kept.contains(certificate.height) || self.was_examined(certificate) {
			return;
		}
		if !self.peers.may_spend(&peer) {
			return;
		}
		// Before the work, because a certificate that is refused early costs the committee as well.
		let checks = u32::try_from(certificate.signatures.len()).unwrap_or(u32::MAX);
		self.peers.charge(&peer, checks.saturating_add(LOOKUP_COST));
		let Some((committee, domain)) = self.past_committee(certificate.height) else { return };
		if committee.epoch != certificate.epoch {
			return;
		}
		// The peer pays for the work, and for nothing else: on another chain its epoch may have another committee.
		match certificate.verify_signatures(&domain, &committee, tp_pbft::check_signature) {
			Ok(()) => self.examine(certificate, &committee),
			Err(error) => log::debug!(target: LOG_TARGET, "{peer} sent a certificate of another committee: {error}"),
		}
	}

	/// Compares the certificates that the import or an announcement verified with what is kept of their heights.
	pub(super) fn examine_verified(&mut self) {
		let Some(height) = self.current.as_ref().map(|current| current.height) else { return };
		for certificate in self.verified.take_new() {
			let own = self.ledger.hash_at(certificate.height).ok().flatten();
			let tells = self.kept.contains(certificate.height) || own.is_some_and(|own| own != certificate.hash);
			if certificate.height >= height || !tells || self.was_examined(&certificate) {
				continue;
			}
			if let Some((committee, _)) = self.past_committee(certificate.height) {
				self.examine(&certificate, &committee);
			}
		}
	}

	fn was_examined(&self, certificate: &Certificate) -> bool {
		self.examined.contains(&(certificate.height, certificate.view, certificate.hash))
	}

	/// Returns the committee of a height that ended: from what is kept of it, or from the parent's state, while that is there.
	fn past_committee(&self, height: Height) -> Option<(Committee, Domain)> {
		let domain = self.current.as_ref()?.domain;
		if let Some((committee, _)) = self.kept.read(height) {
			return Some((committee, domain));
		}
		let parent = self.ledger.hash_at(height.checked_sub(1)?).ok().flatten()?;
		let context = self.ledger.context(parent).ok()?;
		Some((context.committee, domain))
	}

	/// Compares a verified certificate with what this node knows of its height, and reports the guilty.
	fn examine(&mut self, certificate: &Certificate, committee: &Committee) {
		if self.examined.len() >= MAX_REMEMBERED {
			self.examined.clear();
		}
		self.examined.insert((certificate.height, certificate.view, certificate.hash));
		let kept = self.kept.read(certificate.height).filter(|(kept, _)| kept.epoch == committee.epoch);
		let hidden = kept.map(|(_, kept)| kept.hidden_in(committee, certificate)).unwrap_or_default();
		let own = self.certificate_at(certificate.height).ok().flatten();
		if own.as_ref().is_some_and(|own| own.hash != certificate.hash) {
			log::error!(
				target: LOG_TARGET,
				"Height {} has two final blocks: more members are faulty than the committee tolerates. Another chain has {:?}",
				certificate.height, certificate.hash,
			);
		}
		let doubled = own.map(|own| double_votes(committee, &own, certificate)).unwrap_or_default();
		for evidence in hidden.into_iter().map(Evidence::from).chain(doubled.into_iter().map(Evidence::from)) {
			self.report(evidence);
		}
	}

	/// Reports a member, once for each height: it is enough for a slash, and a member can sign dozens.
	pub(super) fn report(&mut self, evidence: Evidence) {
		if self.reported.len() >= MAX_REMEMBERED {
			self.reported.clear();
		}
		if !self.reported.insert((evidence.slot().height, evidence.member())) {
			return;
		}
		log::warn!(target: LOG_TARGET, "Evidence: {evidence}");
		self.metrics.evidence();
		self.jobs.report(evidence);
	}
}
