//! The roots of accounts behind roots of states that were computed lately.

use parking_lot::Mutex;
use std::collections::VecDeque;
use tp_account_store::Hash;

/// Roots that are kept. A height has few proposals, and an execution asks for its root a few times.
const KEPT: usize = 64;

/// The newest roots: of a state, and of its accounts.
#[derive(Debug)]
pub(crate) struct Roots<H>(Mutex<VecDeque<(H, Hash)>>);

impl<H> Default for Roots<H> {
	fn default() -> Self {
		Self(Mutex::new(VecDeque::new()))
	}
}

impl<H: PartialEq> Roots<H> {
	/// Notes the root of the accounts of a state.
	pub fn note(&self, state: H, accounts: Hash) {
		let mut roots = self.0.lock();
		roots.retain(|(root, _)| *root != state);
		roots.push_back((state, accounts));
		if roots.len() > KEPT {
			roots.pop_front();
		}
	}

	/// Returns the root of the accounts of a state, if it was noted lately.
	pub fn get(&self, state: &H) -> Option<Hash> {
		self.0.lock().iter().rev().find(|(root, _)| root == state).map(|(_, accounts)| *accounts)
	}
}
