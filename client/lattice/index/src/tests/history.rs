//! Random histories.

use super::{model::Model, *};
use std::cell::RefCell;
use tempfile::tempdir;
use tp_lattice::{Batch, Outcome, Reason};

#[test]
fn an_index_agrees_with_the_model_also_after_reopening() {
	let (mut dead, mut refused) = (0, 0);
	for seed in 0..4 {
		let folder = tempdir().unwrap();
		let mut model = Model::new(seed);
		let mut index = UnitIndex::open(folder.path()).unwrap();
		for number in 0..60 {
			let (block, batch, outcome) = model.next_block();
			index.insert_block(&block, &batch, &outcome).unwrap();
			if number % 30 == 7 {
				model.check(&index);
				drop(index);
				index = UnitIndex::open(folder.path()).unwrap();
				model.check(&index);
			}
		}
		model.check(&index);
		dead += model.lives.values().filter(|lives| lives.len() > 2).count();
		refused += model.units.values().filter(|place| place.mark.0.is_some()).count();
	}
	assert!(dead > 5 && refused > 100, "the histories have deaths and refusals: {dead}, {refused}");
}

#[test]
fn a_rebuilt_index_is_the_same_for_any_size_of_commit() {
	for blocks in [1, 7, 1_000] {
		let folder = tempdir().unwrap();
		let index = UnitIndex::open(folder.path()).unwrap();
		let mut model = Model::new(u64::from(blocks));
		let commits = RefCell::new(Vec::new());
		let mut writer = index.writer(blocks).unwrap().on_commit(|number| commits.borrow_mut().push(number));
		for _ in 0..50 {
			let (block, batch, outcome) = model.next_block();
			writer.insert_block(&block, &batch, &outcome).unwrap();
			// The same block again, committed or not.
			writer.insert_block(&block, &batch, &outcome).unwrap();
		}
		writer.finish().unwrap();
		model.check(&index);
		let commits = commits.into_inner();
		assert_eq!((commits.len(), commits.last()), (50usize.div_ceil(blocks as usize), Some(&49)));
	}
}

#[test]
fn a_dropped_writer_leaves_whole_blocks() {
	let folder = tempdir().unwrap();
	let index = UnitIndex::open(folder.path()).unwrap();
	let mut writer = index.writer(10).unwrap();
	for number in 0..15 {
		writer.insert_block(&block(number), &Batch::default(), &Outcome::default()).unwrap();
	}
	drop(writer);
	assert_eq!(index.newest().unwrap(), Some((9, block(9).hash)));
	index.insert_block(&block(10), &Batch::default(), &Outcome::default()).unwrap();
}

#[test]
fn only_the_next_block_is_inserted_and_none_twice() {
	let folder = tempdir().unwrap();
	let index = UnitIndex::open(folder.path()).unwrap();
	assert_eq!((index.newest().unwrap(), index.first().unwrap()), (None, None));
	let first = unit(1, 0, H256::repeat_byte(1), pay(2, 1));
	let batch = Batch::new(vec![first.clone()]).unwrap();
	let outcome = Outcome { units: 1, ..Outcome::default() };
	let empty = |block| index.insert_block(&block, &Batch::default(), &Outcome::default());
	index.insert_block(&block(5), &batch, &outcome).unwrap();
	empty(block(6)).unwrap();

	// The same blocks again.
	index.insert_block(&block(5), &batch, &outcome).unwrap();
	empty(block(6)).unwrap();
	assert_eq!(index.history(&id(1), None, 10).unwrap().len(), 1);

	assert!(matches!(empty(block(8)), Err(IndexError::Gap { newest: 6, found: 8 })));
	assert!(matches!(empty(block(4)), Err(IndexError::BeforeFirst { first: 5, found: 4 })));
	let other = H256::repeat_byte(7);
	let other_parent = empty(BlockRef { parent: other, ..block(7) });
	assert!(matches!(other_parent, Err(IndexError::OtherChain { number: 6, found, .. }) if found == other));
	let other_block = empty(BlockRef { hash: other, ..block(5) });
	assert!(matches!(other_block, Err(IndexError::OtherChain { number: 5, found, .. }) if found == other));
	let other_outcome = index.insert_block(&block(7), &Batch::default(), &outcome);
	assert!(matches!(other_outcome, Err(IndexError::OtherOutcome { outcome: 1, batch: 0 })));

	// A refused block leaves nothing.
	assert_eq!((index.newest().unwrap(), index.first().unwrap()), (Some((6, block(6).hash)), Some(5)));
	assert_eq!((index.block(4).unwrap(), index.block(7).unwrap()), (None, None));
	assert_eq!(index.unit(&first.hash()).unwrap().map(|place| place.number), Some(5));
}

#[test]
fn a_refused_unit_is_found_with_its_reason_until_it_applies() {
	let folder = tempdir().unwrap();
	let index = UnitIndex::open(folder.path()).unwrap();
	let made = unit(1, 0, H256::repeat_byte(1), pay(2, 1));
	let batch = Batch::new(vec![made.clone()]).unwrap();
	let hash = made.hash();
	let refusals = [Some(Reason::Balance), Some(Reason::Frozen), None, Some(Reason::Height)];
	for (number, refusal) in (0..).zip(refusals) {
		let refused = refusal.map(|reason| (0, reason)).into_iter().collect();
		let outcome = Outcome { units: 1, refused, ..Outcome::default() };
		index.insert_block(&block(number), &batch, &outcome).unwrap();
		let place = index.unit(&hash).unwrap().unwrap();
		let expected = if number < 2 { (number, refusal) } else { (2, None) };
		assert_eq!((place.number, place.mark.0), expected);
		assert_eq!(index.chain(&id(1), None, 10).unwrap().len(), usize::from(number >= 2));
	}
	assert_eq!(index.unit(&H256::zero()).unwrap(), None);
}
