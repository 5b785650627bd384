//! What comes from peers.

use super::{AwaitedBlock, Current, Engine, EngineError};
use crate::network::{hello::Hello, link_of, peers::Admission, Wire};
use codec::Encode;
use sc_network::{
	service::traits::{NotificationEvent, ValidationResult},
	Multiaddr, PeerId, ReputationChange,
};
use tc_pbft_core::{Input, Message, MessageError, Offer, PrePrepare, Proposal, Signed};
use tp_pbft::Certificate;

/// Garbage on the protocol: the peer is cut off, and banned until its reputation has recovered by itself (a minute).
const GARBAGE: ReputationChange = ReputationChange::new_fatal("PBFT: garbage");
/// A message that cannot be right: nobody forwards the messages of others, so the peer made it.
const FORGED: ReputationChange = ReputationChange::new_fatal("PBFT: forged message");
/// Proposals of a height whose first sight is remembered, for the metrics.
const MAX_PROPOSALS_SEEN: usize = 64;
/// More than the protocol can need.
const FLOOD: ReputationChange = ReputationChange::new(-(1 << 29), "PBFT: flood");

impl Engine {
	pub(super) async fn on_network(&mut self, event: NotificationEvent) -> Result<(), EngineError> {
		match event {
			NotificationEvent::ValidateInboundSubstream { peer, handshake, result_tx } => {
				let verdict =
					if self.is_member(&peer, &handshake) { ValidationResult::Accept } else { ValidationResult::Reject };
				if result_tx.send(verdict).is_err() {
					log::debug!(target: crate::LOG_TARGET, "{peer} went away while opening a substream");
				}
				Ok(())
			},
			NotificationEvent::NotificationStreamOpened { peer, handshake, .. } => {
				self.on_opened(peer, &handshake).await
			},
			NotificationEvent::NotificationStreamClosed { peer } => {
				self.peers.remove(&peer);
				self.inbox.forget(link_of(&peer));
				self.show_status();
				Ok(())
			},
			NotificationEvent::NotificationReceived { peer, notification } => {
				self.on_notification(peer, &notification).await
			},
		}
	}

	/// Whether a handshake proves a key of the present committee whose member may have one more peer. Before we know
	/// the committee, any key will do.
	fn is_member(&self, peer: &PeerId, handshake: &[u8]) -> bool {
		let keys = Hello::verify(handshake, &self.genesis, peer);
		let committee = self.current.as_ref().map(|current| &current.context.committee);
		keys.iter().any(|key| {
			committee.is_none_or(|committee| committee.index_of(key).is_some()) && self.peers.has_room(key, peer)
		})
	}

	async fn on_opened(&mut self, peer: PeerId, handshake: &[u8]) -> Result<(), EngineError> {
		if !self.is_member(&peer, handshake) {
			// The network dials whoever it knows, and asks us only about those who dial us. What a peer says until its
			// substream is closed is dropped unread.
			log::debug!(target: crate::LOG_TARGET, "{peer} is no member");
			self.network_service.disconnect_peer(peer, self.names.messages.clone());
			return Ok(());
		}
		self.peers.insert(peer, Hello::verify(handshake, &self.genesis, &peer));
		self.show_status();
		let Some(current) = &self.current else { return Ok(()) };
		let committee = &current.context.committee;
		let members: Vec<_> = self.peers.members_of(&peer, committee).collect();
		let key = members.first().and_then(|member| committee.member(*member)).map(|member| &member.key);
		if key.is_some_and(|key| self.reserved.insert(key, peer)) {
			// Kept open whatever the peer's other merits, and dialled again when it is lost.
			let address = Multiaddr::empty().with(sc_network::multiaddr::Protocol::P2p(peer.into()));
			let reserved =
				self.network_service.add_peers_to_reserved_set(self.names.messages.clone(), [address].into());
			if let Err(error) = reserved {
				log::debug!(target: crate::LOG_TARGET, "{peer} is not reserved: {error}");
			}
			let pruned = self.reserved.prune(committee);
			self.unreserve(pruned);
		}
		for member in members {
			self.feed(Input::MemberConnected(member)).await?;
		}
		Ok(())
	}

