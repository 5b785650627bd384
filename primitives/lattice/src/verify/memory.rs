//! What a node remembers of the accounts whose signatures it has verified.

use super::schemes::{Ed25519, Scheme, Sr25519};
use curve25519_dalek::{EdwardsPoint, RistrettoPoint};
use foldhash::quality::RandomState;
use std::{
	collections::HashMap,
	hash::BuildHasher,
	mem,
	sync::{
		atomic::{AtomicU64, Ordering},
		Mutex, MutexGuard, PoisonError,
	},
};

/// Accounts in one half of a map of keys: a hash table of 2^15 places, full by seven eighths. Both halves of a scheme take
/// 13 MiB at most.
const HALF: usize = (1 << 15) / 8 * 7;
/// Bits of the map of forms: 2 MiB. If two accounts share a bit, one of them may be verified over the wrong form first.
const FORMS: usize = 1 << 24;

/// Accounts whose signatures were verified: their decompressed keys, and the forms of the payload that they signed last.
/// It changes the time of a verification, never its verdict.
///
/// Only right signatures change it. The hash functions are seeded at random, since senders choose their keys.
#[derive(Debug)]
pub struct KnownSigners {
	ed25519: Points<EdwardsPoint>,
	sr25519: Points<RistrettoPoint>,
	forms: Forms,
}

impl Default for KnownSigners {
	fn default() -> Self {
		Self { ed25519: Points::default(), sr25519: Points::default(), forms: Forms::new() }
	}
}

impl KnownSigners {
	/// Returns whether an account signed the wrapped payload last. A guess.
	pub(super) fn is_wrapped(&self, key: &[u8; 32]) -> bool {
		self.forms.get(key)
	}

	/// Returns the points of keys, where they are known.
	pub(super) fn keys<'a, S: Remembered>(&self, keys: impl Iterator<Item = &'a [u8; 32]>) -> Vec<Option<S::Point>> {
		let mut points = S::points(self).lock();
		keys.map(|key| points.get(key)).collect()
	}

	/// Remembers accounts with a right signature: the form, and the key's point if it is known.
	pub(super) fn learn<'a, S: Remembered>(
		&self,
		right: impl IntoIterator<Item = (&'a [u8; 32], bool, Option<S::Point>)>,
	) {
		let mut points = S::points(self).lock();
		for (key, is_wrapped, point) in right {
			self.forms.set(key, is_wrapped);
			if let Some(point) = point {
				points.insert(key, point);
			}
		}
	}
}

/// A scheme whose keys are remembered.
pub(super) trait Remembered: Scheme {
	/// Returns the decompressed keys of known accounts.
	fn points(known: &KnownSigners) -> &Points<Self::Point>;
}

impl Remembered for Ed25519 {
	fn points(known: &KnownSigners) -> &Points<EdwardsPoint> {
		&known.ed25519
	}
}

impl Remembered for Sr25519 {
	fn points(known: &KnownSigners) -> &Points<RistrettoPoint> {
		&known.sr25519
	}
}

/// Decompressed keys of one scheme. A square root in the field makes a fifth of a signature's verification.
#[derive(Debug)]
pub(super) struct Points<P>(Mutex<Halves<P>>);

/// The keys used lately. Invariant: no key is in both halves.
#[derive(Debug)]
pub(super) struct Halves<P> {
	young: HashMap<[u8; 32], P, RandomState>,
	old: HashMap<[u8; 32], P, RandomState>,
}

impl<P> Default for Points<P> {
	fn default() -> Self {
		Self(Mutex::new(Halves { young: HashMap::default(), old: HashMap::default() }))
	}
}

impl<P> Points<P> {
	fn lock(&self) -> MutexGuard<'_, Halves<P>> {
		// A thread that panics leaves each key with its own point.
		self.0.lock().unwrap_or_else(PoisonError::into_inner)
	}
}

impl<P: Copy> Halves<P> {
	fn get(&mut self, key: &[u8; 32]) -> Option<P> {
		if let Some(point) = self.young.get(key) {
			return Some(*point);
		}
		let point = self.old.remove(key)?;
		self.add(key, point);
		Some(point)
	}

	fn insert(&mut self, key: &[u8; 32], point: P) {
		if self.get(key).is_none() {
			self.add(key, point);
		}
	}

	/// Adds a key that is in neither half. A full half becomes the old one, and the keys of that are forgotten.
	fn add(&mut self, key: &[u8; 32], point: P) {
		if self.young.len() >= HALF {
			self.old = mem::take(&mut self.young);
		}
		self.young.insert(*key, point);
	}
}

/// A bit for each account, by a hash of its key.
#[derive(Debug)]
struct Forms {
	bits: Box<[AtomicU64]>,
	hasher: RandomState,
}

impl Forms {
	fn new() -> Self {
		let words = FORMS / u64::BITS as usize;
		Self { bits: (0..words).map(|_| AtomicU64::new(0)).collect(), hasher: RandomState::default() }
	}

	/// Returns the word and the bit of a key.
	fn place(&self, key: &[u8; 32]) -> (&AtomicU64, u64) {
		// Truncates to the bits that choose a place.
		#[allow(clippy::cast_possible_truncation)]
		let place = self.hasher.hash_one(key) as usize % FORMS;
		(&self.bits[place / u64::BITS as usize], 1 << (place % u64::BITS as usize))
	}

	fn get(&self, key: &[u8; 32]) -> bool {
		let (word, bit) = self.place(key);
		word.load(Ordering::Relaxed) & bit != 0
	}

	/// Writes only what changes, so that threads do not take the word from each other.
	fn set(&self, key: &[u8; 32], is_wrapped: bool) {
		let (word, bit) = self.place(key);
		if (word.load(Ordering::Relaxed) & bit != 0) == is_wrapped {
			return;
		}
		if is_wrapped {
			word.fetch_or(bit, Ordering::Relaxed);
		} else {
			word.fetch_and(!bit, Ordering::Relaxed);
		}
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	fn key(number: usize) -> [u8; 32] {
		let mut key = [0; 32];
		key[..8].copy_from_slice(&(number as u64).to_le_bytes());
		key
	}

	#[test]
	fn keys_are_bounded_and_those_used_lately_stay() {
		let points = Points::default();
		let mut points = points.lock();
		for number in 0..5 * HALF {
			points.insert(&key(number), number);
			assert_eq!(points.get(&key(0)), Some(0), "used all the time");
			assert!(points.young.len() <= HALF && points.old.len() <= HALF);
		}
		assert_eq!(points.get(&key(1)), None);
		assert_eq!(points.get(&key(5 * HALF - 1)), Some(5 * HALF - 1));
		assert!(points.young.keys().all(|key| !points.old.contains_key(key)));
	}

	#[test]
	fn the_last_form_is_remembered() {
		let forms = Forms::new();
		assert!(!forms.get(&key(1)));
		forms.set(&key(1), true);
		assert!(forms.get(&key(1)) && !forms.get(&key(2)));
		forms.set(&key(1), false);
		assert!(!forms.get(&key(1)));
	}
}
