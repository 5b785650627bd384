//! The vote log (rule 5): what this node has signed, on disk before it is sent.
//!
//! ```text
//! votes-<n>.log   "TOPVOTES" version genesis-hash | entry | entry | …        (segments; the highest n is written)
//! entry           length u32 LE | crc32 of the length | crc32 of the body | SCALE(Entry)
//! ```
//!
//! Invariant: a vote leaves the node only after its record is synced. An entry that is cut short at the very end of the
//! last segment was not synced. Nothing that depends on it was sent, so it is dropped. Any other damage may hide a
//! vote, and voting again could contradict it: the log then refuses to open, and is not changed.
//!
//! The log holds the certificates of the newest blocks as well. The SDK's database commits lazily, so a killed node may
//! lose its last blocks. They are imported again from the log.
//!
//! A log that was lost whole, or of which a segment is missing, opens: [`Replay::lost`] says so. A log that has seen its
//! database from the start has an entry as soon as the database has a block.

mod entry;
mod error;
mod replay;
mod segment;

pub use error::{LostVotes, VoteLogError};
pub use replay::Replay;

use entry::Entry;
use segment::Segment;
use sp_core::H256;
use std::{
	collections::VecDeque,
	path::{Path, PathBuf},
	sync::Arc,
};
use tc_pbft_core::{Proposal, Record};
use tp_pbft::{Certificate, Height};

/// Size at which a segment is closed. Blocks of a few MiB fit several times.
const SEGMENT_BYTES: u64 = 32 * 1024 * 1024;

/// Closed segments whose heights are all this far below the newest block are deleted. A crash can lose only what is in
/// the database's commit queue, which is far shorter.
const KEEP_HEIGHTS: Height = 512;

/// An open log.
pub struct VoteLog {
	folder: PathBuf,
	genesis: H256,
	current: Segment,
	/// The closed segments, oldest first, with the highest height in each.
	closed: VecDeque<(PathBuf, Height)>,
	/// The highest height in the current segment.
	newest: Height,
	is_empty: bool,
}

impl VoteLog {
	/// Opens the log in a folder, or creates one. Checks all of it, one segment at a time.
	pub fn open(folder: &Path, genesis: H256) -> Result<(Self, Replay), VoteLogError> {
		std::fs::create_dir_all(folder).map_err(|source| VoteLogError::Io { path: folder.into(), source })?;
		let mut numbers = segment::list(folder)?;
		let pruned = numbers.first().is_some_and(|first| *first > 0);
		let mut replay = Replay::default();
		// Pruning deletes the oldest segments, so the numbers that are left follow each other.
		let gap = numbers.windows(2).find(|pair| pair[1] != pair[0] + 1);
		replay.lost = gap.map(|pair| LostVotes::Gap { folder: folder.into(), missing: pair[0] + 1 });
		let last = numbers.pop();
		let mut closed = VecDeque::new();
		let mut read = |number, is_last| -> Result<(PathBuf, Height), VoteLogError> {
			let path = segment::path(folder, number);
			let (shared, mut newest) = (Arc::from(path.as_path()), 0);
			segment::read(&path, &genesis, is_last, |entry, place| {
				newest = entry.height().max(newest);
				replay.add(&shared, &entry, place);
			})?;
			Ok((path, newest))
		};
		for number in numbers {
			closed.push_back(read(number, false)?);
		}
		// Only the last segment may end in a torn entry: writes go there.
		let (current, newest) = match last {
			Some(number) => {
				let (path, newest) = read(number, true)?;
				(Segment::reopen(path, number, &genesis)?, newest)
			},
			None => (Segment::create(folder, 0, &genesis)?, 0),
		};
		// The oldest segment may begin in the middle of a height, so that height does not count as complete.
		let lowest = replay.heights().next().unwrap_or(0);
		replay.since = if pruned { lowest.saturating_add(1) } else { 0 };
		let is_empty = replay.is_empty();
		Ok((Self { folder: folder.into(), genesis, current, closed, newest, is_empty }, replay))
	}

	/// Whether the log holds no entry.
	pub fn is_empty(&self) -> bool {
		self.is_empty
	}

	/// Writes a vote. It is on disk only after [`Self::sync`]; nothing that follows from it may be sent before.
	pub fn append_vote(&mut self, record: Record) -> Result<(), VoteLogError> {
		self.append(&Entry::Vote(record))
	}

	/// Waits until all written entries are on disk.
	pub fn sync(&mut self) -> Result<(), VoteLogError> {
		self.current.sync()
	}

	/// Writes a final block. Not synced: a quorum has synced its votes for it, and the operating system keeps the
	/// writes of a killed process. A power cut may lose the entry; the block then comes from the other members.
	pub fn note_final(&mut self, certificate: Certificate, proposal: Option<Proposal>) -> Result<(), VoteLogError> {
		self.append(&Entry::Final(certificate, proposal))
	}

	/// Deletes closed segments all of whose heights are far below `height`.
	pub fn prune(&mut self, height: Height) -> Result<(), VoteLogError> {
		while let Some((path, _)) =
			self.closed.front().filter(|(_, newest)| newest.saturating_add(KEEP_HEIGHTS) < height)
		{
			std::fs::remove_file(path).map_err(|source| VoteLogError::Io { path: path.clone(), source })?;
			// Oldest first: the remaining segments stay without a gap, and `open` can tell from the first number that
			// some are gone.
			self.closed.pop_front();
		}
		Ok(())
	}

	fn append(&mut self, entry: &Entry) -> Result<(), VoteLogError> {
		if self.current.len() > SEGMENT_BYTES {
			// Synced before it is closed: `sync` reaches the current segment only, and a step may write to both.
			self.current.sync()?;
			let next = Segment::create(&self.folder, self.current.number() + 1, &self.genesis)?;
			let full = std::mem::replace(&mut self.current, next);
			self.closed.push_back((full.into_path(), self.newest));
			self.newest = 0;
		}
		self.current.append(entry)?;
		self.newest = self.newest.max(entry.height());
		self.is_empty = false;
		Ok(())
	}
}

#[cfg(test)]
mod tests;
