//! The diff log: a record for each block, in segments.
//!
//! ```text
//! log-<n>    header | record | record | …      (the highest n is written)
//! header     "TOPACLOG" | format: u16 LE | chain: 32 | synced: u64 LE | salt: u64 LE | crc32 of the header: u32 LE
//! ```
//!
//! Invariant: a segment is synced before a record goes to its successor, so only the last one with records can have a torn
//! tail. What follows the first record there that is not whole was not synced, unless a whole record after it, the header of
//! a later segment, or a snapshot says that it was. A torn tail is cut off before the log is written again; all other damage
//! is an error, and changes nothing.
//!
//! Whole records after a broken one are searched byte by byte. The salt, which no sender knows, enters the checksums, so that
//! no block can carry bytes that read as a record.

use super::{
	folder::{read_all, File, Folder, UNFINISHED},
	record::{Found, Record, RecordPlace},
};
use crate::error::StoreError;
use parking_lot::RwLock;
use std::{
	collections::{hash_map::RandomState, VecDeque},
	hash::{BuildHasher, Hasher},
	io,
	sync::Arc,
};
use tp_account_store::Hash;

const MAGIC: &[u8; 8] = b"TOPACLOG";
const FORMAT: u16 = 2;
/// The size of a segment's header.
const HEADER_BYTES: usize = 8 + 2 + 32 + 8 + 8 + 4;
/// The part that tells the format, and the part that tells the chain as well.
const FORMAT_BYTES: usize = 8 + 2;
const CHAIN_BYTES: usize = FORMAT_BYTES + 32;
/// The beginning of a segment's name.
pub(super) const NAME: &str = "log-";

/// The file of a segment. A start replaces it once by a copy.
pub struct SegmentFile(RwLock<Arc<dyn File>>);

impl SegmentFile {
	fn new(file: Arc<dyn File>) -> Arc<Self> {
		Arc::new(Self(RwLock::new(file)))
	}

	fn get(&self) -> Arc<dyn File> {
		self.0.read().clone()
	}

	/// Reads as many bytes as the buffer has, or fails.
	pub fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<()> {
		self.get().read_at(offset, buffer)
	}
}

/// A segment.
struct Segment {
	number: u64,
	file: Arc<SegmentFile>,
	/// The salt of its header. `None` if the header is not whole.
	salt: Option<u64>,
	/// The last version in it or in those before it.
	last: u64,
	bytes: u64,
}

/// The log, open for writing.
pub struct Log {
	folder: Arc<dyn Folder>,
	chain: Hash,
	closed: VecDeque<Segment>,
	number: u64,
	salt: u64,
	file: Arc<SegmentFile>,
	size: u64,
	appended: u64,
	synced: u64,
	total: u64,
	/// Bytes that were appended since the log was opened.
	grown: u64,
	stopped: bool,
}

/// A log that was read and has not been opened for writing.
#[derive(Default)]
pub struct ReadLog {
	segments: Vec<Segment>,
	/// The version of the last whole record. `None` if there is no record.
	pub last: Option<u64>,
	/// The version of the first record.
	pub first: Option<u64>,
	/// The highest version that a record names as synced.
	pub synced: u64,
	/// Bytes of the torn tail.
	pub torn: u64,
	torn_at: Option<(String, u64)>,
}

fn name(number: u64) -> String {
	format!("{NAME}{number:010}")
}

/// What differs from header to header.
#[derive(Clone, Copy, Debug)]
struct Header {
	/// The version up to which the segments before it are synced.
	synced: u64,
	salt: u64,
}

impl Header {
	fn new(synced: u64) -> Self {
		Self { synced, salt: RandomState::new().build_hasher().finish() }
	}

	fn encode(&self, chain: &Hash) -> Vec<u8> {
		let (synced, salt) = (self.synced.to_le_bytes(), self.salt.to_le_bytes());
		let mut bytes = [MAGIC.as_slice(), &FORMAT.to_le_bytes(), chain, &synced, &salt].concat();
		bytes.extend_from_slice(&crc32fast::hash(&bytes).to_le_bytes());
		bytes
	}

