//! The peers with an open substream, and which members they are.

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

/// A lagging peer is sent a certificate at most so often, unless it moved on to another height.
const CERTIFICATE_INTERVAL: Duration = Duration::from_millis(500);

/// Peers that one member may have: its present one, and one that is about to replace it. A member can make as many
/// network identities as it likes, and each has a `Budget` of its own.
pub const MAX_PEERS_PER_MEMBER: usize = INBOX_ORIGINS_PER_MEMBER;

/// What becomes of a peer's message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Admission {
	/// It is looked at.
	Granted,
	/// It is one too many.
	Exceeded,
	/// The peer was cut off, or has no substream: what still arrives is dropped unread.
	CutOff,
}

struct Peer {
	keys: Vec<PbftId>,
	budget: Budget,
	helped: Option<(Height, Instant)>,
	cut_off: bool,
}

/// Who is let in, for those who serve them.
#[derive(Clone, Default)]
pub struct Admitted(Arc<RwLock<HashSet<PeerId>>>);

impl Admitted {
	/// Whether a peer has an open substream, and was not cut off.
	pub fn contains(&self, peer: &PeerId) -> bool {
		self.0.read().contains(peer)
	}
}

/// Open substreams. The network bounds their number.
#[derive(Default)]
pub struct Peers(HashMap<PeerId, Peer>, Admitted);

impl Peers {
	/// Who is let in, as it changes.
	pub fn admitted(&self) -> Admitted {
		self.1.clone()
	}

	/// A substream opened; the peer proved these keys.
	pub fn insert(&mut self, peer: PeerId, keys: Vec<PbftId>) {
		self.1 .0.write().insert(peer);
		self.0.insert(peer, Peer { keys, budget: Budget::new(Instant::now()), helped: None, cut_off: false });
	}

	/// A substream closed.
	pub fn remove(&mut self, peer: &PeerId) {
		self.1 .0.write().remove(peer);
		self.0.remove(peer);
	}

	/// Counts a message of a peer.
	pub fn admit(&mut self, peer: &PeerId, bytes: usize) -> Admission {
		let Some(peer) = self.0.get_mut(peer).filter(|peer| !peer.cut_off) else { return Admission::CutOff };
		if peer.budget.take(Instant::now(), bytes) {
			Admission::Granted
		} else {
			Admission::Exceeded
		}
	}

	/// Counts the signature checks that a peer's message took.
	pub fn charge(&mut self, peer: &PeerId, checks: u32) {
		if let Some(peer) = self.0.get_mut(peer) {
			peer.budget.charge(checks);
		}
	}

	/// Nothing goes to a peer or is taken from it any more; its substream closes a moment later. False if that was so
	/// already.
	pub fn cut_off(&mut self, peer: &PeerId) -> bool {
		self.1 .0.write().remove(peer);
		self.0.get_mut(peer).is_some_and(|peer| !std::mem::replace(&mut peer.cut_off, true))
	}

	/// Whether the member with this key may have `peer` as a further peer.
	pub fn has_room(&self, member: &PbftId, peer: &PeerId) -> bool {
		self.0.iter().filter(|(id, other)| *id != peer && other.keys.contains(member)).count() < MAX_PEERS_PER_MEMBER
	}

	/// Whether to send a lagging peer the certificate of `height` now.
	pub fn may_help(&mut self, peer: &PeerId, height: Height) -> bool {
		let now = Instant::now();
		let Some(peer) = self.0.get_mut(peer) else { return false };
		let due = peer.helped.is_none_or(|(last, at)| last != height || now.duration_since(at) >= CERTIFICATE_INTERVAL);
		if due {
			peer.helped = Some((height, now));
		}
		due
	}

	/// All of them but those that were cut off.
	pub fn all(&self) -> impl Iterator<Item = &PeerId> {
		self.0.iter().filter(|(_, peer)| !peer.cut_off).map(|(id, _)| id)
	}

	/// The peers that are no members, and were not cut off yet.
	pub fn strangers(&self, committee: &Committee) -> Vec<PeerId> {
		let is_member = |peer: &Peer| peer.keys.iter().any(|key| committee.index_of(key).is_some());
		self.0.iter().filter(|(_, peer)| !peer.cut_off && !is_member(peer)).map(|(id, _)| *id).collect()
	}

	/// The members that a peer is.
	pub fn members_of<'a>(&'a self, peer: &PeerId, committee: &'a Committee) -> impl Iterator<Item = MemberIndex> + 'a {
		self.0.get(peer).into_iter().flat_map(|peer| &peer.keys).filter_map(|key| committee.index_of(key))
	}

	/// The peers that hold a member's key: more than one if it runs twice.
	pub fn of_member<'a>(&'a self, member: &'a PbftId) -> impl Iterator<Item = PeerId> + 'a {
		self.0.iter().filter(|(_, peer)| !peer.cut_off && peer.keys.contains(member)).map(|(id, _)| *id)
	}

	/// How many there are.
	pub fn count(&self) -> usize {
		self.0.len()
	}
}

#[cfg(test)]
mod tests;
