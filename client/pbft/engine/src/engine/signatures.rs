//! Signatures of a height that were found right once are not checked again.
//!
//! Votes come alone, then in the certificate of a view change, then in that of each other view change, and all of these
//! in a new view: in a committee of 128 that is thousands of signatures, of which few are new.

use parking_lot::Mutex;
use sp_core::H256;
use std::{
	collections::HashSet,
	sync::atomic::{AtomicU32, Ordering},
};
use tp_pbft::{check_signature, CheckSignature, PbftId, PbftSignature};

/// Signatures that are remembered: of a committee of 128, all votes and view changes of some dozens of views.
const MAX_KNOWN: usize = 1 << 15;

/// The right signatures of a height.
#[derive(Default)]
pub struct KnownSignatures {
	known: Mutex<HashSet<H256>>,
	checked: AtomicU32,
}

impl KnownSignatures {
	/// Checks signatures, and remembers the right ones.
	pub fn check(&self) -> impl CheckSignature + '_ {
		|key: &PbftId, message: &[u8], signature: &PbftSignature| {
			let parts = [key.as_ref(), message, signature.as_ref()];
			let name = H256(sp_crypto_hashing::blake2_256(&parts.concat()));
			if self.known.lock().contains(&name) {
				return true;
			}
			self.checked.fetch_add(1, Ordering::Relaxed);
			let right = check_signature(key, message, signature);
			if right {
				let mut known = self.known.lock();
				if known.len() >= MAX_KNOWN {
					known.clear();
				}
				known.insert(name);
			}
			right
		}
	}

	/// How many were checked since this was asked last.
	pub fn take_checked(&self) -> u32 {
		self.checked.swap(0, Ordering::Relaxed)
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use sp_core::{ed25519, Pair};

	#[test]
	fn a_right_signature_is_checked_once_and_a_wrong_one_each_time() {
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
