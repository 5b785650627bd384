//! Links lose messages, so messages that still matter are sent again: to all members when a base timeout passes without
//! a new message, and at once to a member whose link comes up.

use super::{machine::Replica, state::Phase};
use crate::{
	io::{Output, Timer},
	message::{Message, Signed},
};
use tp_pbft::{MemberIndex, MessageKind};

impl Replica {
	/// Sends the messages of the current view again, and restarts the timer. A proposal may be large, so it goes only
	/// to members whose Prepare is missing. The pauses between two proposals double, so that they do not congest slow
	/// links.
	pub(super) fn resend(&mut self) {
		let Some(me) = self.state.me else { return };
		if self.state.committee.size() < 2 {
			return;
		}
		let view = self.state.view;
		self.state.resends = self.state.resends.saturating_add(1);
		if let Some(pre_prepare) = self.own_pre_prepare().filter(|_| self.state.resends.is_power_of_two()) {
			for member in self.state.primaries.clone() {
				if member != me && !self.state.votes.has(view, MessageKind::Prepare, member) {
					self.outputs.push(Output::Send(member, pre_prepare.clone()));
				}
			}
		}
		self.outputs.extend(self.own_votes().into_iter().map(Output::Broadcast));
		self.set_timer(Timer::Resend, u64::from(self.state.pace.base_timeout_ms));
	}

	/// Restarts the timer after a new message, because there is nothing to resend yet.
	pub(super) fn rearm_resend(&mut self) {
		if !std::mem::take(&mut self.state.published) {
			return;
		}
		self.state.resends = 0;
		self.state.progressed = true;
		if self.state.phase != Phase::Decided && self.state.committee.size() > 1 {
			self.set_timer(Timer::Resend, u64::from(self.state.pace.base_timeout_ms));
		}
	}

	/// Sends the messages of the current view to one member again.
	pub(super) fn resend_to(&mut self, member: MemberIndex) {
		if self.state.me.is_none() || Some(member) == self.state.me || self.state.committee.member(member).is_none() {
			return;
		}
		let messages = self.own_pre_prepare().into_iter().chain(self.own_votes());
		self.outputs.extend(messages.map(|message| Output::Send(member, message)));
	}

	/// Returns this primary's proposal of the current view.
	pub(super) fn own_pre_prepare(&self) -> Option<Signed<Message>> {
		let own = &self.state.own;
		own.block(MessageKind::PrePrepare, self.state.view).and(own.pre_prepare.clone())
	}

	/// Returns the votes of the current view. The view change comes first: it lets other members follow into the view
	/// of the votes.
	fn own_votes(&self) -> Vec<Signed<Message>> {
		let (own, view) = (&self.state.own, self.state.view);
		let view_change = own.view_change.clone().filter(|signed| signed.message.view == view);
		let prepare = own.block(MessageKind::Prepare, view).and(own.prepare.clone());
		let commit = own.block(MessageKind::Commit, view).and(own.commit.clone());
		view_change.map(|signed| signed.map(Message::ViewChange)).into_iter().chain(prepare).chain(commit).collect()
	}
}
