//! Cost of an insertion, which every node pays for every unit.

use super::*;
use rand::{RngCore, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::{fs, time::Instant};
use tempfile::tempdir;
use tp_lattice::{Batch, Outcome};

const BLOCKS: u32 = 60;
const UNITS: u32 = 10_000;
const ACCOUNTS: u32 = 200_000;

/// Returns the processor time of all threads of this process, in µs.
fn processor_time() -> u64 {
	let stat = fs::read_to_string("/proc/self/stat").unwrap();
	let (_, fields) = stat.rsplit_once(')').unwrap();
	let ticks: u64 = fields.split_whitespace().skip(11).take(2).map(|field| field.parse::<u64>().unwrap()).sum();
	ticks * 10_000
}

fn account(number: u32) -> AccountId {
	let mut bytes = [0; 32];
	ChaCha8Rng::seed_from_u64(number.into()).fill_bytes(&mut bytes);
	AccountId::new(bytes)
}

#[test]
#[ignore = "measures"]
fn an_insertion_costs_a_few_microseconds_per_unit() {
	let mut heads = vec![(0, H256::zero()); ACCOUNTS as usize];
	let mut next = 0;
	let blocks: Vec<Batch> = (0..BLOCKS)
		.map(|_| {
			let units = (0..UNITS).map(|_| {
				let (height, parent) = &mut heads[next as usize];
				let mut made = unit(0, *height, *parent, pay(2, 1));
				made.body.account = account(next);
				(*height, *parent) = (*height + 1, made.hash());
				next = (next + 7_919) % ACCOUNTS;
				made
			});
			Batch::new(units.collect()).unwrap()
		})
		.collect();
	let outcome = Outcome { units: UNITS, ..Outcome::default() };
	let total = u64::from(BLOCKS) * u64::from(UNITS);
	for blocks_per_commit in [1, 32] {
		let folder = tempdir().unwrap();
		let index = UnitIndex::open(folder.path()).unwrap();
		let (before, start) = (processor_time(), Instant::now());
		let mut writer = index.writer(blocks_per_commit).unwrap();
		for (number, batch) in (0..).zip(&blocks) {
			writer.insert_block(&block(number), batch, &outcome).unwrap();
		}
		writer.finish().unwrap();
		let caller = start.elapsed();
		drop(index);
		let (all, elapsed) = (processor_time() - before, start.elapsed());
		let size: u64 = fs::read_dir(folder.path()).unwrap().map(|file| file.unwrap().metadata().unwrap().len()).sum();
		println!(
			"{blocks_per_commit} blocks a commit: {:.2} µs CPU a unit in all threads, caller {:.2} µs, until closed \
			 {elapsed:?}; {} bytes a unit",
			all as f64 / total as f64,
			caller.as_micros() as f64 / total as f64,
			size / total,
		);
	}
}
