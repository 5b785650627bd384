//! The cap of free use over time.

use crate::{FreeBucket, Usage, FILL_SECONDS};
use proptest::prelude::*;

const RATE: Usage = Usage { compute: 1_000_000, bytes: 30_000, state: 5_000 };

#[test]
fn a_new_bucket_is_full_and_fills_again_in_an_hour() {
	let size = FreeBucket::size(RATE);
	let mut bucket = FreeBucket::default();
	assert_eq!(bucket.left(7, RATE), size);
	assert!(bucket.take(7, size, RATE));
	let empty = bucket;
	assert_eq!(bucket.left(7, RATE), Usage::default());
	assert!(!bucket.take(7, Usage { bytes: 1, ..Usage::default() }, RATE));
	assert_eq!(bucket, empty, "a refusal takes nothing");
	assert_eq!(bucket.left(0, RATE), Usage::default(), "a clock that goes back fills nothing");
	assert_eq!(bucket.left(1_007, RATE), RATE);
	assert_eq!(bucket.left(7 + FILL_SECONDS * 1_000, RATE), size);
	bucket.give_back(RATE);
	assert_eq!(bucket.left(7, RATE), RATE);
}

#[test]
fn what_is_taken_beyond_the_bucket_is_made_up_for_first() {
	let mut bucket = FreeBucket::default();
	let size = FreeBucket::size(RATE);
	bucket.take_anyway(0, size.saturating_add(RATE).saturating_add(RATE), RATE);
	assert_eq!(bucket.left(2_000, RATE), Usage::default());
	assert_eq!(bucket.left(3_000, RATE), RATE);
}

#[test]
fn what_is_taken_beyond_the_bucket_stops_free_use_for_an_hour_at_most() {
	let size = FreeBucket::size(RATE);
	let hour = FILL_SECONDS * 1_000;
	let mut bucket = FreeBucket::default();
	for _ in 0..10 {
		bucket.take_anyway(0, size, RATE);
	}
	assert_eq!(bucket.left(hour, RATE), Usage::default());
	assert_eq!(bucket.left(hour + 1_000, RATE), RATE);
	// A tenth of the rate makes a tenth of the bucket.
	let mut bucket = FreeBucket::default();
	assert!(bucket.take(0, size, RATE));
	let lower = RATE.map(|rate| rate / 10);
	assert_eq!((bucket.left(hour, lower), bucket.left(hour + 1_000, lower)), (Usage::default(), lower));
}

#[test]
fn one_resource_that_is_short_is_enough_to_refuse() {
	let mut bucket = FreeBucket::default();
	let size = FreeBucket::size(RATE);
	for short in [
		Usage { compute: size.compute + 1, ..Usage::default() },
		Usage { bytes: size.bytes + 1, ..Usage::default() },
		Usage { state: size.state + 1, ..Usage::default() },
	] {
		assert!(!bucket.take(0, short, RATE));
	}
}

proptest! {
	#[test]
	fn never_more_is_taken_than_the_size_and_the_rate_over_time(
		steps in proptest::collection::vec((0u64..60_000, 0u64..3_000_000), 1..200),
	) {
		let (mut bucket, mut now, mut taken) = (FreeBucket::default(), 0, 0);
		for (time, bytes) in steps {
			now += time;
			let used = Usage { bytes, ..Usage::default() };
			let left = bucket.left(now, RATE);
			let took = bucket.take(now, used, RATE);
			prop_assert_eq!(took, used.fits(&left));
			taken += if took { bytes } else { 0 };
			prop_assert!(taken <= FreeBucket::size(RATE).bytes + RATE.bytes * now / 1_000);
		}
	}
}
