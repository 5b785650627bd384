//! The peers with an open substream, and the members that they are.

use super::budget::Budget;
use parking_lot::RwLock;
use sc_network::PeerId;
use std::{
	collections::{HashMap, HashSet},
	sync::Arc,
	time::{Duration, Instant},
};
use tc_pbft_core::INBOX_ORIGINS_PER_MEMBER;
use tp_pbft::{Committee, Height, MemberIndex, PbftId};

/// Shortest time between two certificates for a lagging peer that stays at one height.
const CERTIFICATE_INTERVAL: Duration = Duration::from_millis(500);

/// Peers that one member may have: a current one, and its replacement. The bound is needed because a member can
/// make any number of network identities, and each has its own `Budget`.
pub const MAX_PEERS_PER_MEMBER: usize = INBOX_ORIGINS_PER_MEMBER;

/// Whether a peer's message is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Admission {
	/// The message is read.
	Granted,
	/// The message exceeds the peer's budget.
	Exceeded,
	/// The peer was cut off, or has no substream: the message is dropped unread.
	CutOff,
}

struct Peer {
	keys: Vec<PbftId>,
	budget: Budget,
	helped: Option<(Height, Instant)>,
	cut_off: bool,
}

/// The admitted peers, for the tasks that serve them.
#[derive(Clone, Default)]
pub struct Admitted(Arc<RwLock<HashSet<PeerId>>>);

impl Admitted {
	/// Adds a peer.
	pub(super) fn insert(&self, peer: PeerId) {
		self.0.write().insert(peer);
	}

	/// Returns the peers, in no order.
	pub fn list(&self) -> Vec<PeerId> {
		self.0.read().iter().copied().collect()
	}

	/// Whether a peer has an open substream and was not cut off.
	pub fn contains(&self, peer: &PeerId) -> bool {
		self.0.read().contains(peer)
	}
}

/// The open substreams. The network bounds their number.
#[derive(Default)]
pub struct Peers(HashMap<PeerId, Peer>, Admitted);

impl Peers {
	/// Returns the admitted peers, as they change.
	pub fn admitted(&self) -> Admitted {
		self.1.clone()
	}

	/// Adds a peer whose substream opened, with the keys that it proved.
	pub fn insert(&mut self, peer: PeerId, keys: Vec<PbftId>) {
		self.1.insert(peer);
		self.0.insert(peer, Peer { keys, budget: Budget::new(Instant::now()), helped: None, cut_off: false });
	}

	/// Removes a peer whose substream closed.
	pub fn remove(&mut self, peer: &PeerId) {
		self.1 .0.write().remove(peer);
		self.0.remove(peer);
	}

	/// Charges a message to a peer's budget.
	pub fn admit(&mut self, peer: &PeerId, bytes: usize) -> Admission {
		let Some(peer) = self.0.get_mut(peer).filter(|peer| !peer.cut_off) else { return Admission::CutOff };
		// The message is charged before it is decoded, so that garbage costs as much as a message.
		if peer.budget.take(Instant::now(), bytes) {
			Admission::Granted
		} else {
			Admission::Exceeded
		}
	}

	/// Whether a message that was kept for a peer may be verified at its cost: the peer is there, and has not overdrawn its
	/// budget.
	pub fn may_spend(&self, peer: &PeerId) -> bool {
		self.0.get(peer).is_some_and(|peer| !peer.cut_off && peer.budget.is_positive())
	}

	/// Charges the signature checks of a peer's message to its budget.
	pub fn charge(&mut self, peer: &PeerId, checks: u32) {
		if let Some(peer) = self.0.get_mut(peer) {
			peer.budget.charge(checks);
		}
	}

	/// Charges an answer of `bytes` to the budget of the peer that asked for it.
	pub fn charge_bytes(&mut self, peer: &PeerId, bytes: usize) {
		if let Some(peer) = self.0.get_mut(peer) {
			peer.budget.charge_bytes(bytes);
		}
	}

	/// Stops all traffic from and to a peer; its substream closes a moment later. Returns false if the peer was cut off
	/// before.
	pub fn cut_off(&mut self, peer: &PeerId) -> bool {
		self.1 .0.write().remove(peer);
		// The entry stays until the substream closes, so that the flag drops what still arrives.
		self.0.get_mut(peer).is_some_and(|peer| !std::mem::replace(&mut peer.cut_off, true))
	}

	/// Whether the member with this key may have one more peer, `peer`.
	pub fn has_room(&self, member: &PbftId, peer: &PeerId) -> bool {
		// The peer itself does not count: its substream may open again before the old one is reported closed.
		self.0.iter().filter(|(id, other)| *id != peer && other.keys.contains(member)).count() < MAX_PEERS_PER_MEMBER
	}

	/// Whether to send a lagging peer the certificate of `height` now. A peer could otherwise ask for it at any rate.
	pub fn may_help(&mut self, peer: &PeerId, height: Height) -> bool {
		let now = Instant::now();
		let Some(peer) = self.0.get_mut(peer) else { return false };
		// The height is compared as well: a peer that catches up asks for one certificate after another.
		let due = peer.helped.is_none_or(|(last, at)| last != height || now.duration_since(at) >= CERTIFICATE_INTERVAL);
		if due {
			peer.helped = Some((height, now));
		}
		due
	}

	/// Returns the peers that were not cut off.
	pub fn all(&self) -> impl Iterator<Item = &PeerId> {
		self.0.iter().filter(|(_, peer)| !peer.cut_off).map(|(id, _)| id)
	}

	/// Returns the peers none of whose keys is let in, and that were not cut off.
	pub fn strangers(&self, is_admitted: impl Fn(&PbftId) -> bool) -> Vec<PeerId> {
		let is_stranger = |peer: &Peer| !peer.cut_off && !peer.keys.iter().any(&is_admitted);
		self.0.iter().filter(|(_, peer)| is_stranger(peer)).map(|(id, _)| *id).collect()
	}

	/// Returns the peers that hold a key of a committee, and were not cut off.
	pub fn of_committee(&self, committee: &Committee) -> Vec<PeerId> {
		let is_member = |peer: &Peer| peer.keys.iter().any(|key| committee.index_of(key).is_some());
		self.0.iter().filter(|(_, peer)| !peer.cut_off && is_member(peer)).map(|(id, _)| *id).collect()
	}

	/// Returns the members whose keys a peer proved.
	pub fn members_of<'a>(&'a self, peer: &PeerId, committee: &'a Committee) -> impl Iterator<Item = MemberIndex> + 'a {
		self.0.get(peer).into_iter().flat_map(|peer| &peer.keys).filter_map(|key| committee.index_of(key))
	}

	/// Returns the peers that proved a member's key: more than one if the member runs twice.
	pub fn of_member<'a>(&'a self, member: &'a PbftId) -> impl Iterator<Item = PeerId> + 'a {
		self.0.iter().filter(|(_, peer)| !peer.cut_off && peer.keys.contains(member)).map(|(id, _)| *id)
	}

	/// Returns the number of peers.
	pub fn count(&self) -> usize {
		self.0.len()
	}
}

#[cfg(test)]
mod tests;
