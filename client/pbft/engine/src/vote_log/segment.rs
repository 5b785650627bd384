//! One file of the vote log.

use super::{Entry, VoteLogError, MAX_ENTRY_BYTES};
use codec::{DecodeAll, Encode};
use sp_core::H256;
use std::{
	fs::{File, OpenOptions},
	io::Write,
	ops::Range,
	path::{Path, PathBuf},
};

const MAGIC: &[u8; 8] = b"TOPVOTES";
const VERSION: u16 = 1;
const HEADER_BYTES: usize = 8 + 2 + 32;
/// Length, its checksum, and the body's checksum before each entry. The length has its own: a damaged one must not
/// look like an entry that was cut short.
const PREFIX_BYTES: usize = 12;

/// What a step writes after a large entry, at most: a vote.
const STEP_BYTES: usize = 512;
/// What disks write as a whole.
const SECTOR_BYTES: usize = 512;

/// A segment that is written to.
pub struct Segment {
	file: File,
	path: PathBuf,
	number: u64,
	len: u64,
}

/// The numbers of the segments in a folder, ascending.
pub fn list(folder: &Path) -> Result<Vec<u64>, VoteLogError> {
	let error = |source| VoteLogError::Io { path: folder.into(), source };
	let mut numbers = Vec::new();
	for file in std::fs::read_dir(folder).map_err(error)? {
		let name = file.map_err(error)?.file_name();
		let number =
			name.to_str().and_then(|name| name.strip_prefix("votes-")?.strip_suffix(".log")?.parse::<u64>().ok());
		numbers.extend(number);
	}
	numbers.sort_unstable();
	Ok(numbers)
}

/// Where a segment lies.
pub fn path(folder: &Path, number: u64) -> PathBuf {
	folder.join(format!("votes-{number}.log"))
}

fn header(genesis: &H256) -> Vec<u8> {
	[MAGIC.as_slice(), &VERSION.to_le_bytes(), genesis.as_bytes()].concat()
}

/// All entries of a segment. In the last one, an entry that is cut short at the end is dropped.
pub fn read(path: &Path, genesis: &H256, is_last: bool) -> Result<Vec<Entry>, VoteLogError> {
	let bytes = std::fs::read(path).map_err(|source| VoteLogError::Io { path: path.into(), source })?;
	if bytes.len() < HEADER_BYTES && is_last && header(genesis).starts_with(&bytes) {
		return Ok(Vec::new());
	}
	if bytes.len() < HEADER_BYTES || &bytes[..8] != MAGIC || bytes[8..10] != VERSION.to_le_bytes() {
		return Err(VoteLogError::Foreign(path.into()));
	}
	if &bytes[10..HEADER_BYTES] != genesis.as_bytes() {
		return Err(VoteLogError::OtherChain(path.into()));
	}
	let mut entries = Vec::new();
	let (_, torn) = walk(&bytes, path, |entry| entries.push(entry))?;
	if torn && !is_last {
		return Err(VoteLogError::Corrupted { path: path.into(), offset: bytes.len() as u64 });
	}
	Ok(entries)
}

/// Goes over the entries; gives where the whole ones end, and whether a cut one follows.
fn walk(bytes: &[u8], path: &Path, mut each: impl FnMut(Entry)) -> Result<(usize, bool), VoteLogError> {
	let mut at = HEADER_BYTES;
	while at < bytes.len() {
		let corrupted = || VoteLogError::Corrupted { path: path.into(), offset: at as u64 };
		let rest = &bytes[at..];
		// A file that was extended but not yet written reads as zeros.
		if rest.len() < PREFIX_BYTES || rest.iter().all(|byte| *byte == 0) {
			return Ok((at, true));
		}
		let word = |from: usize| u32::from_le_bytes(rest[from..from + 4].try_into().expect("4 bytes; qed"));
		let length = word(0) as usize;
		if crc32fast::hash(&rest[..4]) != word(4) || length == 0 || length > MAX_ENTRY_BYTES {
			return Err(corrupted());
		}
		let Some(body) = rest.get(PREFIX_BYTES..PREFIX_BYTES + length) else { return Ok((at, true)) };
		if crc32fast::hash(body) != word(8) {
			// A power cut may leave the file at its new length with some of the newest pages unwritten: of the last large
			// entry, and of what was written in the same step.
			let end = at + PREFIX_BYTES + length;
			if bytes.len() - end <= STEP_BYTES && has_unwritten_sector(bytes, at..end) {
				return Ok((at, true));
			}
			return Err(corrupted());
		}
		each(Entry::decode_all(&mut &body[..]).map_err(|_| corrupted())?);
		at += PREFIX_BYTES + length;
	}
	Ok((at, false))
}

