//! Evidence of forks, until a zone block has it, or none takes it.

use crate::{io::NamedHeader, limits::EVIDENCE_BLOCKS};
use std::collections::BTreeMap;
use tp_core::{BlockNumber, ChainTag};

/// Two certified blocks of one height.
#[derive(Clone, Debug)]
struct Evidence {
	pair: [NamedHeader; 2],
	/// The first zone block that could have taken it.
	since: Option<BlockNumber>,
	/// Whether it is not offered any more.
	is_over: bool,
}

/// The evidence that a router has, one pair for each shard. Evidence that is over is remembered, so that the same headers do not
/// begin it again.
#[derive(Clone, Debug, Default)]
pub struct Evidences(BTreeMap<ChainTag, Evidence>);

impl Evidence {
	fn number(&self) -> BlockNumber {
		self.pair[0].signed.header.number
	}
}

impl Evidences {
	/// Notes a fork of a shard. Returns whether it is news: a zone block takes one at a time.
	pub fn note(&mut self, chain: ChainTag, pair: &[NamedHeader; 2]) -> bool {
		let number = pair[0].signed.header.number;
		if self.0.get(&chain).is_some_and(|known| !known.is_over || known.number() == number) {
			return false;
		}
		self.0.insert(chain, Evidence { pair: pair.clone(), since: None, is_over: false });
		true
	}

	/// Returns what zone blocks are offered.
	pub fn offered(&self) -> impl Iterator<Item = &[NamedHeader; 2]> {
		self.0.values().filter(|evidence| !evidence.is_over).map(|evidence| &evidence.pair)
	}

	/// Notes that a zone block has evidence of a shard, or that the zone has frozen it.
	pub fn end(&mut self, chain: ChainTag) {
		if let Some(evidence) = self.0.get_mut(&chain) {
			evidence.is_over = true;
		}
	}

	/// Notes an imported zone block. Evidence that none of many blocks took is refused by the zone: its committee is forgotten, or has
	/// signed after its epoch. The zone knows the committees of a fork's height once it includes the block before.
	pub fn pass(&mut self, number: BlockNumber, sealed: impl Fn(ChainTag) -> Option<BlockNumber>) {
		for (chain, evidence) in &mut self.0 {
			let is_known = sealed(*chain).is_some_and(|sealed| sealed.saturating_add(1) >= evidence.number());
			if evidence.since.is_none() && is_known {
				evidence.since = Some(number);
			}
			let is_old = |since: BlockNumber| number.saturating_sub(since) >= EVIDENCE_BLOCKS;
			evidence.is_over |= evidence.since.is_some_and(is_old);
		}
	}

	/// Forgets a shard.
	pub fn forget(&mut self, chain: ChainTag) {
		self.0.remove(&chain);
	}
}
