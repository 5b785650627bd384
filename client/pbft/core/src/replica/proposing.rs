//! Proposals: when a primary proposes, and what a replica accepts.

use super::{
	blocks::Authorship,
	machine::Replica,
	state::{Accepted, Phase},
	votes::Noted,
};
use crate::{
	io::{Output, Record},
	message::{Message, NewView, PrePrepare, Proposal, Signed},
};
use tp_pbft::{BlockHash, MemberIndex, MessageKind, PbftSignature, View};

impl Replica {
	/// Called when work, the idle interval or the pace changes. Once a block is due, starts the timer of view 0, and
	/// its primary builds. Work that arrives before the least time between blocks has passed is not due yet, so the
	/// wait does not count against the primary.
	pub(super) fn on_pace(&mut self) {
		let state = &self.state;
		let due = state.pace_elapsed && (state.work_pending || state.idle_elapsed);
		// Above view 0 the new view tells when to build, and the pace does not matter: the height is late already.
		if state.view != 0 || state.phase != Phase::Voting || !due {
			return;
		}
		self.start_view_timer();
		let state = &self.state;
		if state.is_primary(0) && state.building.is_none() && state.own.block(MessageKind::PrePrepare, 0).is_none() {
			self.build();
		}
	}

	/// Starts the timer of view 0 when any member is active in it, even if this replica knows of no work.
	pub(super) fn on_view_0_activity(&mut self, view: View) {
		if view == 0 && self.state.view == 0 && self.state.phase == Phase::Voting {
			self.start_view_timer();
		}
	}

	/// Requests a block for the current view from the driver.
	pub(super) fn build(&mut self) {
		let (height, view) = (self.state.height, self.state.view);
		self.state.building = Some(view);
		self.outputs.push(Output::BuildProposal { height, view });
	}

	/// Handles a build that failed for a reason of this node. The primary tries again within its view: a committee of one has
	/// no other primary.
	pub(super) fn on_build_failed(&mut self, view: View) {
		if self.state.building == Some(view) {
			self.state.building = None;
			self.retry_later();
		}
	}

	/// Requests the block of this primary's view again, if its build failed.
	pub(super) fn retry_build(&mut self) {
		let state = &self.state;
		let (view, voting) = (state.view, state.phase == Phase::Voting && state.building.is_none());
		if view == 0 {
			self.on_pace();
		} else if voting && state.opening.is_some() {
			self.build();
		}
	}

	pub(super) fn on_built(&mut self, view: View, proposal: Proposal) {
		let state = &mut self.state;
		let Some(me) = state.me else { return };
		// The view may have changed during the build. A block for an earlier view would carry that view in its header,
		// and every replica would refuse it.
		if state.phase != Phase::Voting || state.view != view || state.building != Some(view) {
			return;
		}
		state.building = None;
		let authorship = Some((view, me));
		// No check is needed: building a block includes its execution.
		state.checks.set(proposal.hash, authorship, true);
		let new_view = state.opening.take();
		self.propose(me, proposal, new_view, authorship);
	}

	/// Proposes in the current view. This replica is its primary, and has not proposed in it.
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
		// The record holds the whole proposal. After a restart the replica proposes the same block again; a new one
		// would be an equivocation.
		let record = Record::Proposed { height, view, proposal: proposal.clone(), new_view: new_view.clone() };
		let pre_prepare = PrePrepare { view, proposal: proposal.clone(), new_view: new_view.map(Box::new) };
		let sent = self.publish(me, Message::PrePrepare(pre_prepare), record);
		self.state.own.pre_prepare = Some(sent);
		self.accept(proposal, authorship);
	}

	pub(super) fn on_pre_prepare(&mut self, sender: MemberIndex, pre_prepare: PrePrepare, signature: PbftSignature) {
		let PrePrepare { view, proposal, new_view } = &pre_prepare;
		let (view, proposal) = (*view, proposal.clone());
		if self.state.primary(view) != Some(sender) {
			return;
		}
		// The height is decided and waits only for this block, from any primary.
		if self.state.decided.as_ref().is_some_and(|certificate| certificate.hash == proposal.hash) {
			return self.on_needed_block(proposal);
		}
		// The new view is handled before the proposal is counted, because entering a view moves the window of counted
		// views.
		let mut prepared_before = None;
		if let Some(new_view) = new_view {
			let NewView { view_changes, block, .. } = new_view.message.clone();
			prepared_before = block;
			self.note_signed(new_view);
			view_changes.into_iter().for_each(|signed| self.on_view_change(signed));
			// Rule 3: the verification has established that q view changes allow the view and its block. So a replica
			// may enter the view without having seen the view changes itself.
			if view > self.state.view || (view == self.state.view && self.state.phase == Phase::Changing) {
				self.enter_view(view);
			}
		}
		// Counted before the view is compared: a second proposal is evidence in every view of the window.
		let noted = self.note(sender, MessageKind::PrePrepare, view, proposal.hash, signature.clone());
		// Rule 1: only the current view, and only its first proposal.
		if view != self.state.view || noted != Noted::First || self.state.accepted.is_some() {
			return;
		}
		// Rule 5: this replica may have voted for another proposal of this primary before a restart.
		if self.state.own.block(MessageKind::Prepare, view).is_some_and(|voted| voted != proposal.hash) {
			return;
		}
		// Rule 6: a prepared block keeps its header, which names the view and author of its first proposal.
		let authorship = if prepared_before.is_some() { None } else { Some((view, sender)) };
		self.start_view_timer();
		let (epoch, height) = (self.state.committee.epoch, self.state.height);
		let message = Message::PrePrepare(pre_prepare);
		self.state.pre_prepare = Some(Signed { epoch, height, sender, message, signature });
		self.accept(proposal, authorship);
	}

	/// Accepts a proposal in the current view.
	pub(super) fn accept(&mut self, proposal: Proposal, authorship: Authorship) {
		self.state.keep_block(proposal.clone());
		self.state.accepted = Some(Accepted { proposal, authorship });
		self.vote_or_check();
	}

	/// Requests a block from the driver, once.
	pub(super) fn fetch(&mut self, hash: BlockHash, from: Vec<MemberIndex>) {
		if self.state.fetching.insert(hash) {
			self.outputs.push(Output::FetchBlock { hash, from });
		}
	}

	pub(super) fn on_fetched(&mut self, proposal: Proposal) {
		if self.state.fetching.remove(&proposal.hash) {
			self.on_needed_block(proposal);
		}
	}

	/// Handles a block that this replica needs, either to end the height or to propose it again.
	fn on_needed_block(&mut self, proposal: Proposal) {
		self.state.keep_block(proposal.clone());
		if let Some(certificate) = self.state.decided.take_if(|certificate| certificate.hash == proposal.hash) {
			return self.decide(certificate, proposal);
		}
		self.follow_view_changes();
	}
}
