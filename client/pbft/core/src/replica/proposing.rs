//! From work to an accepted proposal.

use super::{
	blocks::Authorship,
	state::{Accepted, Phase},
	votes::Noted,
	Replica,
};
use crate::{Message, NewView, Output, PrePrepare, Proposal, Record, Signed};
use tp_pbft::{BlockHash, MemberIndex, MessageKind, PbftSignature, View};

impl Replica {
	/// Work, the idle interval or the pace changed: once a block is due, the timer of view 0 runs and its primary
	/// builds. Work that is known before the least time between blocks is over is not due yet, so that time is not
	/// taken from the primary's.
	pub(super) fn on_pace(&mut self) {
		let state = &self.state;
		let due = state.pace_over && (state.work_pending || state.idle_over);
		if state.view != 0 || state.phase != Phase::Voting || !due {
			return;
		}
		self.start_view_timer();
		let state = &self.state;
		if state.leads(0) && state.building.is_none() && state.own.block(MessageKind::PrePrepare, 0).is_none() {
			self.build();
		}
	}

	/// Somebody is active in view 0: its timer runs, whatever we know of work.
	pub(super) fn on_view_0_alive(&mut self, view: View) {
		if view == 0 && self.state.view == 0 && self.state.phase == Phase::Voting {
			self.start_view_timer();
		}
	}

	/// Asks the driver for a block for the present view.
	pub(super) fn build(&mut self) {
		let (height, view) = (self.state.height, self.state.view);
		self.state.building = Some(view);
		self.outputs.push(Output::BuildProposal { height, view });
	}

	pub(super) fn on_built(&mut self, view: View, proposal: Proposal) {
		let state = &mut self.state;
		let Some(me) = state.me else { return };
		if state.phase != Phase::Voting || state.view != view || state.building != Some(view) {
			return;
		}
		state.building = None;
		let authorship = Some((view, me));
		// Building is executing.
		state.checks.learn(proposal.hash, authorship, true);
		let new_view = state.leading.take();
		self.propose(me, proposal, new_view, authorship);
	}

	/// Proposes in the present view, which we lead and in which we have not proposed.
	pub(super) fn propose(
		&mut self,
		me: MemberIndex,
		proposal: Proposal,
		new_view: Option<Signed<NewView>>,
		authorship: Authorship,
	) {
		let (height, view) = (self.state.height, self.state.view);
		if let Some(new_view) = &new_view {
			self.count_own(new_view);
		}
		let record = Record::Proposed { height, view, proposal: proposal.clone(), new_view: new_view.clone() };
		let pre_prepare = PrePrepare { view, proposal: proposal.clone(), new_view: new_view.map(Box::new) };
		let said = self.say(me, Message::PrePrepare(pre_prepare), record);
		self.state.own.pre_prepare = Some(said);
		self.accept(proposal, authorship);
	}

	pub(super) fn on_pre_prepare(&mut self, sender: MemberIndex, pre_prepare: PrePrepare, signature: PbftSignature) {
		let PrePrepare { view, proposal, new_view } = pre_prepare;
		if self.state.primary(view) != Some(sender) {
			return;
		}
		if self.state.decided.as_ref().is_some_and(|certificate| certificate.hash == proposal.hash) {
			return self.on_block_at_hand(proposal);
		}
		let mut prepared_before = None;
		if let Some(new_view) = new_view {
			let NewView { view_changes, block, .. } = new_view.message.clone();
			prepared_before = block;
			self.note_signed(&new_view);
			view_changes.into_iter().for_each(|signed| self.on_view_change(signed));
			// Rule 3: verification has established that q view changes allow the view, and the block in it.
			if view > self.state.view || (view == self.state.view && self.state.phase == Phase::Changing) {
				self.enter_view(view);
			}
		}
		let noted = self.note(sender, MessageKind::PrePrepare, view, proposal.hash, signature);
		// Rule 1: only the present view, and only its first proposal.
		if view != self.state.view || noted != Noted::First || self.state.accepted.is_some() {
			return;
		}
		// Rule 5: before a restart we may have voted for another of this primary's proposals.
		if self.state.own.block(MessageKind::Prepare, view).is_some_and(|voted| voted != proposal.hash) {
			return;
		}
		// Rule 6: a block that was prepared keeps the header of the view that it was first proposed in.
		let authorship = if prepared_before.is_some() { None } else { Some((view, sender)) };
		self.start_view_timer();
		self.accept(proposal, authorship);
	}

	/// Goes by a proposal in the present view.
	pub(super) fn accept(&mut self, proposal: Proposal, authorship: Authorship) {
		self.state.keep_block(proposal.clone());
		self.state.accepted = Some(Accepted { proposal, authorship });
		self.judge();
	}

	/// Rule 4: votes for the accepted proposal if it is valid, asks for the next view if it is not, or has it checked.
	fn judge(&mut self) {
		let state = &mut self.state;
		let Some(Accepted { proposal, authorship }) = &state.accepted else { return };
		if state.me.is_none() || state.phase != Phase::Voting {
			return;
		}
		if state.own.block(MessageKind::Prepare, state.view).is_some() {
			return self.try_commit();
		}
		let (proposal, authorship) = (proposal.clone(), *authorship);
		match state.checks.verdict(&proposal.hash, authorship) {
			Some(true) => self.prepare(proposal.hash),
			Some(false) => self.change_view(self.state.view.saturating_add(1)),
			None => {
				if state.checks.ask(proposal.hash, authorship) {
					self.outputs.push(Output::CheckProposal { proposal, authorship });
				}
			},
		}
	}

	pub(super) fn on_checked(&mut self, hash: BlockHash, valid: bool) {
		self.state.checks.answer(hash, valid);
		if self.state.accepted.as_ref().is_some_and(|accepted| accepted.proposal.hash == hash) {
			self.judge();
		}
	}

	/// Asks the driver for a block, once.
	pub(super) fn fetch(&mut self, hash: BlockHash, from: Vec<MemberIndex>) {
		if self.state.fetching.insert(hash) {
			self.outputs.push(Output::FetchBlock { hash, from });
		}
	}

	pub(super) fn on_fetched(&mut self, proposal: Proposal) {
		if self.state.fetching.remove(&proposal.hash) {
			self.on_block_at_hand(proposal);
		}
	}

	/// A block came that we need: to finish the height, or to propose it again.
	fn on_block_at_hand(&mut self, proposal: Proposal) {
		self.state.keep_block(proposal.clone());
		if let Some(certificate) = self.state.decided.take_if(|certificate| certificate.hash == proposal.hash) {
			return self.finish(certificate, proposal);
		}
		self.follow_view_changes();
	}
}
