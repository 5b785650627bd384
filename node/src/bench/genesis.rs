//! The chain that is measured: the local preset with another number of validators, and with accounts that send.

use crate::{
	chain_spec::{ChainSpec, Preset},
	network::DEV_NAMES,
};
use anyhow::Context;
use serde_json::json;
use sp_core::{crypto::Ss58Codec, sr25519, Pair};
use sp_keyring::Sr25519Keyring;
use tp_core::{AccountId, Balance, TOP};
use tp_pbft::Member;

/// What each sender has: far more than it can send in units.
const SENDER_BALANCE: Balance = 1_000 * TOP;

/// The key pair of the n-th sender.
pub fn sender(index: u32) -> sr25519::Pair {
	derived(&format!("//bench//{index}"))
}

/// The account that measures the idle network.
pub fn idle_sender() -> sr25519::Pair {
	derived("//bench//idle")
}

fn derived(path: &str) -> sr25519::Pair {
	sr25519::Pair::from_string(path, None).expect("a derivation path of the development phrase is a secret URI; qed")
}

/// The chain of a preset with the first `validators` development keys as committee, with funded accounts, and with
/// other changes to the preset.
pub fn chain_spec(
	preset: Preset,
	id: &str,
	validators: u16,
	accounts: &[AccountId],
	changes: serde_json::Value,
) -> anyhow::Result<ChainSpec> {
	let members = DEV_NAMES.iter().take(usize::from(validators)).map(|name| member(name)).collect::<Vec<_>>();
	let alice = Sr25519Keyring::Alice.to_account_id().to_ss58check();
	let mut balances = preset.genesis_patch()?["balances"]["balances"]
		.as_array()
		.cloned()
		.context("the preset funds accounts; qed")?;
	let paid = SENDER_BALANCE * accounts.len() as Balance;
	// The supply stays what it is.
	for entry in &mut balances {
		if entry[0] == alice.as_str() {
			let balance: Balance = serde_json::from_value(entry[1].clone()).context("balances are numbers; qed")?;
			entry[1] = json!(balance.checked_sub(paid).context("Alice cannot fund so many senders")?);
		}
	}
	balances.extend(accounts.iter().map(|account| json!([account.to_ss58check(), SENDER_BALANCE])));
	let mut all = json!({ "balances": { "balances": balances }, "committee": { "members": members } });
	sc_chain_spec::json_merge(&mut all, changes);
	preset.chain_spec_with(id, all)
}

/// The committee member whose keys a node has by `--<name>`.
fn member(name: &str) -> Member {
	let seed = format!("//{}", capitalized(name));
	let vote = sp_core::ed25519::Pair::from_string(&seed, None).expect("a development key is a secret URI; qed");
	Member { key: vote.public().into(), vrf: derived(&seed).public().into(), weight: 1 }
}

fn capitalized(name: &str) -> String {
	let mut characters = name.chars();
	characters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(characters).collect()
}

#[cfg(test)]
mod tests {
	use super::*;
	use sp_keyring::Ed25519Keyring;
	use sp_runtime::BuildStorage;

	#[test]
	fn members_have_the_keys_of_the_preset() {
		let preset = &Preset::Local.genesis_patch().unwrap()["committee"]["members"];
		let members = ["alice", "bob", "charlie", "dave"].map(member);
		assert_eq!(*preset, serde_json::to_value(members).unwrap());
		assert_eq!(member("one").key, Ed25519Keyring::One.public().into());
	}

	#[test]
	fn the_genesis_builds_with_more_validators_than_the_preset() {
		let accounts: Vec<AccountId> = (0..10).map(|index| sender(index).public().into()).collect();
		let spec = chain_spec(Preset::Local, "top_bench", 7, &accounts, json!({})).unwrap();
		let storage = spec.build_storage().unwrap();
		let account = frame_system::Account::<top_main_runtime::Runtime>::hashed_key_for(&accounts[9]);
		assert!(storage.top.contains_key(&account), "the last sender is funded");
	}
}
