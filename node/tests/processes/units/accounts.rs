//! The accounts of the tests: keys by number, genesis balances, and the owners' view of their chains.

use sc_chain_spec::json_merge;
use serde_json::{json, Value};
use std::ops::Range;
use top_bench::{genesis_head, Scheme};
use top_node::chain_spec::{ChainSpec, Preset};
use top_runtime_common::development::alice;
use top_sdk::{AccountId, Balance, Domain, Keypair, Unit, UnitBuilder, UnitHash};

/// Returns the key of an account by its number. Every second one is sr25519: nodes verify both schemes in batches.
pub fn keypair(number: u32) -> Keypair {
	let scheme = if number.is_multiple_of(2) { Scheme::Ed25519 } else { Scheme::Sr25519 };
	top_bench::keypair(scheme, number)
}

/// Returns the account of a number.
pub fn account(number: u32) -> AccountId {
	keypair(number).account()
}

/// Returns a shard whose genesis funds accounts: a balance for each account of a range of numbers. `changes` are those
/// to the rest of the preset's genesis.
pub fn chain_spec(preset: Preset, funded: &[(Range<u32>, Balance)], changes: Value) -> ChainSpec {
	let patch = &preset.genesis_patch().unwrap()["balances"]["balances"];
	let mut balances: Vec<(AccountId, Balance)> = serde_json::from_value(patch.clone()).unwrap();
	let mut paid = 0;
	for (numbers, balance) in funded {
		balances.extend(numbers.clone().map(|number| (account(number), *balance)));
		paid += Balance::from(numbers.end - numbers.start) * balance;
	}
	// The supply stays the same.
	balances.iter_mut().find(|(id, _)| *id == alice()).expect("the preset has development accounts").1 -= paid;
	let mut all = json!({ "balances": { "balances": balances } });
	json_merge(&mut all, changes);
	let id = preset.chain_spec().unwrap().id().to_owned();
	preset.raw_spec_with(&id, all).unwrap()
}

/// An account, and its owner's view of the end of its chain.
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
	/// Takes an account that the genesis funds.
	pub fn of_genesis(number: u32) -> Self {
		let key = keypair(number);
		let id = key.account();
		let head = genesis_head(&id);
		Self { key, id, height: 0, head }
	}

	/// Makes the next unit, and advances the end of the chain.
	pub fn sign(&mut self, unit: UnitBuilder, domain: &Domain) -> Unit {
		let unit = self.sign_at(self.height, self.head, unit, domain);
		self.height += 1;
		self.head = unit.hash();
		unit
	}

	/// Makes a unit at any place.
	pub fn sign_at(&self, height: u32, parent: UnitHash, unit: UnitBuilder, domain: &Domain) -> Unit {
		unit.at(height, parent).sign(&self.key, domain).unwrap()
	}

	/// Makes the next unit, a payment.
	pub fn pay(&mut self, dest: &AccountId, amount: Balance, domain: &Domain) -> Unit {
		self.sign(UnitBuilder::new().transfer(dest, amount), domain)
	}
}

/// Returns the accounts of a range of numbers.
pub fn payers(numbers: Range<u32>) -> Vec<Payer> {
	numbers.map(Payer::of_genesis).collect()
}
