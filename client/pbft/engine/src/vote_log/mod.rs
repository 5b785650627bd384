//! The vote log (rule 5): what this replica has signed, on disk before it leaves.
//!
//! ```text
//! votes-<n>.log   "TOPVOTES" version genesis-hash | entry | entry | …        (segments; the highest n is written)
//! entry           length u32 LE | crc32 of the length | crc32 of the body | SCALE(Entry)
//! ```
//!
//! An entry that is cut short at the very end of the last segment was never synced, so nothing that depends on it was
//! sent: it is dropped. Any other damage means that a vote may be forgotten, and voting again could contradict it:
//! the log refuses to open, and is left as it is.
//!
//! Besides votes it holds the certificates of the newest blocks. The SDK's database commits lazily, so a killed node
//! may have lost its last blocks; they are in the log, and are imported again from there.

// The codec's derive numbers variants by a cast.
#![allow(clippy::cast_possible_truncation)]

mod segment;

use codec::{Decode, Encode};
use segment::Segment;
use sp_core::H256;
use std::{
	collections::{BTreeMap, VecDeque},
	path::{Path, PathBuf},
};
use tc_pbft_core::{Proposal, Record};
use tp_pbft::{Certificate, Height};

/// A segment is closed beyond this size. Blocks of a few MiB fit many times over.
const SEGMENT_BYTES: u64 = 32 * 1024 * 1024;

/// Closed segments whose heights are all this far below the newest block are deleted. The database's queue of
/// commits that a crash can lose is far shorter.
const KEEP_HEIGHTS: Height = 512;

/// Largest entry: a block of the largest size with its certificate fits several times.
const MAX_ENTRY_BYTES: usize = 64 * 1024 * 1024;

/// What stands in the log.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum Entry {
	/// A vote.
	Vote(Record),
	/// A block became final. With its bytes unless a vote before it holds them.
	Final(Certificate, Option<Proposal>),
}

impl Entry {
	fn height(&self) -> Height {
		match self {
			Entry::Vote(record) => record.height(),
			Entry::Final(certificate, _) => certificate.height,
		}
	}
}

/// Why the log cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum VoteLogError {
	/// The file system says no.
	#[error("the vote log {path} cannot be used: {source}")]
	Io {
		/// The file or folder.
		path: PathBuf,
		/// What it says.
		#[source]
		source: std::io::Error,
	},
	/// Not a log, or one of another version.
	#[error("{0} is not a vote log of this version")]
	Foreign(PathBuf),
	/// A log of another chain.
	#[error("the vote log {0} belongs to another chain (its genesis differs); move it away, or use another base path")]
	OtherChain(PathBuf),
	/// It is damaged.
	#[error(
		"the vote log {path} is damaged at byte {offset}: votes may be missing, and voting without them could sign a \
		 contradiction. Nothing was changed. An older copy lacks votes too: delete the folder, and give this node new \
		 keys or wait until the others have made a block beyond its newest"
	)]
	Corrupted {
		/// The segment.
		path: PathBuf,
		/// Where.
		offset: u64,
	},
	/// An entry is too large to be written.
	#[error("a vote log entry of {0} bytes is too large")]
	TooLarge(usize),
}

/// What a log held when it was opened.
#[derive(Debug, Default)]
pub struct Replay {
	/// The votes, by height, in order.
	pub votes: BTreeMap<Height, Vec<Record>>,
	/// Final blocks with their bytes, by height. A block whose bytes were nowhere in the log is left out.
	pub blocks: BTreeMap<Height, (Certificate, Proposal)>,
	/// The lowest height of which the log knows all votes: 0 if nothing was ever pruned.
	pub since: Height,
}

/// An open log.
pub struct VoteLog {
	folder: PathBuf,
	genesis: H256,
	current: Segment,
	/// Closed segments, oldest first, with the highest height in each.
	closed: VecDeque<(PathBuf, Height)>,
	/// Highest height in the current segment.
	newest: Height,
}

