//! Snapshots of tables.
//!
//! ```text
//! base-<version>          all tables, with which the store was created
//! table-<nn>-<version>    one table later; it replaces its part of the base
//! file                    "TOPACSNP" | format: u16 LE | chain: 32 | version | time: u64 LE | hash: 32 | root: 32 |
//!                         n: u16 LE | crc32 of the header | n tables
//! table                   number | bits | count: u64 LE | bytes: u64 LE | crc32 of the accounts | crc32 of the table's head |
//!                         accounts, ascending: key: 48 | length: u32 LE | value
//! ```
//!
//! A file is written under another name, synced and then renamed, so a snapshot that has its name is whole. The store exists
//! as soon as the base has its name.

use super::{
	folder::{File, Folder, UNFINISHED},
	log::NAME as LOG_NAME,
};
use crate::{bucket::MAX_VALUE_BYTES, error::StoreError, head::Head, table::Table};
use std::{io, sync::Arc};
use tp_account_store::{AccountKey, Hash, KEY_BYTES, MAX_BITS, TABLES};

const MAGIC: &[u8; 8] = b"TOPACSNP";
const FORMAT: u16 = 1;
const FORMAT_BYTES: usize = 8 + 2;
const CHAIN_BYTES: usize = FORMAT_BYTES + 32;
const HEADER_BYTES: usize = CHAIN_BYTES + 8 + 8 + 32 + 32 + 2 + 4;
const TABLE_HEAD_BYTES: usize = 1 + 1 + 8 + 8 + 4 + 4;
/// Beside each account's value: its key and its length.
const ENTRY_BYTES: usize = KEY_BYTES + 4;
const FOLDER: &str = "the folder";

fn base_name(version: u64) -> String {
	format!("base-{version:016x}")
}

fn table_name(table: u8, version: u64) -> String {
	format!("table-{table:02x}-{version:016x}")
}

/// What the name of a file says.
enum Named {
	Base(u64),
	Table(u8, u64),
	Unfinished,
	Other,
}

fn named(name: &str) -> Named {
	if name.ends_with(UNFINISHED) {
		return Named::Unfinished;
	}
	let base = || u64::from_str_radix(name.strip_prefix("base-")?, 16).ok().map(Named::Base);
	let table = || {
		let (table, version) = name.strip_prefix("table-")?.split_once('-')?;
		Some(Named::Table(u8::from_str_radix(table, 16).ok()?, u64::from_str_radix(version, 16).ok()?))
	};
	base().or_else(table).unwrap_or(Named::Other)
}

/// The snapshots on disk.
pub struct Snapshots {
	folder: Arc<dyn Folder>,
	chain: Hash,
	/// The version of each table's newest snapshot.
	versions: [u64; TABLES],
	/// Files that newer ones replace.
	old: Vec<String>,
	/// The base, while tables need it.
	base: Option<u64>,
}

/// Tables as the snapshots have them.
pub struct Loaded {
	/// The tables.
	pub tables: Vec<Table>,
	/// The version of each table.
	pub versions: [u64; TABLES],
	/// The version of the base, if it is still there.
	pub base: Option<Head>,
}

fn header(chain: &Hash, head: &Head, tables: u16) -> Vec<u8> {
	let (version, time) = (head.version.to_le_bytes(), head.time_ms.to_le_bytes());
	let parts: [&[u8]; 8] =
		[MAGIC, &FORMAT.to_le_bytes(), chain, &version, &time, &head.hash, &head.root, &tables.to_le_bytes()];
	let mut bytes = parts.concat();
	bytes.extend_from_slice(&crc32fast::hash(&bytes).to_le_bytes());
	bytes
}

