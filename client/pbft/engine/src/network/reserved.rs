//! The members' peers that the network keeps connected regardless of their reputation: peers that proved a member's key, and
//! peers that members published on the chain. The network dials them again when the connection is lost.
//!
//! Fragile: the network neither closes a reserved peer's substream nor forgets the peer. So their number is bounded,
//! and a peer must be removed here before it can be disconnected.

use super::{contacts::Contact, peers::MAX_PEERS_PER_MEMBER};
use sc_network::PeerId;
use tp_pbft::PbftId;

/// A reserved peer.
struct Reserved {
	member: PbftId,
	peer: PeerId,
	/// Whether the peer proved the member's key. Otherwise the member published the peer.
	proved: bool,
}

/// The reserved peers with their members, oldest first.
#[derive(Default)]
pub struct ReservedPeers(Vec<Reserved>);

impl ReservedPeers {
	/// Adds a peer that proved a member's key. Returns false if it is reserved already.
	pub fn insert(&mut self, member: &PbftId, peer: PeerId) -> bool {
		if let Some(known) = self.0.iter_mut().find(|known| known.peer == peer) {
			known.member = member.clone();
			known.proved = true;
			return false;
		}
		self.0.push(Reserved { member: member.clone(), peer, proved: true });
		true
	}

	/// Adds the peers that members publish now, and removes the peers that they published before. Returns the added and the
	/// removed ones. Peers that proved a key stay.
	pub fn publish(&mut self, contacts: &[Contact]) -> (Vec<PeerId>, Vec<PeerId>) {
		let is_published = |peer: PeerId| contacts.iter().any(|contact| contact.peer == peer);
		let removed = self.0.extract_if(.., |known| !known.proved && !is_published(known.peer));
		let removed: Vec<_> = removed.map(|known| known.peer).collect();
		let mut added = Vec::new();
		for Contact { key, peer, .. } in contacts {
			if !self.0.iter().any(|known| known.peer == *peer) {
				self.0.push(Reserved { member: key.clone(), peer: *peer, proved: false });
				added.push(*peer);
			}
		}
		(added, removed)
	}

	/// Removes a peer. Returns false if it is not reserved.
	pub fn remove(&mut self, peer: &PeerId) -> bool {
		let before = self.0.len();
		self.0.retain(|known| known.peer != *peer);
		self.0.len() < before
	}

	/// Removes and returns the peers of members that are not let in any more, and the oldest peers of each member beyond
	/// its bound.
	pub fn prune(&mut self, is_admitted: impl Fn(&PbftId) -> bool) -> Vec<PeerId> {
		let mut pruned = Vec::new();
		let mut kept: Vec<Reserved> = Vec::new();
		// From the newest: a member that reconnects under a new identity replaces its old one.
		for known in self.0.drain(..).rev() {
			let has_room = kept.iter().filter(|other| other.member == known.member).count() < MAX_PEERS_PER_MEMBER;
			if has_room && is_admitted(&known.member) {
				kept.push(known);
			} else {
				pruned.push(known.peer);
			}
		}
		kept.reverse();
		self.0 = kept;
		pruned
	}
}

#[cfg(test)]
mod tests;
