//! View changes: leaving a view, and opening the next one.

use super::{machine::Replica, state::Phase, timeouts::view_timeout_ms, votes::Noted};
use crate::{
	io::{Output, Record, Timer},
	message::{NewView, Payload, Signed, ViewChange},
};
use tp_pbft::{BlockHash, MemberIndex, MessageKind, PreparedCertificate, View};

impl Replica {
	/// Starts the timer of the current view, unless it runs or ran out.
	pub(super) fn start_view_timer(&mut self) {
		let state = &mut self.state;
		if state.me.is_none() || state.timed_view == Some(state.view) {
			return;
		}
		let view = state.view;
		state.timed_view = Some(view);
		let after_ms = view_timeout_ms(&state.pace, view);
		self.set_timer(Timer::View(view), after_ms);
	}

	pub(super) fn on_view_timeout(&mut self, view: View) {
		// A driver may deliver a timer although it was told to cancel it.
		if view == self.state.view && self.state.timed_view == Some(view) {
			self.change_view(view.saturating_add(1));
		}
	}

	/// Counts one member's view change. [`Self::follow_view_changes`] acts on the counts.
	pub(super) fn on_view_change(&mut self, signed: Signed<ViewChange>) {
		self.find_own_signatures(&signed);
		if Some(signed.sender) == self.state.me {
			return;
		}
		let noted = self.note_signed(&signed);
		if noted != Noted::Repeated {
			self.find_hidden_commits_by(&signed);
		}
		match noted {
			// A view outside the window counts as a request, but its message is not kept.
			Noted::First | Noted::Ignored => {
				let keep = self.state.is_primary(signed.message.view);
				self.state.view_changes.insert(&signed, keep);
			},
			Noted::Repeated | Noted::Contradiction(_) => {},
		}
	}

	/// Looks for this replica's signatures in a view change of any member: its own view change within a new view, and its
	/// Prepare within a certificate.
	fn find_own_signatures(&mut self, signed: &Signed<ViewChange>) {
		if Some(signed.sender) == self.state.me {
			self.on_own_message(signed.slot(), signed.message.payload());
		}
		let Some(prepared) = &signed.message.prepared else { return };
		if self.state.me.is_some_and(|me| prepared.signers.contains(me)) {
			self.on_own_message(self.slot(MessageKind::Prepare, prepared.view), prepared.hash);
		}
	}

	/// Counts a message that came inside another one.
	pub(super) fn note_signed<M: Payload>(&mut self, signed: &Signed<M>) -> Noted {
		if Some(signed.sender) == self.state.me {
			return Noted::Ignored;
		}
		let (kind, view) = (signed.message.kind(), signed.message.view());
		self.note(signed.sender, kind, view, signed.message.payload(), signed.signature.clone())
	}

	/// Requests a view, and then acts on the requests of all members.
	pub(super) fn change_view(&mut self, view: View) {
		self.request_view(view);
		self.follow_view_changes();
	}

	/// Leaves the current view for a higher one. A replica outside the committee moves without a message.
	pub(super) fn request_view(&mut self, view: View) {
		let state = &mut self.state;
		// Views never decrease.
		if view <= state.view {
			return;
		}
		if state.timed_view == Some(state.view) {
			self.outputs.push(Output::CancelTimer(Timer::View(state.view)));
		}
		state.move_to(view, Phase::Changing);
		let Some(me) = state.me else { return };
		// Read after the move: the certificate belongs to the height, and a view change that hides it could let another
		// block be decided.
		let prepared = self.shown_certificate();
		let signed = self.sign(me, ViewChange { view, prepared });
		// Rule 5, and with it rule 2 after a restart: the record forbids votes below the requested view.
		self.outputs.push(Output::Persist(Record::ViewChanged(signed.clone())));
		self.outputs.push(Output::Broadcast(signed.clone().map(crate::message::Message::ViewChange)));
		self.state.published = true;
		self.adopt_own_view_change(signed);
	}

	/// Returns the prepared certificate that a view change shows: for its view and block, the votes of the q first members
	/// whose votes are known. Replicas that have the same votes show the same certificate, however the votes arrived, so
	/// that a new view carries it once. Every quorum of votes proves the same.
	fn shown_certificate(&self) -> Option<PreparedCertificate> {
		let state = &self.state;
		let (prepared, _) = state.prepared.as_ref()?;
		let slot = self.slot(MessageKind::Prepare, prepared.view);
		let mut votes = state.votes.signatures(prepared.view, MessageKind::Prepare, &prepared.hash);
		if votes.len() < state.quorum {
			// After a restart, or beyond the window of views, only the certificate itself is known.
			return Some(prepared.clone());
		}
		votes.truncate(state.quorum);
		Some(PreparedCertificate::from_votes(slot, prepared.hash, state.committee.size(), votes))
	}

