//! Proposals that come without their blocks, as large ones do: the block is fetched, and the proposal waits for it.

use super::World;
use crate::{
	keys,
	network::NodeId,
	node::{Fetch, Node},
};
use tc_pbft_core::{Input, Message, PrePrepare, Proposal, Signed, Verified};

/// Whether the node fetches the block of this proposal already.
pub(super) fn awaits(node: &Node, message: &Signed<Message>) -> bool {
	let Message::PrePrepare(proposed) = &message.message else { return false };
	node.awaiting.get(&message.sender).is_some_and(|awaited| {
		awaited.slot() == message.slot()
			&& matches!(&awaited.message, Message::PrePrepare(known) if known.proposal.hash == proposed.proposal.hash)
	})
}

impl World {
	/// Returns a verified message if it needs no block, or with the block that the node has. Otherwise fetches the block:
	/// from the node that brought the proposal first, then from its primary and from all others.
	pub(super) fn wait_for_body(
		&mut self,
		from: NodeId,
		to: NodeId,
		verified: Verified<Message>,
	) -> Option<Verified<Message>> {
		let hash = match &verified.signed().message {
			Message::PrePrepare(PrePrepare { proposal, .. }) if self.scenario.bodyless => proposal.hash,
			_ => return Some(verified),
		};
		let bringer = self.nodes[from].identity;
		let node = &mut self.nodes[to];
		let mut message = verified.into_signed();
		if let Some(known) = node.block(&hash).cloned() {
			return self.verified_with(to, message, known);
		}
		let primary = node.members.get(usize::from(message.sender)).copied();
		if let Message::PrePrepare(PrePrepare { proposal, .. }) = &mut message.message {
			proposal.bytes = Default::default();
		}
		node.awaiting.insert(message.sender, message);
		if !node.fetches.contains_key(&hash) {
			let others = node.members.iter().copied().filter(|identity| *identity != node.identity);
			let from = [bringer].into_iter().chain(primary).chain(others).collect();
			node.fetches.insert(hash, Fetch { from, requests: 0 });
			self.request_block(to, hash);
		}
		None
	}

	/// Handles a fetched block.
	pub(super) fn on_body(&mut self, at: NodeId, block: Proposal) {
		self.stats.fetched += 1;
		let node = &mut self.nodes[at];
		node.keep(block.clone());
		let of_block = |signed: &Signed<Message>| match &signed.message {
			Message::PrePrepare(proposed) => proposed.proposal.hash == block.hash,
			_ => false,
		};
		let senders: Vec<_> =
			node.awaiting.iter().filter(|(_, signed)| of_block(signed)).map(|(sender, _)| *sender).collect();
		// Removed before they are fed: a step may end the height.
		let waiting: Vec<_> = senders.iter().filter_map(|sender| node.awaiting.remove(sender)).collect();
		for message in waiting {
			if let Some(verified) = self.verified_with(at, message, block.clone()) {
				self.feed(at, Input::Message(verified));
			}
		}
		self.feed(at, Input::BlockFetched(block));
	}

	/// Returns a proposal with its block. The signature covers the block's hash, so it stays valid.
	fn verified_with(&self, at: NodeId, mut message: Signed<Message>, block: Proposal) -> Option<Verified<Message>> {
		let node = &self.nodes[at];
		if let Message::PrePrepare(PrePrepare { proposal, .. }) = &mut message.message {
			*proposal = block;
		}
		let (domain, rules) = (&self.scenario.domain, &self.scenario.rules);
		message.verify_by(rules, domain, &node.committee, node.height, &keys::check).ok()
	}
}
