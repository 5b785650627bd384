//! The blocks that the replica holds for a height, and the driver's verdicts on them.

use crate::message::Proposal;
use std::collections::BTreeMap;
use tp_pbft::{BlockHash, MemberIndex, View};

/// Blocks kept per height. There is more than one only after view changes, and a faulty primary can add one per view.
/// The oldest is dropped first, but never the prepared one: a later view may be bound to it.
pub const MAX_BLOCKS: usize = 4;

/// Verdicts kept per height. Beyond it all are dropped, and requested again when they are needed.
const MAX_VERDICTS: usize = 64;

/// The view and author that a header must name; `None` if the block was prepared in an earlier view (rule 6).
pub(super) type Authorship = Option<(View, MemberIndex)>;

/// The held blocks, each with the view in which it came last.
#[derive(Clone, Debug, Default)]
pub(super) struct Blocks(BTreeMap<BlockHash, (View, Proposal)>);

impl Blocks {
	pub fn get(&self, hash: &BlockHash) -> Option<&Proposal> {
		self.0.get(hash).map(|(_, proposal)| proposal)
	}

	/// Adds a block. Beyond the bound, drops the block of the lowest view that is not `prepared`.
	pub fn insert(&mut self, view: View, proposal: Proposal, prepared: Option<BlockHash>) {
		let hash = proposal.hash;
		self.0.insert(hash, (view, proposal));
		while self.0.len() > MAX_BLOCKS {
			let oldest = self
				.0
				.iter()
				.filter(|(other, _)| **other != hash && Some(**other) != prepared)
				.min_by_key(|(_, (view, _))| *view)
				.map(|(other, _)| *other);
			let oldest = oldest.expect("at most two of more than MAX_BLOCKS are protected; qed");
			self.0.remove(&oldest);
		}
	}
}

/// The driver's verdict on a block, and the authorship that it was checked for.
#[derive(Clone, Copy, Debug)]
struct Verdict {
	authorship: Authorship,
	valid: bool,
}

/// The verdicts of rule 4. Each is requested once.
#[derive(Clone, Debug, Default)]
pub(super) struct Checks {
	verdicts: BTreeMap<BlockHash, Verdict>,
	requested: BTreeMap<BlockHash, Authorship>,
}

impl Checks {
	/// Returns whether the block is known to be valid or invalid for this authorship.
	///
	/// A header names one author, so a block that is valid for one authorship is invalid for another. A check without
	/// authorship covers the rest of the header only. A negative verdict with authorship may be due to the author
	/// alone, so it says nothing for another authorship.
	pub fn verdict(&self, hash: &BlockHash, authorship: Authorship) -> Option<bool> {
		let known = self.verdicts.get(hash)?;
		match (known.valid, known.authorship, authorship) {
			(true, _, None) => Some(true),
			// The header names exactly one view and author, so it cannot satisfy another authorship.
			(true, Some(named), Some(needed)) => Some(named == needed),
			(true, None, Some(_)) => None,
			(false, None, _) => Some(false),
			(false, named, needed) => (named == needed).then_some(false),
		}
	}

	/// Returns whether to request a verdict from the driver. False while the driver checks the same block.
	pub fn request(&mut self, hash: BlockHash, authorship: Authorship) -> bool {
		match self.requested.entry(hash) {
			std::collections::btree_map::Entry::Occupied(_) => false,
			std::collections::btree_map::Entry::Vacant(vacant) => {
				vacant.insert(authorship);
				true
			},
		}
	}

	/// Stores the driver's verdict. Ignores a verdict that was not requested.
	pub fn resolve(&mut self, hash: BlockHash, valid: bool) {
		if let Some(authorship) = self.requested.remove(&hash) {
			self.set(hash, authorship, valid);
		}
	}

	/// Stores a verdict that is known without a check: for a block that this replica built, or voted for before a
	/// restart.
	pub fn set(&mut self, hash: BlockHash, authorship: Authorship, valid: bool) {
		// Dropping all is simple and safe: a missing verdict costs one more execution.
		if self.verdicts.len() >= MAX_VERDICTS {
			self.verdicts.clear();
		}
		self.verdicts.insert(hash, Verdict { authorship, valid });
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use std::sync::Arc;

	fn block(byte: u8) -> Proposal {
		Proposal { hash: BlockHash::repeat_byte(byte), bytes: Arc::new(vec![byte]) }
	}

	#[test]
	fn the_prepared_block_outlives_newer_ones() {
		let mut blocks = Blocks::default();
		let prepared = block(0).hash;
		for view in 0..20 {
			blocks.insert(u32::from(view), block(view), Some(prepared));
		}
		assert_eq!(blocks.0.len(), MAX_BLOCKS);
		assert!(blocks.get(&prepared).is_some());
		assert!(blocks.get(&block(19).hash).is_some());
		assert!(blocks.get(&block(1).hash).is_none());
	}

	#[test]
	fn a_verdict_holds_for_its_authorship() {
		let hash = block(1).hash;
		let mut checks = Checks::default();
		assert!(checks.request(hash, Some((0, 2))));
		assert!(!checks.request(hash, None), "one request at a time");
		checks.resolve(hash, true);
		assert_eq!(checks.verdict(&hash, Some((0, 2))), Some(true));
		assert_eq!(checks.verdict(&hash, None), Some(true));
		assert_eq!(
			checks.verdict(&hash, Some((1, 2))),
			Some(false),
			"a block of an earlier view is not the new primary's"
		);
		checks.set(hash, None, true);
		assert_eq!(checks.verdict(&hash, Some((1, 2))), None);
		checks.set(hash, Some((1, 2)), false);
		assert_eq!(checks.verdict(&hash, None), None, "the author alone may be wrong");
		checks.set(hash, None, false);
		assert_eq!(checks.verdict(&hash, Some((5, 2))), Some(false));
		checks.resolve(block(2).hash, true);
		assert_eq!(checks.verdict(&block(2).hash, None), None, "no verdict was requested");
	}
}
