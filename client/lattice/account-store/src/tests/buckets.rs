//! Buckets that grow, shrink and move.

use crate::buckets::Buckets;
use crate::table::{Planner, Table};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::time::{Duration, Instant};
use tp_account_store::{bits_after, AccountKey, KEY_BYTES};

#[test]
fn buckets_keep_their_bytes_and_the_gaps_between_them_have_a_bound() {
	let mut random = ChaCha8Rng::seed_from_u64(1);
	let mut buckets = Buckets::new(256);
	let mut right = vec![Vec::new(); 256];
	for round in 0..50_000 {
		let position = random.gen_range(0..256);
		let size = match random.gen_range(0..100) {
			0..5 => 0,
			// Most of what these take is added to align them.
			_ if round > 40_000 => random.gen_range(1..20),
			// Larger than a chunk.
			5 if round % 20 == 0 => 150_000,
			_ => random.gen_range(1..4000),
		};
		right[position] = vec![random.gen(); size];
		buckets.set(position as u32, &right[position]);
		let live: usize = right.iter().map(|right| right.len().next_multiple_of(16)).sum();
		assert!(buckets.bytes() < live + live / 8 + 64 * 1024, "round {round}: {} for {live}", buckets.bytes());
		if round % 500 == 0 {
			assert!(buckets.from(0).zip(&right).all(|(bucket, right)| bucket.encoded() == right));
		}
	}
	let copy = buckets.clone();
	assert!(copy.from(0).zip(&right).all(|(bucket, right)| bucket.encoded() == right));
}

#[test]
#[ignore = "it measures: how long a large table takes for accounts that are created"]
fn accounts_are_created_in_a_large_table() {
	const ACCOUNTS: u64 = 300_000;
	let mut random = ChaCha8Rng::seed_from_u64(1);
	let mut keys = |count: u64| {
		let mut keys: Vec<_> = (0..count).map(|_| AccountKey([0; KEY_BYTES])).collect();
		keys.iter_mut().for_each(|key| random.fill(&mut key.0[1..]));
		keys.sort();
		keys
	};
	let accounts = keys(ACCOUNTS).into_iter().map(|key| (key, [1; 236]));
	let mut table = Table::build(0, bits_after(0, ACCOUNTS), accounts);
	let (mut planned, mut applied, mut worst) = (Duration::ZERO, Duration::ZERO, Duration::ZERO);
	for version in 1..=2000 {
		let changes: Vec<_> = keys(40).into_iter().map(|key| (key, Some(&[2; 236][..]))).collect();
		let mut planner = Planner::new(&changes);
		let start = Instant::now();
		let plan = table.plan(&changes, table.bits(), &mut planner).unwrap();
		planned += start.elapsed();
		let forward = planner.forward.finish();
		let start = Instant::now();
		table.apply(plan, &forward, version);
		worst = worst.max(start.elapsed());
		applied += start.elapsed();
	}
	println!(
		"an account: {:?} to plan and {:?} to apply; at most {worst:?} for 40",
		planned / 80_000,
		applied / 80_000
	);
}
