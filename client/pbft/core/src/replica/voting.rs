//! Prepare, Commit, decision.

use super::{machine::Replica, state::Phase};
use crate::{
	io::{Output, Record},
	message::{Commit, Message, Prepare, Proposal},
};
use tp_pbft::{BlockHash, Certificate, MessageKind, PreparedCertificate, View};

impl Replica {
	/// Sends the first vote, for the accepted proposal, which is valid.
	pub(super) fn prepare(&mut self, hash: BlockHash) {
		let state = &self.state;
		let Some(me) = state.me else { return };
		debug_assert_eq!(state.phase, Phase::Voting);
		let (height, view) = (state.height, state.view);
		let sent = self.publish(me, Message::Prepare(Prepare { view, hash }), Record::Prepared { height, view, hash });
		self.state.own.prepare = Some(sent);
		self.try_commit();
	}

	/// Sends the second vote, once q members have sent Prepare for the accepted proposal.
	///
	/// This replica's own Prepare in the view proves rule 4: the block was executed. [`Phase::Voting`] proves rule 2:
	/// no higher view was requested.
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
		// The signatures were all verified when their votes were counted, so the certificate verifies at every member.
		let votes = state.votes.signatures(view, MessageKind::Prepare, &hash);
		let slot = self.slot(MessageKind::Prepare, view);
		let prepared = PreparedCertificate::from_votes(slot, hash, state.committee.size(), votes);
		// Set before the Commit is published: every later view change must show this certificate, and the block must be
		// there to be proposed again (rule 5).
		self.state.prepared = Some((prepared.clone(), proposal.clone()));
		let record = Record::Committed { height, prepared, proposal };
		let sent = self.publish(me, Message::Commit(Commit { view, hash }), record);
		self.state.own.commit = Some(sent);
		self.try_decide(view, hash);
	}

	/// Decides on q Commits of any one view, independent of the current view. Rule 2 forbids votes below a requested
	/// view, but not to take their result.
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
		self.on_certificate(certificate, None);
	}

	/// Ends the height by its certificate, as soon as the block is there.
	pub(super) fn on_certificate(&mut self, certificate: Certificate, proposal: Option<Proposal>) {
		self.find_hidden_commits_in(&certificate);
		let hash = certificate.hash;
		// A block that came along counts only if it is the certified one.
		let proposal = proposal.filter(|proposal| proposal.hash == hash).or_else(|| self.block(&hash).cloned());
		match proposal {
			Some(proposal) => self.decide(certificate, proposal),
			None if self.state.decided.is_none() => {
				// A correct signer of a Commit has the block on disk, so one of the signers can send it.
				let signers = certificate.signers.iter().filter(|member| Some(*member) != self.state.me).collect();
				self.state.decided = Some(certificate);
				self.fetch(hash, signers);
			},
			None => {},
		}
	}

	/// Hands over the block with its certificate. Nothing more is sent at this height: a lagging member gets the
	/// certificate from block sync.
	pub(super) fn decide(&mut self, certificate: Certificate, proposal: Proposal) {
		self.state.phase = Phase::Decided;
		self.outputs.push(Output::Commit { proposal, certificate });
	}
}
