//! The headers of a neighbour that no zone block includes yet: of the main chain, or of another zone.

use crate::limits::PENDING_HEADERS;
use std::collections::BTreeMap;
use tp_beacon::{CertifiedHeader, SignedHeader};
use tp_core::BlockNumber;

/// Certified headers above the included one: the last ones of epochs, and the newest.
#[derive(Clone, Debug, Default)]
pub struct Neighbour(BTreeMap<BlockNumber, (bool, SignedHeader)>);

impl Neighbour {
	/// Notes a certified header.
	pub fn note(&mut self, header: &CertifiedHeader, signed: SignedHeader) {
		let newest = self.0.last_key_value().map_or(0, |(number, _)| *number);
		if header.number() <= newest || self.0.len() >= PENDING_HEADERS {
			return;
		}
		// The ones before, unless they end an epoch, say nothing that this one does not.
		self.0.retain(|_, (is_last, _)| *is_last);
		self.0.insert(header.number(), (header.is_last(), signed));
	}

	/// Notes the included header.
	pub fn include(&mut self, number: BlockNumber) {
		self.0 = self.0.split_off(&number.saturating_add(1));
	}

	/// Returns the header that the next zone block includes: epochs are followed one by one.
	pub fn next(&self) -> Option<&SignedHeader> {
		let last = self.0.values().find(|(is_last, _)| *is_last);
		last.or_else(|| self.0.values().next_back()).map(|(_, signed)| signed)
	}
}
