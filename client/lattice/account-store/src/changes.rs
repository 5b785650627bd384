//! Changes of accounts: what a block set and removed, or what stood there before.
//!
//! ```text
//! n entries in ascending order of their keys | n offsets: u32 LE | n: u32 LE
//! entry     key: 48 | length of the value: u32 LE, all ones if there is none | value |
//!           crc32 of the entry so far and of its index: u32 LE
//! ```
//!
//! The number stands last, so that a block's entries can be put behind each other, and nothing is moved in the end.
//! The same bytes are kept in memory and on disk. A lookup on disk reads the few entries that a binary search meets, and
//! each has a checksum, so a damaged one is found although the rest of the record is not read. The index in the checksum tells
//! a damaged offset that leads to another entry. A reader gives the number of entries, which it learned when it checked the
//! record as a whole: a smaller number would hide entries.

use crate::bucket::MAX_VALUE_BYTES;
use std::{io, ops::Range};
use tp_account_store::{AccountKey, KEY_BYTES};

const ABSENT: u32 = u32::MAX;
const WORD: usize = 4;
const HEAD_BYTES: usize = KEY_BYTES + WORD;

/// A source of the bytes of changes: memory, or a place in a file.
pub trait Bytes {
	/// Returns the number of bytes.
	fn len(&self) -> usize;
	/// Reads a range.
	fn read(&self, range: Range<usize>) -> io::Result<Vec<u8>>;
}

impl Bytes for [u8] {
	fn len(&self) -> usize {
		<[u8]>::len(self)
	}

	fn read(&self, range: Range<usize>) -> io::Result<Vec<u8>> {
		self.get(range).map(<[u8]>::to_vec).ok_or_else(|| damaged("an offset lies outside"))
	}
}

/// A changed account, with its value or `None` if it has none.
pub type Change = (AccountKey, Option<Vec<u8>>);

fn damaged(what: &str) -> io::Error {
	io::Error::new(io::ErrorKind::InvalidData, format!("changes of accounts are damaged: {what}"))
}

fn word(bytes: &[u8]) -> io::Result<u32> {
	let bytes = bytes.get(..WORD).ok_or_else(|| damaged("a number is cut short"))?;
	Ok(u32::from_le_bytes(bytes.try_into().expect("the slice has 4 bytes; qed")))
}

/// Returns the checksum of the parts of an entry.
fn checksum(index: u32, parts: &[&[u8]]) -> u32 {
	let mut hasher = crc32fast::Hasher::new();
	parts.iter().for_each(|part| hasher.update(part));
	hasher.update(&index.to_le_bytes());
	hasher.finalize()
}

/// Encodes changes, in ascending order of their keys.
#[derive(Debug, Default)]
pub struct ChangesBuilder {
	offsets: Vec<u8>,
	count: u32,
	entries: Vec<u8>,
}

impl ChangesBuilder {
	/// Returns a builder with room for a number of changes, whose values have `bytes` together.
	pub fn with_capacity(changes: usize, bytes: usize) -> Self {
		let offsets = Vec::with_capacity(changes * WORD);
		let entries = Vec::with_capacity(bytes + changes * (HEAD_BYTES + 2 * WORD) + WORD);
		Self { offsets, count: 0, entries }
	}

	/// Adds a change, and returns the place of its value in the encoded changes. The caller keeps the order.
	pub fn push(&mut self, key: &AccountKey, value: Option<&[u8]>) -> u32 {
		let from = self.entries.len();
		// 2^20 changes of 4 KiB: more than a block holds.
		let place = |at: usize| u32::try_from(at).expect("the changes of a block are below 4 GiB; qed");
		self.offsets.extend_from_slice(&place(from).to_le_bytes());
		self.entries.extend_from_slice(key.as_ref());
		let length = value.map_or(ABSENT, |value| u32::try_from(value.len()).expect("a value is below 4 KiB; qed"));
		self.entries.extend_from_slice(&length.to_le_bytes());
		self.entries.extend_from_slice(value.unwrap_or_default());
		let checksum = checksum(self.count, &[&self.entries[from..]]);
		self.count += 1;
		self.entries.extend_from_slice(&checksum.to_le_bytes());
		place(from + HEAD_BYTES)
	}

	/// Returns the changes that were encoded so far.
	pub fn entries(&self) -> &[u8] {
		&self.entries
	}

	/// Returns the encoded changes.
	pub fn finish(mut self) -> Vec<u8> {
		self.entries.extend_from_slice(&self.offsets);
		self.entries.extend_from_slice(&self.count.to_le_bytes());
		self.entries
	}
}

/// Returns the number of changes.
pub fn count<B: Bytes + ?Sized>(bytes: &B) -> io::Result<u32> {
	let from = bytes.len().checked_sub(WORD).ok_or_else(|| damaged("they are cut short"))?;
	let count = word(&bytes.read(from..bytes.len())?)?;
	match count as usize <= from / WORD {
		true => Ok(count),
		false => Err(damaged("there are fewer than their number")),
	}
}

