//! The chain that is measured: the preset of a ledger with another number of validators, and with accounts that send.

use crate::ledgers::{Ledger, Ledgers};
use anyhow::{bail, Context};
use serde_json::{json, Value};
use sp_core::{crypto::Ss58Codec, ed25519, sr25519, Pair};
use top_local_network::{Chain, DEV_NAMES};
use top_sdk::Keypair;
use tp_core::{AccountId, Balance, TOP};
use tp_pbft::Member;

/// Balance of each sender: far more than it can send in units.
const SENDER_BALANCE: Balance = 1_000 * TOP;

/// Returns the key of the n-th sender.
pub fn sender(index: u32) -> Keypair {
	derived(&format!("//bench//{index}")).into()
}

/// Returns the key of the account that measures the idle network.
pub fn idle_sender() -> Keypair {
	derived("//bench//idle").into()
}

/// Returns the account that pays the balances of all others: Alice.
pub fn payer() -> AccountId {
	derived("//Alice").public().into()
}

fn derived(path: &str) -> sr25519::Pair {
	sr25519::Pair::from_string(path, None).expect("a derivation path of the development phrase is a secret URI; qed")
}

/// A chain to be measured.
#[derive(Debug)]
pub struct BenchChain<'a> {
	/// The ledger whose preset it has.
	pub ledger: Ledger,
	/// Its id.
	pub id: &'a str,
	/// The size of its committee: the first development keys.
	pub validators: u16,
	/// Accounts that it funds.
	pub accounts: &'a [AccountId],
	/// Other changes to the preset's genesis, besides balances and committee.
	pub changes: Value,
}

/// Makes the chain.
///
/// # Errors
/// If the preset cannot fund the accounts, or the runtime refuses the genesis.
pub fn bench_chain(ledgers: &dyn Ledgers, chain: BenchChain) -> anyhow::Result<Chain> {
	let BenchChain { ledger, id, validators, accounts, changes } = chain;
	let members = DEV_NAMES.iter().take(usize::from(validators)).map(|name| member(name)).collect::<Vec<_>>();
	let alice = payer().to_ss58check();
	let mut balances = ledgers.genesis(ledger)?["balances"]["balances"]
		.as_array()
		.cloned()
		.context("the preset funds accounts; qed")?;
	let paid = SENDER_BALANCE * accounts.len() as Balance;
	// The supply stays the same: Alice pays.
	for entry in &mut balances {
		if entry[0] == alice.as_str() {
			let balance: Balance = serde_json::from_value(entry[1].clone()).context("balances are numbers; qed")?;
			entry[1] = json!(balance.checked_sub(paid).context("Alice cannot fund that many senders")?);
		}
	}
	balances.extend(accounts.iter().map(|account| json!([account.to_ss58check(), SENDER_BALANCE])));
	let mut all = json!({ "balances": { "balances": balances }, "committee": { "members": members } });
	let Value::Object(changes) = changes else { bail!("changes to a genesis are a JSON object") };
	for (pallet, change) in changes {
		all[pallet] = change;
	}
	ledgers.chain(ledger, id, all)
}

/// Returns the committee member whose keys a node has by `--<name>`.
fn member(name: &str) -> Member {
	let seed = format!("//{}", capitalized(name));
	let vote = ed25519::Pair::from_string(&seed, None).expect("a development key is a secret URI; qed");
	Member { key: vote.public().into(), vrf: derived(&seed).public().into(), weight: 1 }
}

fn capitalized(name: &str) -> String {
	let mut characters = name.chars();
	characters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(characters).collect()
}

#[cfg(test)]
mod tests {
	use super::*;
	use sp_keyring::{Ed25519Keyring, Sr25519Keyring};

	#[test]
	fn members_have_the_development_keys() {
		let expected =
			Member { key: Ed25519Keyring::One.public().into(), vrf: Sr25519Keyring::One.public().into(), weight: 1 };
		assert_eq!(member("one"), expected);
	}
}
