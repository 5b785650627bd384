//! `top-node bench`: the benches of `top-bench` with the runtimes of this binary.

use crate::{
	chain_spec::{network_chain, Preset},
	transaction::{transfers_among, ChainParams, TransferBuilder},
};
use serde_json::Value;
use sp_version::RuntimeVersion;
use std::sync::Arc;
use top_bench::{Ledger, Ledgers, SignTransfer};
use top_local_network::Chain;
use top_sdk::Keypair;
use tp_core::{AccountId, Hash};

/// The runtimes of this binary.
#[derive(Clone, Copy, Debug)]
pub struct NodeLedgers;

fn preset(ledger: Ledger) -> Preset {
	match ledger {
		Ledger::Main => Preset::Local,
		Ledger::Shard => Preset::ShardLocal,
	}
}

impl Ledgers for NodeLedgers {
	fn genesis(&self, ledger: Ledger) -> anyhow::Result<Value> {
		preset(ledger).genesis_patch()
	}

	fn chain(&self, ledger: Ledger, id: &str, changes: Value) -> anyhow::Result<Chain> {
		Ok(network_chain(preset(ledger).raw_spec_with(id, changes)?))
	}

	fn transfers(&self, genesis: Hash, version: &RuntimeVersion) -> anyhow::Result<SignTransfer> {
		let builder = TransferBuilder::immortal(ChainParams::checked(genesis, version)?);
		Ok(Arc::new(move |from: &Keypair, nonce, to: &AccountId, amount| builder.build(from, nonce, to, amount)))
	}

	fn transfers_among(&self, events: &[u8]) -> anyhow::Result<u64> {
		transfers_among(events)
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use codec::DecodeAll;
	use serde_json::json;
	use sp_keyring::Sr25519Keyring;
	use top_bench::{bench_chain, genesis_head, units_chain, Accounts, BenchChain, Scheme};
	use tp_lattice::{storage::account_key, Account};

	/// A value in the genesis state of a chain.
	fn value(spec: &Value, key: &[u8]) -> Option<Vec<u8>> {
		let value = spec["genesis"]["raw"]["top"].get(format!("0x{}", hex::encode(key)))?;
		Some(hex::decode(value.as_str().unwrap().trim_start_matches("0x")).unwrap())
	}

	fn spec(chain: Chain) -> Value {
		serde_json::from_str(&(chain.raw_spec)().unwrap()).unwrap()
	}

	#[test]
	fn the_genesis_has_more_validators_than_the_preset_and_funded_senders() {
		let accounts: Vec<AccountId> = Sr25519Keyring::iter().map(|key| key.to_account_id()).collect();
		let chain = BenchChain {
			ledger: Ledger::Main,
			id: "bench",
			validators: 7,
			accounts: &accounts[12..],
			changes: json!({}),
		};
		let spec = spec(bench_chain(&NodeLedgers, chain).unwrap());
		for account in &accounts[12..] {
			assert!(value(&spec, &account_key(account)).is_some(), "{account} is funded");
		}
	}

	#[test]
	fn the_units_genesis_funds_all_accounts_and_begins_their_chains() {
		let accounts = Accounts::derive(Scheme::Sr25519, 3).unwrap();
		let spec = spec(units_chain(&NodeLedgers, 7, &accounts).unwrap());
		for id in accounts.funded() {
			let account = Account::decode_all(&mut &value(&spec, &account_key(&id)).unwrap()[..]).unwrap();
			assert!(account.data.free > 0 && account.nonce == 0);
			assert_eq!(account.data.unit_head, genesis_head(&id));
		}
	}

	#[test]
	fn members_of_the_bench_have_the_keys_of_the_preset() {
		let chain = |validators| BenchChain {
			ledger: Ledger::Main,
			id: "top_local",
			validators,
			accounts: &[],
			changes: json!({}),
		};
		let bench = spec(bench_chain(&NodeLedgers, chain(4)).unwrap());
		let preset = spec(network_chain(Preset::Local.raw_spec().unwrap()));
		assert_eq!(bench["genesis"], preset["genesis"]);
	}
}