impl VoteLog {
	/// Opens the log in a folder, or makes one. Reads it whole.
	pub fn open(folder: &Path, genesis: H256) -> Result<(Self, Replay), VoteLogError> {
		std::fs::create_dir_all(folder).map_err(|source| VoteLogError::Io { path: folder.into(), source })?;
		let mut numbers = segment::list(folder)?;
		let pruned = numbers.first().is_some_and(|first| *first > 0);
		let last = numbers.pop();
		let mut entries = Vec::new();
		let mut closed = VecDeque::new();
		for number in numbers {
			let path = segment::path(folder, number);
			let read = segment::read(&path, &genesis, false)?;
			let newest = read.iter().map(Entry::height).max().unwrap_or(0);
			entries.extend(read);
			closed.push_back((path, newest));
		}
		let (current, newest) = match last {
			Some(number) => {
				let path = segment::path(folder, number);
				let read = segment::read(&path, &genesis, true)?;
				let newest = read.iter().map(Entry::height).max().unwrap_or(0);
				entries.extend(read);
				(Segment::reopen(path, number, &genesis)?, newest)
			},
			None => (Segment::create(folder, 0, &genesis)?, 0),
		};
		// The oldest segment may begin in the middle of a height.
		let lowest = entries.iter().map(Entry::height).min().unwrap_or(0);
		let mut replay = Replay::from_entries(entries);
		replay.since = if pruned { lowest.saturating_add(1) } else { 0 };
		Ok((Self { folder: folder.into(), genesis, current, closed, newest }, replay))
	}

	/// Writes a vote. It binds us only once it is on disk: [`Self::sync`].
	pub fn append_vote(&mut self, record: Record) -> Result<(), VoteLogError> {
		self.append(&Entry::Vote(record))
	}

	/// Waits until all that was written is on disk.
	pub fn sync(&mut self) -> Result<(), VoteLogError> {
		self.current.sync()
	}

	/// Notes that a block is final. Not synced: a quorum has its votes synced, and the operating system keeps what a
	/// killed process wrote.
	pub fn note_final(&mut self, certificate: Certificate, proposal: Option<Proposal>) -> Result<(), VoteLogError> {
		self.append(&Entry::Final(certificate, proposal))
	}

	/// Deletes closed segments that only speak of blocks far below `height`.
	pub fn prune(&mut self, height: Height) -> Result<(), VoteLogError> {
		while let Some((path, _)) =
			self.closed.front().filter(|(_, newest)| newest.saturating_add(KEEP_HEIGHTS) < height)
		{
			std::fs::remove_file(path).map_err(|source| VoteLogError::Io { path: path.clone(), source })?;
			self.closed.pop_front();
		}
		Ok(())
	}

	fn append(&mut self, entry: &Entry) -> Result<(), VoteLogError> {
		if self.current.len() > SEGMENT_BYTES {
			self.current.sync()?;
			let next = Segment::create(&self.folder, self.current.number() + 1, &self.genesis)?;
			let full = std::mem::replace(&mut self.current, next);
			self.closed.push_back((full.into_path(), self.newest));
			self.newest = 0;
		}
		self.current.append(entry)?;
		self.newest = self.newest.max(entry.height());
		Ok(())
	}
}

impl Replay {
	fn from_entries(entries: Vec<Entry>) -> Self {
		let mut replay = Self::default();
		let mut finals = Vec::new();
		for entry in entries {
			match entry {
				Entry::Vote(record) => replay.votes.entry(record.height()).or_default().push(record),
				Entry::Final(certificate, proposal) => finals.push((certificate, proposal)),
			}
		}
		for (certificate, proposal) in finals {
			let proposal = proposal.or_else(|| replay.proposal(&certificate));
			if let Some(proposal) = proposal {
				replay.blocks.insert(certificate.height, (certificate, proposal));
			}
		}
		replay
	}

	/// The bytes of a final block among the votes at its height.
	fn proposal(&self, certificate: &Certificate) -> Option<Proposal> {
		self.votes.get(&certificate.height)?.iter().find_map(|record| match record {
			Record::Committed { proposal, .. } | Record::Proposed { proposal, .. }
				if proposal.hash == certificate.hash =>
			{
				Some(proposal.clone())
			},
			_ => None,
		})
	}
}

#[cfg(test)]
mod tests;
