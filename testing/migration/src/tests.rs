//! The chains are complete, and differences are found.

use crate::{changes, Chain, Change, Storage};
use serde_json::{json, Value};

fn storage(items: &[(&str, Value)]) -> Storage {
	let item = |(name, value): &(&str, Value)| (name.to_string(), [("0x".to_string(), value.clone())].into());
	items.iter().map(item).collect()
}

#[test]
fn states_decode_by_the_metadata_of_their_runtimes() {
	for (name, item) in [("main", "Rewards.History"), ("shard", "Lattice.TableHeads")] {
		let chain = Chain::load(name);
		let storage = chain.schema.read(&chain.state).unwrap();
		assert!(storage.contains_key(item) && storage["System.Account"].len() > 10);
	}
}

#[test]
fn a_value_with_a_byte_less_or_more_is_found() {
	let chain = Chain::load("shard");
	let key = [sp_crypto_hashing::twox_128(b"Sudo"), sp_crypto_hashing::twox_128(b"Key")].concat();
	for change in [|value: &mut Vec<u8>| value.push(0), |value: &mut Vec<u8>| value.truncate(31)] {
		let mut state = chain.state.clone();
		change(state.get_mut(&key).unwrap());
		assert!(chain.schema.read(&state).unwrap_err().starts_with("Sudo.Key"));
	}
	let mut state = chain.state.clone();
	state.insert(vec![1; 40], Vec::new());
	assert!(chain.schema.read(&state).unwrap_err().starts_with("no item"));
}

#[test]
fn each_kind_of_difference_is_found() {
	let old = storage(&[
		("A", json!({ "x": "1", "y": ["2"] })),
		("B", json!("1")),
		("C", json!("1")),
		("D", json!({ "x": "1" })),
	]);
	let new = storage(&[
		("A", json!({ "x": "1", "y": ["2"], "z": "3" })),
		("B", json!("1")),
		("D", json!({ "x": "2", "y": "1" })),
		("E", json!("1")),
	]);
	let expected = [("A", Change::Extended), ("C", Change::Gone), ("D", Change::Other), ("E", Change::New)];
	assert_eq!(changes(&old, &new), expected.map(|(name, change)| (name.to_string(), change)).into());
}
