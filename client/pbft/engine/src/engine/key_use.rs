//! Voting less: the members that work while this node abstains, and a second process with its key.

use super::state::Engine;
use crate::{log_targets::LOG_TARGET, vote_log::LostVotes};
use tc_pbft_core::{Abstention, KEY_QUIET_MS};
use tp_pbft::{MemberIndex, Slot};

impl Engine {
	/// Handles a verified message of a member while this node does not vote.
	pub(super) fn note_member(&mut self, member: MemberIndex) {
		let now_ms = self.running_ms();
		let (Some(abstention), Some(current)) = (&mut self.abstention, &self.current) else { return };
		if Some(member) == current.own {
			return abstention.note_key_used(now_ms);
		}
		let quorum = current.context.committee.quorum();
		if let Some(from) = abstention.note_member(current.height, member, quorum, now_ms) {
			log::info!(target: LOG_TARGET, "{quorum} members work at height {}: this node votes from {from} on", current.height);
			self.abstention = None;
			// A log that lacks pruned heights may bind higher.
			self.votes_since = self.votes_since.max(from);
		}
	}

	/// Returns the milliseconds since this process began.
	fn running_ms(&self) -> u64 {
		u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX)
	}

	/// Stops voting, because another process votes with this node's key.
	pub(super) fn on_own_key_used(&mut self, slot: &Slot) {
		let lost = LostVotes::KeyUsed { height: slot.height, view: slot.view, kind: slot.kind };
		log::error!(
			target: LOG_TARGET,
			"This node stops voting: {lost}. Stop one of the two. This node votes again {} s after the last such message, \
			 when a quorum of other members works; or after a restart",
			KEY_QUIET_MS / 1_000,
		);
		self.abstention = Some(Abstention::of_used_key(self.running_ms()));
		if let Some(current) = &mut self.current {
			current.me = None;
		}
		self.publish_status();
	}
}
