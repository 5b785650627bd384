//! What peers send. Verification at the door, cheapest check first:
//!
//! ```text
//! budget ─▶ decode ─▶ height (inbox) ─▶ sender is the peer, or passed on ─▶ may be new ─▶ header is the block's ─▶ signatures ─▶
//! body is the block's (off the task) ─▶ core
//! ```
//!
//! Invariant: only a `Verified` message reaches the core, and a proposal only with a block whose bytes hash to its
//! name. The order bounds what a peer can make this node compute; each check relies on the ones before it. All that it
//! computes is charged to the peer that brought the message, also if it was kept for the next height.

use super::{
	jobs::FetchOrder,
	params::EngineError,
	state::{AwaitedBlock, Current, Engine},
};
use crate::{
	error::LedgerError,
	log_targets::LOG_TARGET,
	network::{
		body::{is_plausible, CheckedBody},
		peers::Admission,
		Wire, INLINE_BYTES,
	},
	sketch::MAX_SKETCH_BYTES,
};
use codec::Encode;
use futures::future::AbortHandle;
use sc_network::{PeerId, ReputationChange};
use tc_pbft_core::{Input, Message, Offer, PrePrepare, Proposal, Signed};
use tp_pbft::{BlockHash, Certificate, Height};

/// Bytes that are no message: the peer is banned until its reputation recovers (about a minute).
pub(super) const GARBAGE: ReputationChange = ReputationChange::new_fatal("PBFT: garbage");
/// A message that no correct peer sends: it passes on only what it has verified.
pub(super) const FORGED: ReputationChange = ReputationChange::new_fatal("PBFT: forged message");
/// More messages than the protocol needs.
const FLOOD: ReputationChange = ReputationChange::new(-(1 << 29), "PBFT: flood");
/// Proposals of a height whose first arrival is kept, for the metrics.
const MAX_PROPOSALS_SEEN: usize = 64;

impl Engine {
	pub(super) async fn on_notification(&mut self, peer: PeerId, notification: &[u8]) -> Result<(), EngineError> {
		match self.peers.admit(&peer, notification.len()) {
			Admission::Granted => {},
			Admission::Exceeded => {
				self.penalize(peer, FLOOD, "sends more than the protocol needs");
				return Ok(());
			},
			Admission::CutOff => return Ok(()),
		}
		match Wire::from_bytes(notification) {
			Some(Wire::Message(message)) => self.on_message(peer, message).await,
			Some(Wire::Sketched { message, sketch }) => self.on_sketched(peer, message, sketch).await,
			Some(Wire::Certificate(certificate)) => self.on_certificate(peer, certificate).await,
			Some(Wire::Clock { ms }) => {
				self.on_clock(&peer, ms);
				Ok(())
			},
			Some(Wire::Inventory(inventory)) => self.on_inventory(peer, inventory).await,
			Some(Wire::PassedOn(messages)) => self.on_passed_on(peer, messages).await,
			// The decoder expands compact messages.
			None | Some(Wire::Compact { .. }) => {
				self.penalize(peer, GARBAGE, "sends bytes that are no message");
				Ok(())
			},
		}
	}

	/// Handles a proposal with a sketch of its block. The sketch waits for the check of the proposal, for this height or the next.
	async fn on_sketched(
		&mut self,
		peer: PeerId,
		message: Signed<Message>,
		sketch: Vec<u8>,
	) -> Result<(), EngineError> {
		let hash = proposed(&message).filter(|_| !has_body(&message) && sketch.len() <= MAX_SKETCH_BYTES);
		let Some(hash) = hash else {
			self.penalize(peer, GARBAGE, "sends a sketch without its proposal");
			return Ok(());
		};
		let height = self.current.as_ref().map(|current| current.height);
		if height.is_some_and(|height| (height..=height.saturating_add(1)).contains(&message.height)) {
			self.sketches.note(peer, message.height, hash, sketch);
		}
		self.on_message(peer, message).await
	}

