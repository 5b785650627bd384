//! One entry of the vote log.

// The codec's derive numbers variants by a cast.
#![allow(clippy::cast_possible_truncation)]

use codec::{Decode, Encode};
use tc_pbft_core::{Proposal, Record};
use tp_pbft::{Certificate, Height};

/// Largest entry. A block of the largest size with its certificate fits several times.
pub(super) const MAX_ENTRY_BYTES: usize = 64 * 1024 * 1024;

/// An entry.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum Entry {
	/// A vote of this node.
	Vote(Record),
	/// A final block. Its bytes are left out if an earlier vote holds them.
	Final(Certificate, Option<Proposal>),
}

impl Entry {
	/// Returns the height that the entry is about.
	pub(super) fn height(&self) -> Height {
		match self {
			Entry::Vote(record) => record.height(),
			Entry::Final(certificate, _) => certificate.height,
		}
	}
}
