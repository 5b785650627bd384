//! Buckets that grow, shrink and move.

use crate::buckets::Buckets;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

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
