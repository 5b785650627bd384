//! A record of the log: a block with its changes.
//!
//! ```text
//! record    length of the body: u32 LE | crc32 of salt and length | crc32 of salt and body | body
//! body      version | time | synced: u64 LE | hash: 32 | root: 32 | 5 lengths: u32 LE | tables | certificate | forward |
//!           reverse | other
//! tables    for each changed table, ascending: its number | its number of bits before | its root before: 32
//! ```
//!
//! The length has its own checksum, so that a damaged length does not look like a record that was cut short. `synced` is the
//! version up to which the log was synced when the record was written: damage at or below it is no torn tail.

use crate::error::StoreError;
use std::ops::Range;
use tp_account_store::{Hash, HASH_BYTES};

/// Before each body: its length and two checksums.
pub const PREFIX_BYTES: usize = 12;
const SECTIONS: usize = 5;
const HEAD_BYTES: usize = 3 * 8 + 2 * 32 + SECTIONS * 4;
/// Largest body. A block of the largest size fits several times.
pub const MAX_BODY_BYTES: usize = 512 << 20;

/// Number, bits and root.
const TABLE_BYTES: usize = 2 + HASH_BYTES;

/// What a table was before a block that changed it. With it a proof of an old version needs the changes of one table alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TableBefore {
	/// The table.
	pub number: u8,
	/// Its number of bits.
	pub bits: u8,
	/// Its root.
	pub root: Hash,
}

/// A block with its changes, as the log has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record<Bytes = Vec<u8>> {
	/// The number of the block.
	pub version: u64,
	/// The time of the block, in milliseconds since 1970.
	pub time_ms: u64,
	/// The version up to which the log was synced when this was written.
	pub synced: u64,
	/// The hash of the block.
	pub hash: Hash,
	/// The root of the accounts after the block.
	pub root: Hash,
	/// The changed tables, in ascending order.
	pub tables: Vec<TableBefore>,
	/// The certificate of the block.
	pub certificate: Bytes,
	/// The changes of accounts, encoded by `ChangesBuilder`.
	pub forward: Bytes,
	/// What the changes replaced.
	pub reverse: Bytes,
	/// Other changes of the block's state, opaque to the store.
	pub other: Bytes,
}

/// Where a record lies in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordPlace {
	/// All of it.
	pub whole: Range<u64>,
	/// The encoded reverse changes.
	pub reverse: Range<u64>,
}

/// What stands at a place of a log.
#[derive(Debug)]
pub enum Found {
	/// A whole record, and its size.
	Record(Box<Record>, usize),
	/// The end of the file.
	End,
	/// Something else.
	Broken,
}

fn checksum(salt: u64, parts: &[&[u8]]) -> u32 {
	let mut hasher = crc32fast::Hasher::new();
	hasher.update(&salt.to_le_bytes());
	parts.iter().for_each(|part| hasher.update(part));
	hasher.finalize()
}

/// An encoded record: what stands before the changes, and the parts that follow it. They are written one after another, since
/// a copy of all would take longer than the calls.
pub type Encoded<'a> = (Vec<u8>, [&'a [u8]; 3]);

