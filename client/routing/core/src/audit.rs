//! The audit of a shard: which of its certified blocks this router has executed itself.

use crate::{
	io::{BodyError, Executed, NamedHeader, Verdict},
	limits::{MAX_AHEAD, MAX_UNAUDITED},
};
use sp_core::H256;
use std::collections::BTreeMap;
use tp_beacon::{CertifiedHeader, SignedHeader};
use tp_core::{BlockNumber, ChainTag};
use tp_mailbox::Percent;

#[derive(Clone, Debug)]
struct Certified {
	hash: H256,
	signed: SignedHeader,
	/// Whether it is the last of its epoch.
	is_last: bool,
}

/// What a router knows of a shard above its sealed head.
#[derive(Clone, Debug)]
pub struct Audit {
	chain: ChainTag,
	/// The height of the head that the newest zone block includes.
	sealed: BlockNumber,
	/// Certified blocks above it.
	certified: BTreeMap<BlockNumber, Certified>,
	/// Blocks above it that this router executed, by height. They follow each other, because the router's node executes a
	/// chain.
	executed: BTreeMap<BlockNumber, (H256, Option<H256>)>,
	/// The lowest block that is not valid.
	invalid: Option<BlockNumber>,
	/// The lowest height above the sealed head with two certified blocks.
	forked: Option<BlockNumber>,
}

impl Audit {
	/// Returns the audit of a shard from a sealed head on.
	pub fn new(chain: ChainTag, sealed: BlockNumber) -> Self {
		Self { chain, sealed, certified: BTreeMap::new(), executed: BTreeMap::new(), invalid: None, forked: None }
	}

	/// Notes a certified block. Returns the two that conflict, if another one is certified at its height.
	pub fn note_certified(&mut self, header: &CertifiedHeader, signed: SignedHeader) -> Option<[NamedHeader; 2]> {
		let (chain, number) = (self.chain, header.number());
		if !self.is_near(number) {
			return None;
		}
		match self.certified.get(&number) {
			None => {
				self.certified.insert(number, Certified { hash: header.hash(), signed, is_last: header.is_last() });
				None
			},
			Some(known) if known.hash == header.hash() => None,
			Some(known) => {
				self.forked = Some(self.forked.map_or(number, |forked| forked.min(number)));
				Some([known.signed.clone(), signed].map(|signed| NamedHeader { chain, signed }))
			},
		}
	}

	/// Notes an executed block. Returns whether it is the first invalid one.
	pub fn note_executed(&mut self, block: &Executed) -> bool {
		if !self.is_near(block.number) {
			return false;
		}
		let trace = block.effects.as_ref().map(|effects| effects.trace);
		// The node executes a chain: another block at that height is valid, or this one by now.
		if trace.is_some() {
			self.invalid = self.invalid.filter(|invalid| *invalid != block.number);
		}
		self.executed.insert(block.number, (block.hash, trace));
		let is_first = trace.is_none() && self.invalid.is_none_or(|number| block.number < number);
		if is_first {
			self.invalid = Some(block.number);
		}
		is_first
	}

	/// Notes a block that the router's node executed and found valid, of which it does not have the result any more.
	pub fn note_passed(&mut self, number: BlockNumber, hash: H256) {
		if self.is_near(number) {
			self.executed.entry(number).or_insert((hash, Some(H256::zero())));
		}
	}

	/// Notes that the zone includes no more heads of the shard.
	pub fn freeze(&mut self) {
		self.forked = Some(self.sealed.saturating_add(1));
	}

	/// Notes the head that a zone block includes. A fork at or below it is evidence alone: a quorum of routers has executed the
	/// block that the zone goes on with.
	pub fn seal(&mut self, number: BlockNumber) {
		self.sealed = self.sealed.max(number);
		self.forked = self.forked.filter(|forked| *forked > self.sealed);
		// A quorum of routers found it valid.
		self.invalid = self.invalid.filter(|invalid| *invalid > self.sealed);
		self.certified = self.certified.split_off(&(self.sealed + 1));
		self.executed = self.executed.split_off(&(self.sealed + 1));
	}

	/// Returns the newest certified head up to which this router has executed every block, but none after the last of an epoch:
	/// the zone needs that one to know the next committee.
	pub fn newest(&self) -> Option<NamedHeader> {
		let last = self.certified.iter().find(|(_, block)| block.is_last).map(|(number, _)| number.saturating_add(1));
		let end = [self.invalid, self.forked, last].into_iter().flatten().min().unwrap_or(BlockNumber::MAX);
		let mut audited =
			self.certified.range(..end).rev().filter(|(number, block)| self.is_audited(**number, block.hash));
		audited.next().map(|(_, block)| NamedHeader { chain: self.chain, signed: block.signed.clone() })
	}

	/// Returns whether the router votes for a zone block that includes a head.
	pub fn check(&self, number: BlockNumber, hash: H256) -> Verdict {
		let chain = self.chain;
		if number <= self.sealed {
			return Verdict::Invalid(BodyError::NotNewer { chain, number });
		}
		if let Some(invalid) = self.invalid.filter(|invalid| *invalid <= number) {
			return Verdict::Invalid(BodyError::InvalidBlock { chain, number: invalid });
		}
		if let Some(forked) = self.forked.filter(|forked| *forked <= number) {
			return Verdict::Invalid(BodyError::Forked { chain, number: forked });
		}
		match self.executed.get(&number) {
			None => Verdict::Unknown { chain, number },
			Some((executed, _)) if *executed != hash => Verdict::Invalid(BodyError::OtherBlock { chain, number }),
			Some(_) if self.is_audited(number, hash) => Verdict::Valid,
			Some(_) => Verdict::Unknown { chain, number },
		}
	}

	/// Returns how much the shard is to slow down: in proportion to how far it is ahead of its sealed head.
	pub fn slow(&self) -> Percent {
		let newest = self.certified.keys().next_back().copied().unwrap_or(self.sealed);
		let percent = (newest - self.sealed).saturating_mul(100) / MAX_UNAUDITED;
		Percent::try_from(percent.min(100)).expect("it is at most 100; qed")
	}

	/// Returns the trace of an executed block, which an auditor attests.
	pub fn trace(&self, number: BlockNumber) -> Option<H256> {
		self.executed.get(&number).and_then(|(_, trace)| *trace)
	}

	/// Whether every block up to one is executed and valid. The node executes a chain, so the block's hash binds those below it
	/// down to the sealed one.
	fn is_audited(&self, number: BlockNumber, hash: H256) -> bool {
		let is_valid = |number| self.executed.get(&number).is_some_and(|(_, trace)| trace.is_some());
		let is_executed = self.executed.get(&number).is_some_and(|(executed, _)| *executed == hash);
		is_executed && (self.sealed + 1..=number).all(is_valid)
	}

	fn is_near(&self, number: BlockNumber) -> bool {
		number > self.sealed && number - self.sealed <= MAX_AHEAD
	}
}