fn encode(number: u8, table: &Table) -> Vec<u8> {
	let mut bytes = vec![0; TABLE_HEAD_BYTES];
	table.for_each(|key, _, value| {
		bytes.extend_from_slice(key.as_ref());
		let length = u32::try_from(value.len()).expect("a value is below 4 KiB; qed");
		bytes.extend_from_slice(&length.to_le_bytes());
		bytes.extend_from_slice(value);
	});
	let accounts = &bytes[TABLE_HEAD_BYTES..];
	let (size, checksum) = ((accounts.len() as u64).to_le_bytes(), crc32fast::hash(accounts).to_le_bytes());
	let mut head = [&[number, table.bits()][..], &table.count().to_le_bytes(), &size, &checksum].concat();
	head.extend_from_slice(&crc32fast::hash(&head).to_le_bytes());
	bytes[..TABLE_HEAD_BYTES].copy_from_slice(&head);
	bytes
}

/// The accounts of a table in a snapshot.
struct Entries<'a>(&'a [u8]);

impl<'a> Iterator for Entries<'a> {
	type Item = (AccountKey, &'a [u8]);

	fn next(&mut self) -> Option<Self::Item> {
		let key = AccountKey::from_slice(self.0.get(..KEY_BYTES)?)?;
		let length = u32::from_le_bytes(self.0.get(KEY_BYTES..ENTRY_BYTES)?.try_into().ok()?) as usize;
		let value = self.0.get(ENTRY_BYTES..ENTRY_BYTES.checked_add(length)?)?;
		self.0 = &self.0[ENTRY_BYTES + length..];
		Some((key, value))
	}
}

/// Reads a snapshot, table by table.
struct Reader {
	name: String,
	file: Arc<dyn File>,
	head: Head,
	at: u64,
}

impl Reader {
	fn open(folder: &dyn Folder, chain: &Hash, name: String) -> Result<Self, StoreError> {
		let io = |error| StoreError::io(&name)(error);
		let file = folder.open(&name).map_err(io)?;
		if file.size().map_err(io)? < HEADER_BYTES as u64 {
			return Err(StoreError::damaged(&name, 0, "the header of a snapshot"));
		}
		let mut bytes = [0; HEADER_BYTES];
		file.read_at(0, &mut bytes).map_err(io)?;
		let number = |at: usize| u64::from_le_bytes(bytes[at..at + 8].try_into().expect("8 bytes; qed"));
		let hash = |at: usize| -> Hash { bytes[at..at + 32].try_into().expect("32 bytes; qed") };
		let (version, time_ms) = (number(CHAIN_BYTES), number(CHAIN_BYTES + 8));
		let head = Head { version, time_ms, hash: hash(CHAIN_BYTES + 16), root: hash(CHAIN_BYTES + 48) };
		let tables = u16::from_le_bytes(bytes[HEADER_BYTES - 6..HEADER_BYTES - 4].try_into().expect("2 bytes; qed"));
		let expected = header(chain, &head, tables);
		if crc32fast::hash(&bytes[..HEADER_BYTES - 4]).to_le_bytes() != bytes[HEADER_BYTES - 4..] {
			return Err(StoreError::damaged(&name, 0, "the header of a snapshot"));
		}
		if bytes[..FORMAT_BYTES] != expected[..FORMAT_BYTES] {
			return Err(StoreError::Foreign(name));
		}
		if bytes[..] != expected {
			return Err(StoreError::OtherChain(name));
		}
		Ok(Self { name, file, head, at: HEADER_BYTES as u64 })
	}

	fn damaged(&self) -> StoreError {
		StoreError::damaged(&self.name, self.at, "a table of a snapshot")
	}

	/// Reads the head of the next table, and tells the size of its accounts.
	fn table_head(&self) -> Result<([u8; TABLE_HEAD_BYTES], u64), StoreError> {
		let io = |error| StoreError::io(&self.name)(error);
		let after = self.at.checked_add(TABLE_HEAD_BYTES as u64);
		let size = self.file.size().map_err(io)?;
		let rest = after.and_then(|after| size.checked_sub(after)).ok_or_else(|| self.damaged())?;
		let mut head = [0; TABLE_HEAD_BYTES];
		self.file.read_at(self.at, &mut head).map_err(io)?;
		let bytes = u64::from_le_bytes(head[10..18].try_into().expect("8 bytes; qed"));
		let is_whole = crc32fast::hash(&head[..TABLE_HEAD_BYTES - 4]).to_le_bytes() == head[TABLE_HEAD_BYTES - 4..];
		match is_whole && bytes <= rest && head[1] <= MAX_BITS {
			true => Ok((head, bytes)),
			false => Err(self.damaged()),
		}
	}

