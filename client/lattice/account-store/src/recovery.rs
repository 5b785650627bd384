//! The start: tables from the snapshots, forward to the last whole record of the log.

use crate::{
	changes,
	disk::{read_log, Folder, Snapshots},
	error::StoreError,
	head::Head,
	history::{History, Step},
	limits::Limits,
	state::State,
	store::Store,
};
use std::{
	collections::BTreeSet,
	sync::{Arc, OnceLock},
};
use tp_account_store::{BatchHasher, Hash, TABLES};

/// What a start found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recovery {
	/// The version at which the store is.
	pub head: Head,
	/// The oldest version whose record the log has. `None` if it has no record.
	pub first_record: Option<u64>,
	/// Number of records that were newer than the snapshot of some table.
	pub replayed: u64,
	/// Bytes of the torn tail, which was cut off.
	pub torn_bytes: u64,
}

/// Checks once in a process that this processor hashes as all others do.
pub(crate) fn check_hashes() -> Result<(), StoreError> {
	static AGREE: OnceLock<bool> = OnceLock::new();
	match AGREE.get_or_init(|| BatchHasher::default().agrees()) {
		true => Ok(()),
		false => Err(StoreError::WrongHashes),
	}
}

impl Store {
	/// Opens a store. It is at the last block whose record is whole.
	///
	/// # Errors
	/// [`StoreError::Missing`] if there is none, [`StoreError::Damaged`] if synced data is damaged, and
	/// [`StoreError::WrongHashes`]. Then nothing was changed.
	pub fn open(folder: Arc<dyn Folder>, chain: Hash, limits: Limits) -> Result<(Self, Recovery), StoreError> {
		check_hashes()?;
		let (snapshots, mut loaded) = Snapshots::load(folder.clone(), chain)?;
		let (mut history, mut last) = (None::<History>, None::<Head>);
		let mut changed = BTreeSet::new();
		let mut replayed = 0;
		let oldest = snapshots.oldest();
		let log = read_log(&*folder, &chain, |file, record, place| {
			let version = record.version;
			let damaged =
				|error| StoreError::damaged("the log", place.whole.start, format!("block {version}: {error}"));
			let mut touched = BTreeSet::new();
			if version > oldest {
				changes::for_each(&record.forward, |key, value| {
					let number = usize::from(key.table());
					if loaded.versions[number] < version {
						loaded.tables[number].set_unhashed(&key, value);
						touched.insert(number);
					}
				})
				.map_err(damaged)?;
				replayed += 1;
			}
			touched.iter().for_each(|number| loaded.tables[*number].settle(version));
			changed.extend(touched);
			let head = Head { version, hash: record.hash, root: record.root, time_ms: record.time_ms };
			// The version before the first record is known if it is that of the base.
			let base = loaded.base.filter(|base| base.version + 1 == version);
			let tables = record.tables;
			let step = || Step::new(head, tables, &record.reverse, file.clone(), place.clone()).map_err(damaged);
			match (&mut history, base) {
				(Some(history), _) => history.push(step()?, &limits),
				(None, Some(base)) => {
					let mut first = History::new(base);
					first.push(step()?, &limits);
					history = Some(first);
				},
				(None, None) => history = Some(History::new(head)),
			}
			last = Some(head);
			Ok(())
		})?;
		let head = last.or(loaded.base);
		let (file, offset) = log.end();
		let lacks = |what: String| StoreError::damaged(&file, offset, what);
		let newest = loaded.versions.iter().copied().max().unwrap_or(0);
		let head = head.filter(|head| head.version >= newest);
		let head = head.ok_or_else(|| lacks(format!("the log lacks the records up to block {newest}")))?;
		if log.first.map_or(head.version > oldest, |first| first > oldest + 1) {
			return Err(lacks(format!("the log lacks the records from block {} on", oldest + 1)));
		}
		changed.iter().for_each(|number| loaded.tables[*number].rehash());
		debug_assert_eq!(loaded.tables.len(), TABLES);
		let mut history = history.unwrap_or_else(|| History::new(head));
		history.prune(None, &limits);
		let state = State::new(loaded.tables, history);
		if state.root() != head.root {
			return Err(lacks(format!("the accounts do not have the root of block {}", head.version)));
		}
		let recovery = Recovery { head, first_record: log.first, replayed, torn_bytes: log.torn };
		let log = log.open(folder.clone(), chain, head.version)?;
		Ok((Self::new(state, log, snapshots, folder, chain, limits), recovery))
	}
}
