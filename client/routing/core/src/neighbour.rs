//! The headers of a neighbour that no zone block includes yet: of the main chain, or of another zone.

use crate::limits::{PENDING_HEADERS, SIBLING_MS};
use std::collections::BTreeMap;
use tp_beacon::{CertifiedHeader, SignedHeader};
use tp_core::BlockNumber;

/// Certified headers above the included one: the last ones of epochs, and the newest.
#[derive(Clone, Debug, Default)]
pub struct Neighbour {
	/// The height of the header that the newest zone block includes.
	included: BlockNumber,
	/// When the router learned of that.
	since_ms: u64,
	pending: BTreeMap<BlockNumber, (bool, SignedHeader)>,
}

impl Neighbour {
	/// Notes a certified header. One at or below the included header comes late: a zone block that names it is refused.
	pub fn note(&mut self, header: &CertifiedHeader, signed: SignedHeader) {
		let newest = self.pending.last_key_value().map_or(self.included, |(number, _)| *number);
		if header.number() <= newest || self.pending.len() >= PENDING_HEADERS {
			return;
		}
		// The ones before, unless they end an epoch, say nothing that this one does not.
		self.pending.retain(|_, (is_last, _)| *is_last);
		self.pending.insert(header.number(), (header.is_last(), signed));
	}

	/// Notes the included header.
	pub fn include(&mut self, number: BlockNumber, now_ms: u64) {
		if number > self.included {
			(self.included, self.since_ms) = (number, now_ms);
		}
		self.pending = self.pending.split_off(&self.included.saturating_add(1));
	}

	/// Whether questions below the included header have had the time to be answered, or the next one ends an epoch: these are
	/// followed one by one, and do not wait.
	pub fn has_rested(&self, now_ms: u64) -> bool {
		self.included == 0
			|| now_ms.saturating_sub(self.since_ms) >= SIBLING_MS
			|| self.pending.values().any(|(is_last, _)| *is_last)
	}

	/// Returns the header that the next zone block includes: epochs are followed one by one.
	pub fn next(&self) -> Option<&SignedHeader> {
		let last = self.pending.values().find(|(is_last, _)| *is_last);
		last.or_else(|| self.pending.values().next_back()).map(|(_, signed)| signed)
	}
}
