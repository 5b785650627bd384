//! Messages of members that come over others: what this node asks for, and what it passes on.
//!
//! A message counts by the signature of its sender. The peer that brings it pays for its verification, and is disconnected
//! if it is not valid: a correct member passes on only what it has verified.

use super::{inbound::GARBAGE, params::EngineError, state::Engine};
use crate::network::Wire;
use codec::Encode;
use sc_network::PeerId;
use tc_pbft_core::{Input, Inventory, Message, Signed};
use tp_pbft::{MemberIndex, MAX_MEMBERS};

/// Messages in one answer: for each member two votes and a request for a view, and the proposal, or two more votes under the key of
/// the asker.
const MAX_PASSED_ON: usize = 3 * MAX_MEMBERS as usize + 2;

impl Engine {
	/// Handles a peer's question for messages that it lacks.
	pub(super) async fn on_inventory(&mut self, peer: PeerId, inventory: Inventory) -> Result<(), EngineError> {
		let Some(current) = &self.current else { return Ok(()) };
		if inventory.height < current.height {
			self.send_certificate(&peer, inventory.height);
			return Ok(());
		}
		// The link tells who asks, so that no member can ask in the name of another.
		let asker = self.peers.members_of(&peer, &current.context.committee).next();
		match asker {
			Some(member) if self.peers.may_spend(&peer) => self.feed(Input::Asked(member, inventory)).await,
			_ => Ok(()),
		}
	}

	/// Handles messages that a peer passes on, in their order.
	pub(super) async fn on_passed_on(
		&mut self,
		peer: PeerId,
		messages: Vec<Signed<Message>>,
	) -> Result<(), EngineError> {
		if messages.len() > MAX_PASSED_ON {
			self.penalize(peer, GARBAGE, "passes on more messages than there can be");
			return Ok(());
		}
		for message in messages {
			// Only for the height that runs: the share of the peer among the messages that are kept is for its own.
			let is_current = self.current.as_ref().is_some_and(|current| current.height == message.height);
			// False as soon as one of them was not valid: the peer is cut off then.
			if is_current && !self.is_lost_vote(&message) && self.peers.may_spend(&peer) {
				self.on_vouched_message(peer, message).await?;
			}
		}
		Ok(())
	}

	/// Whether a message that is passed on is a vote of this node that it lost: by the operator's word no other process runs. Without
	/// this check it would silence the node, and if fewer than a quorum of others work, for good.
	fn is_lost_vote(&self, message: &Signed<Message>) -> bool {
		self.votes_lost && self.current.as_ref().is_some_and(|current| current.own == Some(message.sender))
	}

	/// Asks members for messages that this node lacks.
	pub(super) fn ask(&mut self, members: &[MemberIndex], inventory: Inventory) {
		let bytes = Wire::Inventory(inventory).encode();
		for peer in members.iter().flat_map(|member| self.peers_of(*member)).collect::<Vec<_>>() {
			self.notifications.send_sync_notification(&peer, bytes.clone());
		}
	}

	/// Passes messages on to a member, at the cost of its peers: they asked for them.
	pub(super) fn pass_on(&mut self, member: MemberIndex, messages: Vec<Signed<Message>>) {
		let bytes = Wire::passed_on(messages);
		for peer in self.peers_of(member) {
			self.peers.charge_bytes(&peer, bytes.len());
			self.notifications.send_sync_notification(&peer, bytes.clone());
		}
	}
}
