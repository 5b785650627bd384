//! The traffic between processes.

use super::{bodies::awaits, queue::Event, World};
use crate::{
	behaviours::{Behaviour, Context},
	block::Block,
	keys::{self, Identity},
	network::{AddressedPacket, NodeId, Packet},
	scenario::Scenario,
	time::START_MS,
};
use rand::Rng;
use std::sync::Arc;
use tc_pbft_core::{Input, Inventory, Message, Offer, Payload, Signed};
use tp_pbft::MemberIndex;

/// Per cent of the certificates for lagging peers that are sent with their block.
const WITH_BLOCK_PERCENT: u32 = 80;

impl World {
	/// Sends a message of a node's replica, as changed by the node's behaviour.
	pub(super) fn emit(&mut self, at: NodeId, to: Vec<Identity>, message: Signed<Message>) {
		if self.is_correct(at) {
			let node = &self.nodes[at];
			self.checks.on_sent(node.identity, &message, &node.log);
			self.trace.note([self.now, at as u64, 8, u64::from(message.message.view())], || {
				let (kind, view) = (message.message.kind(), message.message.view());
				let payload = message.message.payload();
				let to = if to.len() == 1 { format!("{}", to[0]) } else { "all".into() };
				format!("{:>8} node {at} to {to}: {kind:?} {}/{view} {payload:?}", self.now, message.height)
			});
			let message = Arc::new(message);
			to.into_iter().for_each(|identity| self.send(at, identity, Packet::Message(message.clone())));
		} else {
			let packets =
				self.with_behaviour(at, Vec::new(), |behaviour, context| behaviour.outgoing(context, to, message));
			self.send_all(at, packets);
		}
	}

	/// Passes on messages of other members, unless the node's behaviour withholds them.
	pub(super) fn pass_on(&mut self, at: NodeId, member: MemberIndex, messages: Vec<Signed<Message>>) {
		if !self.with_behaviour(at, true, |behaviour, _| behaviour.passes_on()) {
			return;
		}
		let to = self.nodes[at].members[usize::from(member)];
		self.trace.note([self.now, at as u64, 10, u64::from(to)], || {
			format!("{:>8} node {at} passes {} messages on to {to}", self.now, messages.len())
		});
		self.stats.passed_on += messages.len() as u64;
		for message in messages {
			self.send(at, to, Packet::Message(Arc::new(message)));
		}
	}

	/// Announces a node's newest block to random peers.
	pub(super) fn tick(&mut self, at: NodeId) {
		let tip = self.nodes[at].tip();
		for _ in 0..2 {
			let peer = self.rng.gen_range(0..self.nodes.len());
			self.send_to_node(at, peer, Packet::Announce(tip));
		}
		let packets = self.with_behaviour(at, Vec::new(), |behaviour, context| behaviour.tick(context));
		self.send_all(at, packets);
	}

	fn send_all(&mut self, at: NodeId, packets: Vec<AddressedPacket>) {
		for (identity, packet) in packets {
			self.trace.note([self.now, at as u64, 9, u64::from(identity)], || {
				let what = match &packet {
					Packet::Message(message) => {
						let (kind, view) = (message.message.kind(), message.message.view());
						format!("{kind:?} {}/{view} {:?}", message.height, message.message.payload())
					},
					other => format!("{other:?}"),
				};
				format!("{:>8} byzantine node {at} to {identity}: {what}", self.now)
			});
			self.send(at, identity, packet);
		}
	}

	/// Lets the behaviour of a byzantine node act. Returns `correct` for a correct node.
	pub(super) fn with_behaviour<T>(
		&mut self,
		at: NodeId,
		correct: T,
		act: impl FnOnce(&mut dyn Behaviour, &mut Context) -> T,
	) -> T {
		let Some(mut behaviour) = self.nodes[at].behaviour.take() else { return correct };
		let node = &self.nodes[at];
		let mut context = Context {
			node: at,
			identity: node.identity,
			me: node.me,
			height: node.height,
			committee: &node.committee,
			members: &node.members,
			identities: self.scenario.election.weights.len(),
			parent: node.tip_hash(),
			parent_time: node.parent().time,
			now: START_MS + self.now,
			chain: &node.chain,
			domain: &self.scenario.domain,
			rng: &mut self.rng,
			adversary: &mut self.adversary,
		};
		let done = act(behaviour.as_mut(), &mut context);
		self.nodes[at].behaviour = Some(behaviour);
		done
	}

	/// Sends a packet to every node of an identity.
	pub(super) fn send(&mut self, from: NodeId, to: Identity, packet: Packet) {
		for at in 0..self.nodes.len() {
			if self.nodes[at].identity == to {
				self.send_to_node(from, at, packet.clone());
			}
		}
	}

	pub(super) fn send_to_node(&mut self, from: NodeId, to: NodeId, packet: Packet) {
		if from == to {
			return;
		}
		let (arrivals, count) = self.scenario.links.arrivals(self.now, from, to, &mut self.rng);
		if count == 0 {
			self.stats.lost += 1;
		}
		let held_ms = if self.now < self.scenario.links.heal_at { self.scheduler.hold_ms(to, &packet) } else { 0 };
		for at in &arrivals[..count] {
			// Not beyond the end of the faults.
			let at = (*at + held_ms).min(self.scenario.links.heal_at).max(*at);
			self.queue.push(at, Event::Deliver { from, to, packet: packet.clone() });
		}
	}

