//! A look at a message before it is verified.

use super::{state::Phase, Replica};
use crate::{message::Payload, Message, Signed};
use tp_pbft::MessageKind;

impl Replica {
	/// Whether a message could tell us anything new, should it be genuine. Verification can take thousands of signature
	/// checks: what a member says again, or says without being the primary, must not cost them.
	pub fn could_use(&self, message: &Signed<Message>) -> bool {
		let state = &self.state;
		let present = message.height == state.height && message.epoch == state.committee.epoch;
		if !present || state.phase == Phase::Decided || Some(message.sender) == state.me {
			return false;
		}
		let (kind, view, sender) = (message.message.kind(), message.message.view(), message.sender);
		let is_news = || state.votes.is_news(sender, view, kind, &message.message.payload());
		match &message.message {
			Message::Prepare(_) | Message::Commit(_) => is_news(),
			Message::ViewChange(_) => is_news() || state.view_changes.asked(sender).is_none_or(|asked| asked < view),
			Message::NewView(_) => state.primary(view) == Some(sender) && (view > state.view || is_news()),
			Message::PrePrepare(pre_prepare) => {
				let decided = state.decided.as_ref().is_some_and(|decided| decided.hash == pre_prepare.proposal.hash);
				// A new view far above ours takes us along, though nothing of it is kept yet.
				let opens = view > state.view && !state.votes.has(view, MessageKind::PrePrepare, sender);
				state.primary(view) == Some(sender) && (decided || opens || is_news())
			},
		}
	}
}
