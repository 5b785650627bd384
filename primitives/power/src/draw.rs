//! The draw of the segments that a node must reveal.

use crate::{SegmentIndex, Shape, SEGMENTS_SHOWN};
use alloc::vec::Vec;
use codec::Encode;
use sp_io::hashing::blake2_256;
use tp_pbft::Seed;

/// Prefix of the hashed bytes. It separates the numbers of a draw from other uses of a seed.
const DOMAIN: &[u8; 14] = b"TOP-POWER-DRAW";

/// Draws the segments that a node must reveal: [`SEGMENTS_SHOWN`] different ones, or all if there are fewer. All sets
/// of segments are equally likely.
///
/// The method is Floyd's sampling, which takes one number a segment. For each `last` of the last places it draws a
/// place up to `last`, or takes `last` if that place was drawn before. Place `p` is segment `p mod segments` of lane `p
/// / segments`.
pub fn draw_segments<AccountId: Encode>(seed: &Seed, node: &AccountId, lanes: u32, shape: &Shape) -> Vec<SegmentIndex> {
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

/// Numbers that follow from seed and node: the first 8 bytes, little-endian, of
/// `blake2_256("TOP-POWER-DRAW" ‖ seed ‖ node ‖ counter u32)`, counter 0, 1, 2 … The node enters by its SCALE encoding.
struct Numbers<'a, AccountId> {
	seed: &'a Seed,
	node: &'a AccountId,
	counter: u32,
}

impl<AccountId: Encode> Numbers<'_, AccountId> {
	fn next(&mut self) -> u64 {
		let hash = (DOMAIN, self.seed, self.node, self.counter).using_encoded(blake2_256);
		self.counter = self.counter.wrapping_add(1);
		let mut number = [0; 8];
		number.copy_from_slice(&hash[..8]);
		u64::from_le_bytes(number)
	}

	/// Returns a uniform number below a positive bound.
	///
	/// A number from the last whole multiple of the bound on is drawn again, because it would favor small remainders.
	/// For the bounds used here that happens less than once in 2^31 draws.
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
