//! The store: versions, commits, and what runs behind them.

use crate::{
	bucket::MAX_VALUE_BYTES,
	disk::{read_log, Folder, Log, ReadLog, Record, Snapshots},
	error::StoreError,
	head::Head,
	history::Step,
	limits::Limits,
	pending::Pending,
	state::{Delta, Plan, State},
	view::View,
};
use parking_lot::Mutex;
use std::sync::Arc;
use tp_account_store::{Hash, TABLES};

/// A block that is committed.
#[derive(Clone, Copy, Debug)]
pub struct Block<'a> {
	/// Its hash.
	pub hash: Hash,
	/// The root of the accounts after it, as [`Store::root_with`] returned it.
	pub root: Hash,
	/// Its time, in milliseconds since 1970. It bounds the history.
	pub time_ms: u64,
	/// Its certificate.
	pub certificate: &'a [u8],
	/// Its changes of the state beside the accounts, opaque to the store.
	pub other: &'a [u8],
}

/// How much the store has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Size {
	/// Number of accounts.
	pub accounts: u64,
	/// Bytes of the tables in memory, without what the allocator adds.
	pub table_bytes: usize,
	/// Bytes of old values in memory.
	pub history_memory_bytes: u64,
	/// Bytes of the log that hold old versions.
	pub history_bytes: u64,
	/// Bytes of the log.
	pub log_bytes: u64,
	/// Number of blocks whose changes wait to be committed.
	pub pending: usize,
}

/// The accounts of a ledger.
///
/// One thread commits, one runs [`Self::maintain`] every second, and any number read.
pub struct Store {
	state: Arc<State>,
	pending: Mutex<Pending>,
	log: Mutex<Log>,
	snapshots: Mutex<Rolling>,
	folder: Arc<dyn Folder>,
	chain: Hash,
	limits: Limits,
}

/// The snapshots, and how far they follow the log.
struct Rolling {
	snapshots: Snapshots,
	/// Bytes that the log had grown by when the last table was due.
	followed: u64,
}

impl Store {
	/// Puts the store together from its parts.
	pub(crate) fn new(
		state: State,
		log: Log,
		snapshots: Snapshots,
		folder: Arc<dyn Folder>,
		chain: Hash,
		limits: Limits,
	) -> Self {
		let snapshots = Mutex::new(Rolling { snapshots, followed: log.appended_bytes() });
		let (state, log) = (Arc::new(state), Mutex::new(log));
		Self { state, pending: Mutex::default(), log, snapshots, folder, chain, limits }
	}

	/// Removes the files of a store that is not open, for a state that is taken over in its place.
	///
	/// # Errors
	/// If the file system fails. The call can be repeated.
	pub fn remove(folder: &dyn Folder) -> Result<(), StoreError> {
		Snapshots::remove(folder)
	}

	/// Returns the newest version.
	pub fn head(&self) -> Head {
		self.state.head()
	}

	/// Returns the oldest version that can be read.
	pub fn oldest(&self) -> u64 {
		self.state.history.read().oldest()
	}

	/// Opens the newest version.
	pub fn view(&self) -> View {
		View::newest(self.state.clone())
	}

	/// Opens a version.
	pub fn view_at(&self, version: u64) -> Result<View, StoreError> {
		View::open(self.state.clone(), version)
	}

	/// Returns the root that changes on a version lead to. The same call gives the same root at any time. If the version is
	/// the newest, the changes wait for [`Self::commit`]. They need not be sorted; the last change of an account counts.
	pub fn root_with(&self, parent: &View, changes: Delta) -> Result<Hash, StoreError> {
		let sizes = changes.iter().filter_map(|(_, value)| value.map(<[u8]>::len));
		if let Some(size) = sizes.max().filter(|size| *size > MAX_VALUE_BYTES) {
			return Err(StoreError::ValueTooLarge(size));
		}
		if changes.is_empty() {
			return Ok(parent.root());
		}
		let (root, plan) = self.state.plan(parent.version(), changes)?;
		if let Some(plan) = plan.filter(|_| root != parent.root() && self.head().version == parent.version()) {
			self.pending.lock().insert(parent.version(), root, plan, &self.limits);
		}
		Ok(root)
	}

