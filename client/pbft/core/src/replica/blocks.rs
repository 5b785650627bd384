//! The blocks that the replica holds for a height, and the driver's verdicts on them.

use crate::{io::Verdict, message::Proposal};
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

/// A check that the driver does.
#[derive(Clone, Copy, Debug)]
pub(super) struct Request {
	pub authorship: Authorship,
	/// Whether the block's time is a part of the check.
	pub timed: bool,
}

/// What is known of a block, and the authorship that it was checked for.
#[derive(Clone, Copy, Debug)]
struct Known {
	authorship: Authorship,
	valid: bool,
}

/// The verdicts of rule 4.
#[derive(Clone, Debug, Default)]
pub(super) struct Checks {
	verdicts: BTreeMap<BlockHash, Known>,
	requested: BTreeMap<BlockHash, Request>,
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
	pub fn request(&mut self, hash: BlockHash, authorship: Authorship, timed: bool) -> bool {
		match self.requested.entry(hash) {
			std::collections::btree_map::Entry::Occupied(_) => false,
			std::collections::btree_map::Entry::Vacant(vacant) => {
				vacant.insert(Request { authorship, timed });
				true
			},
		}
	}

	/// Takes the driver's verdict, and returns the request. Ignores a verdict that was not requested.
	///
	/// Invariant: only what every replica finds is kept. A block without authorship has a prepared certificate: f+1
	/// correct members executed it and found it valid. A refusal by this node alone is then a fault of this node, so it is
	/// not kept. `keeps_local` drops that invariant.
	pub fn resolve(&mut self, hash: BlockHash, verdict: Verdict, keeps_local: bool) -> Option<Request> {
		let request = self.requested.remove(&hash)?;
		match verdict {
			Verdict::Valid => self.set(hash, request.authorship, true),
			Verdict::Invalid if request.authorship.is_some() || keeps_local => {
				self.set(hash, request.authorship, false)
			},
			// As if the refusal followed from the block: for every authorship.
			Verdict::Unknown if keeps_local => self.set(hash, None, false),
			Verdict::Invalid | Verdict::Unknown => {},
		}
		Some(request)
	}

	/// Stores a verdict that is known without a check: for a block that this replica built, or voted for before a
	/// restart.
	pub fn set(&mut self, hash: BlockHash, authorship: Authorship, valid: bool) {
		// Dropping all is simple and safe: a missing verdict costs one more execution.
		if self.verdicts.len() >= MAX_VERDICTS {
			self.verdicts.clear();
		}
		self.verdicts.insert(hash, Known { authorship, valid });
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
		assert!(checks.request(hash, Some((0, 2)), true));
		assert!(!checks.request(hash, None, false), "one request at a time");
		assert!(checks.resolve(hash, Verdict::Valid, false).is_some());
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
		assert!(checks.resolve(block(2).hash, Verdict::Valid, false).is_none());
		assert_eq!(checks.verdict(&block(2).hash, None), None, "no verdict was requested");
	}
	#[test]
	fn only_what_every_replica_finds_is_kept() {
		let mut checks = Checks::default();
		let mut after = |byte, authorship: Authorship, verdict| {
			let hash = block(byte).hash;
			assert!(checks.request(hash, authorship, authorship.is_some()));
			assert!(checks.resolve(hash, verdict, false).is_some());
			checks.verdict(&hash, authorship)
		};
		assert_eq!(after(1, Some((0, 2)), Verdict::Invalid), Some(false));
		assert_eq!(after(2, Some((0, 2)), Verdict::Unknown), None);
		assert_eq!(after(3, None, Verdict::Unknown), None);
		assert_eq!(after(3, None, Verdict::Invalid), None, "a prepared block is valid: the fault is this node's");
		assert_eq!(after(3, None, Verdict::Valid), Some(true), "it is asked again");
	}
}
