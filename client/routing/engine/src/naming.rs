//! The ledgers that a zone block names. A ledger that a quorum of routers cannot execute must not stop the zone.
//!
//! ```text
//! two proposals of a height name a ledger, and neither is decided
//!   └─▶ it is left out ─ 1, 2, 4 … 32 blocks ─▶ it is named alone ─▶ the zone includes it: named with the others again
//!                 └──────────────────────── that is not decided either
//! ```

use std::collections::{BTreeMap, BTreeSet};
use tc_routing_core::NamedHeader;
use tp_core::{BlockNumber, ChainTag, Hash};

/// Proposals of a height that name a ledger before it is left out. Routers that were late for the first one have executed the head by
/// the second.
const TOLERATED: usize = 2;
/// Zone blocks between two tries at most.
const MAX_WAIT: BlockNumber = 32;
/// Proposals of a height that are remembered.
const REMEMBERED: usize = 64;

/// Which ledgers the proposals of a zone named without success.
///
/// Each router counts the proposals of all authors, so that all leave out the same.
#[derive(Debug, Default)]
pub(crate) struct Naming {
	/// The height whose proposals are remembered.
	height: BlockNumber,
	/// The ledgers that the proposals of the height name.
	proposals: BTreeMap<Hash, BTreeSet<ChainTag>>,
	/// The number of this node's own proposals, which names them.
	own: u64,
	/// The heads that the zone includes.
	included: BTreeMap<ChainTag, BlockNumber>,
	/// Those before the height.
	before: BTreeMap<ChainTag, BlockNumber>,
	left_out: BTreeMap<ChainTag, LeftOut>,
}

/// A ledger that is left out.
#[derive(Clone, Copy, Debug)]
struct LeftOut {
	/// The height of the zone block that named it in vain.
	at: BlockNumber,
	/// Zone blocks until the next try.
	wait: BlockNumber,
}

/// What a zone block names.
#[derive(Debug, Default)]
pub(crate) struct Chosen {
	/// The heads.
	pub heads: Vec<NamedHeader>,
	/// Whether it is the one try of a ledger that was left out.
	pub is_try: bool,
}

impl Naming {
	/// Returns what of the heads a zone block of a height names.
	pub fn choose(&self, height: BlockNumber, mut heads: Vec<NamedHeader>) -> Chosen {
		let due = |head: &&NamedHeader| {
			let left_out = self.left_out.get(&head.chain)?;
			(height >= left_out.at.saturating_add(left_out.wait)).then_some(left_out.at)
		};
		let tried = heads.iter().filter(|head| due(head).is_some()).min_by_key(due);
		if let Some(tried) = tried.cloned() {
			return Chosen { heads: vec![tried], is_try: true };
		}
		heads.retain(|head| !self.left_out.contains_key(&head.chain));
		Chosen { heads, is_try: false }
	}

	/// Notes a proposal of another node. Nothing of it is checked yet.
	pub fn note(&mut self, height: BlockNumber, id: Hash, heads: &[NamedHeader]) {
		self.pass(height);
		if self.proposals.len() < REMEMBERED {
			let named = heads.iter().map(|head| head.chain);
			self.proposals.entry(id).or_insert_with(|| named.collect());
		}
	}

	/// Notes a proposal of this node.
	pub fn note_own(&mut self, height: BlockNumber, heads: &[NamedHeader]) {
		self.own += 1;
		self.note(height, Hash::from_low_u64_be(self.own), heads);
	}

	/// Leaves out what the earlier proposals of a height named in vain: this node makes another one.
	pub fn begin(&mut self, height: BlockNumber) {
		self.pass(height);
		self.leave_out();
	}

	/// Goes on to a height. What was tried at the one before, and not included, was tried in vain.
	fn pass(&mut self, height: BlockNumber) {
		if self.height == height {
			return;
		}
		self.leave_out();
		self.height = height;
		self.proposals.clear();
		self.before.clone_from(&self.included);
	}

	/// Leaves out the ledgers that proposals of the height named in vain: for longer those whose one try it was. A ledger that was not
	/// due is as before: otherwise a faulty author that names it at each height would put its try off for ever.
	fn leave_out(&mut self) {
		let mut named: BTreeMap<ChainTag, usize> = BTreeMap::new();
		for chain in self.proposals.values().flatten() {
			*named.entry(*chain).or_default() += 1;
		}
		named.retain(|chain, _| self.included.get(chain) == self.before.get(chain));
		for (chain, count) in named {
			let wait = match self.left_out.get(&chain) {
				Some(before) if self.height < before.at.saturating_add(before.wait) => continue,
				Some(before) => before.wait.saturating_mul(2).min(MAX_WAIT),
				None if count < TOLERATED => continue,
				None => 1,
			};
			self.left_out.insert(chain, LeftOut { at: self.height, wait });
		}
	}

	/// Notes what a zone block includes: a quorum has executed it. Any newer head is a success: proposals can claim any number.
	pub fn include(&mut self, chain: ChainTag, number: BlockNumber) {
		let before = self.included.insert(chain, number);
		if before.is_none_or(|before| before < number) {
			self.left_out.remove(&chain);
		}
	}
}

#[cfg(test)]
mod tests;
