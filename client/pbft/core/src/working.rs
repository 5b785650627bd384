//! The other members that send messages of one height.

use std::collections::BTreeSet;
use tp_pbft::{Height, MemberIndex};

/// Counts the other members whose messages came since it was made. Only messages of one height count together: what follows
/// from q of them follows for q members at the same height.
#[derive(Default)]
pub(crate) struct Working {
	height: Height,
	seen: BTreeSet<MemberIndex>,
}

impl Working {
	/// Notes a verified message of another member. Returns whether q members work at its height.
	pub(crate) fn note(&mut self, height: Height, member: MemberIndex, quorum: usize) -> bool {
		if self.height != height {
			self.seen.clear();
			self.height = height;
		}
		self.seen.insert(member);
		self.seen.len() >= quorum
	}

	/// Forgets what came.
	pub(crate) fn clear(&mut self) {
		self.seen.clear();
	}
}
