//! States as keys and values.

use std::collections::BTreeMap;

/// The keys and the values of a state.
pub type Entries = BTreeMap<Vec<u8>, Vec<u8>>;

/// Returns the state of the externalities in which it runs, without a block in progress.
pub fn entries() -> Entries {
	let mut entries = Entries::new();
	let mut key = Vec::new();
	while let Some(next) = sp_io::storage::next_key(&key) {
		if let Some(value) = sp_io::storage::get(&next) {
			entries.insert(next.clone(), value.to_vec());
		}
		key = next;
	}
	entries
}
