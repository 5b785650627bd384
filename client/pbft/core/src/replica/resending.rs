//! Links lose messages, so everything that still matters is said again: to all when a base timeout has passed in which
//! we said nothing new, and at once to a member whose link came up.

use super::{state::Phase, Replica};
use crate::{Message, Output, Signed, Timer};
use tp_pbft::{MemberIndex, MessageKind};

impl Replica {
	/// Says again what we said in the present view, and arms the timer anew. A proposal, which may be large, goes only
	/// to those whose Prepare has not come, and after ever longer pauses, lest it clog the links that are slow already.
	pub(super) fn repeat(&mut self) {
		let Some(me) = self.state.me else { return };
		if self.state.committee.size() < 2 {
			return;
		}
		let view = self.state.view;
		self.state.repeats = self.state.repeats.saturating_add(1);
		if let Some(pre_prepare) = self.own_pre_prepare().filter(|_| self.state.repeats.is_power_of_two()) {
			for member in self.state.primaries.clone() {
				if member != me && !self.state.votes.has(view, MessageKind::Prepare, member) {
					self.outputs.push(Output::Send(member, pre_prepare.clone()));
				}
			}
		}
		self.outputs.extend(self.own_votes().into_iter().map(Output::Broadcast));
		self.set_timer(Timer::Resend, u64::from(self.state.pace.base_timeout_ms));
	}

	/// What was said just now need not be said again for a while.
	pub(super) fn rearm_resend(&mut self) {
		if !std::mem::take(&mut self.state.said_new) {
			return;
		}
		self.state.repeats = 0;
		if self.state.phase != Phase::Decided && self.state.committee.size() > 1 {
			self.set_timer(Timer::Resend, u64::from(self.state.pace.base_timeout_ms));
		}
	}

	/// Says it to one member.
	pub(super) fn repeat_to(&mut self, member: MemberIndex) {
		if self.state.me.is_none() || Some(member) == self.state.me || self.state.committee.member(member).is_none() {
			return;
		}
		let messages = self.own_pre_prepare().into_iter().chain(self.own_votes());
		self.outputs.extend(messages.map(|message| Output::Send(member, message)));
	}

	fn own_pre_prepare(&self) -> Option<Signed<Message>> {
		let own = &self.state.own;
		own.block(MessageKind::PrePrepare, self.state.view).and(own.pre_prepare.clone())
	}

	/// Our view change comes first: it lets others follow into the view that the votes are of.
	fn own_votes(&self) -> Vec<Signed<Message>> {
		let (own, view) = (&self.state.own, self.state.view);
		let view_change = own.view_change.clone().filter(|signed| signed.message.view == view);
		let prepare = own.block(MessageKind::Prepare, view).and(own.prepare.clone());
		let commit = own.block(MessageKind::Commit, view).and(own.commit.clone());
		view_change.map(|signed| signed.map(Message::ViewChange)).into_iter().chain(prepare).chain(commit).collect()
	}
}
