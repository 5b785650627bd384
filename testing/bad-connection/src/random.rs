//! A seeded generator of numbers: the same seed gives the same faults.

/// SplitMix64.
#[derive(Clone, Debug)]
pub struct Random(u64);

impl Random {
	/// Starts from a seed.
	pub fn new(seed: u64) -> Self {
		Self(seed)
	}

	/// Returns the next number.
	pub fn number(&mut self) -> u64 {
		self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
		let mut mixed = self.0;
		mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
		mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
		mixed ^ (mixed >> 31)
	}

	/// Returns a number below a bound.
	pub fn below(&mut self, bound: u64) -> u64 {
		self.number() % bound.max(1)
	}

	/// Returns true in this many of 10,000 cases.
	pub fn chance(&mut self, of_ten_thousand: u64) -> bool {
		self.below(10_000) < of_ten_thousand
	}
}
