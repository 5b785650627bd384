//! The members' peers that the network keeps connected regardless of their reputation.
//!
//! Fragile: the network neither closes a reserved peer's substream nor forgets the peer. So their number is bounded,
//! and a peer must be removed here before it can be disconnected.

use super::peers::MAX_PEERS_PER_MEMBER;
use sc_network::PeerId;
use tp_pbft::{Committee, PbftId};

/// The reserved peers with their members, oldest first.
#[derive(Default)]
pub struct ReservedPeers(Vec<(PbftId, PeerId)>);

impl ReservedPeers {
	/// Adds a member's peer. Returns false if it is reserved already.
	pub fn insert(&mut self, member: &PbftId, peer: PeerId) -> bool {
		let new = !self.0.iter().any(|(_, known)| *known == peer);
		if new {
			self.0.push((member.clone(), peer));
		}
		new
	}

	/// Removes a peer. Returns false if it is not reserved.
	pub fn remove(&mut self, peer: &PeerId) -> bool {
		let before = self.0.len();
		self.0.retain(|(_, known)| known != peer);
		self.0.len() < before
	}

	/// Removes and returns the peers of retired members, and the oldest peers of each member beyond its bound.
	pub fn prune(&mut self, committee: &Committee) -> Vec<PeerId> {
		let mut pruned = Vec::new();
		let mut kept: Vec<(PbftId, PeerId)> = Vec::new();
		// From the newest: a member that reconnects under a new identity replaces its old one.
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