	/// Reads a header. `None` if it is not whole.
	fn read(name: &str, bytes: &[u8], chain: &Hash) -> Result<Option<Self>, StoreError> {
		let Some(bytes) = bytes.get(..HEADER_BYTES) else { return Ok(None) };
		let number = |at: usize| u64::from_le_bytes(bytes[at..at + 8].try_into().expect("8 bytes; qed"));
		let header = Self { synced: number(CHAIN_BYTES), salt: number(CHAIN_BYTES + 8) };
		let expected = header.encode(chain);
		match bytes == expected {
			true => Ok(Some(header)),
			false if crc32fast::hash(&bytes[..HEADER_BYTES - 4]).to_le_bytes() != bytes[HEADER_BYTES - 4..] => Ok(None),
			false if bytes[..FORMAT_BYTES] != expected[..FORMAT_BYTES] => Err(StoreError::Foreign(name.into())),
			false => Err(StoreError::OtherChain(name.into())),
		}
	}
}

/// Returns the numbers of the newest segments without a gap between them, ascending. Removed segments can come back after a
/// power cut, in any selection, and are older.
fn segments(folder: &dyn Folder) -> Result<Vec<u64>, StoreError> {
	let names = folder.list().map_err(StoreError::io("the folder"))?;
	let mut numbers: Vec<u64> = names.iter().filter_map(|name| name.strip_prefix(NAME)?.parse().ok()).collect();
	numbers.sort_unstable();
	let gap = numbers.windows(2).rposition(|pair| pair[1] != pair[0] + 1);
	Ok(numbers.split_off(gap.map_or(0, |at| at + 1)))
}

/// Reads all records in their order, and passes each on with its place.
pub fn read(
	folder: &dyn Folder,
	chain: &Hash,
	mut each: impl FnMut(&Arc<SegmentFile>, Record, RecordPlace) -> Result<(), StoreError>,
) -> Result<ReadLog, StoreError> {
	let mut log = ReadLog::default();
	let numbers = segments(folder)?;
	if numbers.is_empty() {
		return Err(StoreError::damaged(&name(0), 0, "there is no log"));
	}
	for number in numbers {
		let name = name(number);
		let file = folder.open(&name).map_err(StoreError::io(&name))?;
		let bytes = read_all(&*file).map_err(StoreError::io(&name))?;
		let file = SegmentFile::new(file);
		let Some(header) = Header::read(&name, &bytes, chain)? else {
			// A power cut while the segment was created leaves any part of its header, and no record.
			if bytes.len() > HEADER_BYTES {
				return Err(StoreError::damaged(&name, 0, "the header of a segment"));
			}
			log.segments.push(Segment { number, file, salt: None, last: log.last.unwrap_or(0), bytes: 0 });
			continue;
		};
		log.synced = log.synced.max(header.synced);
		let mut at = HEADER_BYTES;
		loop {
			match Record::read(&bytes[at..], header.salt) {
				Found::End => break,
				Found::Record(record, size) => {
					if log.last.is_some_and(|last| record.version != last + 1) {
						return Err(StoreError::damaged(
							&name,
							at as u64,
							"a record does not follow the one before it",
						));
					}
					if let Some((name, at)) = log.torn_at.take() {
						return Err(StoreError::damaged(&name, at, "a record of a closed segment is not whole"));
					}
					log.first.get_or_insert(record.version);
					log.last = Some(record.version);
					log.synced = log.synced.max(record.synced);
					let reverse = record.reverse_place();
					let whole = at as u64..(at + size) as u64;
					let reverse = whole.start + reverse.start..whole.start + reverse.end;
					each(&file, *record, RecordPlace { whole, reverse })?;
					at += size;
				},
				Found::Broken => {
					log.synced = log.synced.max(synced_after(&bytes[at + 1..], header.salt));
					log.torn += (bytes.len() - at) as u64;
					log.torn_at.get_or_insert((name, at as u64));
					break;
				},
			}
		}
		let last = log.last.unwrap_or(0);
		log.segments.push(Segment { number, file, salt: Some(header.salt), last, bytes: at as u64 });
	}
	if let (Some((name, at)), true) = (&log.torn_at, log.synced > log.last.unwrap_or(0)) {
		let what = format!("the records up to block {} were synced, and one of them is not whole", log.synced);
		return Err(StoreError::damaged(name, *at, what));
	}
	Ok(log)
}

