//! Substreams of peers: handshakes, penalties, reserved peers.

use super::{params::EngineError, state::Engine};
use crate::{keys::hello, log_targets::LOG_TARGET, network::hello::Hello};
use sc_network::{
	service::traits::{NotificationEvent, ValidationResult},
	Multiaddr, PeerId, ReputationChange,
};
use tc_pbft_core::Input;

impl Engine {
	pub(super) async fn on_network(&mut self, event: NotificationEvent) -> Result<(), EngineError> {
		match event {
			NotificationEvent::ValidateInboundSubstream { peer, handshake, result_tx } => {
				let verdict =
					if self.is_member(&peer, &handshake) { ValidationResult::Accept } else { ValidationResult::Reject };
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
				self.note_links();
				self.publish_status();
				Ok(())
			},
			NotificationEvent::NotificationReceived { peer, notification } => {
				self.on_notification(peer, &notification).await
			},
		}
	}

	/// Whether a handshake proves a key of the committee, and that member may have one more peer. Accepts any key while
	/// the committee is not known.
	fn is_member(&self, peer: &PeerId, handshake: &[u8]) -> bool {
		let keys = Hello::verify(handshake, &self.genesis, peer);
		let committee = self.current.as_ref().map(|current| &current.context.committee);
		keys.iter().any(|key| {
			committee.is_none_or(|committee| committee.index_of(key).is_some()) && self.peers.has_room(key, peer)
		})
	}

	async fn on_opened(&mut self, peer: PeerId, handshake: &[u8]) -> Result<(), EngineError> {
		if !self.is_member(&peer, handshake) {
			// The network asks for a verdict on inbound substreams only; this one is outbound. Messages of the peer are
			// dropped unread until its substream is closed, because the peer is not in `peers`.
			log::debug!(target: LOG_TARGET, "{peer} is not a member");
			self.network_service.disconnect_peer(peer, self.names.messages.clone());
			return Ok(());
		}
		// From here on the peer's messages are read: it is a member, or the committee is not known yet.
		self.peers.insert(peer, Hello::verify(handshake, &self.genesis, &peer));
		self.publish_status();
		self.tell_time(&peer);
		self.note_links();
		self.ask_if_ahead(&peer);
		self.ask_for_past(&peer);
		let Some(current) = &self.current else { return Ok(()) };
		let committee = &current.context.committee;
		let members: Vec<_> = self.peers.members_of(&peer, committee).collect();
		let key = members.first().and_then(|member| committee.member(*member)).map(|member| &member.key);
		if key.is_some_and(|key| self.reserved.insert(key, peer)) {
			// The network keeps a reserved peer regardless of its reputation, and dials it again when the connection is
			// lost.
			let address = Multiaddr::empty().with(sc_network::multiaddr::Protocol::P2p(peer.into()));
			let reserved =
				self.network_service.add_peers_to_reserved_set(self.names.messages.clone(), [address].into());
			if let Err(error) = reserved {
				log::debug!(target: LOG_TARGET, "{peer} is not reserved: {error}");
			}
			let pruned = self.reserved.prune(committee);
			self.unreserve(pruned);
		}
		for member in members {
			self.feed(Input::MemberConnected(member)).await?;
		}
		Ok(())
	}

	/// Lowers a peer's reputation and disconnects it.
	pub(super) fn penalize(&mut self, peer: PeerId, change: ReputationChange, reason: &str) {
		// Messages that were queued before the disconnection still arrive; they are not penalized again.
		if !self.peers.cut_off(&peer) {
			return;
		}
		log::debug!(target: LOG_TARGET, "{peer} {reason}");
		// Unreserve first: the network does not disconnect a reserved peer, even a banned one.
		if self.reserved.remove(&peer) {
			self.unreserve(vec![peer]);
		}
		self.network_service.report_peer(peer, change);
		self.network_service.disconnect_peer(peer, self.names.messages.clone());
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
			for peer in peers {
				// Unreserve first: the network does not disconnect a reserved peer. It is reserved again when it
				// reconnects.
				if self.reserved.remove(&peer) {
					self.unreserve(vec![peer]);
				}
				self.network_service.disconnect_peer(peer, self.names.messages.clone());
			}
		}
	}
}