	/// Counts this replica's view change like that of any member.
	pub(super) fn adopt_own_view_change(&mut self, signed: Signed<ViewChange>) {
		self.count_own(&signed);
		let keep = self.state.is_primary(signed.message.view);
		self.state.view_changes.insert(&signed, keep);
		self.state.own.view_change = Some(signed);
	}

	/// Joins f+1 members that are ahead, starts the timer of a view that a quorum requests, and opens it as its
	/// primary.
	///
	/// One of f+1 members is correct, so a timer ran out at a correct member. The lowest of their views is joined, so
	/// that faulty members cannot push this replica ahead of the correct ones.
	///
	/// A member that requests a higher view supports the lower ones too. It may have moved on before its earlier
	/// request arrived, and does not send that one again. Without this rule a replica could wait forever for a view
	/// that the others have left.
	pub(super) fn follow_view_changes(&mut self) {
		// Each step raises the view, so fewer members are above it each time, and the loop ends.
		let enough = self.state.committee.max_faulty() + 1;
		while let Some(view) = self.state.view_changes.lowest_above(self.state.view, enough) {
			self.request_view(view);
		}
		let (view, quorum) = (self.state.view, self.state.quorum);
		if self.state.phase != Phase::Changing || self.state.view_changes.supporters(view) < quorum {
			return;
		}
		self.start_view_timer();
		if self.state.is_primary(view) {
			self.try_open_view(view, quorum);
		}
	}

	/// Opens a view as its primary if a quorum requests it and the block that follows from their view changes is held.
	///
	/// Any q view changes are enough. A faulty member may show the certificate of a block that all other members have
	/// lost, and refuse to send it. So view changes that show a missing block are left out, the highest view first, as
	/// long as q remain.
	///
	/// Invariant: a block that may have been committed is never left out. If it was committed, q members hold its
	/// certificate and block on disk, so every remaining q include a correct member that shows it. Fragile: this holds
	/// only because a Commit is sent after its certificate and block are synced (rule 5).
	fn try_open_view(&mut self, view: View, quorum: usize) {
		let Some(me) = self.state.me else { return };
		let mut view_changes = self.state.view_changes.messages(view);
		while view_changes.len() >= quorum {
			// Computed again for each remaining set: without the view changes of the missing block, a lower certificate
			// may bind the view.
			let bound_to = (self.rules.block_of)(&view_changes);
			let Some(missing) = bound_to.filter(|hash| self.block(hash).is_none()) else {
				return self.open_view(view, view_changes);
			};
			self.fetch(missing, holders(&view_changes, missing, me));
			let names_missing = |signed: &Signed<ViewChange>| {
				signed.message.prepared.as_ref().is_some_and(|prepared| prepared.hash == missing)
			};
			view_changes.retain(|signed| !names_missing(signed));
		}
	}

	/// Begins a view, opened by this replica or by another primary.
	pub(super) fn enter_view(&mut self, view: View) {
		if self.state.timed_view == Some(self.state.view) && self.state.view < view {
			self.outputs.push(Output::CancelTimer(Timer::View(self.state.view)));
		}
		self.state.move_to(view, Phase::Voting);
		if let Some(primary) = self.state.primary(view) {
			self.outputs.push(Output::ViewStarted { view, primary });
		}
		self.start_view_timer();
	}

	/// Opens a view as its primary, with the block that follows from the view changes (rule 3). The new view is fixed
	/// here, and is sent only with the proposal and its record: a primary that built a second new view for one view
	/// would equivocate.
	fn open_view(&mut self, view: View, view_changes: Vec<Signed<ViewChange>>) {
		let Some(me) = self.state.me else { return };
		let block = (self.rules.block_of)(&view_changes);
		let proposal = block.and_then(|hash| self.block(&hash).cloned());
		// All kept view changes go in, not only q: rule 3 is then computed from the most certificates that this replica
		// knows.
		let new_view = self.sign(me, NewView { view, view_changes, block });
		self.enter_view(view);
		match proposal {
			Some(proposal) => self.propose(me, proposal, Some(new_view), None),
			None => {
				self.state.opening = Some(new_view);
				self.build();
			},
		}
	}
}

/// Returns the members that should have a prepared block. First come the members that sent its certificate: a correct
/// one has the block on disk. Then come the members that signed the certificate: a correct one has executed the block,
/// but may have restarted since.
fn holders(view_changes: &[Signed<ViewChange>], hash: BlockHash, me: MemberIndex) -> Vec<MemberIndex> {
	let certificates =
		|| view_changes.iter().filter_map(|signed| signed.message.prepared.as_ref().map(|prepared| (signed, prepared)));
	let certificates = || certificates().filter(|(_, prepared)| prepared.hash == hash);
	let senders = certificates().map(|(signed, _)| signed.sender);
	let signers = certificates().flat_map(|(_, prepared)| prepared.signers.iter());
	let mut holders = Vec::new();
	for member in senders.chain(signers) {
		if member != me && !holders.contains(&member) {
			holders.push(member);
		}
	}
	holders
}
