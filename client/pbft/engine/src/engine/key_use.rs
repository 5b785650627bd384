//! Voting less: the members that work while this node abstains, and a second process with its key.

use super::state::Engine;
use crate::{error::LedgerError, ledger::Tip, log_targets::LOG_TARGET, vote_log::LostVotes};
use sc_network::PeerId;
use tc_pbft_core::{key_quiet_ms, Abstention, Message, Signed};
use tp_pbft::{Height, Slot};

impl Engine {
	/// Whether this node must not vote at a height that begins, because it could contradict itself.
	pub(super) fn abstains(&mut self, height: Height) -> bool {
		self.abstention = self.abstention.take().filter(|abstention| !abstention.is_over(height));
		self.abstention.is_some()
	}

	/// Handles a verified message for this height that came over the link of its sender.
	pub(super) fn note_member(&mut self, signed: &Signed<Message>) {
		let now_ms = self.running_ms();
		let Some(current) = &self.current else { return };
		let (height, quorum, member) = (current.height, current.context.committee.quorum(), signed.sender);
		if Some(member) == current.own {
			// `note_second_process` has seen it.
			return;
		}
		if let Some(listening) = &mut self.listening {
			listening.note_member(height, member, quorum);
		}
		let Some(abstention) = &mut self.abstention else { return };
		let knew = abstention.is_over(Height::MAX);
		if let Some(from) = abstention.note_member(height, member, quorum, now_ms).filter(|_| !knew) {
			log::info!(target: LOG_TARGET, "{quorum} members work at height {height}: this node votes from {from} on");
		}
	}

	/// Handles a verified message for this height that another member passed on.
	pub(super) fn note_passed_on(&mut self, signed: &Signed<Message>) {
		let own = self.current.as_ref().and_then(|current| current.own);
		if let Some(listening) = self.listening.as_mut().filter(|_| own == Some(signed.sender)) {
			listening.note_own_key(signed.height);
		}
	}

	/// Notes a message under this node's key that came over the link of another process, while this node does not vote. The
	/// handshake proved that the process has the key, so neither the signature nor the height matters: a slow process votes at
	/// heights that this one knows to be decided. A replica that votes finds by itself whether it sent the message.
	pub(super) fn note_second_process(&mut self, peer: &PeerId, message: &Signed<Message>) {
		let Some(current) = &self.current else { return };
		// Indices are those of the epoch.
		let is_own = current.own == Some(message.sender) && message.epoch == current.context.committee.epoch;
		if current.me.is_some() || !is_own || !self.is_sender(peer, message) {
			return;
		}
		let now_ms = self.running_ms();
		match &mut self.abstention {
			// The error is in the log already.
			Some(abstention) if abstention.is_of_used_key() => abstention.note_key_used(now_ms),
			_ => self.on_own_key_used(&message.slot()),
		}
	}

	/// Looks for this node's key among the signers of the newest block, while this process listens: no link to the process that
	/// uses the key may be there. Without a log, a signature at these heights may be one of an earlier run.
	pub(super) fn look_for_own_signature(&mut self, newest: &Tip) -> Result<(), LedgerError> {
		let (Some(listening), Some(current), None) = (&self.listening, &self.current, &self.abstention) else {
			return Ok(());
		};
		let Some(own) = current.own.filter(|_| current.height == newest.height && current.me.is_none()) else {
			return Ok(());
		};
		if !listening.is_live(newest.height) {
			return Ok(());
		}
		let certificate = self.ledger.certificate(newest.hash)?;
		if let Some(certificate) = certificate.filter(|certificate| certificate.signers.contains(own)) {
			self.on_own_key_used(&certificate.slot());
		}
		Ok(())
	}

	/// Returns the milliseconds since this process began.
	pub(super) fn running_ms(&self) -> u64 {
		u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX)
	}

	/// Stops voting, because another process votes with this node's key.
	pub(super) fn on_own_key_used(&mut self, slot: &Slot) {
		let rank = self.own_rank().unwrap_or_default();
		let lost = LostVotes::KeyUsed { height: slot.height, view: slot.view, kind: slot.kind };
		log::error!(
			target: LOG_TARGET,
			"This node stops voting: {lost}. Stop one of the two. This node votes again {} s after the last such message, \
			 when a quorum of other members works; or after a restart",
			key_quiet_ms(rank) / 1_000,
		);
		self.abstention = Some(Abstention::of_used_key(self.running_ms(), rank));
		self.listening = None;
		if let Some(current) = &mut self.current {
			current.me = None;
		}
		self.publish_status();
	}
}