	/// Commits a block on the newest version, and returns the new version. Its record has reached the operating system before
	/// any reader can open the version.
	///
	/// # Errors
	/// After any error nothing is committed, and the call can be repeated unless the log has stopped.
	pub fn commit(&self, block: &Block) -> Result<u64, StoreError> {
		let mut log = self.log.lock();
		let parent = self.head();
		let pending = self.pending.lock().take(parent.version, &block.root);
		let mut plan = match pending {
			Some(plan) => plan,
			None if block.root == parent.root => Plan::nothing(),
			None => return Err(StoreError::UnknownRoot { root: block.root, head: parent.version }),
		};
		let head = Head { version: parent.version + 1, hash: block.hash, root: block.root, time_ms: block.time_ms };
		let record = Record {
			version: head.version,
			time_ms: block.time_ms,
			synced: log.synced(),
			hash: block.hash,
			root: block.root,
			tables: plan.tables_before(),
			certificate: block.certificate,
			forward: &plan.forward[..],
			reverse: &plan.reverse[..],
			other: block.other,
		};
		let (file, place) = match log.append(&record) {
			Ok(appended) => appended,
			Err(error) => {
				self.pending.lock().insert(parent.version, block.root, plan, &self.limits);
				return Err(error);
			},
		};
		let step = Step::new(head, record.tables, &plan.reverse, file, place);
		let step = step.expect("the changes were just encoded; qed").in_memory(std::mem::take(&mut plan.reverse));
		let mut history = self.state.history.write();
		history.push(step, &self.limits);
		// The parent is the newest version until the next one is published, so readers can still open it.
		let pinned = self.state.oldest_pin().map_or(parent.version, |pin| pin.min(parent.version));
		history.prune(Some(pinned), &self.limits);
		drop(history);
		self.state.publish(plan, head);
		self.pending.lock().keep(head.version);
		Ok(head.version)
	}

	/// Syncs the log, writes the tables that are due, and removes what is not needed any more. Commits go on meanwhile.
	///
	/// # Errors
	/// After [`StoreError::Stopped`] no commit succeeds any more. After other errors the store goes on, and the call can be
	/// repeated; until it succeeds, files accumulate.
	pub fn maintain(&self) -> Result<(), StoreError> {
		let mut rolling = self.snapshots.lock();
		self.sync()?;
		let mut log = self.log.lock();
		if log.segment_bytes() >= self.limits.segment_bytes {
			log.rotate()?;
		}
		let appended = log.appended_bytes();
		drop(log);
		let step = (self.limits.rolling_bytes / TABLES as u64).max(1);
		let mut written = 0;
		while appended - rolling.followed >= step {
			// After a burst all tables are written once, and none of them twice.
			if written == TABLES {
				rolling.followed = appended;
				break;
			}
			self.write_table(&mut rolling.snapshots)?;
			rolling.followed += step;
			written += 1;
		}
		rolling.snapshots.remove_old()?;
		let readable = self.oldest();
		// A version is read by the records after it, and a table is loaded by those after its snapshot.
		self.log.lock().prune(rolling.snapshots.oldest().min(readable) + 1, self.limits.retain_bytes)
	}

	/// Writes the table whose snapshot is the oldest.
	fn write_table(&self, snapshots: &mut Snapshots) -> Result<(), StoreError> {
		let number = snapshots.next_table();
		let (table, head) = self.state.table_at_head(number);
		let encoded = snapshots.encode(number, &table, &head);
		drop(table);
		// A snapshot must not be ahead of the log.
		if self.log.lock().synced() < head.version {
			self.sync()?;
		}
		snapshots.write(number, head.version, encoded)
	}

	/// Waits until all committed blocks are on disk.
	pub fn sync(&self) -> Result<(), StoreError> {
		let unsynced = self.log.lock().begin_sync()?;
		match unsynced {
			Some(unsynced) => {
				let outcome = unsynced.wait();
				self.log.lock().end_sync(&unsynced, outcome)
			},
			None => Ok(()),
		}
	}

	/// Passes on the records of all versions from `from` on that the log still has, to bring another database forward.
	pub fn records(
		&self,
		from: u64,
		mut each: impl FnMut(Record) -> Result<(), StoreError>,
	) -> Result<ReadLog, StoreError> {
		// Nothing is appended meanwhile, so the log ends with a whole record.
		let log = self.log.lock();
		let read = read_log(&*self.folder, &self.chain, |_, record, _| match record.version < from {
			true => Ok(()),
			false => each(record),
		});
		drop(log);
		read
	}

	/// Returns how much the store has.
	pub fn size(&self) -> Size {
		let (accounts, table_bytes) = self.state.size();
		let (history_bytes, history_memory_bytes) = self.state.history.read().bytes();
		let (log_bytes, pending) = (self.log.lock().bytes(), self.pending.lock().len());
		Size { accounts, table_bytes, history_memory_bytes, history_bytes, log_bytes, pending }
	}
}
