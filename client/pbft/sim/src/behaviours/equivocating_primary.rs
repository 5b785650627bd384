//! As primary, proposes one block to each side of the committee, and votes for both. If the view changes bind it to a
//! block, it looks for another quorum of them that binds it to another block or to none. That quorum may include its
//! own false view change.

use super::{
	adversary::{Adversary, Context},
	behaviour::{honest, Behaviour},
};
use crate::{
	keys::Identity,
	network::{AddressedPacket, Packet},
};
use std::{collections::BTreeMap, sync::Arc};
use tc_pbft_core::{Message, NewView, PrePrepare, Proposal, Signed, ViewChange};
use tp_pbft::{Height, MemberIndex, View};

/// The view changes of the current height.
#[derive(Default)]
pub(super) struct EquivocatingPrimary {
	height: Height,
	view_changes: BTreeMap<(View, MemberIndex), Signed<ViewChange>>,
}

impl Behaviour for EquivocatingPrimary {
	fn outgoing(&mut self, context: &mut Context, to: Vec<Identity>, message: Signed<Message>) -> Vec<AddressedPacket> {
		let Message::PrePrepare(first) = &message.message else { return honest(to, message) };
		let view = first.view;
		context.adversary.note(context.height, view, &first.proposal);
		let second = self.contradict(context, first);
		context.adversary.note(context.height, view, &second.proposal);
		let offers = [Arc::new(message.clone()), Arc::new(context.sign(Message::PrePrepare(second)))];
		let mut packets: Vec<AddressedPacket> = to
			.iter()
			.map(|identity| {
				let side = context.adversary.side(context.height, *identity);
				(*identity, Packet::Message(offers[side].clone()))
			})
			.collect();
		packets.extend(context.fork_votes(view));
		packets
	}

	fn incoming(&mut self, context: &mut Context, message: &Signed<Message>) -> Vec<AddressedPacket> {
		if self.height != context.height {
			self.view_changes.clear();
			self.height = context.height;
		}
		match &message.message {
			Message::ViewChange(view_change) if message.height == context.height => {
				let Signed { epoch, height, sender, signature, .. } = message.clone();
				let signed = Signed { epoch, height, sender, message: view_change.clone(), signature };
				self.view_changes.insert((view_change.view, sender), signed);
				Vec::new()
			},
			Message::PrePrepare(pre_prepare) if message.height == context.height => {
				context.adversary.note(context.height, pre_prepare.view, &pre_prepare.proposal);
				context.fork_votes(pre_prepare.view)
			},
			_ => Vec::new(),
		}
	}
}

impl EquivocatingPrimary {
	/// Returns a conflicting proposal for the same view.
	fn contradict(&self, context: &mut Context, first: &PrePrepare) -> PrePrepare {
		let view = first.view;
		let Some(new_view) = &first.new_view else {
			return PrePrepare { view, proposal: context.another_block(view), new_view: None };
		};
		let new_view = self.contradict_new_view(context, &new_view.message);
		let proposal = match new_view.block {
			None => context.another_block(view),
			Some(hash) => known(context.adversary, hash).unwrap_or_else(|| first.proposal.clone()),
		};
		PrePrepare { view, proposal, new_view: Some(Box::new(context.sign(new_view))) }
	}

	/// Returns a new view from the view changes with the lowest certificates. Its own shows none.
	fn contradict_new_view(&self, context: &Context, first: &NewView) -> NewView {
		let view = first.view;
		let mut known: BTreeMap<MemberIndex, Signed<ViewChange>> =
			first.view_changes.iter().map(|signed| (signed.sender, signed.clone())).collect();
		for ((_, sender), signed) in self.view_changes.range((view, 0)..=(view, MemberIndex::MAX)) {
			known.insert(*sender, signed.clone());
		}
		let lie = context.sign(ViewChange { view, prepared: None });
		known.insert(lie.sender, lie);
		let mut view_changes: Vec<_> = known.into_values().collect();
		view_changes.sort_by_key(|signed| signed.message.prepared.as_ref().map(|prepared| prepared.view));
		view_changes.truncate(context.committee.quorum());
		view_changes.sort_by_key(|signed| signed.sender);
		let block = NewView::block_of(&view_changes);
		NewView { view, view_changes, block }
	}
}

fn known(adversary: &Adversary, hash: tp_pbft::BlockHash) -> Option<Proposal> {
	adversary.blocks.get(&hash).cloned()
}