/// Checks that the changes say that their number is this.
fn check<B: Bytes + ?Sized>(bytes: &B, expected: u32) -> io::Result<()> {
	match count(bytes)? == expected {
		true => Ok(()),
		false => Err(damaged("their number differs")),
	}
}

/// Returns where the offset of a change stands, among `count` ones in `size` bytes.
fn offset_place(size: usize, count: u32, index: u32) -> usize {
	size - WORD - (count - index) as usize * WORD
}

/// Reads the change at a place.
pub fn entry<B: Bytes + ?Sized>(bytes: &B, count: u32, index: u32) -> io::Result<Change> {
	let at = offset_place(bytes.len(), count, index);
	let from = word(&bytes.read(at..at + WORD)?)? as usize;
	let head = bytes.read(from..from + HEAD_BYTES)?;
	let key = AccountKey::from_slice(&head[..KEY_BYTES]).ok_or_else(|| damaged("a key is cut short"))?;
	let length = match word(&head[KEY_BYTES..])? {
		ABSENT => None,
		length if length as usize <= MAX_VALUE_BYTES => Some(length as usize),
		_ => return Err(damaged("a value is too long")),
	};
	let rest = bytes.read(from + HEAD_BYTES..from + HEAD_BYTES + length.unwrap_or(0) + WORD)?;
	let (value, expected) = rest.split_at(length.unwrap_or(0));
	if word(expected)? != checksum(index, &[&head, value]) {
		return Err(damaged("a checksum differs"));
	}
	Ok((key, length.map(|_| value.to_vec())))
}

/// Returns the place of a key, or of the first key above it.
fn search<B: Bytes + ?Sized>(bytes: &B, count: u32, wanted: &[u8]) -> io::Result<Result<Change, u32>> {
	let (mut low, mut high) = (0, count);
	while low < high {
		let middle = low.midpoint(high);
		let change = entry(bytes, count, middle)?;
		match change.0.as_ref().cmp(wanted) {
			std::cmp::Ordering::Less => low = middle + 1,
			std::cmp::Ordering::Equal => return Ok(Ok(change)),
			std::cmp::Ordering::Greater => high = middle,
		}
	}
	Ok(Err(low))
}

/// Looks an account up among `count` changes. `None` if it is not one of them.
pub fn find<B: Bytes + ?Sized>(bytes: &B, count: u32, key: &AccountKey) -> io::Result<Option<Option<Vec<u8>>>> {
	check(bytes, count)?;
	Ok(search(bytes, count, key.as_ref())?.ok().map(|(_, value)| value))
}

/// Returns the first of `count` changed accounts that is above a sequence of bytes.
pub fn next<B: Bytes + ?Sized>(bytes: &B, count: u32, above: &[u8]) -> io::Result<Option<AccountKey>> {
	check(bytes, count)?;
	// The key that follows all others with this beginning: equal bytes are below it.
	let mut after = above.to_vec();
	after.push(0);
	let at = match search(bytes, count, &after)? {
		Ok((key, _)) => return Ok(Some(key)),
		Err(at) => at,
	};
	match at < count {
		true => Ok(Some(entry(bytes, count, at)?.0)),
		false => Ok(None),
	}
}

/// Passes the keys of changes that were just encoded, or whose record's checksum was checked.
pub fn for_each_key(bytes: &[u8], mut each: impl FnMut(AccountKey)) -> io::Result<()> {
	let count = count(bytes)?;
	for index in 0..count {
		let at = offset_place(bytes.len(), count, index);
		let from = word(bytes.get(at..).unwrap_or_default())? as usize;
		let key = bytes.get(from..from + KEY_BYTES).and_then(AccountKey::from_slice);
		each(key.ok_or_else(|| damaged("a key is cut short"))?);
	}
	Ok(())
}

/// Reads all changes whose record's checksum was checked, and passes them on.
pub fn for_each(bytes: &[u8], mut each: impl FnMut(AccountKey, Option<&[u8]>)) -> io::Result<()> {
	let count = count(bytes)?;
	for index in 0..count {
		let (key, value) = entry(bytes, count, index)?;
		each(key, value.as_deref());
	}
	Ok(())
}

/// Reads those of `count` changes that lie in a table, and passes them on.
pub fn for_each_in_table<B: Bytes + ?Sized>(
	bytes: &B,
	count: u32,
	table: u8,
	mut each: impl FnMut(AccountKey, Option<Vec<u8>>),
) -> io::Result<()> {
	check(bytes, count)?;
	// A part of a key is below it, so no key is equal to the number of a table.
	let mut index = search(bytes, count, &[table])?.map_or_else(|at| at, |_| 0);
	while index < count {
		let (key, value) = entry(bytes, count, index)?;
		if key.table() != table {
			break;
		}
		each(key, value);
		index += 1;
	}
	Ok(())
}
