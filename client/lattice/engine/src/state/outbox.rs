//! Units on their way to other nodes.

use super::sent::{Sent, SentUnits};
use crate::{log_targets::LOG_TARGET, submission::Origin};
use parking_lot::Mutex;
use sc_network::PeerId;
use std::{
	sync::{
		atomic::{AtomicBool, Ordering},
		Arc,
	},
	time::Instant,
};
use tc_lattice_pool::PooledUnit;
use tokio::sync::mpsc;
use tp_lattice::UnitHash;

/// Verified units that wait for gossip, at most: as many as the pool holds, so that a unit is left out only if gossip stands still.
const MAX_OUTGOING: usize = 131_072;

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
	sent: Mutex<SentUnits>,
	/// Whether gossip has missed units since it asked last.
	has_gap: AtomicBool,
}

impl Outbox {
	/// Returns an empty outbox and the receiver of its items.
	pub fn new() -> (Self, mpsc::Receiver<Outgoing>) {
		let (outgoing, receiver) = mpsc::channel(MAX_OUTGOING);
		(Self { outgoing, sent: Mutex::default(), has_gap: AtomicBool::default() }, receiver)
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
			log::debug!(target: LOG_TARGET, "Too many units to send: gossip looks for all open ones later");
			self.has_gap.store(true, Ordering::Relaxed);
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

	/// Returns the units that were sent and may be open.
	pub fn sent(&self) -> Vec<Sent> {
		self.sent.lock().all()
	}

	/// Returns up to `most` units that were sent long ago and are open.
	pub fn due(&self, now: Instant, most: usize, is_open: impl Fn(&UnitHash) -> bool) -> Vec<Sent> {
		self.sent.lock().due(now, most, is_open)
	}

	/// Returns whether gossip has missed units since the last call.
	pub fn take_gap(&self) -> bool {
		self.has_gap.swap(false, Ordering::Relaxed)
	}
}
