//! Folders with other contents.

use super::*;
use parity_db::{Db, Options};
use std::fs;
use tempfile::tempdir;
use tp_lattice::{Batch, Outcome};

#[track_caller]
fn assert_foreign(path: &std::path::Path) {
	for result in [UnitIndex::open(path).map(|_| ()), UnitIndex::clear(path)] {
		let error = result.unwrap_err();
		assert!(matches!(error, IndexError::Foreign { .. }), "{error}");
		assert!(error.to_string().contains("its own folder"), "{error}");
	}
}

#[test]
fn other_folders_stay_as_they_are() {
	let folder = tempdir().unwrap();
	let file = folder.path().join("letter");
	fs::write(&file, "dear all").unwrap();
	assert_foreign(folder.path());
	assert_foreign(&file);
	assert_eq!(fs::read_to_string(&file).unwrap(), "dear all");

	let database = folder.path().join("database");
	drop(Db::open_or_create(&Options::with_columns(&database, 4)).unwrap());
	assert_foreign(&database);
	assert!(database.join("metadata").is_file());
}

#[test]
fn a_damaged_description_is_reported() {
	let folder = tempdir().unwrap();
	drop(UnitIndex::open(folder.path()).unwrap());
	fs::write(folder.path().join("metadata"), "version=8\nsalt=none").unwrap();
	assert_foreign(folder.path());
}

#[test]
fn an_index_is_opened_by_one_process() {
	let folder = tempdir().unwrap();
	let _open = UnitIndex::open(folder.path()).unwrap();
	assert!(matches!(UnitIndex::open(folder.path()), Err(IndexError::InUse { .. })));
}

#[test]
fn another_format_is_reported() {
	let folder = tempdir().unwrap();
	let index = UnitIndex::open(folder.path()).unwrap();
	index.insert_block(&block(0), &Batch::default(), &Outcome::default()).unwrap();
	let mut extent = index.extent().unwrap().unwrap();
	extent.format += 1;
	let record = codec::Encode::encode(&extent);
	index.db.commit([(crate::records::BLOCKS, crate::records::EXTENT_KEY, Some(record))]).unwrap();
	drop(index);
	assert!(matches!(UnitIndex::open(folder.path()), Err(IndexError::Format { found: 2, expected: 1, .. })));
}

#[test]
fn a_cleared_index_begins_again() {
	let folder = tempdir().unwrap();
	let path = folder.path().join("units");
	UnitIndex::clear(&path).unwrap();
	let index = UnitIndex::open(&path).unwrap();
	index.insert_block(&block(3), &Batch::default(), &Outcome::default()).unwrap();
	drop(index);
	UnitIndex::clear(&path).unwrap();
	let index = UnitIndex::open(&path).unwrap();
	assert_eq!(index.newest().unwrap(), None);
	index.insert_block(&block(1), &Batch::default(), &Outcome::default()).unwrap();
}
