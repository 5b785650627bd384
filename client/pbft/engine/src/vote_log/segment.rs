//! One file of the vote log.

use super::{
	entry::{Entry, MAX_ENTRY_BYTES},
	error::VoteLogError,
};
use crate::log_targets::LOG_TARGET;
use codec::{DecodeAll, Encode};
use sp_core::H256;
use std::{
	fs::{File, OpenOptions},
	io::{Read, Seek, SeekFrom, Write},
	ops::Range,
	path::{Path, PathBuf},
};

const MAGIC: &[u8; 8] = b"TOPVOTES";
const VERSION: u16 = 1;
const HEADER_BYTES: usize = 8 + 2 + 32;
/// Before each entry: its length, the length's checksum, and the body's checksum. The length has its own checksum, so
/// that a damaged length does not look like an entry that was cut short.
const PREFIX_BYTES: usize = 12;

/// Largest write of a step after a large entry: a vote.
const STEP_BYTES: usize = 512;
/// Unit that a disk writes as a whole.
const SECTOR_BYTES: usize = 512;

/// A segment that is open for writing.
pub struct Segment {
	file: File,
	path: PathBuf,
	number: u64,
	len: u64,
}

/// Returns the numbers of the segments in a folder, ascending.
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

/// Returns the path of a segment.
pub fn path(folder: &Path, number: u64) -> PathBuf {
	folder.join(format!("votes-{number}.log"))
}

fn header(genesis: &H256) -> Vec<u8> {
	[MAGIC.as_slice(), &VERSION.to_le_bytes(), genesis.as_bytes()].concat()
}

/// Passes all entries of a segment to `each`, with their places in the file. In the last segment, an entry that is cut
/// short at the end is left out.
pub fn read(
	path: &Path,
	genesis: &H256,
	is_last: bool,
	each: impl FnMut(Entry, Range<usize>),
) -> Result<(), VoteLogError> {
	let bytes = std::fs::read(path).map_err(|source| VoteLogError::Io { path: path.into(), source })?;
	// A crash during `create` leaves a part of the header. The segment is empty then, and `reopen` writes the header
	// again.
	if bytes.len() < HEADER_BYTES && is_last && header(genesis).starts_with(&bytes) {
		return Ok(());
	}
	if bytes.len() < HEADER_BYTES || &bytes[..8] != MAGIC || bytes[8..10] != VERSION.to_le_bytes() {
		return Err(VoteLogError::Foreign(path.into()));
	}
	if &bytes[10..HEADER_BYTES] != genesis.as_bytes() {
		return Err(VoteLogError::OtherChain(path.into()));
	}
	let (_, torn) = walk(&bytes, path, each)?;
	// A closed segment was synced before its successor was created, so it has no torn tail. An incomplete entry there
	// is damage.
	if torn && !is_last {
		return Err(VoteLogError::Corrupted { path: path.into(), offset: bytes.len() as u64 });
	}
	Ok(())
}

/// Reads the entry at a place that [`read`] gave.
pub fn read_entry(path: &Path, place: &Range<usize>) -> Result<Entry, VoteLogError> {
	let error = |source| VoteLogError::Io { path: path.into(), source };
	let mut file = File::open(path).map_err(error)?;
	file.seek(SeekFrom::Start(place.start as u64)).map_err(error)?;
	let mut bytes = vec![0; place.len()];
	file.read_exact(&mut bytes).map_err(error)?;
	let corrupted = || VoteLogError::Corrupted { path: path.into(), offset: place.start as u64 };
	let body = bytes.get(PREFIX_BYTES..).ok_or_else(corrupted)?;
	// Checked again: the disk may give other bytes than at the start.
	if bytes[8..PREFIX_BYTES] != crc32fast::hash(body).to_le_bytes() {
		return Err(corrupted());
	}
	Entry::decode_all(&mut &body[..]).map_err(|_| corrupted())
}

