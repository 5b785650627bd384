//! The accounts of the tests: keys by number, funded by the genesis, and their chains as their owners know them.

use sc_chain_spec::json_merge;
use serde_json::Value;
use sp_core::storage::well_known_keys::CODE;
use sp_runtime::BuildStorage;
use std::ops::Range;
use top_node::{
	bench::{self, genesis_head, Scheme},
	chain_spec::{ChainSpec, Preset},
};
use top_runtime_common::development::alice;
use top_sdk::{AccountId, Balance, Domain, Keypair, Unit, UnitBuilder, UnitHash};
use top_shard_runtime::{genesis::get_preset, RuntimeGenesisConfig};

/// The key of an account by its number: every second one is sr25519, since both are verified in batches.
pub fn keypair(number: u32) -> Keypair {
	let scheme = if number.is_multiple_of(2) { Scheme::Ed25519 } else { Scheme::Sr25519 };
	bench::keypair(scheme, number)
}

/// The account of a number.
pub fn account(number: u32) -> AccountId {
	keypair(number).account()
}

/// A shard whose genesis funds accounts: so much for each of a range of numbers. `changes` are those to the rest of the
/// preset's genesis. It is made without wasm, which would take longer than some of the tests.
pub fn chain_spec(preset: Preset, funded: &[(Range<u32>, Balance)], changes: Value) -> ChainSpec {
	let patch = get_preset(&preset.name().into()).expect("the runtime has the preset");
	let mut config = serde_json::to_value(RuntimeGenesisConfig::default()).unwrap();
	json_merge(&mut config, serde_json::from_slice(&patch).unwrap());
	json_merge(&mut config, changes);
	let mut config: RuntimeGenesisConfig = serde_json::from_value(config).unwrap();
	let mut paid = 0;
	for (numbers, balance) in funded {
		config.balances.balances.extend(numbers.clone().map(|number| (account(number), *balance)));
		paid += Balance::from(numbers.end - numbers.start) * balance;
	}
	// The supply stays what it is.
	let mut balances = config.balances.balances.iter_mut();
	balances.find(|(id, _)| *id == alice()).expect("the preset has development accounts").1 -= paid;

	let mut storage = config.build_storage().unwrap();
	storage.top.insert(CODE.to_vec(), preset.wasm_code().unwrap().to_vec());
	let mut spec = preset.chain_spec().unwrap();
	sc_chain_spec::ChainSpec::set_storage(&mut spec, storage);
	spec
}

/// An account, and the end of its chain as its owner knows it.
#[derive(Clone)]
pub struct Payer {
	/// Its key.
	pub key: Keypair,
	/// The account.
	pub id: AccountId,
	/// Height of its next unit.
	pub height: u32,
	/// Parent of its next unit.
	pub head: UnitHash,
}

impl Payer {
	/// An account that the genesis funds.
	pub fn of_genesis(number: u32) -> Self {
		let key = keypair(number);
		let id = key.account();
		let head = genesis_head(&id);
		Self { key, id, height: 0, head }
	}

	/// The unit at the end of its chain, which is then longer.
	pub fn sign(&mut self, unit: UnitBuilder, domain: &Domain) -> Unit {
		let unit = self.sign_at(self.height, self.head, unit, domain);
		self.height += 1;
		self.head = unit.hash();
		unit
	}

	/// A unit at any place.
	pub fn sign_at(&self, height: u32, parent: UnitHash, unit: UnitBuilder, domain: &Domain) -> Unit {
		unit.at(height, parent).sign(&self.key, domain).unwrap()
	}

	/// The next unit: pays somebody.
	pub fn pay(&mut self, dest: &AccountId, amount: Balance, domain: &Domain) -> Unit {
		self.sign(UnitBuilder::new().transfer(dest, amount), domain)
	}
}

/// The accounts of a range of numbers.
pub fn payers(numbers: Range<u32>) -> Vec<Payer> {
	numbers.map(Payer::of_genesis).collect()
}
