//! The check of a message before it is verified.

use super::{machine::Replica, state::Phase};
use crate::message::{Message, Payload, Signed};
use tp_pbft::MessageKind;

impl Replica {
	/// Whether a message could tell this replica anything new, if it is genuine.
	///
	/// Verification can take thousands of signature checks. A repeated message, or a proposal of a member that is not
	/// the primary, must not cause them. Fragile: the caller drops a refused message, and every resend of it. So the
	/// answer must be true whenever the message could change the state or be evidence.
	pub fn could_use(&self, message: &Signed<Message>) -> bool {
		let state = &self.state;
		let present = message.height == state.height && message.epoch == state.committee.epoch;
		if !present || state.phase == Phase::Decided {
			return false;
		}
		let (kind, view, sender) = (message.message.kind(), message.message.view(), message.sender);
		let is_new = || state.votes.is_new(sender, view, kind, &message.message.payload());
		// All own messages are counted when they are sent, or replayed. A new one shows a second process with the key.
		if Some(sender) == state.me {
			return is_new();
		}
		match &message.message {
			Message::Prepare(_) | Message::Commit(_) => is_new(),
			Message::ViewChange(_) => {
				is_new() || state.view_changes.requested(sender).is_none_or(|requested| requested < view)
			},
			Message::NewView(_) => state.primary(view) == Some(sender) && (view > state.view || is_new()),
			Message::PrePrepare(pre_prepare) => {
				let decided = state.decided.as_ref().is_some_and(|decided| decided.hash == pre_prepare.proposal.hash);
				// A new view moves this replica ahead from any lower view. Its votes are outside the window, so
				// `is_new` cannot tell.
				let opens = view > state.view && !state.votes.has(view, MessageKind::PrePrepare, sender);
				state.primary(view) == Some(sender) && (decided || opens || is_new())
			},
		}
	}
}