	/// Passes over the next table.
	fn skip(&mut self) -> Result<(), StoreError> {
		let (_, bytes) = self.table_head()?;
		self.at += TABLE_HEAD_BYTES as u64 + bytes;
		Ok(())
	}

	/// Reads the next table, with its number.
	fn table(&mut self) -> Result<(u8, Table), StoreError> {
		let (head, bytes) = self.table_head()?;
		let io = |error| StoreError::io(&self.name)(error);
		let damaged = || self.damaged();
		let count = u64::from_le_bytes(head[2..10].try_into().expect("8 bytes; qed"));
		let accounts_at = self.at + TABLE_HEAD_BYTES as u64;
		let mut accounts = vec![0; usize::try_from(bytes).map_err(|_| damaged())?];
		self.file.read_at(accounts_at, &mut accounts).map_err(io)?;
		if crc32fast::hash(&accounts).to_le_bytes() != head[18..22] {
			return Err(damaged());
		}
		let entries =
			Entries(&accounts).filter(|(key, value)| key.table() == head[0] && value.len() <= MAX_VALUE_BYTES);
		let table = Table::build(self.head.version, head[1], entries);
		if table.count() != count {
			return Err(damaged());
		}
		self.at = accounts_at + bytes;
		Ok((head[0], table))
	}
}

impl Snapshots {
	/// Removes the leftovers of a creation that did not end. Fails if there is a store.
	pub fn prepare(folder: &dyn Folder) -> Result<(), StoreError> {
		let names = folder.list().map_err(StoreError::io(FOLDER))?;
		if names.iter().any(|name| matches!(named(name), Named::Base(_) | Named::Table(..))) {
			return Err(StoreError::Exists);
		}
		for name in names.iter().filter(|name| name.ends_with(UNFINISHED) || name.starts_with(LOG_NAME)) {
			folder.remove(name).map_err(StoreError::io(name))?;
		}
		folder.sync().map_err(StoreError::io(FOLDER))
	}

	/// Removes the files of a store, complete or not.
	pub fn remove(folder: &dyn Folder) -> Result<(), StoreError> {
		let names = folder.list().map_err(StoreError::io(FOLDER))?;
		let is_own = |name: &&String| !matches!(named(name), Named::Other) || name.starts_with(LOG_NAME);
		for name in names.iter().filter(is_own) {
			folder.remove(name).map_err(StoreError::io(name))?;
		}
		folder.sync().map_err(StoreError::io(FOLDER))
	}

	/// Writes the base, with which the store exists.
	pub fn create(folder: Arc<dyn Folder>, chain: Hash, head: &Head, tables: &[Table]) -> Result<Self, StoreError> {
		let count = u16::try_from(tables.len()).expect("there are 256 tables; qed");
		let parts = (0..=u8::MAX).zip(tables).map(|(number, table)| encode(number, table));
		write(&*folder, &base_name(head.version), std::iter::once(header(&chain, head, count)).chain(parts))?;
		Ok(Self { folder, chain, versions: [head.version; TABLES], old: Vec::new(), base: Some(head.version) })
	}