/// Passes each complete entry to `each`. Returns where they end, and whether an entry follows that was cut short.
///
/// Invariant: a torn tail is distinguished from damage. A torn tail was not synced, so it may be dropped; a damaged
/// entry may be a vote that was sent, so it is an error. In doubt it is damage.
fn walk(bytes: &[u8], path: &Path, mut each: impl FnMut(Entry, Range<usize>)) -> Result<(usize, bool), VoteLogError> {
	let mut at = HEADER_BYTES;
	while at < bytes.len() {
		let corrupted = || VoteLogError::Corrupted { path: path.into(), offset: at as u64 };
		let rest = &bytes[at..];
		// The file system may extend a file before it writes the data; that part reads as zeros.
		if rest.len() < PREFIX_BYTES || rest.iter().all(|byte| *byte == 0) {
			return Ok((at, true));
		}
		let word = |from: usize| u32::from_le_bytes(rest[from..from + 4].try_into().expect("4 bytes; qed"));
		let length = word(0) as usize;
		// Checked before the length is used: a damaged length would read as an entry that is cut short, and drop every
		// vote after it.
		if crc32fast::hash(&rest[..4]) != word(4) || length == 0 || length > MAX_ENTRY_BYTES {
			return Err(corrupted());
		}
		let Some(body) = rest.get(PREFIX_BYTES..PREFIX_BYTES + length) else { return Ok((at, true)) };
		if crc32fast::hash(body) != word(8) {
			// A power cut may leave the file at its new length with some of the newest pages unwritten. They are pages
			// of the last large entry, or of the vote that the same step wrote after it. Fragile: a sector of zeros in
			// the middle of an older entry must stay an error, so the distance to the end is bounded.
			let end = at + PREFIX_BYTES + length;
			if bytes.len() - end <= STEP_BYTES && has_unwritten_sector(bytes, at..end) {
				return Ok((at, true));
			}
			return Err(corrupted());
		}
		let end = at + PREFIX_BYTES + length;
		each(Entry::decode_all(&mut &body[..]).map_err(|_| corrupted())?, at..end);
		at = end;
	}
	Ok((at, false))
}

/// Whether a part of a file contains a whole disk sector of zeros.
fn has_unwritten_sector(bytes: &[u8], part: Range<usize>) -> bool {
	bytes[part.start.next_multiple_of(SECTOR_BYTES).min(part.end)..part.end]
		.chunks_exact(SECTOR_BYTES)
		.any(|sector| sector.iter().all(|byte| *byte == 0))
}

impl Segment {
	/// Creates an empty segment.
	pub fn create(folder: &Path, number: u64, genesis: &H256) -> Result<Self, VoteLogError> {
		let path = path(folder, number);
		let error = |source| VoteLogError::Io { path: path.clone(), source };
		let mut file = OpenOptions::new().create_new(true).append(true).open(&path).map_err(error)?;
		file.write_all(&header(genesis)).map_err(error)?;
		file.sync_all().map_err(error)?;
		// The folder is synced too: otherwise a power cut may lose the file's name, and with it synced votes.
		File::open(folder).and_then(|folder| folder.sync_all()).map_err(error)?;
		Ok(Self { file, path, number, len: HEADER_BYTES as u64 })
	}

	/// Opens a segment for writing, and removes an entry at its end that was cut short.
	pub fn reopen(path: PathBuf, number: u64, genesis: &H256) -> Result<Self, VoteLogError> {
		let error = |source| VoteLogError::Io { path: path.clone(), source };
		let bytes = std::fs::read(&path).map_err(error)?;
		let mut file = OpenOptions::new().append(true).open(&path).map_err(error)?;
		let len = if bytes.len() < HEADER_BYTES {
			file.set_len(0).map_err(error)?;
			file.write_all(&header(genesis)).map_err(error)?;
			HEADER_BYTES
		} else {
			let (len, torn) = walk(&bytes, &path, |_, _| {})?;
			if torn {
				log::info!(target: LOG_TARGET, "The last vote log entry is incomplete and is dropped");
				file.set_len(len as u64).map_err(error)?;
			}
			len
		};
		file.sync_all().map_err(error)?;
		Ok(Self { file, path, number, len: len as u64 })
	}

	/// Appends an entry. Removes what a failed write left in the file, so that the next entry does not follow garbage.
	pub fn append(&mut self, entry: &Entry) -> Result<(), VoteLogError> {
		let body = entry.encode();
		let length = u32::try_from(body.len())
			.ok()
			.filter(|_| body.len() <= MAX_ENTRY_BYTES)
			.ok_or(VoteLogError::TooLarge(body.len()))?
			.to_le_bytes();
		// One write per entry: a crash leaves a prefix of it, which `walk` recognises as torn.
		let checksums = [crc32fast::hash(&length).to_le_bytes(), crc32fast::hash(&body).to_le_bytes()].concat();
		let bytes = [length.as_slice(), &checksums, &body].concat();
		if let Err(source) = self.file.write_all(&bytes) {
			if let Err(error) = self.file.set_len(self.len) {
				log::debug!(target: LOG_TARGET, "An incomplete vote log entry could not be removed: {error}");
			}
			return Err(VoteLogError::Io { path: self.path.clone(), source });
		}
		self.len += bytes.len() as u64;
		Ok(())
	}

	/// Waits until all appended entries are on disk.
	pub fn sync(&mut self) -> Result<(), VoteLogError> {
		self.file.sync_data().map_err(|source| VoteLogError::Io { path: self.path.clone(), source })
	}

	/// Returns the size of the file.
	pub fn len(&self) -> u64 {
		self.len
	}

	/// Returns its number.
	pub fn number(&self) -> u64 {
		self.number
	}

	/// Closes it, and returns its path.
	pub fn into_path(self) -> PathBuf {
		self.path
	}
}
