//! A second process of a correct member, by the engine's own rule ([`tc_pbft_core::Listening`]).

use super::{queue::Local, replica, World};
use crate::{keys, network::NodeId, network::Packet, node::Node, scenario::Newcomer, time::Time};
use std::sync::Arc;
use tc_pbft_core::{Abstention, Inventory, Message, Record, Signed};
use tp_pbft::{Committee, Height, MemberIndex, PbftId};

impl Node {
	/// Whether the process listens at a height that begins, in place of a vote.
	pub(super) fn listens(
		&mut self,
		height: Height,
		own: Option<MemberIndex>,
		committee: &Committee,
		second: Option<usize>,
		now: Time,
	) -> bool {
		let Some(listening) = &mut self.listening else { return false };
		// Links to others do not fail in runs with a second process.
		listening.note_links(committee.size().saturating_sub(1), second, committee, now);
		if own.is_none() {
			return false;
		}
		let may_vote = listening.may_vote(height, now);
		if listening.is_over(height, now) {
			self.listening = None;
		}
		!may_vote
	}

	/// Notes a vote of the process.
	pub(super) fn note_own_vote(&mut self, record: &Record) {
		if matches!(record, Record::Committed { .. }) {
			self.listening = None;
		}
		if let Some(listening) = &mut self.listening {
			listening.note_vote(record.height());
		}
	}
}

impl World {
	/// Whether a node may find that another process uses its key: the second process of a member, and the first one if it has no
	/// link to the second.
	pub(super) fn may_stop(&self, at: NodeId) -> bool {
		let is_one = |newcomer: Newcomer| newcomer.node == at || newcomer.first == at && !newcomer.linked;
		self.scenario.newcomer.is_some_and(is_one)
	}

	/// Returns how many other processes of the same member, to which a node has a link, come before it; `None` without such
	/// links.
	pub(super) fn processes_before(&self, at: NodeId) -> Option<usize> {
		let links = &self.scenario.links;
		let is_second = |other: NodeId| {
			let node = &self.nodes[other];
			other != at && node.up && node.identity == self.nodes[at].identity && !links.is_broken(at, other)
		};
		let mut others = (0..self.nodes.len()).filter(|other| is_second(*other)).peekable();
		others.peek()?;
		Some(others.filter(|other| *other < at).count())
	}

	/// Gives the second process of a member its disk. Returns the newest height at which its log has a vote.
	pub(super) fn copy_disk(&mut self, at: NodeId) -> Height {
		let newcomer = self.scenario.newcomer.filter(|newcomer| newcomer.node == at);
		let Some((first, older)) = newcomer.and_then(|newcomer| Some((newcomer.first, newcomer.copy?))) else {
			return 0;
		};
		let mut chain = self.nodes[first].chain.clone();
		chain.truncate(chain.len().saturating_sub(older as usize));
		self.nodes[at].chain = chain;
		self.nodes[at].tip()
	}

	/// Lets a process that listens vote later, and asks the others whether they are ahead.
	pub(super) fn wait_to_vote(&mut self, at: NodeId, height: Height) {
		let node = &self.nodes[at];
		let Some(listening) = &node.listening else { return };
		let after = listening.due_ms(height).saturating_sub(self.now);
		let (epoch, others) = (node.committee.epoch, node.members.clone());
		self.local(at, after, Local::Listened(height));
		let inventory = Arc::new(Inventory::of_listener(epoch, height));
		for identity in others {
			self.send(at, identity, Packet::Inventory(inventory.clone()));
		}
	}

	/// Gives a process its place at the height that runs, if it has listened long enough.
	pub(super) fn on_listened(&mut self, at: NodeId, height: Height) {
		let node = &self.nodes[at];
		let waits = node.height == height && node.me.is_none() && !node.importing && node.abstention.is_none();
		let may_vote = node.listening.as_ref().is_some_and(|listening| listening.may_vote(height, self.now));
		if waits && may_vote {
			self.keep_view_changes(at);
			let node = &self.nodes[at];
			self.nodes[at].replica = replica(&self.scenario, at, node.identity, node.log.clone());
			self.start(at);
		}
	}

	/// Notes a message of the height that runs, which `bringer` sent.
	pub(super) fn listen(&mut self, bringer: PbftId, to: NodeId, message: &Signed<Message>) {
		let node = &mut self.nodes[to];
		let own = node.committee.index_of(&keys::key(node.identity));
		let Some(listening) = &mut node.listening else { return };
		if node.committee.index_of(&bringer) != Some(message.sender) {
			if own == Some(message.sender) {
				listening.note_own_key(message.height);
			}
			return;
		}
		if own != Some(message.sender) {
			listening.note_member(node.height, message.sender, node.committee.quorum());
		}
	}

	/// Notes a message that came from another process of the same member, at any height.
	pub(super) fn note_second_process(&mut self, from: NodeId, to: NodeId, message: &Signed<Message>) {
		let node = &self.nodes[to];
		let own = node.committee.index_of(&keys::key(node.identity));
		let is_own = own == Some(message.sender) && node.committee.epoch == message.epoch;
		// Byzantine twins share their key, and nothing guards it.
		if node.behaviour.is_some()
			|| node.me.is_some()
			|| !is_own
			|| self.nodes[from].identity != self.nodes[to].identity
		{
			return;
		}
		let node = &mut self.nodes[to];
		match &mut node.abstention {
			Some(abstention) if abstention.is_of_used_key() => abstention.note_key_used(self.now),
			_ => self.on_own_key_used(to),
		}
	}

	/// Looks for the key of a process that listens among the signers of the newest block.
	pub(super) fn look_for_own_signature(&mut self, at: NodeId) {
		let node = &self.nodes[at];
		let (Some(listening), Some(newest)) = (&node.listening, node.chain.last()) else { return };
		let own = node.committee.index_of(&keys::key(node.identity));
		let certificate = &newest.certificate;
		let is_live = node.height == certificate.height && listening.is_live(node.height);
		if is_live && node.me.is_none() && own.is_some_and(|own| certificate.signers.contains(own)) {
			self.on_own_key_used(at);
		}
	}

	/// Stops the votes of one of two processes of a member.
	pub(super) fn on_own_key_used(&mut self, at: NodeId) {
		let rank = self.processes_before(at).unwrap_or_default();
		let node = &mut self.nodes[at];
		node.listening = None;
		node.me = None;
		node.abstention = Some(Abstention::of_used_key(self.now, rank));
		if self.scenario.newcomer.is_some_and(|newcomer| newcomer.node == at) {
			self.stats.newcomers += 1;
		} else {
			self.stats.stopped_firsts += 1;
		}
		self.trace.note([self.now, at as u64, 11, 0], || format!("{:>8} node {at} finds another process", self.now));
	}
}
