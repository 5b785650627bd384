//! The index and its reads.

use crate::{
	error::IndexError,
	records::{block_key, columns, Extent, Lives, UnitRecord, ACCOUNTS, BLOCKS, EXTENT_KEY, FORMAT, UNITS},
	Place,
};
use codec::{Decode, DecodeAll};
use parity_db::{ColId, Db, Error as DatabaseError, Options};
use parking_lot::Mutex;
use std::{
	fs,
	path::{Path, PathBuf},
};
use tp_core::{AccountId, BlockNumber, Hash};
use tp_lattice::UnitHash;

/// File in which parity-db describes a database.
const DESCRIPTION: &str = "metadata";

/// Units of a chain, by hash and by account. It is shared by reference; any number of threads may read while one
/// inserts.
pub struct UnitIndex {
	pub(crate) db: Db,
	/// Held by the writer.
	pub(crate) writing: Mutex<()>,
}

impl UnitIndex {
	/// Opens the index in a folder, or creates one if the folder is empty or missing.
	///
	/// # Errors
	/// If the folder has other contents or is in use, or the index has another format or is damaged.
	pub fn open(path: &Path) -> Result<Self, IndexError> {
		check_folder(path)?;
		let db = Db::open_or_create(&options(path)).map_err(|error| match error {
			DatabaseError::Locked(_) => IndexError::InUse { path: path.into() },
			DatabaseError::InvalidConfiguration(reason) | DatabaseError::IncompatibleColumnConfig { reason, .. } => {
				IndexError::Foreign { path: path.into(), reason }
			},
			error => error.into(),
		})?;
		let index = Self { db, writing: Mutex::new(()) };
		match index.extent()? {
			Some(Extent { format, .. }) if format != FORMAT => {
				Err(IndexError::Format { path: path.into(), found: format, expected: FORMAT })
			},
			_ => Ok(index),
		}
	}

	/// Removes the index in a folder, so that [`Self::open`] creates a new one. A missing folder is no error.
	///
	/// # Errors
	/// If the folder has other contents, which stay as they are, or cannot be removed.
	pub fn clear(path: &Path) -> Result<(), IndexError> {
		check_folder(path)?;
		match fs::remove_dir_all(path) {
			Err(source) if source.kind() != std::io::ErrorKind::NotFound => {
				Err(IndexError::Remove { path: path.into(), source })
			},
			_ => Ok(()),
		}
	}

	/// Returns the newest block up to which the index is complete, or `None` if it is empty.
	pub fn newest(&self) -> Result<Option<(BlockNumber, Hash)>, IndexError> {
		Ok(self.extent()?.map(|extent| (extent.number, extent.hash)))
	}

	/// Returns the block from which on the index is complete: the first that was inserted. A node that did not execute
	/// the chain from its beginning has no earlier units.
	pub fn first(&self) -> Result<Option<BlockNumber>, IndexError> {
		Ok(self.extent()?.map(|extent| extent.first))
	}

	/// Returns the block at a height, or `None` if the index does not have it.
	pub fn block(&self, number: BlockNumber) -> Result<Option<Hash>, IndexError> {
		self.read(BLOCKS, &block_key(number), "the hash of a block does not decode")
	}

	/// Returns block and index of a unit. A unit of several blocks is found where it applied, or else in the last of
	/// them.
	pub fn unit(&self, hash: &UnitHash) -> Result<Option<Place>, IndexError> {
		Ok(self.record(hash)?.map(|record| record.place))
	}

	pub(crate) fn extent(&self) -> Result<Option<Extent>, IndexError> {
		self.read(BLOCKS, EXTENT_KEY, "the extent does not decode")
	}

	pub(crate) fn lives(&self, account: &AccountId) -> Result<Lives, IndexError> {
		let found = self.read(ACCOUNTS, account.as_ref(), "the lives of an account do not decode")?;
		Ok(found.unwrap_or_default())
	}

	pub(crate) fn record(&self, hash: &UnitHash) -> Result<Option<UnitRecord>, IndexError> {
		self.read(UNITS, hash.as_bytes(), "the record of a unit does not decode")
	}

	pub(crate) fn read<R: Decode>(
		&self,
		column: ColId,
		key: &[u8],
		damage: &'static str,
	) -> Result<Option<R>, IndexError> {
		let record = self.db.get(column, key)?;
		record.map(|record| R::decode_all(&mut &record[..]).map_err(|_| IndexError::Damaged(damage))).transpose()
	}
}

fn options(path: &Path) -> Options {
	Options { columns: columns(), stats: false, ..Options::with_columns(path, 0) }
}

/// Checks that a folder is empty or a unit index: no other folder is written to or removed.
fn check_folder(path: &Path) -> Result<(), IndexError> {
	let foreign = |reason: String| IndexError::Foreign { path: PathBuf::from(path), reason };
	let description = path.join(DESCRIPTION);
	if description.is_file() {
		// Reads the description, and compares the columns.
		let checked = options(path).load_and_validate_metadata(false);
		return checked.map(|_| ()).map_err(|error| foreign(error.to_string()));
	}
	match fs::read_dir(path) {
		Ok(mut content) => match content.next() {
			None => Ok(()),
			Some(_) => Err(foreign("it has other files".into())),
		},
		Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
		Err(error) => Err(foreign(error.to_string())),
	}
}
