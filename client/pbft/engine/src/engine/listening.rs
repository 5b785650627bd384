//! A new process listens before it votes ([`tc_pbft_core::Listening`]), because another one may run with its key.

use super::{params::EngineError, state::Engine};
use crate::{log_targets::LOG_TARGET, network::Wire};
use codec::Encode;
use sc_network::PeerId;
use std::time::{Duration, Instant};
use tc_pbft_core::{Inventory, Record, LISTEN_MS};
use tp_pbft::{Committee, Height, MemberIndex, PbftId};

impl Engine {
	/// Whether this process listens at a height that begins, in place of a vote.
	pub(super) fn listens(&mut self, height: Height, own: Option<MemberIndex>, committee: &Committee) -> bool {
		if self.listening.is_none() {
			return false;
		}
		let ((others, second), now_ms) = (self.linked_members(own, committee), self.running_ms());
		let Some(listening) = &mut self.listening else { return false };
		listening.note_links(others, second, committee, now_ms);
		let (may_vote, is_over) = (listening.may_vote(height, now_ms), listening.is_over(height, now_ms));
		if own.is_none() {
			return false;
		}
		let was_silent = listening.was_silent();
		// The log tells already why a node that abstains does not vote. It still needs what it heard when it may vote again.
		if self.abstention.is_some() {
			return !may_vote;
		}
		if !may_vote && !listening.is_current(height) && listening.note_silent() {
			log::info!(
				target: LOG_TARGET,
				"Blocks were decided without this process. It listens for two heights, or {} s, whether another process \
				 votes with its key",
				LISTEN_MS / 1_000,
			);
		}
		if is_over {
			self.listening = None;
		}
		if is_over && was_silent {
			log::info!(target: LOG_TARGET, "This process heard no other one with its key, and votes from height {height} on");
		}
		!may_vote
	}

	/// Returns to how many members, besides this node's place, there are links. If there is one to another process with this node's
	/// key, also how many of these processes come before this one. Handshakes prove keys.
	fn linked_members(&self, own: Option<MemberIndex>, committee: &Committee) -> (usize, Option<usize>) {
		let own = own.and_then(|own| committee.member(own)).map(|member| &member.key);
		let is_linked = |key: &PbftId| self.peers.of_member(key).next().is_some();
		let others = committee.members.iter().map(|member| &member.key).filter(|key| Some(*key) != own);
		(others.filter(|key| is_linked(key)).count(), own.and_then(|own| self.processes_before(own)))
	}

	/// Returns how many of the linked processes with a key have a smaller identity in the network; `None` without such links.
	/// The identity orders them: of two that see each other, exactly one comes before the other.
	pub(super) fn processes_before(&self, key: &PbftId) -> Option<usize> {
		let local = self.network_service.local_peer_id();
		let mut peers = self.peers.of_member(key).peekable();
		peers.peek()?;
		Some(peers.filter(|peer| *peer < local).count())
	}

	/// Returns how many of the linked processes with this node's key come before it; `None` without such links.
	pub(super) fn own_rank(&self) -> Option<usize> {
		let current = self.current.as_ref()?;
		let own = current.context.committee.member(current.own?)?;
		self.processes_before(&own.key)
	}

	/// Notes that the links changed.
	pub(super) fn note_links(&mut self) {
		let Some(current) = self.current.as_ref().filter(|_| self.listening.is_some()) else { return };
		let committee = &current.context.committee;
		let ((others, second), now_ms) = (self.linked_members(current.own, committee), self.running_ms());
		if let Some(listening) = &mut self.listening {
			listening.note_links(others, second, committee, now_ms);
		}
	}

	/// Notes that block sync is far behind.
	pub(super) fn note_behind(&mut self) {
		let now_ms = self.running_ms();
		if let Some(listening) = &mut self.listening {
			listening.note_behind(now_ms);
		}
	}

	/// Notes a vote of this process. A Commit shows that it works with a quorum at the newest height, so it listens no more.
	pub(super) fn note_own_vote(&mut self, record: &Record) {
		if matches!(record, Record::Committed { .. }) {
			self.listening = None;
		}
		if let Some(listening) = &mut self.listening {
			listening.note_vote(record.height());
		}
	}

	/// Returns when this process may vote at the height that runs, if it listens.
	pub(super) fn listens_until(&self) -> Option<Instant> {
		let (listening, current) = (self.listening.as_ref()?, self.current.as_ref()?);
		let may_vote_then = current.own.is_some() && self.abstention.is_none() && current.height >= self.votes_since;
		let waits = may_vote_then && current.me.is_none();
		waits.then(|| self.began + Duration::from_millis(listening.due_ms(current.height)))
	}

	/// Begins the running height again, with this node's place in it, and asks for the messages that came before.
	pub(super) async fn end_listening(&mut self) -> Result<(), EngineError> {
		let Some(current) = &self.current else { return Ok(()) };
		let parent = current.parent;
		self.start_height(parent).await?;
		self.ask_all_for_all();
		Ok(())
	}

	/// Asks all peers whether they are ahead, and for votes under this node's key, when a height began at which this process
	/// listens in place of a vote. A link may have opened while no height ran.
	pub(super) fn ask_while_listening(&mut self) {
		let waits = self.current.as_ref().is_some_and(|current| current.own.is_some() && current.me.is_none());
		if self.listening.is_some() && waits {
			self.ask_all_for_all();
		}
	}

	fn ask_all_for_all(&mut self) {
		let peers: Vec<_> = self.peers.all().copied().collect();
		peers.iter().for_each(|peer| self.ask_for_all(peer));
	}

	/// Asks a peer whether it is ahead, while this process listens. A member at a higher height answers with the certificate of
	/// this one, and one at this height with what it holds.
	pub(super) fn ask_if_ahead(&mut self, peer: &PeerId) {
		if self.listening.is_some() {
			self.ask_for_all(peer);
		}
	}

	/// Asks a peer for all that it holds of the height that runs.
	fn ask_for_all(&mut self, peer: &PeerId) {
		let Some(current) = &self.current else { return };
		let inventory = Inventory::of_listener(current.context.committee.epoch, current.height);
		self.notifications.send_sync_notification(peer, Wire::Inventory(inventory).encode());
	}
}