	/// Handles a message of a peer.
	async fn on_message(&mut self, peer: PeerId, message: Signed<Message>) -> Result<(), EngineError> {
		self.note_second_process(&peer, &message);
		let Some(current) = &self.current else { return Ok(()) };
		// Members of the next and of the last committee are peers as well, and must not take the shares of the present one.
		match self.inbox.offer(peer, current.height, self.admitted_keys.count(), message) {
			Offer::Current(message) => self.on_current_message(peer, message).await,
			Offer::Behind(message) => {
				self.help_lagging(peer, message);
				Ok(())
			},
			Offer::Kept | Offer::Duplicate | Offer::Ahead | Offer::Refused => Ok(()),
		}
	}

	/// Handles the messages that were kept for the height that has begun. They are verified only now, against the committee
	/// of this height, and at the cost of the peer that brought them.
	pub(super) async fn take_kept(&mut self, height: Height) -> Result<(), EngineError> {
		for (peer, message) in self.inbox.take(height) {
			// Without this check a peer could have all its kept messages verified for the budget of one.
			if self.peers.may_spend(&peer) {
				self.on_message(peer, message).await?;
			}
		}
		Ok(())
	}

	/// Whether a peer is the member that the message names as its sender.
	pub(super) fn is_sender(&self, peer: &PeerId, message: &Signed<Message>) -> bool {
		let committee = self.current.as_ref().map(|current| &current.context.committee);
		committee.is_some_and(|committee| self.peers.members_of(peer, committee).any(|member| member == message.sender))
	}

	/// Whether to spend the verification of a message, which may take thousands of signature checks.
	fn is_worth_verifying(&self, peer: &PeerId, message: &Signed<Message>) -> bool {
		let Some(current) = &self.current else { return false };
		let awaited = || {
			let awaited = current.awaiting_block.get(&message.sender);
			awaited.is_some_and(|awaited| {
				let same = awaited.message.slot() == message.slot() && Some(awaited.hash) == proposed(message);
				// The primary's own proposal may bring the body, or the sketch, that a proposal lacked that was passed on.
				let has_sketch = !awaited.sketched && self.sketches.has(peer, &awaited.hash);
				let brings_more = !awaited.inline && (has_body(message) || has_sketch);
				same && !(brings_more && self.is_sender(peer, message))
			})
		};
		self.replica().is_some_and(|replica| replica.could_use(message)) && !awaited()
	}

	async fn on_current_message(&mut self, peer: PeerId, message: Signed<Message>) -> Result<(), EngineError> {
		if !self.is_sender(&peer, &message) {
			self.penalize(peer, FORGED, "sent a message in the name of another member");
			return Ok(());
		}
		self.on_vouched_message(peer, message).await
	}

	/// Handles a message for this height at the cost of the peer that brought it: its sender, or a member that passes it on.
	pub(super) async fn on_vouched_message(
		&mut self,
		peer: PeerId,
		message: Signed<Message>,
	) -> Result<(), EngineError> {
		if !self.is_worth_verifying(&peer, &message) {
			return Ok(());
		}
		let Some(current) = &self.current else { return Ok(()) };
		if let Message::PrePrepare(PrePrepare { proposal, .. }) = &message.message {
			let bytes = &proposal.bytes;
			if !bytes.is_empty() && (bytes.len() > INLINE_BYTES || !is_plausible(proposal, current.height)) {
				self.penalize(peer, FORGED, "sent a proposal whose block is not the one it names");
				return Ok(());
			}
		}
		let Current { domain, context, height, signatures, .. } = current;
		let verified = message.verify(domain, &context.committee, *height, &signatures.check());
		let checked = signatures.take_checked();
		// Charged after the work, because its size is not known before. One message can overdraw the budget once.
		self.peers.charge(&peer, checked);
		let verified = match verified {
			Ok(verified) => verified,
			Err(error) => {
				if error.is_senders_fault() {
					self.penalize(peer, FORGED, &format!("sent a message that is not valid: {error}"));
				}
				return Ok(());
			},
		};
		// An old message that was passed on does not prove that its sender works.
		if self.is_sender(&peer, verified.signed()) {
			self.note_member(verified.signed());
		} else {
			self.note_passed_on(verified.signed());
		}
		if let Message::PrePrepare(PrePrepare { proposal, .. }) = &verified.signed().message {
			let proposal = proposal.clone();
			return self.on_proposal(peer, verified.into_signed(), proposal).await;
		}
		self.feed(Input::Message(verified)).await
	}

