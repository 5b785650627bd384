//! The index after its process was killed.

use super::{model::Model, *};
use std::{
	env,
	io::{BufRead, BufReader},
	path::Path,
	process::{Command, Stdio},
};
use tempfile::tempdir;

/// Environment variable with the folder of the process that is killed.
const FOLDER: &str = "TOP_INDEX_CRASH_FOLDER";
const SEED: u64 = 99;

/// No test: the process that the next test kills.
#[test]
#[ignore = "the process that the next test kills"]
fn writes_until_it_is_killed() {
	let Some(folder) = env::var_os(FOLDER) else { return };
	let index = UnitIndex::open(Path::new(&folder)).unwrap();
	let mut model = Model::new(SEED);
	loop {
		let (block, batch, outcome) = model.next_block();
		index.insert_block(&block, &batch, &outcome).unwrap();
		println!("block {}", block.number);
	}
}

#[test]
fn a_killed_process_leaves_all_blocks_up_to_the_newest_and_nothing_of_later_ones() {
	for kill_after in [1, 150, 700] {
		let folder = tempdir().unwrap();
		let mut child = Command::new(env::current_exe().unwrap())
			.args(["--exact", "tests::crash::writes_until_it_is_killed", "--ignored", "--nocapture"])
			.env(FOLDER, folder.path())
			.stdout(Stdio::piped())
			.stderr(Stdio::null())
			.spawn()
			.unwrap();
		let told = BufReader::new(child.stdout.take().unwrap())
			.lines()
			.filter(|line| line.as_ref().is_ok_and(|line| line.contains("block ")))
			.take(kill_after)
			.count();
		child.kill().unwrap();
		child.wait().unwrap();
		assert_eq!(told, kill_after, "the process wrote until it was killed");

		let index = UnitIndex::open(folder.path()).unwrap();
		let newest = index.newest().unwrap().map(|(number, _)| number);
		let mut model = Model::new(SEED);
		for _ in 0..newest.map_or(0, |newest| newest + 1) {
			model.next_block();
		}
		model.check(&index);
		// Missing blocks are inserted again.
		for _ in 0..20 {
			let (block, batch, outcome) = model.next_block();
			assert!(batch.units().iter().all(|unit| index.unit(&unit.hash()).unwrap().is_none_or(is_before(&block))));
			index.insert_block(&block, &batch, &outcome).unwrap();
		}
		model.check(&index);
	}
}

fn is_before(block: &BlockRef) -> impl Fn(Place) -> bool {
	let number = block.number;
	move |place| place.number < number
}