	/// Loads the newest snapshot of each table.
	///
	/// # Errors
	/// [`StoreError::Missing`] if there is no store.
	pub fn load(folder: Arc<dyn Folder>, chain: Hash) -> Result<(Self, Loaded), StoreError> {
		let mut newest: [Option<u64>; TABLES] = [None; TABLES];
		let (mut base, mut old) = (None, Vec::new());
		for name in folder.list().map_err(StoreError::io(FOLDER))? {
			match named(&name) {
				Named::Base(version) => base = base.max(Some(version)),
				Named::Table(table, version) => {
					let replaced = newest[usize::from(table)];
					newest[usize::from(table)] = replaced.max(Some(version));
					old.extend(replaced.map(|replaced| table_name(table, replaced.min(version))));
				},
				Named::Unfinished => old.push(name),
				Named::Other => {},
			}
		}
		if base.is_none() && newest.iter().all(Option::is_none) {
			return Err(StoreError::Missing);
		}
		// A base that no table needs is not read: it may come back after a power cut, damaged or not.
		let base =
			base.filter(|base| newest.iter().any(|newest| newest.is_none_or(|newest| newest < *base))).or_else(|| {
				old.extend(base.map(base_name));
				None
			});
		let mut of_base = match base {
			Some(version) => Some(Reader::open(&*folder, &chain, base_name(version))?),
			None => None,
		};
		let head = of_base.as_ref().map(|base| base.head);
		let mut loaded = Loaded { tables: Vec::new(), versions: [0; TABLES], base: head };
		for (number, newest) in (0..=u8::MAX).zip(newest) {
			// The base is read in order, so it is passed over where a newer snapshot replaces it.
			let from_base = match (&mut of_base, newest) {
				(Some(base), Some(newest)) if newest > base.head.version => {
					base.skip()?;
					None
				},
				(Some(base), _) => Some(base.table()?),
				(None, _) => None,
			};
			let (found, version, table) = match (from_base, newest) {
				(Some((found, table)), _) => (found, loaded.base.map_or(0, |base| base.version), table),
				(None, Some(version)) => {
					let mut reader = Reader::open(&*folder, &chain, table_name(number, version))?;
					let (found, table) = reader.table()?;
					(found, reader.head.version, table)
				},
				(None, None) => {
					return Err(StoreError::damaged(&table_name(number, 0), 0, "the snapshot of a table is missing"));
				},
			};
			if found != number {
				return Err(StoreError::damaged(&table_name(number, version), 0, "a snapshot has another table"));
			}
			loaded.versions[usize::from(number)] = version;
			loaded.tables.push(table);
		}
		let versions = loaded.versions;
		Ok((Self { folder, chain, versions, old, base }, loaded))
	}

	/// Returns the version of the oldest snapshot that a start needs.
	pub fn oldest(&self) -> u64 {
		self.versions.iter().copied().min().unwrap_or(0)
	}

	/// Returns the table whose snapshot is the oldest.
	pub fn next_table(&self) -> u8 {
		(0..=u8::MAX).min_by_key(|table| self.versions[usize::from(*table)]).unwrap_or(0)
	}

	/// Encodes a table at a version.
	pub fn encode(&self, number: u8, table: &Table, head: &Head) -> Vec<u8> {
		[header(&self.chain, head, 1), encode(number, table)].concat()
	}

	/// Writes an encoded table, up to whose version the log is synced.
	pub fn write(&mut self, number: u8, version: u64, encoded: Vec<u8>) -> Result<(), StoreError> {
		let replaced = &mut self.versions[usize::from(number)];
		if *replaced == version {
			return Ok(());
		}
		write(&*self.folder, &table_name(number, version), std::iter::once(encoded))?;
		if self.base != Some(*replaced) {
			self.old.push(table_name(number, *replaced));
		}
		*replaced = version;
		if self.base.is_some_and(|base| base < self.oldest()) {
			self.old.extend(self.base.take().map(base_name));
		}
		Ok(())
	}

	/// Removes the files that newer ones replace. A file that cannot be removed now stays in the list.
	pub fn remove_old(&mut self) -> Result<(), StoreError> {
		while let Some(name) = self.old.last() {
			match self.folder.remove(name) {
				Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(StoreError::io(name)(error)),
				_ => self.old.pop(),
			};
		}
		Ok(())
	}
}

/// Writes a file so that it is whole when it has its name.
fn write(folder: &dyn Folder, name: &str, parts: impl Iterator<Item = Vec<u8>>) -> Result<(), StoreError> {
	let unfinished = format!("{name}{UNFINISHED}");
	let io = |error| StoreError::io(&unfinished)(error);
	let file = folder.create(&unfinished).map_err(io)?;
	let mut at = 0;
	for part in parts {
		file.write_at(at, &part).map_err(io)?;
		at += part.len() as u64;
	}
	file.sync().map_err(io)?;
	folder.rename(&unfinished, name).map_err(io)?;
	folder.sync().map_err(StoreError::io(FOLDER))
}
