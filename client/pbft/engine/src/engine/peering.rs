//! Substreams of peers: handshakes, penalties, reserved peers.

use super::{params::EngineError, state::Engine};
use crate::{
	keys::hello,
	ledger::Tip,
	log_targets::LOG_TARGET,
	network::{contacts::Contact, hello::Hello},
};
use sc_network::{
	multiaddr::Protocol,
	service::traits::{NotificationEvent, ValidationResult},
	Multiaddr, PeerId, ReputationChange,
};
use std::time::{Duration, Instant};
use tc_pbft_core::Input;
use tp_pbft::{Committee, Contacts, PbftId, PBFT_KEY_TYPE};

/// Shortest time between two readings of the members' addresses within an epoch. It takes two reads of the state for each
/// member.
const CONTACTS_INTERVAL: Duration = Duration::from_secs(5);

impl Engine {
	pub(super) async fn on_network(&mut self, event: NotificationEvent) -> Result<(), EngineError> {
		match event {
			NotificationEvent::ValidateInboundSubstream { peer, handshake, result_tx } => {
				let verdict = match self.proved_keys(&peer, &handshake) {
					Some(_) => ValidationResult::Accept,
					None => ValidationResult::Reject,
				};
				if result_tx.send(verdict).is_err() {
					log::debug!(target: LOG_TARGET, "{peer} closed the substream before it was accepted");
				}
				Ok(())
			},
			NotificationEvent::NotificationStreamOpened { peer, handshake, .. } => {
				self.on_opened(peer, &handshake).await
			},
			NotificationEvent::NotificationStreamClosed { peer } => {
				self.peers.remove(&peer);
				// Frees the share of the link. A peer that reconnects would otherwise take a second one.
				self.inbox.forget(&peer);
				self.sketches.forget(&peer);
				self.note_links();
				self.publish_status();
				Ok(())
			},
			NotificationEvent::NotificationReceived { peer, notification } => {
				self.on_notification(peer, &notification).await
			},
		}
	}

	/// Returns the keys that a handshake proves. `None` if the peer is not let in: none of them is admitted, or its member has
	/// peers enough. While no height runs, the committee may not be known, and any key is admitted.
	fn proved_keys(&self, peer: &PeerId, handshake: &[u8]) -> Option<Vec<PbftId>> {
		let (keys, now) = (Hello::verify(handshake, &self.genesis, peer), Instant::now());
		let is_member = |key: &PbftId| self.current.is_none() || self.admitted_keys.contains(key, now);
		keys.iter().any(|key| is_member(key) && self.peers.has_room(key, peer)).then_some(keys)
	}

	async fn on_opened(&mut self, peer: PeerId, handshake: &[u8]) -> Result<(), EngineError> {
		let Some(keys) = self.proved_keys(&peer, handshake) else {
			// The network asks for a verdict on inbound substreams only; this one is outbound. Messages of the peer are
			// dropped unread until its substream is closed, because the peer is not in `peers`.
			log::debug!(target: LOG_TARGET, "{peer} is not a member");
			self.disconnect(peer);
			return Ok(());
		};
		// From here on the peer's messages are read.
		let member = keys.iter().find(|key| self.admitted_keys.contains(key, Instant::now())).cloned();
		self.peers.insert(peer, keys);
		self.publish_status();
		self.tell_time(&peer);
		self.note_links();
		self.ask_if_ahead(&peer);
		self.ask_for_past(&peer);
		let Some(current) = &self.current else { return Ok(()) };
		let members: Vec<_> = self.peers.members_of(&peer, &current.context.committee).collect();
		if member.is_some_and(|key| self.reserved.insert(&key, peer)) {
			self.reserve(vec![peer]);
			self.prune_reserved();
		}
		for member in members {
			self.feed(Input::MemberConnected(member)).await?;
		}
		Ok(())
	}

	/// Lets in the members of the committee that begins and of the next one, has the network dial them at their published
	/// addresses, and disconnects peers that belong to no committee any more.
	pub(super) fn follow_committees(&mut self, parent: &Tip, committee: &Committee) {
		let now = Instant::now();
		if self.admitted_keys.begin(committee, now) {
			// Whether this node has to dial depends on the committees too.
			self.contacts = None;
		}
		if self.contacts.as_ref().is_none_or(|(_, read)| now.duration_since(*read) >= CONTACTS_INTERVAL) {
			self.read_contacts(parent, now);
		}
		// Members that have retired are unreserved before they are disconnected.
		self.prune_reserved();
		// They include peers that were let in before the committee was known.
		for peer in self.peers.strangers(|key| self.admitted_keys.contains(key, now)) {
			self.peers.cut_off(&peer);
			self.network_service.disconnect_peer(peer, self.names.messages.clone());
		}
	}

