//! Nodes without their vote log, by the engine's own rule ([`tc_pbft_core::Abstention`]).

use super::World;
use crate::{keys, network::NodeId};
use tc_pbft_core::{Message, Signed};

impl World {
	/// Notes which members work, while a node does not vote. A message that was passed on does not show that its sender
	/// works.
	pub(super) fn note_member(&mut self, from: NodeId, to: NodeId, message: &Signed<Message>) {
		let bringer = keys::key(self.nodes[from].identity);
		self.listen(bringer.clone(), to, message);
		let node = &mut self.nodes[to];
		let own = node.committee.index_of(&keys::key(node.identity));
		let Some(abstention) = &mut node.abstention else { return };
		if node.committee.index_of(&bringer) != Some(message.sender) {
			return;
		}
		if own == Some(message.sender) {
			return;
		}
		let quorum = node.committee.quorum();
		if let Some(height) = abstention.note_member(node.height, message.sender, quorum, self.now) {
			node.abstention = None;
			node.votes_since = node.votes_since.max(height);
			self.stats.votes_regained += 1;
		}
	}
}
