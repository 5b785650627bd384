//! An upgrade of a chain, and what a test says of it.

use crate::{
	chain::Chain,
	compare::changes,
	schema::{Schema, Storage},
};
use serde_json::Value;
use std::{collections::BTreeMap, fs, path::Path};

/// The storage of a chain before and after its upgrade.
pub struct Upgrade {
	/// Before.
	pub old: Storage,
	/// After.
	pub new: Storage,
}

impl Upgrade {
	/// Upgrades a chain to a runtime of these metadata.
	pub fn of(chain: &Chain, to: &Schema, upgrade: impl FnOnce()) -> Self {
		let old = chain.schema.read(&chain.state).unwrap_or_else(|error| panic!("{error}"));
		let new = chain.externalities().execute_with(|| {
			upgrade();
			to.read_state()
		});
		Self { old, new }
	}

	/// Checks that it has changed the items that a file names, each as the file says, and no others.
	pub fn assert_changes(&self, file: impl AsRef<Path>) {
		let found = changes(&self.old, &self.new);
		let found: Vec<String> = found.iter().map(|(name, change)| format!("{change:?} {name}")).collect();
		let expected = fs::read_to_string(file).expect("the file exists");
		assert_eq!(found, expected.lines().collect::<Vec<_>>(), "\n{}", found.join("\n"));
	}

	/// Checks that accounts keep what they have locked. Checks their use too: what stake covers, and the rest as free use up
	/// to the free share. `quotas` has the quotas of accounts before and after.
	pub fn assert_quotas<'a>(&self, quotas: impl Iterator<Item = (&'a Value, &'a Value)>) {
		let share = &self.new["Quota.Rules"]["0x"]["free"];
		let mut checked = 0;
		for (old, new) in quotas {
			assert_eq!((&new["locked"], &new["charged_at"]), (&old["locked"], &old["at"]));
			for resource in ["compute", "bytes"] {
				let beyond_stake = number(&old["used"][resource]) - number(&new["staked"][resource]);
				assert_eq!(number(&new["free"][resource]), beyond_stake.min(number(&share[resource])));
			}
			checked += 1;
		}
		assert!(checked > 10, "{checked} accounts have quotas");
	}
}

/// Returns a number of a storage.
pub fn number(value: &Value) -> u128 {
	value.as_str().and_then(|number| number.parse().ok()).unwrap_or_else(|| panic!("{value} is no number"))
}

/// Returns the storage versions of the pallets.
pub fn versions(storage: &Storage) -> BTreeMap<String, Value> {
	let versions =
		storage.iter().filter_map(|(name, values)| Some((name.strip_suffix(".version")?, values.get("0x")?)));
	versions.map(|(pallet, version)| (pallet.to_string(), version.clone())).collect()
}
