//! The members' peers that the network keeps a connection to, whatever else it thinks of them.
//!
//! The network neither closes a reserved peer's substream nor forgets the peer, so there must be few, and whoever
//! misbehaves must be taken out first.

use super::peers::MAX_PEERS_PER_MEMBER;
use sc_network::PeerId;
use tp_pbft::{Committee, PbftId};

/// Each reserved peer with the member that it is, the oldest first.
#[derive(Default)]
pub struct ReservedPeers(Vec<(PbftId, PeerId)>);

impl ReservedPeers {
	/// Adds a member's peer. False if it is there already.
	pub fn insert(&mut self, member: &PbftId, peer: PeerId) -> bool {
		let new = !self.0.iter().any(|(_, known)| *known == peer);
		if new {
			self.0.push((member.clone(), peer));
		}
		new
	}

	/// Takes out a peer. False if it is not there.
	pub fn remove(&mut self, peer: &PeerId) -> bool {
		let before = self.0.len();
		self.0.retain(|(_, known)| known != peer);
		self.0.len() < before
	}

	/// Takes out the peers of those who are members no more, and of each member all but the newest ones.
	pub fn prune(&mut self, committee: &Committee) -> Vec<PeerId> {
		let mut pruned = Vec::new();
		let mut kept: Vec<(PbftId, PeerId)> = Vec::new();
		for (member, peer) in self.0.drain(..).rev() {
			let has_room = kept.iter().filter(|(other, _)| *other == member).count() < MAX_PEERS_PER_MEMBER;
			if has_room && committee.index_of(&member).is_some() {
				kept.push((member, peer));
			} else {
				pruned.push(peer);
			}
		}
		kept.reverse();
		self.0 = kept;
		pruned
	}
}

#[cfg(test)]
mod tests;
