//! A Bloom filter over the accounts that a version changed. A reader of an old version asks each version after it, and most of
//! them did not change the account: the filter saves the disk.

use tp_account_store::AccountKey;

/// Bits for each account. With two probes one lookup in twenty reads the disk in vain.
const BITS_PER_KEY: usize = 8;

/// The filter.
#[derive(Debug, Default)]
pub struct Filter(Box<[u64]>);

/// Returns two places of a key. They come from a part of its hash that decides neither its table nor its bucket.
fn probes(key: &AccountKey, bits: usize) -> [usize; 2] {
	let part = |at: usize| u32::from_le_bytes(key.0[at..at + 4].try_into().expect("the slice has 4 bytes; qed"));
	// The place in proportion to the part is a multiplication; a remainder would be a division.
	let place = |part: u32| ((u64::from(part) * bits as u64) >> u32::BITS) as usize;
	[place(part(8)), place(part(12))]
}

impl Filter {
	/// Returns an empty filter for a number of accounts.
	pub fn new(accounts: usize) -> Self {
		Self(vec![0; (accounts * BITS_PER_KEY).div_ceil(64)].into_boxed_slice())
	}

	/// Adds an account.
	pub fn insert(&mut self, key: &AccountKey) {
		let bits = self.0.len() * 64;
		probes(key, bits).into_iter().for_each(|at| self.0[at / 64] |= 1 << (at % 64));
	}

	/// Returns false only if the account was not added.
	pub fn may_contain(&self, key: &AccountKey) -> bool {
		let bits = self.0.len() * 64;
		bits > 0 && probes(key, bits).into_iter().all(|at| self.0[at / 64] >> (at % 64) & 1 == 1)
	}
}
