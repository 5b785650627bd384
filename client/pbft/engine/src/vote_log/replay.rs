//! What a log held when it was opened.
//!
//! Only the places of its entries are kept. The entries hold the blocks of hundreds of heights, of which a start needs few;
//! they are read when a height asks for them.

use super::{
	entry::Entry,
	error::{LostVotes, VoteLogError},
	segment,
};
use std::{collections::BTreeMap, ops::Range, path::Path, sync::Arc};
use tc_pbft_core::{Proposal, Record};
use tp_pbft::{Certificate, Height};

/// The place of an entry.
#[derive(Clone, Debug)]
struct Place {
	segment: Arc<Path>,
	bytes: Range<usize>,
}

/// The content of a log when it was opened.
#[derive(Debug, Default)]
pub struct Replay {
	/// The entries by height, in the order of their writing.
	entries: BTreeMap<Height, Vec<Place>>,
	/// The lowest height whose votes are all in the log; 0 if nothing was pruned.
	pub since: Height,
	/// The newest height with a vote; 0 for none.
	pub newest_vote: Height,
	/// Why votes are missing, if the log shows it.
	pub lost: Option<LostVotes>,
}

impl Replay {
	/// Adds an entry.
	pub(super) fn add(&mut self, segment: &Arc<Path>, entry: &Entry, bytes: Range<usize>) {
		let place = Place { segment: segment.clone(), bytes };
		if matches!(entry, Entry::Vote(_)) {
			self.newest_vote = self.newest_vote.max(entry.height());
		}
		self.entries.entry(entry.height()).or_default().push(place);
	}

	/// Whether the log held no entry.
	pub fn is_empty(&self) -> bool {
		self.entries.is_empty()
	}

	/// Returns the heights of the entries, ascending.
	pub fn heights(&self) -> impl Iterator<Item = Height> + '_ {
		self.entries.keys().copied()
	}

	/// Reads the votes of a height, in the order of their writing.
	pub fn votes(&self, height: Height) -> Result<Vec<Record>, VoteLogError> {
		let vote = |entry| match entry {
			Entry::Vote(record) => Some(record),
			Entry::Final(..) => None,
		};
		Ok(self.read(height)?.into_iter().filter_map(vote).collect())
	}

	/// Reads the final block of a height; `None` if its certificate or its bytes are not in the log.
	pub fn block(&self, height: Height) -> Result<Option<(Certificate, Proposal)>, VoteLogError> {
		let mut entries = self.read(height)?;
		let found = entries.iter_mut().find_map(|entry| match entry {
			Entry::Final(certificate, proposal) => Some((certificate.clone(), proposal.take())),
			Entry::Vote(_) => None,
		});
		let Some((certificate, proposal)) = found else { return Ok(None) };
		// The bytes may be in a vote of this height.
		let voted = || {
			entries.into_iter().find_map(|entry| match entry {
				Entry::Vote(Record::Committed { proposal, .. } | Record::Proposed { proposal, .. }) => {
					(proposal.hash == certificate.hash).then_some(proposal)
				},
				_ => None,
			})
		};
		Ok(proposal.or_else(voted).map(|proposal| (certificate.clone(), proposal)))
	}

	/// Forgets the heights below `height`. Their segments may be deleted afterwards.
	pub fn forget_below(&mut self, height: Height) {
		self.entries = self.entries.split_off(&height);
	}

	/// Forgets a height.
	pub fn forget(&mut self, height: Height) {
		self.entries.remove(&height);
	}

	fn read(&self, height: Height) -> Result<Vec<Entry>, VoteLogError> {
		let places = self.entries.get(&height).into_iter().flatten();
		places.map(|place| segment::read_entry(&place.segment, &place.bytes)).collect()
	}
}
