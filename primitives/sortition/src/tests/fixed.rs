//! Logarithms and exponentials against a correctly rounded reference of 140 bits.

use super::*;
use crate::fixed::widening_mul;
use alloc::rc::Rc;
use core::{cell::RefCell, num::NonZeroU64};
use dashu_float::{CachedFBig, ConstCache, FBig};
use proptest::prelude::*;
use sp_core::U256;
use sp_io::hashing::blake2_256;

/// Precision of the reference, in bits.
const PRECISION: usize = 140;
/// 2^-113 in units of the last place.
const BOUND: f64 = 128.0;

/// Returns number × 2^exponent.
fn exact(number: u128, exponent: isize) -> FBig {
	FBig::from_parts(number.into(), exponent).with_precision(PRECISION).value()
}

fn exact_of(fixed: Fixed) -> FBig {
	exact(fixed.to_bits(), -120)
}

/// Returns the error in units of the last place.
fn error(found: Fixed, expected: &FBig) -> f64 {
	let units = (exact_of(found) - expected) * exact(1, 120);
	units.to_f64().value().abs()
}

/// The functions of the reference, with a cache of their constants.
struct Reference(Rc<RefCell<ConstCache>>);

impl Reference {
	fn new() -> Self {
		Self(Rc::new(RefCell::new(ConstCache::new())))
	}

	fn ln(&self, of: FBig) -> FBig {
		CachedFBig::new(of, self.0.clone()).ln().into_fbig()
	}

	fn exp(&self, of: FBig) -> FBig {
		CachedFBig::new(of, self.0.clone()).exp().into_fbig()
	}

	/// Returns the largest error of `neg_ln` over draws.
	fn worst_neg_ln(&self, draws: impl Iterator<Item = Draw>) -> f64 {
		let errors = draws.map(|draw| error(neg_ln(draw), &-self.ln(exact(u128::from(draw) + 1, -64))));
		errors.fold(0.0, f64::max)
	}
}

fn ratio(numerator: u64, denominator: u64) -> Fixed {
	Fixed::saturating_from_ratio(numerator, NonZeroU64::new(denominator).unwrap())
}

/// Returns the smallest and largest draws, those beside powers of two, and those where the nearest power changes.
fn edges() -> Vec<Draw> {
	let powers = (0..Draw::BITS).flat_map(|power| [1u64 << power, 3u64.checked_shl(power).unwrap_or(1)]);
	let beside = powers.flat_map(|at| (0..8).map(move |off| at.wrapping_add(off).wrapping_sub(5)));
	beside.chain(0..200).chain(Draw::MAX - 200..=Draw::MAX).collect()
}

#[test]
fn the_smallest_and_the_largest_draw_have_finite_logarithms() {
	let ln_2 = 921_350_637_599_661_305_226_344_307_672_478_455;
	assert_eq!(neg_ln(Draw::MAX), Fixed::ZERO);
	assert_eq!(neg_ln(Draw::MAX / 2), Fixed::from_bits(ln_2));
	assert_eq!(neg_ln(0), Fixed::from_bits(64 * ln_2));
	// The first bits of −ln(1 − 2^-64) are those of 2^-64 + 2^-129.
	assert!(neg_ln(Draw::MAX - 1).to_bits().abs_diff(1 << (120 - 64)) < 4);
}

#[test]
fn logarithms_of_uniform_draws_are_within_their_bound() {
	let mut rng = rng(1);
	let worst = Reference::new().worst_neg_ln((0..50_000).map(|_| rng.next_u64()));
	println!("-ln: worst error of 50,000 uniform draws {worst:.2} units of 2^-120");
	// A positive error shows that the reference is another implementation.
	assert!(worst > 0.0 && worst < BOUND);
}

#[test]
fn logarithms_of_draws_at_the_ends_are_within_their_bound() {
	let (edges, mut rng) = (edges(), rng(10));
	// The draws approach zero and 2^64 at all scales.
	let near =
		(0..50_000u32).map(|at| rng.next_u64() >> (at % 64)).map(|near| if near % 2 == 0 { near } else { !near });
	let worst = Reference::new().worst_neg_ln(near);
	let worst_edge = Reference::new().worst_neg_ln(edges.iter().copied());
	let count = edges.len();
	println!(
		"-ln: worst error of 50,000 draws near the ends {worst:.2}, of {count} edges {worst_edge:.2} units of 2^-120"
	);
	assert!(worst > 0.0 && worst.max(worst_edge) < BOUND);
}

#[test]
fn logarithms_fall_strictly() {
	let mut rng = rng(2);
	for draw in edges().into_iter().chain((0..20_000).map(|_| rng.next_u64())) {
		if let Some(next) = draw.checked_add(1) {
			assert!(neg_ln(draw) > neg_ln(next), "{draw}");
		}
	}
}

