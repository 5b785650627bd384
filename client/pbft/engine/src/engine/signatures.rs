//! A cache of valid signatures, so that each is checked once per height.
//!
//! A vote comes alone, then in the certificates of view changes, and all of these again in a new view. In a committee
//! of 128 that is thousands of signatures, few of which are new.

use parking_lot::Mutex;
use sp_core::H256;
use std::{
	collections::HashSet,
	sync::atomic::{AtomicU32, Ordering},
};
use tp_pbft::{check_signature, CheckSignature, PbftId, PbftSignature};

/// Capacity of the cache: all votes and view changes of some dozens of views in a committee of 128.
const MAX_KNOWN: usize = 1 << 15;

/// The valid signatures of a height.
#[derive(Default)]
pub struct KnownSignatures {
	known: Mutex<HashSet<H256>>,
	checked: AtomicU32,
}

impl KnownSignatures {
	/// Returns a check that remembers valid signatures.
	pub fn check(&self) -> impl CheckSignature + '_ {
		|key: &PbftId, message: &[u8], signature: &PbftSignature| {
			// The name covers the signature as well. An entry for key and message alone would accept any signature.
			// Fragile: the parts are joined without lengths. That is unambiguous because key and signature have fixed
			// sizes.
			let parts = [key.as_ref(), message, signature.as_ref()];
			let name = H256(sp_crypto_hashing::blake2_256(&parts.concat()));
			if self.known.lock().contains(&name) {
				return true;
			}
			self.checked.fetch_add(1, Ordering::Relaxed);
			let valid = check_signature(key, message, signature);
			if valid {
				let mut known = self.known.lock();
				// Dropping all is simple and safe: a missing entry costs one more check.
				if known.len() >= MAX_KNOWN {
					known.clear();
				}
				known.insert(name);
			}
			valid
		}
	}

	/// Returns the number of checks since the last call. Hits of the cache do not count.
	pub fn take_checked(&self) -> u32 {
		self.checked.swap(0, Ordering::Relaxed)
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use sp_core::{ed25519, Pair};

	#[test]
	fn a_valid_signature_is_checked_once_and_a_wrong_one_each_time() {
		let pair = ed25519::Pair::from_seed(&[1; 32]);
		let (key, right) = (PbftId::from(pair.public()), PbftSignature::from(pair.sign(b"vote")));
		let signatures = KnownSignatures::default();
		let check = signatures.check();
		assert!(check(&key, b"vote", &right) && check(&key, b"vote", &right));
		assert_eq!(signatures.take_checked(), 1);
		assert!(!check(&key, b"vota", &right) && !check(&key, b"vota", &right));
		assert_eq!(signatures.take_checked(), 2);
		assert_eq!(signatures.take_checked(), 0);
	}
}
