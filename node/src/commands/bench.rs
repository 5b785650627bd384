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
use tp_mailbox::Home;

/// The zone of all shards of a network that is measured.
const ZONE: u16 = 0;

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

	fn remote_transfers(&self, genesis: Hash, version: &RuntimeVersion) -> anyhow::Result<SignTransfer> {
		let builder = TransferBuilder::immortal(ChainParams::checked(genesis, version)?);
		Ok(Arc::new(move |from: &Keypair, nonce, to: &AccountId, amount| {
			let (home, to) = (Home::Zone(ZONE), to.clone());
			let call = pallet_mailbox::Call::transfer { home, to, value: amount };
			builder.sign(from, nonce, top_shard_runtime::RuntimeCall::Mailbox(call))
		}))
	}

	fn transfers_among(&self, events: &[u8]) -> anyhow::Result<u64> {
		transfers_among(events)
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use clap::Parser;
	use codec::{DecodeAll, Encode};
	use serde_json::json;
	use sp_core::crypto::Ss58Codec;
	use sp_crypto_hashing::twox_128;
	use sp_keyring::Sr25519Keyring;
	use top_bench::{
		bench_chain, genesis_head, units_chain, Accounts, BenchChain, NodeBinary, Scheme, UnitsBench, UnitsChain,
	};
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

	#[derive(clap::Parser)]
	struct Units {
		#[command(flatten)]
		bench: UnitsBench,
	}

	fn units(quotas: &str, accounts: &Accounts) -> UnitsChain {
		let arguments = ["units", "--accounts=3", "--units=3", "--validators=4", quotas];
		let cache = tempfile::tempdir().unwrap();
		units_chain(&NodeLedgers, &Units::parse_from(arguments).bench, accounts, cache.path()).unwrap()
	}

	fn account(spec: &Value, id: &AccountId) -> Account {
		Account::decode_all(&mut &value(spec, &account_key(id)).unwrap()[..]).unwrap()
	}

	#[test]
	fn the_units_genesis_funds_all_accounts_and_begins_their_chains() {
		let accounts = Accounts::derive(Scheme::Sr25519, 3).unwrap();
		let UnitsChain { chain, light } = units("--quotas=preset", &accounts);
		let spec = spec(chain);
		for id in accounts.funded() {
			let account = account(&spec, &id);
			assert!(account.data.free > 0 && account.nonce == 0);
			assert_eq!(account.data.unit_head, genesis_head(&id));
			assert!(account.data.quota.locked > 0 && account.data.quota.locked == account.data.reserved);
		}
		let light: Value = serde_json::from_str(&light).unwrap();
		assert_eq!(light["genesis"]["raw"]["top"].as_object().unwrap().len(), 1, "the code alone");
	}

	#[test]
	fn a_genesis_with_added_accounts_is_what_the_runtime_builds_of_them() {
		let accounts = Accounts::derive(Scheme::Sr25519, 3).unwrap();
		let added = spec(units("--quotas=lifted", &accounts).chain);
		let alice = Sr25519Keyring::Alice.to_account_id();
		let mut balances =
			NodeLedgers.genesis(Ledger::Shard).unwrap()["balances"]["balances"].as_array().unwrap().clone();
		balances.retain(|entry| entry[0] != alice.to_ss58check().as_str());
		let funded = accounts.funded().into_iter().chain([alice]);
		balances.extend(funded.map(|id| json!([id.to_ss58check(), account(&added, &id).data.free])));
		let changes = json!({ "balances": { "balances": balances } });
		let built = spec(NodeLedgers.chain(Ledger::Shard, "bench", changes).unwrap());
		// Without the rules of quotas, which the bench has lifted.
		let rules = format!("0x{}", hex::encode([twox_128(b"Quota"), twox_128(b"Rules")].concat()));
		let state = |spec: &Value| {
			let mut top = spec["genesis"]["raw"]["top"].as_object().unwrap().clone();
			top.remove(&rules);
			top
		};
		assert_eq!(state(&added), state(&built));
	}

	#[test]
	fn transfers_for_another_binary_are_those_for_this_one() {
		// Signatures of ed25519 are deterministic.
		let alice = Keypair::ed25519_from_uri("//Alice").unwrap();
		let bob = Sr25519Keyring::Bob.to_account_id();
		let other = NodeBinary::new(&std::env::current_exe().unwrap()).unwrap();
		let ledgers: [&dyn Ledgers; 2] = [&NodeLedgers, &other];
		let [this, other] = ledgers.map(|ledgers| {
			let sign = ledgers.transfers(Hash::repeat_byte(7), &top_shard_runtime::VERSION).unwrap();
			let remote = ledgers.remote_transfers(Hash::repeat_byte(7), &top_shard_runtime::VERSION).unwrap();
			(sign(&alice, 5, &bob, 42), remote(&alice, 6, &bob, 43))
		});
		assert_eq!(this, other);
	}

	#[test]
	fn the_bench_finds_what_routers_bring() {
		let relay = pallet_mailbox::Call::relay { relayed: Vec::new() };
		let relay = top_shard_runtime::RuntimeCall::Mailbox(relay).encode();
		assert_eq!(relay[..2], top_bench::network::RELAY_CALL);
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
