//! Which segments a node must show.

use crate::{SegmentIndex, Shape, SEGMENTS_SHOWN};
use alloc::vec::Vec;
use sp_io::hashing::blake2_256;
use tp_core::AccountId;
use tp_pbft::Seed;

/// What the numbers of a draw are hashed with, so that they have nothing to do with other uses of a seed.
const DOMAIN: &[u8; 14] = b"TOP-POWER-DRAW";

/// The segments that a node must show of its lanes: [`SEGMENTS_SHOWN`] different ones, or all if there are less. Any set of
/// them is as likely as any other.
///
/// By Floyd's sampling, which takes one number a segment: for each `last` of the last places, a place up to it, or `last`
/// itself where that place was drawn before. Place `p` is segment `p mod segments` of lane `p / segments`.
pub fn draw_segments(seed: &Seed, node: &AccountId, lanes: u32, shape: &Shape) -> Vec<SegmentIndex> {
	let segments = u64::from(shape.segments_per_lane);
	let total = u64::from(lanes).saturating_mul(segments);
	let mut numbers = Numbers { seed, node, counter: 0 };
	let mut places = Vec::new();
	for last in total.saturating_sub(u64::from(SEGMENTS_SHOWN))..total {
		let place = numbers.below(last.saturating_add(1));
		places.push(if places.contains(&place) { last } else { place });
	}
	let index = |number: u64| u32::try_from(number).expect("lanes and segments of a lane are counted in 32 bits; qed");
	places
		.into_iter()
		.map(|place| SegmentIndex { lane: index(place / segments), segment: index(place % segments) })
		.collect()
}

/// Numbers that seed and node determine: the first 8 bytes, little-endian, of
/// `blake2_256("TOP-POWER-DRAW" ‖ seed ‖ node ‖ counter u32)`, counter 0, 1, 2 …
struct Numbers<'a> {
	seed: &'a Seed,
	node: &'a AccountId,
	counter: u32,
}

impl Numbers<'_> {
	fn next(&mut self) -> u64 {
		let mut input = [0; DOMAIN.len() + 68];
		input[..14].copy_from_slice(DOMAIN);
		input[14..46].copy_from_slice(self.seed);
		input[46..78].copy_from_slice(self.node.as_ref());
		input[78..].copy_from_slice(&self.counter.to_le_bytes());
		self.counter = self.counter.wrapping_add(1);
		let mut number = [0; 8];
		number.copy_from_slice(&blake2_256(&input)[..8]);
		u64::from_le_bytes(number)
	}

	/// A number below a positive bound, each as likely as any other: what is left over after the last whole multiple of
	/// the bound is drawn again, which for our bounds happens less than once in 2^31 times.
	fn below(&mut self, bound: u64) -> u64 {
		let whole = u64::MAX - u64::MAX % bound;
		loop {
			let number = self.next();
			if number < whole {
				return number % bound;
			}
		}
	}
}
