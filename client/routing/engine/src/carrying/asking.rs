//! Which peers are asked for what: pure.

use super::protocol::{Ask, PATIENCE};
use std::{
	collections::BTreeMap,
	hash::{BuildHasher, Hash as StdHash, RandomState},
	time::{Duration, Instant},
};
use tp_core::Hash;

/// Peers that are asked at a time. One honest router is enough.
const ASKED: usize = 3;
/// The least time between two requests to one peer.
const PAUSE: Duration = Duration::from_millis(100);
/// A peer that has said nothing for this long is silent: a router's patience, and the way.
const SILENT_AFTER: Duration = PATIENCE.saturating_add(Duration::from_secs(2));
/// A peer that answers this early that there is nothing has not waited.
const EARLY: Duration = Duration::from_secs(2);
/// How long a peer whose load was for another block is left alone: twice as long each time.
const LATE: Duration = Duration::from_millis(150);
/// How long a peer that has no router, or does not wait, is left alone.
const WITHOUT_ROUTER: Duration = Duration::from_secs(10);
/// How long a peer whose request failed is left alone.
const FAILED: Duration = Duration::from_secs(2);
/// How long a peer that hung, or sent what no block can take, is left alone.
const USELESS: Duration = Duration::from_secs(60);
/// Peers that are left alone and remembered, at most.
const MAX_RESTING: usize = 1_024;

/// How a peer has answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
	/// With a load of this hash that a block can take.
	Useful(Hash),
	/// With a load of this hash for an older block, of which nothing is left, or for a later one, which is not here yet.
	Late(Hash),
	/// With something that no block can take.
	Useless,
	/// Nothing came.
	Nothing,
	/// It has no router.
	NoRouter,
	/// It did not answer.
	Silent,
}

/// A peer that is connected.
#[derive(Clone, Copy, Debug, Default)]
struct Peer {
	/// The request that it has not answered yet.
	waits: Option<u64>,
	/// When it was asked last.
	asked: Option<Instant>,
	/// The load that it sent last.
	known: Hash,
	/// Whether it sent something that a block could take, and had more to say since.
	is_router: bool,
	/// How often it said in a row that there is nothing.
	nothings: u32,
	/// How often its loads were late in a row.
	lates: u32,
}

/// The requests of a node about one ledger.
#[derive(Debug)]
pub(crate) struct Asking<P> {
	peers: BTreeMap<P, Peer>,
	/// Peers that are left alone, and until when. They stay in it when they leave and come back.
	resting: BTreeMap<P, Instant>,
	/// Peers are asked in an order that no peer can choose by its identity, and in another one each time.
	order: RandomState,
	/// The number of the next request.
	next: u64,
}

impl<P: Copy + Ord + StdHash> Asking<P> {
	/// Returns that of a node without peers.
	pub fn new() -> Self {
		Self { peers: BTreeMap::new(), resting: BTreeMap::new(), order: RandomState::new(), next: 0 }
	}

	/// Notes that a peer has connected.
	pub fn join(&mut self, peer: P) {
		self.peers.entry(peer).or_default();
	}

	/// Notes that a peer has disconnected.
	pub fn leave(&mut self, peer: &P) {
		self.peers.remove(peer);
	}

	/// Tells whether a peer is connected.
	pub fn is_connected(&self, peer: &P) -> bool {
		self.peers.contains_key(peer)
	}

	/// Gives all requests up: the node needs nothing now.
	pub fn give_up(&mut self) {
		self.peers.values_mut().for_each(|peer| *peer = Peer { is_router: peer.is_router, ..Peer::default() });
	}

	/// Returns whom to ask now, with the number of each request. One of them is a peer that was a router before.
	pub fn due(&mut self, now: Instant) -> Vec<(P, u64, Ask)> {
		self.resting.retain(|_, until| *until > now);
		let since = |peer: &Peer| peer.asked.map_or(Duration::MAX, |asked| now.saturating_duration_since(asked));
		let silent = self.peers.iter().filter(|(_, peer)| peer.waits.is_some() && since(peer) >= SILENT_AFTER);
		for (id, request) in silent.filter_map(|(id, peer)| Some((*id, peer.waits?))).collect::<Vec<_>>() {
			self.answered(id, request, Outcome::Silent, now);
		}
		let waiting = self.peers.values().filter(|peer| peer.waits.is_some()).count();
		let has_router = self.peers.values().any(|peer| peer.waits.is_some() && peer.is_router);
		let is_idle =
			|(id, peer): &(&P, &Peer)| peer.waits.is_none() && since(peer) >= PAUSE && !self.resting.contains_key(*id);
		let mut idle: Vec<P> = self.peers.iter().filter(is_idle).map(|(id, _)| *id).collect();
		idle.sort_by_cached_key(|peer| self.order.hash_one((peer, self.next)));
		if let Some(place) = idle.iter().position(|id| self.peers[id].is_router).filter(|_| !has_router) {
			idle.swap(0, place);
		}
		let mut asked = Vec::new();
		for id in idle.into_iter().take(ASKED.saturating_sub(waiting)) {
			let Some(peer) = self.peers.get_mut(&id) else { continue };
			(peer.waits, peer.asked) = (Some(self.next), Some(now));
			asked.push((id, self.next, Ask { known: peer.known }));
			self.next += 1;
		}
		asked
	}

	/// Returns the load that a peer sent last.
	pub fn known(&self, peer: &P) -> Hash {
		self.peers.get(peer).map(|peer| peer.known).unwrap_or_default()
	}

	/// Tells whether the answer to a request is awaited still.
	pub fn awaits(&self, peer: &P, request: u64) -> bool {
		self.peers.get(peer).is_some_and(|peer| peer.waits == Some(request))
	}

	/// Notes how a peer has answered.
	pub fn answered(&mut self, id: P, request: u64, outcome: Outcome, now: Instant) {
		let Some(peer) = self.peers.get_mut(&id).filter(|peer| peer.waits == Some(request)) else { return };
		peer.waits = None;
		let took = peer.asked.map_or(Duration::ZERO, |asked| now.saturating_duration_since(asked));
		let rest = match outcome {
			Outcome::Useful(hash) => {
				*peer = Peer { asked: peer.asked, known: hash, is_router: true, ..Peer::default() };
				return;
			},
			Outcome::Late(hash) => {
				(peer.known, peer.lates) = (hash, peer.lates.saturating_add(1));
				LATE.saturating_mul(1 << peer.lates.min(8)).min(USELESS)
			},
			Outcome::Nothing if took >= EARLY => {
				peer.nothings = peer.nothings.saturating_add(1);
				peer.is_router &= peer.nothings < 2;
				return;
			},
			Outcome::Nothing | Outcome::NoRouter => WITHOUT_ROUTER,
			// A node that starts again, perhaps.
			Outcome::Silent if took < SILENT_AFTER => FAILED,
			Outcome::Useless | Outcome::Silent => USELESS,
		};
		peer.is_router = false;
		self.resting.insert(id, now + rest);
		// Peers may come and go by thousands.
		while self.resting.len() > MAX_RESTING {
			let first = self.resting.iter().min_by_key(|(_, until)| **until).map(|(peer, _)| *peer);
			self.resting.retain(|peer, _| Some(*peer) != first);
		}
	}
}