	/// Handles a proposal whose signatures are verified. The core trusts a proposal's name. Two bodies under one hash would
	/// be one block to the voters and another to the chain. So the proposal waits until the body is bound to the name.
	async fn on_proposal(
		&mut self,
		peer: PeerId,
		mut message: Signed<Message>,
		proposal: Proposal,
	) -> Result<(), EngineError> {
		let Some(current) = &mut self.current else { return Ok(()) };
		let (hash, sender) = (proposal.hash, message.sender);
		if current.proposals_seen.len() < MAX_PROPOSALS_SEEN {
			current.proposals_seen.entry(hash).or_insert_with(std::time::Instant::now);
		}
		if let Some(known) = self.recent.get(&hash) {
			return self.on_whole_proposal(message, known).await;
		}
		let inline = !proposal.bytes.is_empty();
		let mut sketched = false;
		let fetch = if inline {
			self.jobs.check_body(proposal, current.context.extrinsics_version, peer);
			None
		} else {
			// First from the peer that brought it: the link to the sender may be broken.
			let holders = self.peers_of(sender).into_iter().filter(|holder| *holder != peer);
			let holders = [peer].into_iter().chain(holders).collect();
			let sketch = self.sketches.take(&peer, &hash, sender, message.slot().view);
			sketched = sketch.is_some();
			self.fetch(hash, sketch, holders)
		};
		// The body is with the job.
		if let Message::PrePrepare(PrePrepare { proposal, .. }) = &mut message.message {
			proposal.bytes = Default::default();
		}
		// One per sender: the insert drops an earlier one, and with it ends its fetch.
		if let Some(current) = &mut self.current {
			current.awaiting_block.insert(sender, AwaitedBlock { hash, message, inline, sketched, fetch });
		}
		Ok(())
	}

	/// Drops the proposals that wait for the check of a body that came with them.
	pub(super) fn forget_inline(&mut self, hash: BlockHash) {
		if let Some(current) = &mut self.current {
			current.awaiting_block.retain(|_, awaited| awaited.hash != hash || !awaited.inline);
		}
	}

	/// Completes a sketch of a block, or fetches the block: from the peers that should have it first, then from all other members.
	pub(super) fn fetch(
		&mut self,
		hash: BlockHash,
		sketch: Option<Vec<u8>>,
		holders: Vec<PeerId>,
	) -> Option<AbortHandle> {
		let version = self.current.as_ref()?.context.extrinsics_version;
		let order = FetchOrder {
			network: self.network_service.clone(),
			protocol: self.names.blocks.clone(),
			hash,
			version,
			sketch,
			holders,
			members: self.peers.admitted(),
		};
		Some(self.jobs.fetch(order))
	}

	/// Handles a proposal that came without its block, once the block is there.
	async fn on_whole_proposal(&mut self, mut message: Signed<Message>, block: Proposal) -> Result<(), EngineError> {
		let Some(current) = &self.current else { return Ok(()) };
		if let Message::PrePrepare(PrePrepare { proposal, .. }) = &mut message.message {
			*proposal = block;
		}
		let Current { domain, context, height, signatures, .. } = current;
		let verified = message.verify(domain, &context.committee, *height, &signatures.check());
		// Not charged to anyone: the signatures were verified and remembered when the message came without its block.
		signatures.take_checked();
		match verified {
			Ok(verified) => self.feed(Input::Message(verified)).await,
			Err(_) => Ok(()),
		}
	}

