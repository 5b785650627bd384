//! Recent versions, by what each of them replaced.
//!
//! An account at version v has the value that the first later version that changed it replaced, or its present one. What a
//! version replaced stands in its record of the log. The newest versions have it in memory as well.

use crate::{
	changes::{self, Bytes},
	disk::{RecordPlace, SegmentFile, TableBefore},
	error::StoreError,
	filter::Filter,
	head::Head,
	limits::Limits,
};
use parking_lot::RwLock;
use std::{
	collections::{BTreeMap, VecDeque},
	io,
	ops::Range,
	sync::Arc,
};
use tp_account_store::{AccountKey, KEY_BYTES};

/// Number of tables up to which the changes of each are looked up on disk. More read what a version replaced as a whole.
const FEW_TABLES: usize = 8;

/// What a version replaced.
pub struct Step {
	/// The version.
	pub head: Head,
	/// The tables that it changed, in ascending order.
	pub tables: Vec<TableBefore>,
	/// The number of accounts that it changed.
	count: u32,
	filter: Filter,
	file: Arc<SegmentFile>,
	place: RecordPlace,
	memory: RwLock<Option<Arc<Vec<u8>>>>,
}

/// The replaced values in a file.
struct OnDisk<'a>(&'a Step);

impl OnDisk<'_> {
	fn all(&self) -> io::Result<Vec<u8>> {
		let Range { start, end } = self.0.place.reverse;
		let size = usize::try_from(end - start).map_err(|_| io::Error::from(io::ErrorKind::FileTooLarge))?;
		self.read(0..size)
	}
}

impl Bytes for OnDisk<'_> {
	fn len(&self) -> usize {
		let Range { start, end } = self.0.place.reverse;
		usize::try_from(end - start).unwrap_or(usize::MAX)
	}

	fn read(&self, range: Range<usize>) -> io::Result<Vec<u8>> {
		let Range { start, end } = self.0.place.reverse;
		let (from, to) = (start.saturating_add(range.start as u64), start.saturating_add(range.end as u64));
		if from > to || to > end {
			return Err(io::Error::new(io::ErrorKind::InvalidData, "an offset lies outside the record"));
		}
		let mut bytes = vec![0; range.len()];
		self.0.file.read_at(from, &mut bytes)?;
		Ok(bytes)
	}
}

/// Changes of several versions, composed: what each account of some tables had before them.
#[derive(Debug, Default)]
pub struct Composed(BTreeMap<AccountKey, Option<Vec<u8>>>);

impl Step {
	/// Makes a step of what a version replaced.
	pub fn new(
		head: Head,
		tables: Vec<TableBefore>,
		reverse: &[u8],
		file: Arc<SegmentFile>,
		place: RecordPlace,
	) -> io::Result<Self> {
		let count = changes::count(reverse)?;
		let mut filter = Filter::new(count as usize);
		changes::for_each_key(reverse, |key| filter.insert(&key))?;
		Ok(Self { head, tables, count, filter, file, place, memory: RwLock::new(None) })
	}

	/// Keeps what the version replaced in memory as well.
	pub fn in_memory(mut self, reverse: Vec<u8>) -> Self {
		self.memory = RwLock::new(Some(Arc::new(reverse)));
		self
	}

	fn bytes(&self) -> u64 {
		self.place.whole.end - self.place.whole.start
	}

	fn memory_bytes(&self) -> u64 {
		self.memory.read().as_ref().map_or(0, |bytes| bytes.len() as u64)
	}

	fn with<T>(
		&self,
		in_memory: impl FnOnce(&[u8]) -> io::Result<T>,
		on_disk: impl FnOnce(&OnDisk) -> io::Result<T>,
	) -> Result<T, StoreError> {
		let memory = self.memory.read().clone();
		match memory {
			Some(bytes) => in_memory(&bytes),
			None => on_disk(&OnDisk(self)),
		}
		.map_err(|error| self.error(error))
	}

	fn error(&self, error: io::Error) -> StoreError {
		match error.kind() {
			io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof => {
				let what = format!("what block {} replaced: {error}", self.head.version);
				StoreError::damaged("the log", self.place.reverse.start, what)
			},
			_ => StoreError::io("the log")(error),
		}
	}

	/// Returns what the version replaced of an account. `None` if it did not change the account.
	pub fn replaced(&self, key: &AccountKey) -> Result<Option<Option<Vec<u8>>>, StoreError> {
		match self.filter.may_contain(key) {
			true => {
				self.with(|bytes| changes::find(bytes, self.count, key), |disk| changes::find(disk, self.count, key))
			},
			false => Ok(None),
		}
	}

	/// Returns the first account above a sequence of bytes that the version changed.
	pub fn next(&self, above: &[u8]) -> Result<Option<AccountKey>, StoreError> {
		self.with(|bytes| changes::next(bytes, self.count, above), |disk| changes::next(disk, self.count, above))
	}

	/// Returns what a table was before the version. `None` if the version did not change it.
	pub fn table(&self, number: u8) -> Option<&TableBefore> {
		let at = self.tables.binary_search_by_key(&number, |table| table.number).ok()?;
		self.tables.get(at)
	}

