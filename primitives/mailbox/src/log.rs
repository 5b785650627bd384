//! The messages of a lane as nodes keep them, outside the state: bodies and hashes, from which proofs are made.

use crate::{
	lane::Lane,
	message::{Message, Sequence},
	mountain::{node, peaks, siblings, Mountain, Range, RangeProof, Subtree},
};
use alloc::{collections::VecDeque, vec::Vec};
use sp_core::H256;

/// The messages of a lane that are still needed, and what proofs of them need of the earlier ones.
#[derive(Clone, Debug)]
pub struct LaneLog {
	lane: Lane,
	/// The range before the first kept message.
	base: Mountain,
	messages: VecDeque<(H256, Message)>,
}

impl LaneLog {
	/// Returns the log of a lane without messages.
	pub fn new(lane: Lane) -> Self {
		Self::after(lane, Mountain::default())
	}

	/// Returns the log of a lane whose earlier messages, of which this is the range, are not needed.
	pub fn after(lane: Lane, base: Mountain) -> Self {
		Self { lane, base, messages: VecDeque::new() }
	}

	/// Returns the lane.
	pub fn lane(&self) -> &Lane {
		&self.lane
	}

	/// Returns the place of the first kept message.
	pub fn first(&self) -> Sequence {
		self.base.count()
	}

	/// Returns the place after the last message.
	pub fn end(&self) -> Sequence {
		self.base.count() + self.messages.len() as u64
	}

	/// Appends a message.
	pub fn push(&mut self, message: Message) {
		let leaf = message.leaf(&self.lane, self.end());
		self.push_with_leaf(leaf, message);
	}

	/// Appends a message whose leaf at this place the caller has computed.
	pub fn push_with_leaf(&mut self, leaf: H256, message: Message) {
		self.messages.push_back((leaf, message));
	}

	/// Removes the messages before a place.
	pub fn prune(&mut self, before: Sequence) {
		while self.first() < before {
			let Some((leaf, _)) = self.messages.pop_front() else { break };
			self.base.push(leaf);
		}
	}

	/// Returns the message at a place, if it is kept.
	pub fn message(&self, sequence: Sequence) -> Option<&Message> {
		self.leaf_at(sequence).map(|(_, message)| message)
	}

	/// Returns the messages of a range, and the proof that they stand in it when the lane has `count` messages. `None` if some
	/// are not kept.
	pub fn prove(&self, range: Range, count: u64) -> Option<(Vec<Message>, RangeProof)> {
		if range.first < self.first() || range.first >= range.end || range.end > count || count > self.end() {
			return None;
		}
		let messages: Option<Vec<Message>> = (range.first..range.end).map(|at| self.message(at).cloned()).collect();
		let hashes: Option<Vec<H256>> = siblings(count, range).into_iter().map(|tree| self.hash(tree)).collect();
		Some((messages?, RangeProof { siblings: hashes? }))
	}

	fn leaf_at(&self, sequence: Sequence) -> Option<&(H256, Message)> {
		self.messages.get(usize::try_from(sequence.checked_sub(self.first())?).ok()?)
	}

	/// Returns the hash of a subtree. A subtree that a proof needs and that ends before the first kept message is a peak of
	/// the range before it, because its parent contains a kept message.
	fn hash(&self, tree: Subtree) -> Option<H256> {
		if tree.end() <= self.first() {
			let at = peaks(self.base.count()).position(|peak| peak == tree)?;
			return self.base.peaks().get(at).copied();
		}
		match tree.halves() {
			None => self.leaf_at(tree.index).map(|(leaf, _)| *leaf),
			Some((left, right)) => Some(node(&self.hash(left)?, &self.hash(right)?)),
		}
	}
}
