//! Queue of submissions, in which every sender has a share.
//!
//! Submissions of this node and those of peers take turns, and among the peers each takes its turn. So a peer that sends
//! more than others waits longer than others, and delays them by one submission at most. Submissions of one sender stay
//! in order.

use crate::submission::{Origin, Submission};
use parking_lot::{Condvar, Mutex};
use sc_network::PeerId;
use std::collections::{HashMap, VecDeque};

/// A peer's share of the units that may wait for peers: as large as an eighth, so that eight busy peers fill the queue
/// and one cannot.
const SHARES: usize = 8;

/// Queue of submissions, bounded by the number of their units.
pub(crate) struct Queue {
	waiting: Mutex<Waiting>,
	filled: Condvar,
	/// Units of all peers, at most.
	max: usize,
}

/// Invariant: `turns` has each peer of `peers` once, `units` counts their units, and no peer of `peers` waits with
/// nothing.
#[derive(Default)]
struct Waiting {
	/// Submissions of this node. Their callers hold permits, which bound them.
	local: VecDeque<Submission>,
	peers: HashMap<PeerId, OfPeer>,
	turns: VecDeque<PeerId>,
	units: usize,
	/// Whether a peer's submission was taken last.
	was_peer: bool,
	is_closed: bool,
}

#[derive(Default)]
struct OfPeer {
	submissions: VecDeque<Submission>,
	units: usize,
}

impl Queue {
	/// Returns an empty queue for `max` units of peers.
	pub fn new(max: usize) -> Self {
		Self { waiting: Mutex::default(), filled: Condvar::new(), max }
	}

	/// Returns the units of one peer that wait, at most.
	pub fn share(&self) -> usize {
		self.max / SHARES
	}

	/// Adds a submission. Returns `false` and drops it if its sender has used up its share.
	///
	/// If all peers together have too many units, the peer with the most loses its newest: a peer that sends little
	/// always has room.
	pub fn push(&self, submission: Submission) -> bool {
		let mut waiting = self.waiting.lock();
		match submission.origin {
			Origin::Local => waiting.local.push_back(submission),
			Origin::Peer { id, .. } => {
				if !waiting.make_room(&id, submission.units.len(), self.max) {
					return false;
				}
				waiting.push_of_peer(id, submission);
			},
		}
		drop(waiting);
		self.filled.notify_one();
		true
	}

	/// Waits for the next submission, or returns `None` if the queue is closed.
	pub fn next(&self) -> Option<Submission> {
		let mut waiting = self.waiting.lock();
		loop {
			if waiting.is_closed {
				return None;
			}
			if let Some(next) = waiting.pop() {
				return Some(next);
			}
			self.filled.wait(&mut waiting);
		}
	}

	/// Returns the next submission, if one waits.
	pub fn try_next(&self) -> Option<Submission> {
		self.waiting.lock().pop()
	}

	/// Ends the threads that wait, and drops what waits.
	pub fn close(&self) {
		let mut waiting = self.waiting.lock();
		*waiting = Waiting { is_closed: true, ..Waiting::default() };
		drop(waiting);
		self.filled.notify_all();
	}
}

impl Waiting {
	fn pop(&mut self) -> Option<Submission> {
		let is_local = self.was_peer || self.turns.is_empty();
		let next = match is_local.then(|| self.local.pop_front()).flatten() {
			None => self.pop_of_peer().or_else(|| self.local.pop_front()),
			next => next,
		};
		self.was_peer = next.as_ref().is_some_and(|next| next.origin != Origin::Local);
		next
	}

	fn pop_of_peer(&mut self) -> Option<Submission> {
		let peer = self.turns.pop_front()?;
		let of_peer = self.peers.get_mut(&peer)?;
		let next = of_peer.submissions.pop_front()?;
		of_peer.units -= next.units.len();
		self.units -= next.units.len();
		if of_peer.submissions.is_empty() {
			self.peers.remove(&peer);
		} else {
			self.turns.push_back(peer);
		}
		Some(next)
	}

	fn push_of_peer(&mut self, peer: PeerId, submission: Submission) {
		let of_peer = self.peers.entry(peer).or_insert_with(|| {
			self.turns.push_back(peer);
			OfPeer::default()
		});
		of_peer.units += submission.units.len();
		self.units += submission.units.len();
		of_peer.submissions.push_back(submission);
	}

	/// Makes room for `units` more units of a peer. Returns `false` if it has its share already.
	fn make_room(&mut self, peer: &PeerId, units: usize, max: usize) -> bool {
		let own = self.peers.get(peer).map_or(0, |of_peer| of_peer.units) + units;
		if own > max / SHARES {
			return false;
		}
		while self.units + units > max {
			let largest = self.peers.iter().max_by_key(|(_, of_peer)| of_peer.units);
			let Some((largest, _)) = largest.filter(|(_, of_peer)| of_peer.units > own) else { return false };
			let largest = *largest;
			self.drop_newest(&largest);
		}
		true
	}

	fn drop_newest(&mut self, peer: &PeerId) {
		let Some(of_peer) = self.peers.get_mut(peer) else { return };
		if let Some(newest) = of_peer.submissions.pop_back() {
			of_peer.units -= newest.units.len();
			self.units -= newest.units.len();
		}
		if of_peer.submissions.is_empty() {
			self.peers.remove(peer);
			self.turns.retain(|turn| turn != peer);
		}
	}
}