/// Whether a part of a file has a whole disk sector of zeros.
fn has_unwritten_sector(bytes: &[u8], part: Range<usize>) -> bool {
	bytes[part.start.next_multiple_of(SECTOR_BYTES).min(part.end)..part.end]
		.chunks_exact(SECTOR_BYTES)
		.any(|sector| sector.iter().all(|byte| *byte == 0))
}

impl Segment {
	/// A new, empty segment.
	pub fn create(folder: &Path, number: u64, genesis: &H256) -> Result<Self, VoteLogError> {
		let path = path(folder, number);
		let error = |source| VoteLogError::Io { path: path.clone(), source };
		let mut file = OpenOptions::new().create_new(true).append(true).open(&path).map_err(error)?;
		file.write_all(&header(genesis)).map_err(error)?;
		file.sync_all().map_err(error)?;
		// The file's name must outlast a crash as well.
		File::open(folder).and_then(|folder| folder.sync_all()).map_err(error)?;
		Ok(Self { file, path, number, len: HEADER_BYTES as u64 })
	}

	/// Opens a segment that was read, without the cut entry at its end.
	pub fn reopen(path: PathBuf, number: u64, genesis: &H256) -> Result<Self, VoteLogError> {
		let error = |source| VoteLogError::Io { path: path.clone(), source };
		let bytes = std::fs::read(&path).map_err(error)?;
		let mut file = OpenOptions::new().append(true).open(&path).map_err(error)?;
		let len = if bytes.len() < HEADER_BYTES {
			file.set_len(0).map_err(error)?;
			file.write_all(&header(genesis)).map_err(error)?;
			HEADER_BYTES
		} else {
			let (len, torn) = walk(&bytes, &path, |_| {})?;
			if torn {
				log::info!(target: crate::LOG_TARGET, "The last vote log entry was not finished and is dropped");
				file.set_len(len as u64).map_err(error)?;
			}
			len
		};
		file.sync_all().map_err(error)?;
		Ok(Self { file, path, number, len: len as u64 })
	}

	/// Appends an entry. A write that fails half way is taken back.
	pub fn append(&mut self, entry: &Entry) -> Result<(), VoteLogError> {
		let body = entry.encode();
		let length = u32::try_from(body.len())
			.ok()
			.filter(|_| body.len() <= MAX_ENTRY_BYTES)
			.ok_or(VoteLogError::TooLarge(body.len()))?
			.to_le_bytes();
		let checksums = [crc32fast::hash(&length).to_le_bytes(), crc32fast::hash(&body).to_le_bytes()].concat();
		let bytes = [length.as_slice(), &checksums, &body].concat();
		if let Err(source) = self.file.write_all(&bytes) {
			if let Err(error) = self.file.set_len(self.len) {
				log::debug!(target: crate::LOG_TARGET, "Could not take back a half-written vote log entry: {error}");
			}
			return Err(VoteLogError::Io { path: self.path.clone(), source });
		}
		self.len += bytes.len() as u64;
		Ok(())
	}

	/// Waits until all that was appended is on disk.
	pub fn sync(&mut self) -> Result<(), VoteLogError> {
		self.file.sync_data().map_err(|source| VoteLogError::Io { path: self.path.clone(), source })
	}

	/// Bytes in the file.
	pub fn len(&self) -> u64 {
		self.len
	}

	/// Its number.
	pub fn number(&self) -> u64 {
		self.number
	}

	/// Closes it.
	pub fn into_path(self) -> PathBuf {
		self.path
	}
}
