//! The connected peers: what they send, and what they are sent. They reach the network by a [`Wire`].

use super::{
	budget::Budget,
	link::Link,
	message::{read, units_in, write_answers, write_units, Answer, Message},
};
use crate::{
	intake::Intake,
	log_targets::LOG_TARGET,
	state::{Item, LaneState, Outgoing},
	submission::{is_small, Origin, Statuses},
};
use futures::{future::BoxFuture, stream::FuturesUnordered, FutureExt};
use rand::{rngs::SmallRng, Rng, SeedableRng};
use sc_network::{PeerId, ReputationChange};
use std::{collections::HashMap, sync::Weak, time::Instant};
use tc_pbft::network::peers::Admitted;
use tp_lattice::Unit;

/// Units that are sent again at a tick because they stay open, at most. Peers that have them spend next to nothing on this number, even
/// when the queue is so long that all units wait.
const MAX_SENT_AGAIN: usize = 256;

/// A message that does not decode, or has more units than allowed.
pub(super) const MALFORMED: ReputationChange = ReputationChange::new_fatal("units: malformed message");
/// A unit with a wrong signature. Honest nodes verify before they send.
pub(super) const WRONG_SIGNATURE: ReputationChange = ReputationChange::new_fatal("units: wrong signature");
/// Another number of answers than of units.
pub(super) const FALSE_ANSWER: ReputationChange = ReputationChange::new_fatal("units: false answer");
/// No answer for a long time.
pub(super) const NO_ANSWER: ReputationChange = ReputationChange::new(-(1 << 10), "units: no answer");
/// More bytes than a peer may send.
pub(super) const TOO_MUCH: ReputationChange = ReputationChange::new(-(1 << 12), "units: too much");

/// The way to peers.
pub(super) trait Wire {
	/// Sends a message.
	fn send(&mut self, to: &PeerId, message: Vec<u8>);
	/// Changes the reputation of a peer.
	fn report(&self, peer: PeerId, why: ReputationChange);
	/// Closes the substream of a peer. Has no effect on a peer that is reserved.
	fn disconnect(&self, peer: PeerId);
}

/// The connected peers.
pub(super) struct Peers<W> {
	pub wire: W,
	state: Weak<LaneState>,
	intake: Weak<Intake>,
	members: Admitted,
	is_authority: bool,
	peers: HashMap<PeerId, Peer>,
	/// Number of the next substream.
	next_stream: u64,
	/// Makes the first numbers of batches.
	random: SmallRng,
	/// Batches of peers that are being verified, for [`Self::answer`].
	pub verifying: FuturesUnordered<BoxFuture<'static, Verified>>,
}

/// A connected peer.
struct Peer {
	/// Number of the substream: what is about an earlier one of the same peer has no effect.
	stream: u64,
	/// What it may send.
	bytes: Budget,
	urgent: Budget,
	/// Whether it is sent units: a validator sends to other members alone.
	is_sent: bool,
	link: Link,
}

/// A batch of a peer that was verified. Without statuses there was no room for it.
pub(super) struct Verified {
	peer: PeerId,
	stream: u64,
	sequence: u64,
	units: usize,
	statuses: Option<Statuses>,
}

impl<W: Wire> Peers<W> {
	/// Returns no peers. `members` are the members of the committee among them, as they change.
	pub fn new(wire: W, state: Weak<LaneState>, intake: Weak<Intake>, members: Admitted, is_authority: bool) -> Self {
		Self {
			wire,
			state,
			intake,
			members,
			is_authority,
			peers: HashMap::new(),
			next_stream: 0,
			random: SmallRng::from_entropy(),
			verifying: FuturesUnordered::new(),
		}
	}

	/// Adds a peer whose substream has opened.
	pub fn opened(&mut self, id: PeerId) {
		let (now, stream) = (Instant::now(), self.next_stream);
		self.next_stream += 1;
		let (bytes, urgent) = (Budget::of_bytes(now), Budget::of_urgent_units(now));
		self.peers.insert(id, Peer { stream, bytes, urgent, is_sent: false, link: Link::new(self.random.gen()) });
		self.link(&id);
	}

	/// Removes a peer whose substream has closed.
	pub fn closed(&mut self, id: &PeerId) {
		self.peers.remove(id);
	}

	/// Takes a message of a peer.
	pub fn on_message(&mut self, id: PeerId, message: &[u8]) {
		let Some(peer) = self.peers.get_mut(&id) else { return };
		let now = Instant::now();
		// Before the units are decoded, which costs more than they do.
		if let Some((sequence, units)) = units_in(message) {
			if !peer.bytes.take(now, message.len()) {
				self.wire.report(id, TOO_MUCH);
				return self.wire.send(&id, write_answers(sequence, &vec![Answer::Later; units], [1; 2]));
			}
		}
		match read(message) {
			Some(Message::Units { sequence, units }) => self.take_in(id, sequence, units),
			Some(Message::Answers { sequence, answers, windows }) => {
				match peer.link.acknowledged(now, sequence, &answers, windows) {
					// What answers for a batch costs no bytes: a peer that was sent much answers much.
					Ok(true) => self.pump(&id, now),
					Ok(false) if peer.bytes.take(now, message.len()) => {},
					Ok(false) => self.wire.report(id, TOO_MUCH),
					Err(_) => self.cut_off(id, FALSE_ANSWER),
				}
			},
			None => {
				log::debug!(target: LOG_TARGET, "{id} sent a malformed message");
				self.cut_off(id, MALFORMED);
			},
		}
	}