/// Returns the highest version that a whole record within `bytes` names as synced; 0 if there is none.
fn synced_after(bytes: &[u8], salt: u64) -> u64 {
	let (mut at, mut synced) = (0, 0);
	while at < bytes.len() {
		match Record::read(&bytes[at..], salt) {
			Found::Record(record, size) => {
				synced = synced.max(record.synced);
				at += size;
			},
			_ => at += 1,
		}
	}
	synced
}

impl ReadLog {
	/// Names the place at which the log ends, for an error about what it lacks.
	pub fn end(&self) -> (String, u64) {
		self.segments.last().map_or_else(|| (name(0), 0), |segment| (name(segment.number), segment.bytes))
	}

	/// Opens the log for writing after `version`.
	///
	/// The records after the last sync may be in the operating system's memory alone, even if it was told to sync them: after a
	/// failed sync it takes them for written. So the newest segment with records is replaced by a copy, which has no torn tail.
	pub fn open(mut self, folder: Arc<dyn Folder>, chain: Hash, version: u64) -> Result<Log, StoreError> {
		if let Some(segment) = self.segments.iter().rfind(|segment| segment.bytes > HEADER_BYTES as u64) {
			let name = name(segment.number);
			let io = |error| StoreError::io(&name)(error);
			let mut bytes = read_all(&*segment.file.get()).map_err(io)?;
			bytes.truncate(usize::try_from(segment.bytes).unwrap_or(usize::MAX));
			let copy = format!("{name}{UNFINISHED}");
			let file = folder.create(&copy).map_err(io)?;
			file.write_at(0, &bytes).and_then(|()| file.sync()).map_err(io)?;
			folder.rename(&copy, &name).and_then(|()| folder.sync()).map_err(io)?;
			*segment.file.0.write() = file;
		}
		let mut log = match self.segments.pop() {
			Some(Segment { number, file, salt: Some(salt), bytes, .. }) if bytes > HEADER_BYTES as u64 => Log {
				folder,
				chain,
				closed: VecDeque::new(),
				number,
				salt,
				file,
				size: bytes,
				appended: version,
				synced: version,
				total: bytes,
				grown: 0,
				stopped: false,
			},
			empty => Log::create(folder, chain, empty.map_or(0, |segment| segment.number), version)?,
		};
		log.total += self.segments.iter().map(|segment| segment.bytes).sum::<u64>();
		log.closed = self.segments.into();
		Ok(log)
	}
}

/// What [`Log::begin_sync`] found unsynced.
pub struct Unsynced {
	file: Arc<dyn File>,
	name: String,
	version: u64,
}

impl Unsynced {
	/// Waits until it is on disk. The log can be appended to meanwhile.
	pub fn wait(&self) -> Result<(), StoreError> {
		self.file.sync().map_err(StoreError::io(&self.name))
	}
}

impl Log {
	/// Creates a log whose first segment has this number, and whose first record follows `version`.
	pub fn create(folder: Arc<dyn Folder>, chain: Hash, number: u64, version: u64) -> Result<Self, StoreError> {
		let header = Header::new(version);
		let file = Self::create_segment(&*folder, &chain, number, header)?;
		let size = HEADER_BYTES as u64;
		let (closed, appended, synced, salt) = (VecDeque::new(), version, version, header.salt);
		Ok(Self {
			folder,
			chain,
			closed,
			number,
			salt,
			file,
			size,
			appended,
			synced,
			total: size,
			grown: 0,
			stopped: false,
		})
	}

	fn create_segment(
		folder: &dyn Folder,
		chain: &Hash,
		number: u64,
		header: Header,
	) -> Result<Arc<SegmentFile>, StoreError> {
		let name = name(number);
		let io = |error| StoreError::io(&name)(error);
		let file = folder.create(&name).map_err(io)?;
		file.write_at(0, &header.encode(chain)).map_err(io)?;
		file.sync().map_err(io)?;
		// The folder is synced too: otherwise a power cut may lose the file's name, and with it synced records.
		folder.sync().map_err(StoreError::io("the folder"))?;
		Ok(SegmentFile::new(file))
	}

