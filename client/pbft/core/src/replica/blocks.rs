//! The blocks of a height that are at hand, and what the driver said of them.

use crate::Proposal;
use std::collections::BTreeMap;
use tp_pbft::{BlockHash, MemberIndex, View};

/// Blocks kept of one height. More than one is there only after view changes; a faulty primary can add one a view, and
/// the oldest goes first, never the prepared one.
pub const MAX_BLOCKS: usize = 4;

/// Verdicts kept of one height. Beyond it all are forgotten and asked for again as needed.
const MAX_VERDICTS: usize = 64;

/// The view and author that a header must name; `None` if the block was prepared before, whoever proposed it (rule 6).
pub(super) type Authorship = Option<(View, MemberIndex)>;

/// The blocks at hand, with the view in which each came last.
#[derive(Clone, Debug, Default)]
pub(super) struct Blocks(BTreeMap<BlockHash, (View, Proposal)>);

impl Blocks {
	pub fn get(&self, hash: &BlockHash) -> Option<&Proposal> {
		self.0.get(hash).map(|(_, proposal)| proposal)
	}

	/// Adds a block. Of too many, the one of the lowest view goes that is not `prepared`.
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

/// What the driver said of one block, and for which authorship it was asked.
#[derive(Clone, Copy, Debug)]
struct Verdict {
	authorship: Authorship,
	valid: bool,
}

/// Verdicts of rule 4, each asked for once.
#[derive(Clone, Debug, Default)]
pub(super) struct Checks {
	verdicts: BTreeMap<BlockHash, Verdict>,
	asked: BTreeMap<BlockHash, Authorship>,
}

impl Checks {
	/// Whether the block is known to be valid, or invalid, for this authorship.
	///
	/// A header names one author, so a block valid for one authorship is invalid for another; without authorship, only
	/// the rest was checked.
	pub fn verdict(&self, hash: &BlockHash, authorship: Authorship) -> Option<bool> {
		let known = self.verdicts.get(hash)?;
		match (known.valid, known.authorship, authorship) {
			(true, _, None) => Some(true),
			(true, Some(named), Some(needed)) => Some(named == needed),
			(true, None, Some(_)) => None,
			(false, None, _) => Some(false),
			(false, named, needed) => (named == needed).then_some(false),
		}
	}

	/// Whether the driver must be asked now: not while it works on the same block.
	pub fn ask(&mut self, hash: BlockHash, authorship: Authorship) -> bool {
		match self.asked.entry(hash) {
			std::collections::btree_map::Entry::Occupied(_) => false,
			std::collections::btree_map::Entry::Vacant(vacant) => {
				vacant.insert(authorship);
				true
			},
		}
	}

	/// The driver's answer. An answer to nothing is ignored.
	pub fn answer(&mut self, hash: BlockHash, valid: bool) {
		if let Some(authorship) = self.asked.remove(&hash) {
			self.learn(hash, authorship, valid);
		}
	}

	/// Takes over a verdict that is known otherwise: of a block that we built, or voted for before a restart.
	pub fn learn(&mut self, hash: BlockHash, authorship: Authorship, valid: bool) {
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
		assert!(checks.ask(hash, Some((0, 2))));
		assert!(!checks.ask(hash, None), "one question at a time");
		checks.answer(hash, true);
		assert_eq!(checks.verdict(&hash, Some((0, 2))), Some(true));
		assert_eq!(checks.verdict(&hash, None), Some(true));
		assert_eq!(checks.verdict(&hash, Some((1, 2))), Some(false), "an old block is not a new primary's own");
		checks.learn(hash, None, true);
		assert_eq!(checks.verdict(&hash, Some((1, 2))), None);
		checks.learn(hash, Some((1, 2)), false);
		assert_eq!(checks.verdict(&hash, None), None, "only the author may have been wrong");
		checks.learn(hash, None, false);
		assert_eq!(checks.verdict(&hash, Some((5, 2))), Some(false));
		checks.answer(block(2).hash, true);
		assert_eq!(checks.verdict(&block(2).hash, None), None, "nobody asked");
	}
}
