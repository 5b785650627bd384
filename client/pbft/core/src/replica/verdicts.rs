//! Rule 4: what is checked before the vote, what is remembered of it, and what is tried again.
//!
//! Only a verdict that follows from the block and its parent's state is remembered. All else may pass: a clock advances, a
//! disk answers again. So "unknown" is never a cause to leave the view; its timer is.

use super::{
	machine::Replica,
	state::{Accepted, Phase},
};
use crate::io::{Output, Timer, Verdict};
use tp_pbft::{BlockHash, MessageKind};

/// The first pause before a build or a check is tried again, as a part of the base timeout. Each further pause of the view
/// is twice as long, up to the base timeout.
const RETRIES_PER_TIMEOUT: u64 = 8;
/// Number of times that the pause doubles: from an eighth of the base timeout to all of it.
const MAX_PAUSE_DOUBLINGS: u32 = 3;

impl Replica {
	/// Votes for the accepted proposal if it is valid, requests the next view if it is not, or requests a check.
	pub(super) fn vote_or_check(&mut self) {
		let state = &mut self.state;
		let Some(Accepted { proposal, authorship }) = &state.accepted else { return };
		// In `Changing` the replica has requested a higher view. It must not vote in this one, even if the check of the
		// block finishes now.
		if state.me.is_none() || state.phase != Phase::Voting {
			return;
		}
		if state.own.block(MessageKind::Prepare, state.view).is_some() {
			// The replica voted for it already, before a restart. The missing Prepares may have arrived since.
			return self.try_commit();
		}
		let (proposal, authorship) = (proposal.clone(), *authorship);
		match state.checks.verdict(&proposal.hash, authorship) {
			Some(true) => self.prepare(proposal.hash),
			Some(false) => self.change_view(self.state.view.saturating_add(1)),
			None => {
				let timed = self.is_timed(&proposal.hash);
				if self.state.checks.request(proposal.hash, authorship, timed) {
					self.outputs.push(Output::CheckProposal { proposal, authorship, timed });
				}
			},
		}
	}

	/// Whether the accepted block's time is still to be judged. q Prepares of this view, or the certificate of an earlier
	/// one, prove that f+1 correct members found it timely.
	fn is_timed(&self, hash: &BlockHash) -> bool {
		let state = &self.state;
		let first = state.accepted.as_ref().is_some_and(|accepted| accepted.authorship.is_some());
		first && state.votes.count(state.view, MessageKind::Prepare, hash) < state.quorum
	}

	pub(super) fn on_checked(&mut self, hash: BlockHash, verdict: Verdict) {
		// Stored even if another block is accepted by now: a later view may propose this one again.
		let Some(request) = self.state.checks.resolve(hash, verdict, self.rules.keeps_local_verdicts) else { return };
		let Some(accepted) = self.state.accepted.as_ref().filter(|accepted| accepted.proposal.hash == hash) else {
			return;
		};
		let known = self.state.checks.verdict(&hash, accepted.authorship).is_some();
		// The view, or the votes for the block, may have changed during the check. Then another check is due at once.
		let same = (request.authorship, request.timed) == (accepted.authorship, self.is_timed(&hash));
		if known || !same {
			self.vote_or_check();
		} else {
			self.retry_later();
		}
	}

	/// Checks the accepted block again as soon as q members have voted for it: its time does not matter any more.
	pub(super) fn check_proved_block(&mut self) {
		let Some(hash) = self.state.accepted.as_ref().map(|accepted| accepted.proposal.hash) else { return };
		if self.state.retrying && !self.is_timed(&hash) {
			self.vote_or_check();
		}
	}

	/// Sets the timer after which a failed build or check is tried again.
	pub(super) fn retry_later(&mut self) {
		let state = &mut self.state;
		let pause = (u64::from(state.pace.base_timeout_ms) / RETRIES_PER_TIMEOUT).max(1);
		let after_ms = pause << state.retries.min(MAX_PAUSE_DOUBLINGS);
		state.retries = state.retries.saturating_add(1);
		state.retrying = true;
		self.set_timer(Timer::Retry, after_ms);
	}

	pub(super) fn on_retry(&mut self) {
		if !std::mem::take(&mut self.state.retrying) {
			return;
		}
		self.retry_build();
		self.vote_or_check();
	}
}