	pub(super) fn deliver(&mut self, from: NodeId, to: NodeId, packet: Packet) {
		if !self.nodes[to].up {
			return;
		}
		self.stats.delivered += 1;
		let node = &mut self.nodes[to];
		match packet {
			Packet::Message(message) => self.on_message(from, to, &message),
			Packet::Inventory(inventory) => self.on_inventory(from, to, &inventory),
			Packet::Announce(height) => {
				if height > node.tip() {
					node.ahead = Some((height, from));
					let next = node.tip() + 1;
					self.send_to_node(to, from, Packet::BlockRequest(next));
				}
			},
			Packet::BlockRequest(height) => {
				if let Some(block) = node.final_block(height) {
					let block = Arc::new(block.clone());
					let whole = self.rng.gen_range(0..100) < WITH_BLOCK_PERCENT;
					self.send_to_node(to, from, Packet::Final(block, whole));
				}
			},
			Packet::Final(block, whole) => {
				let certificate = block.certificate.clone();
				let hash = if whole { block.proposal.hash } else { certificate.hash };
				let names = !whole || Block::names(&block.proposal);
				let domain = &self.scenario.domain;
				if !node.importing
					&& names && certificate.height == node.height
					&& certificate.verify(domain, &node.committee, node.height, &hash, keys::check).is_ok()
				{
					if let Some(listening) = &mut node.listening {
						listening.note_certificate(certificate.height);
					}
					let proposal = whole.then(|| block.proposal.clone());
					self.feed(to, Input::Certificate(certificate, proposal));
				}
			},
			Packet::FetchRequest(hash) => {
				let found = node.block(&hash).cloned();
				let own = found.clone();
				let served = self.with_behaviour(to, own, |behaviour, context| {
					let known = found.or_else(|| context.adversary.blocks.get(&hash).cloned());
					known.and_then(|proposal| behaviour.serve(context, proposal))
				});
				if let Some(proposal) = served {
					self.send_to_node(to, from, Packet::FetchResponse(proposal));
				}
			},
			Packet::FetchResponse(proposal) => {
				if !Block::names(&proposal) {
					self.stats.wrong_bodies += 1;
				} else if node.fetches.remove(&proposal.hash).is_some() {
					self.on_body(to, proposal);
				}
			},
		}
	}

	fn on_message(&mut self, from: NodeId, to: NodeId, message: &Signed<Message>) {
		let sender = self.nodes[from].identity;
		if !self.with_behaviour(to, true, |behaviour, context| behaviour.receives(context, sender)) {
			return;
		}
		let packets = self.with_behaviour(to, Vec::new(), |behaviour, context| behaviour.incoming(context, message));
		self.send_all(to, packets);
		self.note_second_process(from, to, message);
		let node = &mut self.nodes[to];
		let (current, size) = (node.height, node.committee.size());
		match node.inbox.offer(from, current, size, message.clone()) {
			Offer::Current(message) => self.verify_and_feed(to, from, message),
			Offer::Behind(message) => {
				// The sender lags, so it is sent the certificate.
				self.deliver_request(to, from, message.height);
			},
			Offer::Ahead => {
				let next = node.tip() + 1;
				// The sender has at least the block before the height of its message.
				node.ahead = Some((message.height - 1, from));
				self.send_to_node(to, from, Packet::BlockRequest(next));
			},
			Offer::Kept | Offer::Duplicate | Offer::Refused => {},
		}
	}

	/// Handles a question for messages: of the same height by passing them on, of a lower one by the certificate.
	fn on_inventory(&mut self, from: NodeId, to: NodeId, inventory: &Inventory) {
		let (asker, node) = (self.nodes[from].identity, &self.nodes[to]);
		if inventory.height < node.height {
			return self.deliver_request(to, from, inventory.height);
		}
		if let Some(member) = node.committee.index_of(&keys::key(asker)) {
			self.feed(to, Input::Asked(member, inventory.clone()));
		}
	}

	fn deliver_request(&mut self, at: NodeId, from: NodeId, height: tp_pbft::Height) {
		if let Some(block) = self.nodes[at].final_block(height) {
			let block = Arc::new(block.clone());
			self.send_to_node(at, from, Packet::Final(block, true));
		}
	}

	/// Verifies a message of the current height, as an engine does, and feeds it.
	pub(super) fn verify_and_feed(&mut self, to: NodeId, from: NodeId, message: Signed<Message>) {
		let node = &self.nodes[to];
		let Scenario { domain, rules, .. } = &self.scenario;
		if !node.replica.could_use(&message) || awaits(node, &message) {
			self.stats.unused += 1;
			return;
		}
		match message.verify_by(rules, domain, &node.committee, node.height, &keys::check) {
			Ok(verified) => {
				self.note_member(from, to, verified.signed());
				if let Some(verified) = self.wait_for_body(from, to, verified) {
					self.feed(to, Input::Message(verified));
				}
			},
			Err(error) => {
				self.stats.refused += 1;
				// Both replicas are correct and at the same height, so a refusal is an error of the verification.
				if self.is_correct(from) && self.scenario.sound_quorum {
					let (sender, receiver) = (self.nodes[from].identity, self.nodes[to].identity);
					self.checks.violated(format!("verification: {receiver} refuses {sender}: {error}"));
				}
			},
		}
	}
}
