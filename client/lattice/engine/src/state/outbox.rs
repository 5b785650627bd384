//! Units on their way to other nodes.

use super::rebroadcast::{Rebroadcast, Sent};
use crate::{log_targets::LOG_TARGET, submission::Origin};
use parking_lot::Mutex;
use sc_network::PeerId;
use std::{sync::Arc, time::Instant};
use tc_lattice_pool::PooledUnit;
use tokio::sync::mpsc;
use tp_lattice::UnitHash;

/// Verified units that wait to be sent, at most. A unit beyond that goes out at its next rebroadcast.
const MAX_OUTGOING: usize = 65_536;

/// Item for gossip to send or to act on.
pub struct Outgoing(pub(crate) Item);

pub(crate) enum Item {
	/// A verified unit, its origin, and whether it came in a small submission.
	Unit { unit: Arc<PooledUnit>, origin: Origin, is_urgent: bool },
	/// The origin of a unit with a wrong signature.
	WrongSignature(Origin),
	/// A peer that sent units that can never apply, and what it is charged for them.
	Hopeless { peer: PeerId, bytes: usize },
}

/// Sending side of the way to gossip.
pub(crate) struct Outbox {
	outgoing: mpsc::Sender<Outgoing>,
	sent: Mutex<Rebroadcast>,
}

impl Outbox {
	/// Returns an empty outbox and the receiver of its items.
	pub fn new() -> (Self, mpsc::Receiver<Outgoing>) {
		let (outgoing, receiver) = mpsc::channel(MAX_OUTGOING);
		(Self { outgoing, sent: Mutex::default() }, receiver)
	}

	/// Sends a verified unit to other nodes. `is_urgent` keeps units of small submissions in small messages, so that
	/// other nodes verify them as soon.
	pub fn send(&self, unit: Arc<PooledUnit>, origin: Origin, is_urgent: bool) {
		if let Origin::Peer { is_member: true, .. } = origin {
			// The member has sent it to all others.
			return;
		}
		self.sent.lock().add(Instant::now(), Sent { hash: unit.hash, origin, is_urgent });
		if self.outgoing.try_send(Outgoing(Item::Unit { unit, origin, is_urgent })).is_err() {
			log::debug!(target: LOG_TARGET, "Too many units to send: one goes out later");
		}
	}

	/// Reports a unit with a wrong signature: no honest node sends one.
	pub fn report(&self, origin: Origin) {
		if self.outgoing.try_send(Outgoing(Item::WrongSignature(origin))).is_err() {
			log::debug!(target: LOG_TARGET, "Too many units to send: a peer is not reported");
		}
	}

	/// Reports units that can never apply.
	pub fn charge(&self, peer: PeerId, bytes: usize) {
		if self.outgoing.try_send(Outgoing(Item::Hopeless { peer, bytes })).is_err() {
			log::debug!(target: LOG_TARGET, "Too many units to send: a peer is not charged");
		}
	}

	/// Returns up to `most` units that were sent too long ago and that `find` still has.
	pub fn due(
		&self,
		now: Instant,
		most: usize,
		mut find: impl FnMut(&UnitHash) -> Option<Arc<PooledUnit>>,
	) -> Vec<Outgoing> {
		let due = self.sent.lock().due(now, most, |sent| find(&sent.hash)).into_iter();
		due.map(|(Sent { origin, is_urgent, .. }, unit)| Outgoing(Item::Unit { unit, origin, is_urgent })).collect()
	}
}
