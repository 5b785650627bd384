//! When an author proposes something again that only some replicas vote for.

use std::collections::BTreeMap;
use tp_beacon::Registration;
use tp_core::{BlockNumber, ChainTag};

/// Heights between two tries at most. Each try that finds no quorum costs its block a change of view.
pub(crate) const MAX_WAIT: BlockNumber = 32;

/// The ledgers that this node's blocks tried to register.
#[derive(Debug, Default)]
pub(crate) struct Tries(BTreeMap<ChainTag, Try>);

#[derive(Clone, Copy, Debug)]
struct Try {
	at: BlockNumber,
	/// Heights until the next one.
	wait: BlockNumber,
}

impl Tries {
	/// Whether a block of a height may register a ledger: the first one, and others ever more rarely.
	pub fn is_due(&self, chain: ChainTag, height: BlockNumber) -> bool {
		self.0.get(&chain).is_none_or(|last| height >= last.at.saturating_add(last.wait))
	}

	/// Whether a block has tried to register a ledger.
	pub fn is_retry(&self, chain: ChainTag) -> bool {
		self.0.contains_key(&chain)
	}

	/// Notes what a block of a height registers, out of all that is not registered yet.
	pub fn note(&mut self, height: BlockNumber, registered: &[Registration], all: impl Fn(ChainTag) -> bool) {
		self.0.retain(|chain, _| all(*chain));
		for Registration { ledger, .. } in registered {
			let wait = self.0.get(&ledger.chain).map_or(1, |last| last.wait);
			self.0.insert(ledger.chain, Try { at: height, wait: wait.saturating_mul(2).min(MAX_WAIT) });
		}
	}
}