	async fn on_notification(&mut self, peer: PeerId, notification: &[u8]) -> Result<(), EngineError> {
		match self.peers.admit(&peer, notification.len()) {
			Admission::Granted => {},
			Admission::Exceeded => {
				self.punish(peer, FLOOD, "sends more than the protocol needs");
				return Ok(());
			},
			Admission::CutOff => return Ok(()),
		}
		match Wire::from_bytes(notification) {
			Some(Wire::Message(message)) => self.on_message(Some(peer), message).await,
			Some(Wire::Certificate(certificate)) => self.on_certificate(peer, certificate).await,
			None => {
				self.punish(peer, GARBAGE, "sends garbage");
				Ok(())
			},
		}
	}

	fn punish(&mut self, peer: PeerId, change: ReputationChange, what: &str) {
		if !self.peers.cut_off(&peer) {
			return;
		}
		log::debug!(target: crate::LOG_TARGET, "{peer} {what}");
		// First of all: the network disconnects no reserved peer, banned or not.
		if self.reserved.remove(&peer) {
			self.unreserve(vec![peer]);
		}
		self.network_service.report_peer(peer, change);
		self.network_service.disconnect_peer(peer, self.names.messages.clone());
	}

	/// The network may drop these peers.
	pub(super) fn unreserve(&self, peers: Vec<PeerId>) {
		if peers.is_empty() {
			return;
		}
		let removed = self.network_service.remove_peers_from_reserved_set(self.names.messages.clone(), peers);
		if let Err(error) = removed {
			log::debug!(target: crate::LOG_TARGET, "Peers stay reserved: {error}");
		}
	}

	/// A message from a peer, or (without one) from the inbox.
	pub(super) async fn on_message(
		&mut self,
		peer: Option<PeerId>,
		message: Signed<Message>,
	) -> Result<(), EngineError> {
		let Some(current) = &self.current else { return Ok(()) };
		let origin = peer.as_ref().map_or(0, link_of);
		match self.inbox.offer(origin, current.height, current.context.committee.size(), message) {
			Offer::Now(message) => self.on_present_message(peer, message).await,
			Offer::Behind(message) => {
				self.help_lagging(peer, message);
				Ok(())
			},
			Offer::Kept | Offer::Repeated | Offer::Ahead | Offer::Refused => Ok(()),
		}
	}

	/// Whether a peer is the member in whose name it speaks: nobody passes on the messages of others.
	fn speaks_for_itself(&self, peer: &PeerId, message: &Signed<Message>) -> bool {
		let committee = self.current.as_ref().map(|current| &current.context.committee);
		committee.is_some_and(|committee| self.peers.members_of(peer, committee).any(|member| member == message.sender))
	}

	/// Whether a message is worth its verification, which may take thousands of signature checks.
	fn is_worth_verifying(&self, message: &Signed<Message>) -> bool {
		let Some(current) = &self.current else { return false };
		let awaited = || {
			let awaited = current.awaiting_block.get(&message.sender);
			awaited.is_some_and(|awaited| {
				awaited.message.slot() == message.slot() && Some(awaited.hash) == proposed(message)
			})
		};
		self.replica().is_some_and(|replica| replica.could_use(message)) && !awaited()
	}

	async fn on_present_message(&mut self, peer: Option<PeerId>, message: Signed<Message>) -> Result<(), EngineError> {
		if let Some(peer) = peer.filter(|peer| !self.speaks_for_itself(peer, &message)) {
			self.punish(peer, FORGED, "speaks in the name of another member");
			return Ok(());
		}
		if !self.is_worth_verifying(&message) {
			return Ok(());
		}
		let Some(current) = &mut self.current else { return Ok(()) };
		if let Message::PrePrepare(PrePrepare { proposal, .. }) = &message.message {
			let version = current.context.extrinsics_version;
			if !proposal.bytes.is_empty() && !crate::network::is_block_of(proposal, current.height, version) {
				if let Some(peer) = peer {
					self.punish(peer, FORGED, "sent a proposal whose block is not the one it names");
				}
				return Ok(());
			}
		}
		let Current { domain, context, height, signatures, .. } = &*current;
		let verified = message.verify(domain, &context.committee, *height, &signatures.check());
		let checked = signatures.take_checked();
		if let Some(peer) = &peer {
			self.peers.charge(peer, checked);
		}
		let verified = match verified {
			Ok(verified) => verified,
			Err(MessageError::WrongHeight(_) | MessageError::WrongEpoch(_)) => return Ok(()),
			Err(error) => {
				if let Some(peer) = peer {
					self.punish(peer, FORGED, &format!("sent a message that cannot be right: {error}"));
				}
				return Ok(());
			},
		};
		if let Message::PrePrepare(PrePrepare { proposal, .. }) = &verified.signed().message {
			let hash = proposal.hash;
			if current.proposals_seen.len() < MAX_PROPOSALS_SEEN {
				current.proposals_seen.entry(hash).or_insert_with(std::time::Instant::now);
			}
			if !proposal.bytes.is_empty() {
				self.recent.insert(proposal.clone());
			} else if let Some(known) = self.recent.get(&hash) {
				return self.on_whole_proposal(verified.into_signed(), known).await;
			} else {
				// One a sender: an earlier one ends here, with its fetch.
				let message = verified.into_signed();
				let sender = message.sender;
				let fetch = self.fetch(hash, &[sender]);
				if let Some(current) = &mut self.current {
					current.awaiting_block.insert(sender, AwaitedBlock { hash, message, fetch });
				}
				return Ok(());
			}
		}
		self.feed(Input::Message(verified)).await
	}

