//! Replays received messages, unchanged and altered. Forges certificates, view changes and new views from votes that
//! are too few, repeated, or for another block, height or epoch.

use super::{adversary::Context, behaviour::Behaviour};
use crate::{
	block::Final,
	network::{AddressedPacket, Packet},
};
use rand::{seq::SliceRandom, Rng};
use std::sync::Arc;
use tc_pbft_core::{Message, NewView, PrePrepare, Signed, ViewChange};
use tp_pbft::{BlockHash, MessageKind, PreparedCertificate, Slot, MAX_MEMBERS};

/// Number of messages that it remembers.
const MAX_REMEMBERED: usize = 64;

#[derive(Default)]
pub(super) struct Forger {
	received: Vec<Signed<Message>>,
}

impl Behaviour for Forger {
	fn incoming(&mut self, context: &mut Context, message: &Signed<Message>) -> Vec<AddressedPacket> {
		if self.received.len() < MAX_REMEMBERED {
			self.received.push(message.clone());
		} else {
			let at = context.rng.gen_range(0..MAX_REMEMBERED);
			self.received[at] = message.clone();
		}
		if context.rng.gen_range(0..10) > 0 || context.me.is_none() {
			return Vec::new();
		}
		let to = context.random_identity();
		let forged = match context.rng.gen_range(0..6) {
			0 => self.replay(context),
			1 => self.alter(context),
			2 => self.certificate(context),
			3 => self.view_change(context),
			4 => self.new_view(context),
			_ => self.claim(context),
		};
		forged.map(|packet| (to, packet)).into_iter().collect()
	}
}

impl Forger {
	/// Returns a received message, unchanged.
	fn replay(&self, context: &mut Context) -> Option<Packet> {
		Some(Packet::Message(Arc::new(self.received.choose(context.rng)?.clone())))
	}

	/// Returns a received message with another height, epoch, view or sender, under its old signature.
	fn alter(&self, context: &mut Context) -> Option<Packet> {
		let mut message = self.received.choose(context.rng)?.clone();
		match context.rng.gen_range(0..4) {
			0 => message.height = context.height,
			1 => message.epoch = message.epoch.wrapping_add(1),
			2 => message.sender = context.rng.gen_range(0..8),
			_ => match &mut message.message {
				Message::PrePrepare(PrePrepare { view, .. }) => *view = view.wrapping_add(1),
				Message::Prepare(prepare) => prepare.view = prepare.view.wrapping_add(1),
				Message::Commit(commit) => commit.view = commit.view.wrapping_add(1),
				Message::ViewChange(view_change) => view_change.prepared = None,
				Message::NewView(new_view) => new_view.block = None,
			},
		}
		Some(Packet::Message(Arc::new(message)))
	}

	/// Returns a message for the next height in the name of another member, to fill the inbox.
	fn claim(&self, context: &mut Context) -> Option<Packet> {
		let mut message = self.received.choose(context.rng)?.clone();
		message.height = context.height + 1;
		message.sender = context.rng.gen_range(0..u16::try_from(MAX_MEMBERS).ok()? + 2);
		Some(Packet::Message(Arc::new(message)))
	}

	/// Returns a block's certificate, corrupted or for another block.
	fn certificate(&self, context: &mut Context) -> Option<Packet> {
		let mut corrupted: Final = context.chain.choose(context.rng)?.clone();
		let certificate = &mut corrupted.certificate;
		match context.rng.gen_range(0..5) {
			0 => {
				certificate.signatures.pop();
			},
			1 => {
				certificate.signatures.pop();
				let last = certificate.signers.iter().last()?;
				certificate.signers.0[usize::from(last / 8)] &= !(1 << (last % 8));
			},
			2 => {
				let doubled = certificate.signatures.first()?.clone();
				*certificate.signatures.last_mut()? = doubled;
			},
			3 => certificate.height = context.height,
			_ => {
				certificate.height = context.height;
				certificate.epoch = context.committee.epoch;
				let lie = context.adversary.blocks.values().next()?.clone();
				certificate.hash = lie.hash;
				corrupted.proposal = lie;
			},
		}
		Some(Packet::Final(Arc::new(corrupted), true))
	}

	/// Returns a certificate of too few received Prepares for one block, padded with copies of one signature.
	fn prepared(&self, context: &mut Context) -> Option<PreparedCertificate> {
		let votes: Vec<_> = self
			.received
			.iter()
			.filter_map(|signed| match &signed.message {
				Message::Prepare(prepare) => Some((signed, prepare.view, prepare.hash)),
				_ => None,
			})
			.collect();
		let (vote, view, hash) = *votes.choose(context.rng)?;
		let quorum = context.committee.quorum();
		let same = votes.iter().filter(|(_, other, block)| *other == view && *block == hash);
		let mut signatures: Vec<_> =
			same.map(|(signed, ..)| (signed.sender, signed.signature.clone())).take(quorum).collect();
		signatures.dedup_by_key(|(sender, _)| *sender);
		let mut index = 0;
		while signatures.len() < quorum && index < u16::try_from(context.committee.size()).ok()? {
			if signatures.iter().all(|(sender, _)| *sender != index) {
				signatures.push((index, vote.signature.clone()));
			}
			index += 1;
		}
		let height = if context.rng.gen_bool(0.7) { context.height } else { vote.height };
		let hash = if context.rng.gen_bool(0.7) { hash } else { BlockHash::repeat_byte(0x77) };
		let slot = Slot { epoch: context.committee.epoch, height, view, kind: MessageKind::Prepare };
		Some(PreparedCertificate::from_votes(slot, hash, context.committee.size(), signatures))
	}

	/// Returns its own view change with a forged certificate.
	fn view_change(&self, context: &mut Context) -> Option<Packet> {
		let prepared = self.prepared(context)?;
		let view = prepared.view.saturating_add(context.rng.gen_range(0..3));
		let message = Message::ViewChange(ViewChange { view, prepared: Some(prepared) });
		Some(Packet::Message(Arc::new(context.sign(message))))
	}

	/// Returns a proposal in a view that too few members requested. Its view changes are copies of its own one, or of
	/// other views.
	fn new_view(&self, context: &mut Context) -> Option<Packet> {
		let view = context.rng.gen_range(1..6);
		let mut view_changes: Vec<Signed<ViewChange>> = self
			.received
			.iter()
			.filter_map(|signed| match &signed.message {
				Message::ViewChange(view_change) => Some(Signed {
					epoch: signed.epoch,
					height: signed.height,
					sender: signed.sender,
					message: view_change.clone(),
					signature: signed.signature.clone(),
				}),
				_ => None,
			})
			.collect();
		let own = context.sign(ViewChange { view, prepared: None });
		view_changes.resize(context.committee.quorum(), own);
		if context.rng.gen_bool(0.5) {
			view_changes.sort_by_key(|signed| signed.sender);
			view_changes.dedup_by_key(|signed| signed.sender);
		}
		let block = NewView::block_of(&view_changes);
		let new_view = Box::new(context.sign(NewView { view, view_changes, block }));
		let proposal = context.another_block(view);
		let message = Message::PrePrepare(PrePrepare { view, proposal, new_view: Some(new_view) });
		Some(Packet::Message(Arc::new(context.sign(message))))
	}
}
