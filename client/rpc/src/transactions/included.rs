//! The places of the newest transactions.
//!
//! A client that lost its connection, or whose node restarted, sends the same bytes again and wants to know what happened to them.
//! The pool forgets a transaction that is in a block, and would refuse it as outdated.

use parking_lot::Mutex;
use sp_runtime::traits::{BlakeTwo256, Hash as _};
use std::collections::{hash_map::Entry, HashMap, VecDeque};
use tp_core::Hash;

/// Transactions that are remembered, at most: 8 MB. It is 4 min at 256 transactions a second.
const MAX_KNOWN: usize = 65_536;

/// The block of a transaction, and its index there.
pub type Place = (Hash, usize);

/// The places of transactions by their hashes. The oldest is forgotten first.
#[derive(Default)]
pub struct Included(Mutex<Known>);

#[derive(Default)]
struct Known {
	places: HashMap<Hash, Place>,
	order: VecDeque<Hash>,
}

impl Included {
	/// Adds the transactions of a block, as their senders encoded them. `None` stands for a transaction that is not
	/// remembered.
	pub fn add(&self, block: Hash, transactions: impl IntoIterator<Item = Option<impl AsRef<[u8]>>>) {
		let hash = |bytes: Option<_>| bytes.map(|bytes| hash_of(AsRef::<[u8]>::as_ref(&bytes)));
		let hashes: Vec<Option<Hash>> = transactions.into_iter().map(hash).collect();
		let mut known = self.0.lock();
		let Known { places, order } = &mut *known;
		for (index, hash) in hashes.into_iter().enumerate() {
			let Some(hash) = hash else { continue };
			match places.entry(hash) {
				Entry::Vacant(place) => {
					place.insert((block, index));
					order.push_back(hash);
				},
				// Bytes that are in two blocks have no sender whose nonce they use. The first place stays.
				Entry::Occupied(_) => {},
			}
		}
		while order.len() > MAX_KNOWN {
			if let Some(oldest) = order.pop_front() {
				places.remove(&oldest);
			}
		}
	}

	/// Returns the place of a transaction.
	pub fn find(&self, transaction: &Hash) -> Option<Place> {
		self.0.lock().places.get(transaction).copied()
	}
}

/// Returns the hash of a transaction, as the pool and the tools compute it.
pub(super) fn hash_of(bytes: &[u8]) -> Hash {
	BlakeTwo256::hash(bytes)
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn newest_transactions_have_their_places_and_the_oldest_are_forgotten() {
		let included = Included::default();
		let block = |number| Hash::from_low_u64_be(number);
		included.add(block(1), [Some(b"one"), Some(b"two")]);
		included.add(block(2), [Some(b"two"), None, Some(b"six")]);
		assert_eq!(included.find(&hash_of(b"one")), Some((block(1), 0)));
		assert_eq!(included.find(&hash_of(b"two")), Some((block(1), 1)), "the first place stays");
		assert_eq!(included.find(&hash_of(b"six")), Some((block(2), 2)));
		assert_eq!(included.find(&hash_of(b"ten")), None);

		included.add(block(3), (0..u32::try_from(MAX_KNOWN - 2).unwrap()).map(|number| Some(number.to_le_bytes())));
		assert_eq!(included.find(&hash_of(b"one")), None);
		assert_eq!(included.find(&hash_of(b"six")), Some((block(2), 2)));
		let known = included.0.lock();
		assert_eq!((known.places.len(), known.order.len()), (MAX_KNOWN, MAX_KNOWN));
	}
}
