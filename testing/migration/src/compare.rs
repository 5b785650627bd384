//! What an upgrade changes.

use crate::schema::Storage;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// How an item of the storage differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
	/// It has the same keys, and every field that it had. Its structs have fields more.
	Extended,
	/// It is new.
	New,
	/// It is gone.
	Gone,
	/// It has other keys or values.
	Other,
}

/// Returns the items that two storages do not have in common, and how they differ.
pub fn changes(old: &Storage, new: &Storage) -> BTreeMap<String, Change> {
	let names: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
	let change = |name| match (old.get(name), new.get(name)) {
		(Some(old), Some(new)) if old == new => None,
		(Some(old), Some(new)) => {
			let extends = old.len() == new.len()
				&& old.iter().all(|(key, old)| new.get(key).is_some_and(|new| extends(new, old)));
			Some(if extends { Change::Extended } else { Change::Other })
		},
		(None, _) => Some(Change::New),
		(_, None) => Some(Change::Gone),
	};
	names.into_iter().filter_map(|name| Some((name.clone(), change(name)?))).collect()
}

/// Tells whether a value has all fields of another.
fn extends(new: &Value, old: &Value) -> bool {
	match (new, old) {
		(Value::Object(new), Value::Object(old)) => {
			old.iter().all(|(name, old)| new.get(name).is_some_and(|new| extends(new, old)))
		},
		(Value::Array(new), Value::Array(old)) => {
			new.len() == old.len() && new.iter().zip(old).all(|(new, old)| extends(new, old))
		},
		(new, old) => new == old,
	}
}