	/// Adds what the version replaced in tables, as far as no earlier version did.
	fn compose(&self, tables: &[u8], composed: &mut Composed) -> Result<(), StoreError> {
		let changed: Vec<u8> = tables.iter().copied().filter(|number| self.table(*number).is_some()).collect();
		let mut add = |key, value| {
			composed.0.entry(key).or_insert(value);
		};
		let memory = self.memory.read().clone();
		// One read of everything takes less time than many small ones.
		let memory = match memory {
			None if changed.len() > FEW_TABLES => {
				Some(Arc::new(OnDisk(self).all().map_err(|error| self.error(error))?))
			},
			memory => memory,
		};
		let mut of_table = |number| match &memory {
			Some(bytes) => changes::for_each_in_table(&bytes[..], self.count, number, &mut add),
			None => changes::for_each_in_table(&OnDisk(self), self.count, number, &mut add),
		};
		changed.into_iter().try_for_each(&mut of_table).map_err(|error| self.error(error))
	}
}

impl Composed {
	/// Adds what steps replaced in tables, oldest first. Each is later than all that were added before.
	pub fn add(&mut self, steps: &[Arc<Step>], tables: &[u8]) -> Result<(), StoreError> {
		steps.iter().try_for_each(|step| step.compose(tables, self))
	}

	/// Returns the accounts of a table, with what they had.
	pub fn table(&self, number: u8) -> impl Iterator<Item = (AccountKey, Option<&[u8]>)> {
		let (mut first, mut last) = ([0; KEY_BYTES], [u8::MAX; KEY_BYTES]);
		(first[0], last[0]) = (number, number);
		self.0.range(AccountKey(first)..=AccountKey(last)).map(|(key, value)| (*key, value.as_deref()))
	}
}

/// The steps of recent versions.
pub struct History {
	/// The oldest version that can be read.
	base: Head,
	steps: VecDeque<Arc<Step>>,
	/// The steps before this place are on disk alone.
	in_memory_from: usize,
	bytes: u64,
	memory_bytes: u64,
}

impl History {
	/// Returns a history that begins with a version.
	pub fn new(base: Head) -> Self {
		Self { base, steps: VecDeque::new(), in_memory_from: 0, bytes: 0, memory_bytes: 0 }
	}

	/// Returns the oldest version that can be read.
	pub fn oldest(&self) -> u64 {
		self.base.version
	}

	/// Returns the newest version.
	pub fn newest(&self) -> Head {
		self.steps.back().map_or(self.base, |step| step.head)
	}

	/// Returns the bytes of the log that it needs, and those in memory.
	pub fn bytes(&self) -> (u64, u64) {
		(self.bytes, self.memory_bytes)
	}

	/// Adds the next version.
	pub fn push(&mut self, step: Step, limits: &Limits) {
		debug_assert_eq!(step.head.version, self.newest().version + 1);
		self.bytes += step.bytes();
		self.memory_bytes += step.memory_bytes();
		self.steps.push_back(Arc::new(step));
		while self.memory_bytes > limits.memory_bytes && self.in_memory_from < self.steps.len() {
			let step = &self.steps[self.in_memory_from];
			self.memory_bytes -= step.memory_bytes();
			*step.memory.write() = None;
			self.in_memory_from += 1;
		}
	}

	/// Returns a version that is kept.
	pub fn at(&self, version: u64) -> Result<Head, StoreError> {
		let (oldest, head) = (self.base.version, self.newest().version);
		match version.checked_sub(oldest) {
			None => Err(StoreError::VersionGone { version, oldest }),
			Some(0) => Ok(self.base),
			Some(after) => match usize::try_from(after - 1).ok().and_then(|at| self.steps.get(at)) {
				Some(step) => Ok(step.head),
				None => Err(StoreError::NotYet { version, head }),
			},
		}
	}

	/// Returns the steps after a version, oldest first.
	pub fn after(&self, version: u64) -> Result<Vec<Arc<Step>>, StoreError> {
		let oldest = self.base.version;
		let from = version.checked_sub(oldest).ok_or(StoreError::VersionGone { version, oldest })?;
		let from = usize::try_from(from).unwrap_or(usize::MAX).min(self.steps.len());
		Ok(self.steps.range(from..).cloned().collect())
	}

	/// Forgets the oldest versions that are too old or take too much room. `pinned` is the oldest that has a reader.
	pub fn prune(&mut self, pinned: Option<u64>, limits: &Limits) {
		let newest = self.newest();
		while let Some(step) = self.steps.front() {
			let is_old = self.steps.len() > limits.history_versions
				&& self.base.time_ms.saturating_add(limits.history_ms) < newest.time_ms;
			let is_pinned = pinned.is_some_and(|pinned| pinned <= self.base.version);
			let has_room = self.bytes <= if is_pinned { limits.pinned_bytes } else { limits.history_bytes };
			if has_room && (is_pinned || !is_old) {
				break;
			}
			self.bytes -= step.bytes();
			self.memory_bytes -= step.memory_bytes();
			self.base = step.head;
			self.steps.pop_front();
			self.in_memory_from = self.in_memory_from.saturating_sub(1);
		}
	}
}