	/// Returns the version up to which the log is on disk.
	pub fn synced(&self) -> u64 {
		self.synced
	}

	/// Returns the bytes of all segments.
	pub fn bytes(&self) -> u64 {
		self.total
	}

	/// Returns the bytes that were appended since the log was opened.
	pub fn appended_bytes(&self) -> u64 {
		self.grown
	}

	/// Returns the bytes of the segment that is written.
	pub fn segment_bytes(&self) -> u64 {
		self.size
	}

	/// Appends the record of the next version. It reaches the operating system, and is on disk after a sync.
	pub fn append(&mut self, record: &Record<&[u8]>) -> Result<(Arc<SegmentFile>, RecordPlace), StoreError> {
		if self.stopped {
			return Err(StoreError::Stopped);
		}
		debug_assert_eq!(record.version, self.appended + 1);
		let (head, changes) = record.encode(self.salt)?;
		let file = self.file.get();
		let mut end = self.size;
		let mut write = |part: &[u8]| {
			file.write_at(end, part)?;
			end += part.len() as u64;
			Ok(())
		};
		let written =
			write(&head).and_then(|()| changes.into_iter().filter(|part| !part.is_empty()).try_for_each(write));
		if let Err(source) = written {
			// What was written of it must not stand before the next record.
			self.stopped = self.file.get().set_size(self.size).is_err();
			return Err(StoreError::Io { file: name(self.number), source });
		}
		let (whole, reverse) = (self.size..end, record.reverse_place());
		let reverse = self.size + reverse.start..self.size + reverse.end;
		self.size = end;
		self.total += whole.end - whole.start;
		self.grown += whole.end - whole.start;
		self.appended = record.version;
		Ok((self.file.clone(), RecordPlace { whole, reverse }))
	}

	/// Returns what has to be synced; `None` if all is on disk.
	pub fn begin_sync(&self) -> Result<Option<Unsynced>, StoreError> {
		if self.stopped {
			return Err(StoreError::Stopped);
		}
		let unsynced = Unsynced { file: self.file.get(), name: name(self.number), version: self.appended };
		Ok((self.synced < self.appended).then_some(unsynced))
	}

	/// Notes the outcome of a sync. After a failed one the operating system may have dropped what was written, so the log
	/// stops.
	pub fn end_sync(&mut self, unsynced: &Unsynced, outcome: Result<(), StoreError>) -> Result<(), StoreError> {
		match outcome {
			Ok(()) => self.synced = self.synced.max(unsynced.version),
			Err(error) => {
				self.stopped = true;
				return Err(error);
			},
		}
		Ok(())
	}

	/// Waits until all records are on disk.
	pub fn sync(&mut self) -> Result<(), StoreError> {
		match self.begin_sync()? {
			Some(unsynced) => self.end_sync(&unsynced, unsynced.wait()),
			None => Ok(()),
		}
	}

	/// Closes the segment that is written, and begins another.
	pub fn rotate(&mut self) -> Result<(), StoreError> {
		self.sync()?;
		let header = Header::new(self.synced);
		let file = Self::create_segment(&*self.folder, &self.chain, self.number + 1, header)?;
		let file = std::mem::replace(&mut self.file, file);
		let (number, salt, last, bytes) = (self.number, Some(self.salt), self.appended, self.size);
		self.closed.push_back(Segment { number, file, salt, last, bytes });
		(self.size, self.salt) = (HEADER_BYTES as u64, header.salt);
		self.number += 1;
		self.total += HEADER_BYTES as u64;
		Ok(())
	}

	/// Removes the oldest segments as long as all their versions are below `keep_from`, and at least `retain` bytes follow.
	pub fn prune(&mut self, keep_from: u64, retain: u64) -> Result<(), StoreError> {
		while let Some(oldest) = self.closed.front() {
			if oldest.last >= keep_from || self.total - oldest.bytes < retain {
				break;
			}
			let name = name(oldest.number);
			self.folder.remove(&name).map_err(StoreError::io(&name))?;
			self.total -= oldest.bytes;
			self.closed.pop_front();
		}
		Ok(())
	}
}
