//! Blocks whose root was computed and which are not committed: proposals, of which a height can have several.

use crate::{limits::Limits, state::Plan};
use std::collections::VecDeque;
use tp_account_store::Hash;

/// A plan by the root that it leads to, and the version that it follows.
struct Waiting {
	parent: u64,
	root: Hash,
	plan: Plan,
}

/// The plans that wait. The oldest goes when there are too many; its root can be computed again.
#[derive(Default)]
pub struct Pending {
	waiting: VecDeque<Waiting>,
	bytes: usize,
}

impl Pending {
	/// Keeps a plan.
	pub fn insert(&mut self, parent: u64, root: Hash, plan: Plan, limits: &Limits) {
		if self.waiting.iter().any(|waiting| waiting.parent == parent && waiting.root == root) {
			return;
		}
		self.bytes += plan.bytes();
		self.waiting.push_back(Waiting { parent, root, plan });
		while self.waiting.len() > limits.pending_blocks.max(1)
			|| (self.waiting.len() > 1 && self.bytes > limits.pending_bytes)
		{
			self.remove(0);
		}
	}

	fn remove(&mut self, at: usize) -> Option<Plan> {
		let waiting = self.waiting.remove(at)?;
		self.bytes -= waiting.plan.bytes();
		Some(waiting.plan)
	}

	/// Takes the plan that leads from a version to a root.
	pub fn take(&mut self, parent: u64, root: &Hash) -> Option<Plan> {
		let at = self.waiting.iter().position(|waiting| waiting.parent == parent && waiting.root == *root)?;
		self.remove(at)
	}

	/// Drops the plans that follow other versions than the newest: they cannot be carried out any more.
	pub fn keep(&mut self, parent: u64) {
		while let Some(at) = self.waiting.iter().position(|waiting| waiting.parent != parent) {
			self.remove(at);
		}
	}

	/// Returns the number of plans.
	pub fn len(&self) -> usize {
		self.waiting.len()
	}
}