impl<Bytes: AsRef<[u8]>> Record<Bytes> {
	/// Encodes the record with its prefix.
	pub fn encode(&self, salt: u64) -> Result<Encoded<'_>, StoreError> {
		let mut tables = Vec::with_capacity(self.tables.len() * TABLE_BYTES);
		for TableBefore { number, bits, root } in &self.tables {
			tables.extend_from_slice(&[*number, *bits]);
			tables.extend_from_slice(root);
		}
		let changes = [&self.forward, &self.reverse, &self.other].map(AsRef::as_ref);
		let [forward, reverse, other] = changes;
		let sections: [&[u8]; SECTIONS] = [&tables, self.certificate.as_ref(), forward, reverse, other];
		let length = HEAD_BYTES + sections.iter().map(|section| section.len()).sum::<usize>();
		let too_large = |_| StoreError::CommitTooLarge(length);
		let encoded = u32::try_from(length).map_err(too_large)?.to_le_bytes();
		if length > MAX_BODY_BYTES {
			return Err(StoreError::CommitTooLarge(length));
		}
		let mut bytes = Vec::with_capacity(PREFIX_BYTES + HEAD_BYTES + tables.len() + sections[1].len());
		bytes.extend_from_slice(&encoded);
		bytes.extend_from_slice(&checksum(salt, &[&encoded]).to_le_bytes());
		bytes.extend_from_slice(&[0; 4]);
		for number in [self.version, self.time_ms, self.synced] {
			bytes.extend_from_slice(&number.to_le_bytes());
		}
		bytes.extend_from_slice(&self.hash);
		bytes.extend_from_slice(&self.root);
		for section in sections {
			bytes.extend_from_slice(&u32::try_from(section.len()).map_err(too_large)?.to_le_bytes());
		}
		bytes.extend_from_slice(sections[0]);
		bytes.extend_from_slice(sections[1]);
		let checksum = checksum(salt, &[&bytes[PREFIX_BYTES..], forward, reverse, other]);
		bytes[8..PREFIX_BYTES].copy_from_slice(&checksum.to_le_bytes());
		Ok((bytes, changes))
	}

	/// Returns where the reverse changes lie in the encoded record.
	pub fn reverse_place(&self) -> Range<u64> {
		let before = TABLE_BYTES * self.tables.len() + self.certificate.as_ref().len() + self.forward.as_ref().len();
		let from = PREFIX_BYTES + HEAD_BYTES + before;
		from as u64..(from + self.reverse.as_ref().len()) as u64
	}
}

impl Record {
	/// Reads what stands at the beginning of `bytes`.
	pub fn read(bytes: &[u8], salt: u64) -> Found {
		if bytes.is_empty() {
			return Found::End;
		}
		let read = || {
			let word = |at: usize| Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?));
			let length = word(0)? as usize;
			if checksum(salt, &[&bytes[..4]]) != word(4)? || length > MAX_BODY_BYTES {
				return None;
			}
			let body = bytes.get(PREFIX_BYTES..PREFIX_BYTES + length)?;
			if checksum(salt, &[body]) != word(8)? {
				return None;
			}
			Some((Box::new(Self::decode(body)?), PREFIX_BYTES + length))
		};
		read().map_or(Found::Broken, |(record, size)| Found::Record(record, size))
	}

	fn decode(body: &[u8]) -> Option<Self> {
		let number = |at: usize| Some(u64::from_le_bytes(body.get(at * 8..at * 8 + 8)?.try_into().ok()?));
		let hash = |at: usize| -> Option<Hash> { body.get(at..at + 32)?.try_into().ok() };
		let mut at = HEAD_BYTES;
		let mut sections = Vec::with_capacity(SECTIONS);
		for index in 0..SECTIONS {
			let place = HEAD_BYTES - (SECTIONS - index) * 4;
			let length = u32::from_le_bytes(body.get(place..place + 4)?.try_into().ok()?) as usize;
			sections.push(body.get(at..at + length)?.to_vec());
			at += length;
		}
		if at != body.len() {
			return None;
		}
		let [tables, certificate, forward, reverse, other] = sections.try_into().ok()?;
		if tables.len() % TABLE_BYTES > 0 {
			return None;
		}
		let table =
			|bytes: &[u8]| Some(TableBefore { number: bytes[0], bits: bytes[1], root: bytes[2..].try_into().ok()? });
		let tables = tables.chunks_exact(TABLE_BYTES).map(table).collect::<Option<_>>()?;
		Some(Self {
			version: number(0)?,
			time_ms: number(1)?,
			synced: number(2)?,
			hash: hash(24)?,
			root: hash(56)?,
			tables,
			certificate,
			forward,
			reverse,
			other,
		})
	}
}