	fn read_contacts(&mut self, parent: &Tip, now: Instant) {
		let contacts = match self.ledger.contacts(parent.hash) {
			Ok(contacts) => contacts,
			// Members that are connected stay connected.
			Err(error) => {
				log::warn!(target: LOG_TARGET, "The addresses of members cannot be read: {error}");
				return;
			},
		};
		self.admitted_keys.set_next(contacts.next.iter().cloned());
		let is_known = self.contacts.as_ref().is_some_and(|(known, _)| *known == contacts);
		if !is_known {
			self.dial(&contacts);
		}
		self.contacts = Some((contacts, now));
	}

	/// Has the network dial the members of both committees at the addresses that they published, if this node is a validator with
	/// the key of one. The network tries again by itself, after a pause, until the member connects or publishes others.
	fn dial(&mut self, contacts: &Contacts) {
		let own = self.keystore.ed25519_public_keys(PBFT_KEY_TYPE).into_iter().map(PbftId::from);
		let is_member = self.takes_part && own.into_iter().any(|key| self.admitted_keys.is_present_or_next(&key));
		let published = contacts.published.iter().filter(|_| is_member);
		let local = self.network_service.local_peer_id();
		let contacts: Vec<_> = published
			.filter_map(|(key, addresses)| Contact::read(key, addresses, self.dials_private))
			.filter(|contact| contact.peer != local)
			.collect();
		let (added, removed) = self.reserved.publish(&contacts);
		self.unreserve(removed);
		for Contact { peer, addresses, .. } in contacts {
			// Added again if they are known, since some may be new. The network keeps a bounded number for a peer.
			for address in addresses {
				self.network_service.add_known_address(peer, address);
			}
		}
		if !added.is_empty() {
			log::debug!(target: LOG_TARGET, "Dialing {} members at the addresses that they published", added.len());
			self.reserve(added);
		}
	}

	/// Lets the network drop the peers of members that are not let in any more.
	fn prune_reserved(&mut self) {
		let now = Instant::now();
		let pruned = self.reserved.prune(|key| self.admitted_keys.contains(key, now));
		self.unreserve(pruned);
	}

	/// Has the network keep these peers regardless of their reputation, and dial them when they are not connected.
	fn reserve(&self, peers: Vec<PeerId>) {
		let addresses = peers.into_iter().map(|peer| Multiaddr::empty().with(Protocol::P2p(peer.into()))).collect();
		let reserved = self.network_service.add_peers_to_reserved_set(self.names.messages.clone(), addresses);
		if let Err(error) = reserved {
			log::debug!(target: LOG_TARGET, "Peers are not reserved: {error}");
		}
	}

	/// Closes a peer's substream.
	fn disconnect(&mut self, peer: PeerId) {
		// Unreserve first: the network does not disconnect a reserved peer, even a banned one. A member's peer is reserved
		// again when it connects, or when members publish other addresses.
		if self.reserved.remove(&peer) {
			self.unreserve(vec![peer]);
		}
		self.network_service.disconnect_peer(peer, self.names.messages.clone());
	}

	/// Lowers a peer's reputation and disconnects it.
	pub(super) fn penalize(&mut self, peer: PeerId, change: ReputationChange, reason: &str) {
		// Messages that were queued before the disconnection still arrive; they are not penalized again.
		if !self.peers.cut_off(&peer) {
			return;
		}
		log::debug!(target: LOG_TARGET, "{peer} {reason}");
		self.disconnect(peer);
		self.network_service.report_peer(peer, change);
	}

	/// Lets the network drop these peers.
	pub(super) fn unreserve(&self, peers: Vec<PeerId>) {
		if peers.is_empty() {
			return;
		}
		let removed = self.network_service.remove_peers_from_reserved_set(self.names.messages.clone(), peers);
		if let Err(error) = removed {
			log::debug!(target: LOG_TARGET, "Peers stay reserved: {error}");
		}
	}

	/// Sets a new handshake if the node's keys changed, and disconnects all peers. They verified the old keys, so they
	/// would drop messages that are signed with other ones.
	pub(super) fn refresh_hello(&mut self) {
		let fresh = hello(&self.keystore, &self.genesis, &self.network_service.local_peer_id());
		if fresh != self.hello && self.notifications.try_set_handshake(fresh.clone()).is_ok() {
			self.hello = fresh;
			let peers: Vec<_> = self.peers.all().copied().collect();
			peers.into_iter().for_each(|peer| self.disconnect(peer));
			// Members are dialled with the new handshake.
			self.contacts = None;
		}
	}
}