	/// Handles a block that was fetched, or whose body came with a proposal.
	pub(super) async fn on_body(&mut self, block: CheckedBody) -> Result<(), EngineError> {
		let block = block.into_proposal();
		let Some(current) = &mut self.current else { return Ok(()) };
		self.recent.insert(block.clone());
		let waiting: Vec<_> = current
			.awaiting_block
			.iter()
			.filter(|(_, awaited)| awaited.hash == block.hash)
			.map(|(sender, _)| *sender)
			.collect();
		// Removed before they are fed: a step may end the height, and `current` with it.
		let waiting: Vec<_> = waiting.iter().filter_map(|sender| current.awaiting_block.remove(sender)).collect();
		for awaited in waiting {
			self.on_whole_proposal(awaited.message.clone(), block.clone()).await?;
		}
		self.feed(Input::BlockFetched(block)).await
	}

	async fn on_certificate(&mut self, peer: PeerId, certificate: Certificate) -> Result<(), EngineError> {
		let Some(current) = &self.current else { return Ok(()) };
		if certificate.height != current.height {
			// Above: block sync brings the missing blocks with their certificates.
			if certificate.height < current.height {
				self.on_past_certificate(peer, &certificate);
			}
			return Ok(());
		}
		let Current { domain, context, signatures, .. } = current;
		let verified = self.verified.verify(&certificate, domain, &context.committee, signatures.check());
		self.peers.charge(&peer, signatures.take_checked());
		if verified.is_err() {
			self.penalize(peer, FORGED, "sent a certificate that is not valid");
			return Ok(());
		}
		if let Some(listening) = &mut self.listening {
			listening.note_certificate(certificate.height);
		}
		// Without the block the core fetches it from the signers.
		let block = self.recent.get(&certificate.hash);
		self.feed(Input::Certificate(certificate, block)).await
	}

	/// Handles a message for a height below this node's: it is a late vote for the newest block, or its sender lags and
	/// is sent the certificate.
	fn help_lagging(&mut self, peer: PeerId, message: Signed<Message>) {
		let height = message.height;
		let is_parent = self.current.as_ref().is_some_and(|current| current.parent.height == height);
		let is_commit = matches!(message.message, Message::Commit(_));
		if is_parent {
			self.parent_commits.offer(message);
		}
		// A Commit for the newest block is common: it crossed with the certificate on the way. Only other messages show
		// that their sender has not committed it.
		if !(is_parent && is_commit) {
			self.send_certificate(&peer, height);
		}
	}

	/// Sends a lagging peer the certificate of the height on which it works, unless it was sent a moment ago.
	pub(super) fn send_certificate(&mut self, peer: &PeerId, height: Height) {
		if !self.peers.may_help(peer, height) {
			return;
		}
		match self.certificate_at(height) {
			Ok(Some(certificate)) => {
				self.notifications.send_sync_notification(peer, Wire::Certificate(certificate).encode());
			},
			Ok(None) => {},
			Err(error) => log::warn!(target: LOG_TARGET, "{peer} is not sent the certificate of {height}: {error}"),
		}
	}

	/// Returns the certificate of the chain's block at a height.
	pub(super) fn certificate_at(&self, height: Height) -> Result<Option<Certificate>, LedgerError> {
		match self.ledger.hash_at(height)? {
			Some(hash) => self.ledger.certificate(hash),
			None => Ok(None),
		}
	}
}

/// Whether a message brings the body of the block that it proposes.
fn has_body(message: &Signed<Message>) -> bool {
	matches!(&message.message, Message::PrePrepare(proposed) if !proposed.proposal.bytes.is_empty())
}

/// Returns the hash of the block that a message proposes.
pub(super) fn proposed(message: &Signed<Message>) -> Option<BlockHash> {
	match &message.message {
		Message::PrePrepare(PrePrepare { proposal, .. }) => Some(proposal.hash),
		_ => None,
	}
}
