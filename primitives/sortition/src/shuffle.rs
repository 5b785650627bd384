//! Deterministic shuffles from a seed.

use codec::Encode;
use sp_io::hashing::blake2_256;
use tp_pbft::Seed;

/// Prefix of the hashed bytes. It separates shuffles from other uses of a seed.
const PREFIX: &[u8] = b"TOP-SHUFFLE";

/// Shuffles items by `seed` and `domain`. All orders are equally likely (Fisher–Yates, from the end).
///
/// `domain` separates the shuffles that use one seed. **Fragile:** two shuffles with the same seed and domain are
/// correlated. Each caller needs a domain that no other caller uses in the same epoch.
pub fn shuffle<T>(items: &mut [T], seed: &Seed, domain: &[u8]) {
	let mut numbers = Numbers::new(seed, domain);
	for last in (1..items.len()).rev() {
		items.swap(last, numbers.up_to(last));
	}
}

/// Uniform numbers: `blake2_256` of SCALE `(PREFIX, domain, seed, k)`, k = 0, 1, 2 …, cut into little-endian u64.
pub(crate) struct Numbers<'a> {
	domain: &'a [u8],
	seed: &'a Seed,
	counter: u64,
	/// The current hash, and the number of its bytes that are used up.
	hash: [u8; 32],
	used: usize,
}

impl<'a> Numbers<'a> {
	pub(crate) fn new(seed: &'a Seed, domain: &'a [u8]) -> Self {
		Self { domain, seed, counter: 0, hash: [0; 32], used: 32 }
	}

	fn next(&mut self) -> u64 {
		if self.used == self.hash.len() {
			self.hash = (PREFIX, self.domain, self.seed, self.counter).using_encoded(blake2_256);
			self.counter += 1;
			self.used = 0;
		}
		let mut number = [0; 8];
		number.copy_from_slice(&self.hash[self.used..self.used + 8]);
		self.used += 8;
		u64::from_le_bytes(number)
	}

	/// Returns a uniform number from 0 to `last`.
	pub(crate) fn up_to(&mut self, last: usize) -> usize {
		let count = last as u128 + 1;
		// Numbers from the largest multiple of the count on would favor small remainders, so they are drawn again. That
		// is less than half of all numbers, and a share of 2^-50 for any slice that fits in memory.
		let limit = (1 << u64::BITS) / count * count;
		loop {
			let number = u128::from(self.next());
			if number < limit {
				return usize::try_from(number % count)
					.expect("a remainder is below its divisor, a usize and one; qed");
			}
		}
	}
}
