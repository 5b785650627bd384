//! Leaving views and opening them.

use super::{state::Phase, votes::Noted, Replica};
use crate::{message::Payload, NewView, Output, Record, Signed, Timer, ViewChange};
use tp_pbft::{BlockHash, MemberIndex, View};

/// The timeout of a view is the base timeout, doubled so many times at most: 64 s on a base of 1 s. Long enough for any
/// network that works at all, short enough that a committee that comes back after an hour is not kept waiting.
pub const MAX_TIMEOUT_DOUBLINGS: u32 = 6;

impl Replica {
	/// Starts the timer of the present view, unless it was started.
	pub(super) fn start_view_timer(&mut self) {
		let state = &mut self.state;
		if state.me.is_none() || state.timed_view == Some(state.view) {
			return;
		}
		let view = state.view;
		state.timed_view = Some(view);
		let after_ms = u64::from(state.pace.base_timeout_ms) << view.min(MAX_TIMEOUT_DOUBLINGS);
		self.set_timer(Timer::View(view), after_ms);
	}

	pub(super) fn on_view_timeout(&mut self, view: View) {
		if view == self.state.view && self.state.timed_view == Some(view) {
			self.change_view(view.saturating_add(1));
		}
	}

	/// Notes one member's view change. [`Self::follow_view_changes`] draws the conclusions.
	pub(super) fn on_view_change(&mut self, signed: Signed<ViewChange>) {
		if Some(signed.sender) == self.state.me {
			return;
		}
		match self.note_signed(&signed) {
			// Outside the window it counts, but it is not kept.
			Noted::First | Noted::Ignored => {
				let keep = self.state.leads(signed.message.view);
				self.state.view_changes.insert(&signed, keep);
			},
			Noted::Repeated | Noted::Contradiction(_) => {},
		}
	}

	/// Notes a message that came inside another.
	pub(super) fn note_signed<M: Payload>(&mut self, signed: &Signed<M>) -> Noted {
		if Some(signed.sender) == self.state.me {
			return Noted::Ignored;
		}
		let (kind, view) = (signed.message.kind(), signed.message.view());
		self.note(signed.sender, kind, view, signed.message.payload(), signed.signature.clone())
	}

	/// Asks for a view, and goes on from what others ask for.
	pub(super) fn change_view(&mut self, view: View) {
		self.ask_for_view(view);
		self.follow_view_changes();
	}

	/// Leaves the present view for a higher one. A node that only watches goes along without a word.
	pub(super) fn ask_for_view(&mut self, view: View) {
		let state = &mut self.state;
		if view <= state.view {
			return;
		}
		if state.timed_view == Some(state.view) {
			self.outputs.push(Output::CancelTimer(Timer::View(state.view)));
		}
		state.move_to(view, Phase::Changing);
		let Some(me) = state.me else { return };
		let prepared = state.prepared.as_ref().map(|(certificate, _)| certificate.clone());
		let signed = self.sign(me, ViewChange { view, prepared });
		// Rule 5, and with it rule 2 after a restart.
		self.outputs.push(Output::Persist(Record::ViewChanged(signed.clone())));
		self.outputs.push(Output::Broadcast(signed.clone().map(crate::Message::ViewChange)));
		self.state.said_new = true;
		self.adopt_own_view_change(signed);
	}

	/// Counts our view change like anybody's.
	pub(super) fn adopt_own_view_change(&mut self, signed: Signed<ViewChange>) {
		self.count_own(&signed);
		let keep = self.state.leads(signed.message.view);
		self.state.view_changes.insert(&signed, keep);
		self.state.own.view_change = Some(signed);
	}

	/// Joins f+1 members that are ahead (one of them is correct, so a timer ran out), starts the timer of a view that a
	/// quorum asks for, and opens it if we are its primary.
	///
	/// Whoever asks for a higher view supports the lower ones too: it may have moved on before we heard it, and would
	/// not say it again; without that, we could wait for ever for a view that the others have given up.
	pub(super) fn follow_view_changes(&mut self) {
		let enough = self.state.committee.max_faulty() + 1;
		while let Some(view) = self.state.view_changes.lowest_above(self.state.view, enough) {
			self.ask_for_view(view);
		}
		let (view, quorum) = (self.state.view, self.state.quorum);
		if self.state.phase != Phase::Changing || self.state.view_changes.supporters(view) < quorum {
			return;
		}
		self.start_view_timer();
		if self.state.leads(view) {
			self.try_to_lead(view, quorum);
		}
	}

	/// Opens a view as its primary if a quorum asks for it, and the block that follows is at hand.
	///
	/// Any q view changes do. A faulty member may show the certificate of a block that everybody else has lost, and give
	/// it to nobody; so those that show a missing block are left out, the highest first, if enough others remain. A block
	/// that may have been committed cannot be left out that way: in every quorum a correct member has it on disk, with its
	/// certificate.
	fn try_to_lead(&mut self, view: View, quorum: usize) {
		let Some(me) = self.state.me else { return };
		let mut view_changes = self.state.view_changes.messages(view);
		while view_changes.len() >= quorum {
			let bound_to = (self.rules.block_of)(&view_changes);
			let Some(missing) = bound_to.filter(|hash| self.block(hash).is_none()) else {
				return self.lead(view, view_changes);
			};
			self.fetch(missing, holders(&view_changes, missing, me));
			let shows_it = |signed: &Signed<ViewChange>| {
				signed.message.prepared.as_ref().is_some_and(|prepared| prepared.hash == missing)
			};
			view_changes.retain(|signed| !shows_it(signed));
		}
	}

	/// A view begins: by our own new view or by its primary's.
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

	/// Opens a view as its primary, with the block that follows from the view changes (rule 3), which is at hand. The new
	/// view is fixed here, and leaves only with the proposal and its record.
	fn lead(&mut self, view: View, view_changes: Vec<Signed<ViewChange>>) {
		let Some(me) = self.state.me else { return };
		let block = (self.rules.block_of)(&view_changes);
		let proposal = block.and_then(|hash| self.block(&hash).cloned());
		let new_view = self.sign(me, NewView { view, view_changes, block });
		self.enter_view(view);
		match proposal {
			Some(proposal) => self.propose(me, proposal, Some(new_view), None),
			None => {
				self.state.leading = Some(new_view);
				self.build();
			},
		}
	}
}

/// Who should have a prepared block: first those who sent a certificate of it (a correct one has it on disk), then
/// those who signed the certificate (a correct one has executed it, but may have restarted since).
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