	/// A proposal that came without its block has it now.
	async fn on_whole_proposal(&mut self, mut message: Signed<Message>, block: Proposal) -> Result<(), EngineError> {
		let Some(current) = &self.current else { return Ok(()) };
		if let Message::PrePrepare(PrePrepare { proposal, .. }) = &mut message.message {
			*proposal = block;
		}
		let Current { domain, context, height, signatures, .. } = current;
		let verified = message.verify(domain, &context.committee, *height, &signatures.check());
		// All but none are known: the message was verified without its block.
		signatures.take_checked();
		match verified {
			Ok(verified) => self.feed(Input::Message(verified)).await,
			Err(_) => Ok(()),
		}
	}

	pub(super) async fn on_fetched(&mut self, block: Proposal) -> Result<(), EngineError> {
		let Some(current) = &mut self.current else { return Ok(()) };
		if !crate::network::is_block_of(&block, current.height, current.context.extrinsics_version) {
			return Ok(());
		}
		self.recent.insert(block.clone());
		let waiting: Vec<_> = current
			.awaiting_block
			.iter()
			.filter(|(_, awaited)| awaited.hash == block.hash)
			.map(|(sender, _)| *sender)
			.collect();
		let waiting: Vec<_> = waiting.iter().filter_map(|sender| current.awaiting_block.remove(sender)).collect();
		for awaited in waiting {
			self.on_whole_proposal(awaited.message.clone(), block.clone()).await?;
		}
		self.feed(Input::BlockFetched(block)).await
	}

	async fn on_certificate(&mut self, peer: PeerId, certificate: Certificate) -> Result<(), EngineError> {
		let Some(current) = &self.current else { return Ok(()) };
		if certificate.height != current.height {
			// Below: we have it. Above: block sync brings what is missing, with the certificates.
			return Ok(());
		}
		let Current { domain, context, signatures, .. } = current;
		let verified = certificate.verify_signatures(domain, &context.committee, signatures.check());
		self.peers.charge(&peer, signatures.take_checked());
		if verified.is_err() {
			self.punish(peer, FORGED, "sent a certificate that proves nothing");
			return Ok(());
		}
		let block = self.recent.get(&certificate.hash);
		self.feed(Input::Certificate(certificate, block)).await
	}

	/// A message for a height below ours: a late vote for the newest block, or a peer that lags and is told so.
	fn help_lagging(&mut self, peer: Option<PeerId>, message: Signed<Message>) {
		let height = message.height;
		let is_parent = self.current.as_ref().is_some_and(|current| current.parent.height == height);
		let is_commit = matches!(message.message, Message::Commit(_));
		if is_parent {
			self.parent_commits.offer(message);
		}
		let Some(peer) = peer else { return };
		// Votes that crossed with the certificate are the rule for the newest block: only proposals to go back to it
		// show that its sender lags.
		if is_parent && is_commit || !self.peers.may_help(&peer, height) {
			return;
		}
		let certificate = self.ledger.hash_at(height).and_then(|hash| self.ledger.certificate(hash));
		if let Some(certificate) = certificate {
			self.notifications.send_sync_notification(&peer, Wire::Certificate(certificate).encode());
		}
	}
}

/// The block that a message proposes.
fn proposed(message: &Signed<Message>) -> Option<tp_pbft::BlockHash> {
	match &message.message {
		Message::PrePrepare(PrePrepare { proposal, .. }) => Some(proposal.hash),
		_ => None,
	}
}
