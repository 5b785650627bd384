//! Shuffles.

use super::*;
use crate::shuffle::Numbers;
use alloc::collections::BTreeMap;

const SEED: Seed = [7; 32];

fn shuffled(count: u8, seed: &Seed, domain: &[u8]) -> Vec<u8> {
	let mut items: Vec<_> = (0..count).collect();
	shuffle(&mut items, seed, domain);
	items
}

fn seed(number: u32) -> Seed {
	let mut seed = [0; 32];
	seed[..4].copy_from_slice(&number.to_le_bytes());
	seed
}

#[test]
fn a_shuffle_keeps_all_items() {
	for count in [0, 1, 2, 3, 200] {
		let mut items = shuffled(count, &SEED, b"");
		items.sort_unstable();
		assert_eq!(items, (0..count).collect::<Vec<_>>());
	}
}

/// The expected order was computed by an independent script from the description of the stream.
#[test]
fn every_machine_shuffles_alike() {
	assert_eq!(shuffled(10, &SEED, b"test"), PINNED);
}

const PINNED: [u8; 10] = [3, 8, 4, 1, 2, 5, 6, 7, 9, 0];

#[test]
fn a_shuffle_follows_from_seed_and_domain() {
	let one = shuffled(100, &SEED, b"zone");
	assert_eq!(one, shuffled(100, &SEED, b"zone"));
	assert_ne!(one, shuffled(100, &[8; 32], b"zone"));
	assert_ne!(one, shuffled(100, &SEED, b"shard"));
	assert_ne!(one, shuffled(100, &SEED, b"zone\0"));
}

#[test]
fn every_order_has_the_same_chance() {
	const TRIALS: u32 = 48_000;
	let mut counts = BTreeMap::<_, u32>::new();
	for trial in 0..TRIALS {
		*counts.entry(shuffled(4, &seed(trial), b"")).or_default() += 1;
	}
	assert_eq!(counts.len(), 24);
	let expected = f64::from(TRIALS) / 24.0;
	let chi_squared: f64 = counts.values().map(|count| (f64::from(*count) - expected).powi(2) / expected).sum();
	println!("24 orders of 4, {TRIALS} shuffles: chi-squared {chi_squared:.1} at 23 degrees of freedom");
	// A larger value occurs by chance once in a thousand runs.
	assert!(chi_squared < 49.7);
}

#[test]
fn every_item_comes_to_every_place() {
	const TRIALS: u32 = 20_000;
	const ITEMS: u8 = 16;
	let mut counts = [[0u32; ITEMS as usize]; ITEMS as usize];
	for trial in 0..TRIALS {
		for (place, item) in shuffled(ITEMS, &seed(trial), b"places").into_iter().enumerate() {
			counts[usize::from(item)][place] += 1;
		}
	}
	let worst = counts.iter().flatten().map(|count| sigmas(*count, TRIALS, 1.0 / f64::from(ITEMS)).abs());
	let worst = worst.fold(0.0, f64::max);
	println!("{ITEMS} items at {ITEMS} places, {TRIALS} shuffles: worst deviation {worst:.2} sigma");
	assert!(worst < 4.0);
}

/// A plain remainder by 3 × 2^62 would give the first third twice the probability of the others.
#[test]
fn numbers_are_free_of_modulo_bias() {
	const TRIALS: u32 = 30_000;
	let mut numbers = Numbers::new(&SEED, b"bias");
	let mut thirds = [0u32; 3];
	for _ in 0..TRIALS {
		thirds[numbers.up_to((3 << 62) - 1) >> 62] += 1;
	}
	println!("thirds of {TRIALS} numbers: {thirds:?}");
	assert!(thirds.iter().all(|count| sigmas(*count, TRIALS, 1.0 / 3.0).abs() < 4.0));
}

#[test]
fn numbers_reach_both_ends_and_no_further() {
	let mut numbers = Numbers::new(&SEED, b"ends");
	let found: alloc::collections::BTreeSet<_> = (0..1_000).map(|_| numbers.up_to(6)).collect();
	assert_eq!(found, (0..=6).collect());
	assert_eq!(numbers.up_to(0), 0);
	// A count of 2^64 accepts all numbers.
	let above_half = (0..1_000).filter(|_| numbers.up_to(usize::MAX) > usize::MAX / 2).count();
	assert!((400..600).contains(&above_half));
}
