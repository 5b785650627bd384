//! The ledgers that a zone block names. A ledger that a quorum of routers cannot execute must not stop the zone.
//!
//! ```text
//! two proposals of a height name a ledger, and neither is decided
//!   └─▶ it is left out ─ 1, 2, 4 … 32 blocks ─▶ it is named alone ─▶ the zone includes it: named with the others again
//!                 └──────────────────────── that is not decided either
//! ```

use std::collections::BTreeMap;
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
#[derive(Debug, Default)]
pub(crate) struct Naming {
	/// The height whose proposals are remembered.
	height: BlockNumber,
	proposals: BTreeMap<Hash, Vec<(ChainTag, BlockNumber)>>,
	/// The number of this node's own proposals, which names them.
	own: u64,
	left_out: BTreeMap<ChainTag, LeftOut>,
}

/// A ledger that is left out.
#[derive(Clone, Copy, Debug)]
struct LeftOut {
	/// The head that found no quorum.
	number: BlockNumber,
	/// The height of the zone block.
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

	/// Notes a proposal of another node.
	pub fn note(&mut self, height: BlockNumber, id: Hash, heads: &[NamedHeader]) {
		if self.height != height {
			self.height = height;
			self.proposals.clear();
		}
		if self.proposals.len() < REMEMBERED {
			let named = heads.iter().map(|head| (head.chain, head.signed.header.number));
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
		if self.height != height {
			return;
		}
		let mut named: BTreeMap<ChainTag, (usize, BlockNumber)> = BTreeMap::new();
		for (chain, number) in self.proposals.values().flatten() {
			let (count, lowest) = named.entry(*chain).or_insert((0, *number));
			(*count, *lowest) = (*count + 1, *number.min(lowest));
		}
		for (chain, (_, number)) in named.into_iter().filter(|(_, (count, _))| *count >= TOLERATED) {
			let before = self.left_out.get(&chain);
			if before.is_some_and(|before| before.at == height) {
				continue;
			}
			let wait = before.map_or(1, |before| before.wait.saturating_mul(2).min(MAX_WAIT));
			self.left_out.insert(chain, LeftOut { number, at: height, wait });
		}
	}

	/// Notes what a zone block includes: a quorum has executed it.
	pub fn include(&mut self, chain: ChainTag, number: BlockNumber) {
		if self.left_out.get(&chain).is_some_and(|left_out| left_out.number <= number) {
			self.left_out.remove(&chain);
		}
	}
}