#[test]
fn every_machine_computes_the_same_bits() {
	let mut rng = rng(3);
	let bits: Vec<u8> = (0..10_000).flat_map(|_| neg_ln(rng.next_u64()).to_bits().to_le_bytes()).collect();
	println!("hash of logarithms: {:02x?}", &blake2_256(&bits)[..8]);
	assert_eq!(blake2_256(&bits)[..8], PINNED);
}

const PINNED: [u8; 8] = [0xf0, 0x4d, 0x65, 0x3c, 0xd5, 0x9f, 0x84, 0x51];

#[test]
fn logarithms_and_exponentials_are_within_their_bounds() {
	let (reference, mut rng) = (Reference::new(), rng(4));
	let (mut worst_ln, mut worst_exp) = (0f64, 0f64);
	for _ in 0..10_000 {
		let number = Fixed::from_bits(u128::from(rng.next_u64()) << 64 | u128::from(rng.next_u64()));
		if let Some(ln) = number.ln() {
			worst_ln = worst_ln.max(error(ln, &reference.ln(exact_of(number))));
		}
		// Below ln 256, at all scales.
		let exponent = Fixed::from_bits((number.to_bits() >> (rng.next_u32() % 120)) % ratio(11, 2).to_bits());
		let expected = reference.exp(exact_of(exponent));
		worst_exp = worst_exp.max(error(exponent.saturating_exp(), &expected) / expected.to_f64().value());
	}
	println!("ln: worst error {worst_ln:.2}; exp: worst relative error {worst_exp:.2} units of 2^-120");
	assert!(worst_ln > 0.0 && worst_ln < BOUND);
	assert!(worst_exp > 0.0 && worst_exp < BOUND);
}

#[test]
fn powers_are_within_their_bound() {
	let reference = Reference::new();
	let mut worst = 0f64;
	for (base, months) in (100..=200).step_by(7).flat_map(|base| (0..=64).map(move |sixths| (base, sixths))) {
		let (base, exponent) = (ratio(base, 100), ratio(months, 6));
		let expected = reference.exp(reference.ln(exact_of(base)) * exact_of(exponent));
		if expected.to_f64().value() < 256.0 {
			let found = base.saturating_pow(exponent).unwrap();
			let relative = error(found, &expected) / expected.to_f64().value();
			worst = worst.max(relative / (exact_of(exponent).to_f64().value() + 2.0));
		} else {
			assert_eq!(base.saturating_pow(exponent), Some(Fixed::MAX));
		}
	}
	println!("pow: worst relative error {worst:.2} × (exponent + 2) units of 2^-120");
	assert!(worst > 0.0 && worst < BOUND);
}

#[test]
fn large_results_saturate_and_negative_logarithms_are_none() {
	assert_eq!(ratio(256, 1), Fixed::MAX);
	assert!(ratio(255, 1) < Fixed::MAX);
	assert_eq!(ratio(16, 1).saturating_mul(ratio(16, 1)), Fixed::MAX);
	assert_eq!(ratio(16, 1).saturating_mul(ratio(15, 1)), ratio(240, 1));
	assert_eq!(Fixed::MAX.saturating_mul(Fixed::ONE), Fixed::MAX);
	assert_eq!(Fixed::ZERO.saturating_exp(), Fixed::ONE);
	// ln 256 = 5.545…
	assert!(ratio(5_545, 1_000).saturating_exp() < Fixed::MAX);
	assert_eq!(ratio(5_546, 1_000).saturating_exp(), Fixed::MAX);
	assert_eq!(Fixed::MAX.saturating_exp(), Fixed::MAX);
	assert_eq!(Fixed::ONE.ln(), Some(Fixed::ZERO));
	assert_eq!(Fixed::from_bits(Fixed::ONE.to_bits() - 1).ln(), None);
	assert_eq!(Fixed::ZERO.ln(), None);
	assert!(error(Fixed::MAX.ln().unwrap(), &Reference::new().ln(exact_of(Fixed::MAX))) < BOUND);
	assert_eq!(ratio(1, 2).saturating_pow(ratio(2, 1)), None);
	assert_eq!(Fixed::ONE.saturating_pow(Fixed::MAX), Some(Fixed::ONE));
}

proptest! {
	#[test]
	fn products_are_those_of_wide_integers(a: u128, b: u128) {
		let (high, low) = widening_mul(a, b);
		prop_assert_eq!((U256::from(high) << 128) + U256::from(low), U256::from(a) * U256::from(b));
	}
}

#[test]
fn products_of_edges_are_those_of_wide_integers() {
	let edges = [0, 1, u128::from(u64::MAX), 1 << 64, u128::MAX - 1, u128::MAX];
	for (a, b) in edges.into_iter().flat_map(|a| edges.map(|b| (a, b))) {
		let (high, low) = widening_mul(a, b);
		assert_eq!((U256::from(high) << 128) + U256::from(low), U256::from(a) * U256::from(b));
	}
}
