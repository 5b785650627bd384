//! Prepare, Commit, decision.

use super::{state::Phase, Replica};
use crate::{Commit, Message, Output, Prepare, Proposal, Record};
use tp_pbft::{BlockHash, Certificate, MessageKind, PreparedCertificate, View};

impl Replica {
	/// First vote, for the accepted proposal, which was found valid.
	pub(super) fn prepare(&mut self, hash: BlockHash) {
		let state = &self.state;
		let Some(me) = state.me else { return };
		debug_assert_eq!(state.phase, Phase::Voting);
		let (height, view) = (state.height, state.view);
		let said = self.say(me, Message::Prepare(Prepare { view, hash }), Record::Prepared { height, view, hash });
		self.state.own.prepare = Some(said);
		self.try_commit();
	}

	/// Second vote, once q members said Prepare for the accepted proposal.
	///
	/// Our own Prepare in this view is the proof of rule 4: we had the block executed. In [`Phase::Voting`] we have not
	/// asked for a higher view (rule 2).
	pub(super) fn try_commit(&mut self) {
		let state = &self.state;
		let (Some(me), Some(accepted)) = (state.me, &state.accepted) else { return };
		let (height, view, hash) = (state.height, state.view, accepted.proposal.hash);
		if state.phase != Phase::Voting
			|| state.own.block(MessageKind::Prepare, view) != Some(hash)
			|| state.own.block(MessageKind::Commit, view).is_some()
			|| state.votes.count(view, MessageKind::Prepare, &hash) < state.quorum
		{
			return;
		}
		let proposal = accepted.proposal.clone();
		let votes = state.votes.signatures(view, MessageKind::Prepare, &hash);
		let slot = self.slot(MessageKind::Prepare, view);
		let prepared = PreparedCertificate::from_votes(slot, hash, state.committee.size(), votes);
		// Whoever asks for a view shows this certificate, and the block must be there to be proposed again (rule 5).
		self.state.prepared = Some((prepared.clone(), proposal.clone()));
		let record = Record::Committed { height, prepared, proposal };
		let said = self.say(me, Message::Commit(Commit { view, hash }), record);
		self.state.own.commit = Some(said);
		self.try_decide(view, hash);
	}

	/// q Commits of any one view decide, whatever our view.
	pub(super) fn try_decide(&mut self, view: View, hash: BlockHash) {
		let state = &self.state;
		if state.phase == Phase::Decided
			|| state.decided.is_some()
			|| state.votes.count(view, MessageKind::Commit, &hash) < state.quorum
		{
			return;
		}
		let votes = state.votes.signatures(view, MessageKind::Commit, &hash);
		let slot = self.slot(MessageKind::Commit, view);
		let certificate = Certificate::from_votes(slot, hash, state.committee.size(), votes);
		self.take_certificate(certificate, None);
	}

	/// A certificate of this height: the end of it, as soon as its block is there.
	pub(super) fn take_certificate(&mut self, certificate: Certificate, proposal: Option<Proposal>) {
		let hash = certificate.hash;
		let proposal = proposal.filter(|proposal| proposal.hash == hash).or_else(|| self.block(&hash).cloned());
		match proposal {
			Some(proposal) => self.finish(certificate, proposal),
			None if self.state.decided.is_none() => {
				let signers = certificate.signers.iter().filter(|member| Some(*member) != self.state.me).collect();
				self.state.decided = Some(certificate);
				self.fetch(hash, signers);
			},
			None => {},
		}
	}

	/// Hands the block over with its certificate. Nothing is said at this height any more: who lags is sent the
	/// certificate by block sync.
	pub(super) fn finish(&mut self, certificate: Certificate, proposal: Proposal) {
		self.state.phase = Phase::Decided;
		self.outputs.push(Output::Commit { proposal, certificate });
	}
}