	fn cut_off(&self, peer: PeerId, why: ReputationChange) {
		self.wire.report(peer, why);
		self.wire.disconnect(peer);
	}

	/// Has units of a peer verified.
	fn take_in(&mut self, id: PeerId, sequence: u64, units: Vec<Unit>) {
		let (Some(peer), Some(intake)) = (self.peers.get_mut(&id), self.intake.upgrade()) else { return };
		// A small message says that its units are urgent, up to the peer's rate.
		let is_urgent = is_small(units.len()) && peer.urgent.take(Instant::now(), units.len());
		let origin = Origin::Peer { id, is_member: self.members.contains(&id) };
		let (stream, count) = (peer.stream, units.len());
		let statuses = intake.submit_of_peer(units, origin, is_urgent);
		let verified = statuses.map(move |statuses| Verified {
			peer: id,
			stream,
			sequence,
			units: count,
			statuses: statuses.ok(),
		});
		self.verifying.push(verified.boxed());
	}

	/// Answers for a batch.
	pub fn answer(&mut self, Verified { peer: id, stream, sequence, units, statuses }: Verified) {
		let (Some(peer), Some(intake)) = (self.peers.get(&id), self.intake.upgrade()) else { return };
		if peer.stream != stream {
			return;
		}
		let answers = match &statuses {
			Some(statuses) => statuses.iter().map(|(_, status)| Answer::from(status)).collect(),
			None => vec![Answer::Later; units],
		};
		let [urgent, bulk] = intake.shares();
		// Small messages above the rate of urgent units wait with the others.
		let windows = [urgent, bulk.saturating_sub(urgent)].map(|units| u32::try_from(units).unwrap_or(u32::MAX));
		self.wire.send(&id, write_answers(sequence, &answers, windows));
	}

	/// Decides whether a peer is sent units. A peer that was sent none before is sent all that are open.
	fn link(&mut self, id: &PeerId) {
		let is_sent = !self.is_authority || self.members.contains(id);
		let Some(peer) = self.peers.get_mut(id).filter(|peer| peer.is_sent != is_sent) else { return };
		peer.is_sent = is_sent;
		match is_sent {
			// Looking for them takes some milliseconds: at the next tick, once for all peers.
			true => peer.link.note_gap(),
			false => peer.link.forget_waiting(),
		}
	}

	/// Sends a peer what it has room for.
	fn pump(&mut self, id: &PeerId, now: Instant) {
		let Some(state) = self.state.upgrade() else { return };
		let Some(peer) = self.peers.get_mut(id).filter(|peer| peer.is_sent) else { return };
		while let Some(batch) = peer.link.next_batch(now, |hashes| state.find(hashes)) {
			self.wire.send(id, write_units(batch.sequence, batch.units.iter().map(|unit| &unit.unit)));
		}
	}

	fn pump_all(&mut self, now: Instant) {
		for id in self.peers.keys().copied().collect::<Vec<_>>() {
			self.pump(&id, now);
		}
	}

	/// Puts units on the way to their receivers, and acts on other items. A peer is not sent its own units.
	pub fn send(&mut self, outgoing: impl Iterator<Item = Outgoing>) {
		let now = Instant::now();
		for Outgoing(item) in outgoing {
			match item {
				Item::Unit { unit, origin, is_urgent } => {
					let others = self.peers.iter_mut().filter(|(id, _)| origin.peer() != Some(**id));
					for (_, peer) in others.filter(|(_, peer)| peer.is_sent) {
						peer.link.push(unit.hash, is_urgent);
					}
				},
				Item::WrongSignature(Origin::Peer { id, .. }) => {
					log::debug!(target: LOG_TARGET, "{id} sent a unit with a wrong signature");
					self.cut_off(id, WRONG_SIGNATURE);
				},
				Item::WrongSignature(Origin::Local) => {},
				Item::Hopeless { peer, bytes } => {
					if let Some(peer) = self.peers.get_mut(&peer) {
						peer.bytes.charge(now, bytes);
					}
				},
			}
		}
		self.pump_all(now);
	}

	/// Sends again what time has made due, and all open units to peers that may lack them. Called about once a second.
	pub fn on_tick(&mut self, now: Instant) {
		let Some(state) = self.state.upgrade() else { return };
		let again = state.due(now, MAX_SENT_AGAIN);
		let has_gap = state.outbox().take_gap();
		let mut all = None;
		for id in self.peers.keys().copied().collect::<Vec<_>>() {
			self.link(&id);
			let Some(Peer { link, .. }) = self.peers.get_mut(&id).filter(|peer| peer.is_sent) else { continue };
			if link.expire(now) {
				log::debug!(target: LOG_TARGET, "{id} does not answer for units");
				self.wire.report(id, NO_ANSWER);
			}
			link.retry(now);
			if has_gap {
				link.note_gap();
			}
			let missing = match link.take_gap() {
				true => all.get_or_insert_with(|| state.outbox().sent()),
				false => &again,
			};
			// Not as urgent units, which come in meanwhile.
			for sent in missing.iter().filter(|sent| sent.origin.peer() != Some(id)) {
				link.push(sent.hash, false);
			}
		}
		self.pump_all(now);
	}
}

#[cfg(test)]
mod tests;
