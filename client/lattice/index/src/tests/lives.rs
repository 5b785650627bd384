//! Chains by pages, and accounts that are reborn.

use super::*;
use tempfile::tempdir;
use tp_lattice::{Batch, Outcome};

/// Inserts units of account 1, one per block, each with its predecessor as parent.
fn insert_life(index: &UnitIndex, first_block: u32, heights: &[u32], begin: u8) -> Vec<UnitHash> {
	let mut parent = H256::repeat_byte(begin);
	let mut hashes = Vec::new();
	for (number, height) in (first_block..).zip(heights) {
		let made = unit(1, *height, parent, pay(2, 1));
		parent = made.hash();
		hashes.push(parent);
		let outcome = Outcome { units: 1, ..Outcome::default() };
		index.insert_block(&block(number), &Batch::new(vec![made]).unwrap(), &outcome).unwrap();
	}
	hashes
}

fn pages(index: &UnitIndex, limit: usize) -> Vec<Vec<u32>> {
	let (mut found, mut before) = (Vec::new(), None);
	loop {
		let page: Vec<u32> = index.chain(&id(1), before, limit).unwrap().into_iter().map(|link| link.height).collect();
		let Some(last) = page.last() else { return found };
		before = Some(*last);
		found.push(page);
	}
}

#[test]
fn pages_cover_the_newest_life_only() {
	let folder = tempdir().unwrap();
	let index = UnitIndex::open(folder.path()).unwrap();
	let first = insert_life(&index, 0, &[0, 1, 2, 3, 4, 9], 0xa1);
	assert_eq!(pages(&index, 4), [vec![9, 4, 3, 2], vec![1, 0]]);
	assert_eq!(index.chain(&id(1), Some(7), 2).unwrap()[0].height, 4, "a height that an extrinsic took");

	// Height 0 again.
	let second = insert_life(&index, 6, &[0, 1, 2], 0xa2);
	assert_eq!(pages(&index, 2), [vec![2, 1], vec![0]]);
	// Extrinsics begin a third life, whose heights follow those of the second.
	let third = insert_life(&index, 9, &[3, 4], 0xa3);
	assert_eq!(pages(&index, 9), [vec![4, 3]]);

	let all = [first, second, third].concat();
	let history = index.history(&id(1), None, 100).unwrap();
	let found: Vec<_> = history.iter().rev().map(|link| link.hash).collect();
	assert_eq!(found, all);
	let page = index.history(&id(1), Some(history[3].sequence), 4).unwrap();
	assert_eq!(page, history[4..8]);
}

#[test]
fn limits_hold_and_unknown_accounts_have_no_units() {
	let folder = tempdir().unwrap();
	let index = UnitIndex::open(folder.path()).unwrap();
	insert_life(&index, 0, &[0, 1, 2], 1);
	assert_eq!(index.chain(&id(1), None, 0).unwrap(), []);
	assert_eq!(index.chain(&id(1), Some(0), 10).unwrap(), []);
	assert_eq!(index.chain(&id(2), None, 10).unwrap(), [], "a receiver has no unit");
	assert_eq!(index.history(&id(1), Some(u32::MAX), 2).unwrap().len(), 2);
}

#[test]
fn long_chains_are_read_from_any_height() {
	let folder = tempdir().unwrap();
	let index = UnitIndex::open(folder.path()).unwrap();
	// Lives that begin and end within an interval of anchors, at its borders, and after several.
	let lengths = [10u32, 53, 1, 64, 200, 300];
	let mut first_block = 0;
	let mut all = Vec::new();
	for (life, length) in (1..).zip(lengths) {
		// Every third height is an extrinsic's.
		let heights: Vec<u32> = (0..).filter(|height| height % 3 != 2).take(length as usize).collect();
		all.extend(heights.iter().copied().zip(insert_life(&index, first_block, &heights, life)));
		first_block += length;
		let newest = &all[all.len() - heights.len()..];
		for before in [0, 1, 2, 3, 62, 63, 64, 95, 96, 97, 98, 200, 299, 449, 450, u32::MAX] {
			let expected: Vec<_> =
				newest.iter().rev().filter(|(height, _)| *height < before).take(70).copied().collect();
			let found = index.chain(&id(1), Some(before), 70).unwrap();
			let found: Vec<_> = found.into_iter().map(|link| (link.height, link.hash)).collect();
			assert_eq!(found, expected, "life {life} before {before}");
		}
		for (before, number) in (0..=all.len()).zip(0..) {
			let expected: Vec<_> = all[..before].iter().rev().take(3).copied().collect();
			let found = index.history(&id(1), Some(number), 3).unwrap();
			assert!(found.iter().zip((0..before).rev()).all(|(link, sequence)| link.sequence as usize == sequence));
			let found: Vec<_> = found.into_iter().map(|link| (link.height, link.hash)).collect();
			assert_eq!(found, expected, "life {life} before sequence {before}");
		}
	}
}
