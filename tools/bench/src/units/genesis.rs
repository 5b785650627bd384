//! The genesis of the chain: its runtime builds it with one account, and this module adds the others to the state.
//!
//! A runtime builds a genesis in the memory of WebAssembly, which ends at some hundred thousand accounts. So the others are
//! written as the storage entries that the runtime would make: what it makes of the one account is the pattern.

use crate::units::accounts::genesis_head;
use anyhow::{ensure, Context};
use codec::{DecodeAll, Encode};
use serde_json::{json, Value};
use sp_crypto_hashing::{blake2_128, twox_128};
use std::fmt::Write;
use tp_core::{AccountId, Balance};
use tp_lattice::{storage::account_key, Account, AccountData, Quota};

/// Place of the state in a raw specification.
const TOP: &str = "/genesis/raw/top";
/// Stands for the state while the rest of a specification is written.
const MARKER: &str = "@@state@@";
/// The key of the runtime's code.
const CODE: &[u8] = b":code";
/// The reason of balances that are locked for a larger share: the index of the quota pallet, which is the same in every
/// runtime, and that of its first reason.
const STAKE_REASON: [u8; 2] = [5, 0];

/// The balances of accounts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Funds {
	/// What each can spend.
	pub free: Balance,
	/// What the staked ones have locked for a larger share.
	pub stake: Balance,
}

/// Raw specifications of a chain.
#[derive(Clone, Debug)]
pub struct Specs {
	/// With the whole state.
	pub full: String,
	/// With the runtime's code alone, for nodes whose database has the state.
	pub light: String,
}

/// Adds accounts to a raw specification. The runtime has made `pattern`'s account; it is replaced. The first `staked`
/// accounts are staked. `payer` gives the balances, so that the supply stays the same.
///
/// # Errors
/// If the specification is not raw, or the runtime makes other accounts than this program knows.
pub fn fund(
	spec: &str,
	pattern: &AccountId,
	payer: &AccountId,
	accounts: &[AccountId],
	staked: usize,
	funds: Funds,
) -> anyhow::Result<Specs> {
	let mut spec: Value = serde_json::from_str(spec).context("the chain spec is no JSON")?;
	let top = spec.pointer_mut(TOP).context("the chain spec is not raw")?;
	let Value::Object(mut state) = top.take() else { anyhow::bail!("the state of the chain spec is no object") };
	let made = account_of(&state, pattern)?;
	ensure!(
		made.data.unit_head == genesis_head(pattern) && made.nonce == 0 && made.data.reserved == 0,
		"the runtime of this node begins accounts otherwise than this program: use the bench of that node"
	);
	let mut paying = account_of(&state, payer)?;
	let staked = staked.min(accounts.len());
	let all = Balance::try_from(accounts.len())? * funds.free + Balance::try_from(staked)? * funds.stake;
	let paid = all.saturating_sub(made.data.free);
	paying.data.free = paying.data.free.checked_sub(paid).context("the payer cannot fund that many accounts")?;
	state.insert(hex(&account_key(payer)), json!(hex(&paying.encode())));
	state.remove(&hex(&account_key(pattern)));

	let code = state.get(&hex(CODE)).context("the chain spec has no runtime")?.clone();
	*spec.pointer_mut(TOP).context("the place was found before; qed")? = json!({ hex(CODE): code });
	let light = spec.to_string();
	*spec.pointer_mut(TOP).context("the place was found before; qed")? = json!(MARKER);
	let text = spec.to_string();
	let (before, after) = text.split_once(&format!("\"{MARKER}\"")).context("the marker was written; qed")?;

	let mut others = Value::Object(state).to_string();
	// The closing brace comes after the accounts.
	others.pop();
	let entry = 2 * (made.encoded_size() + account_key(pattern).len()) + 10;
	let mut full = String::with_capacity(text.len() + others.len() + accounts.len() * entry * 3 / 2);
	full.push_str(before);
	full.push_str(&others);
	for (index, id) in accounts.iter().enumerate() {
		let stake = if index < staked { funds.stake } else { 0 };
		push_entry(&mut full, &account_key(id), &account(&made, id, funds.free, stake).encode());
		if stake > 0 {
			push_entry(&mut full, &holds_key(id), &holds(stake));
		}
	}
	full.push('}');
	full.push_str(after);
	Ok(Specs { full, light })
}

/// Returns an account as the runtime begins it, with other balances.
fn account(made: &Account, id: &AccountId, free: Balance, stake: Balance) -> Account {
	let quota = Quota { locked: stake, ..made.data.quota };
	let data = AccountData { free, reserved: stake, unit_head: genesis_head(id), quota, ..made.data.clone() };
	// A held balance refers to the account.
	Account { consumers: made.consumers + u32::from(stake > 0), data, ..made.clone() }
}

/// Returns the key of the holds of an account.
fn holds_key(id: &AccountId) -> Vec<u8> {
	let bytes: &[u8] = id.as_ref();
	[&twox_128(b"Balances")[..], &twox_128(b"Holds"), &blake2_128(bytes), bytes].concat()
}

/// Returns the holds of an account that has locked balance for a larger share.
fn holds(stake: Balance) -> Vec<u8> {
	vec![(STAKE_REASON, stake)].encode()
}

fn account_of(state: &serde_json::Map<String, Value>, id: &AccountId) -> anyhow::Result<Account> {
	let value = state.get(&hex(&account_key(id))).and_then(Value::as_str);
	let value = value.with_context(|| format!("the genesis has no account {id}"))?;
	let bytes = hex::decode(value.trim_start_matches("0x")).context("a value of the genesis is not hexadecimal")?;
	Account::decode_all(&mut &bytes[..])
		.context("the runtime of this node keeps accounts otherwise than this program: use the bench of that node")
}

fn push_entry(json: &mut String, key: &[u8], value: &[u8]) {
	write!(json, ",\"0x{}\":\"0x{}\"", hex::encode(key), hex::encode(value))
		.expect("writing to a string never fails; qed");
}

fn hex(bytes: &[u8]) -> String {
	format!("0x{}", hex::encode(bytes))
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::units::{accounts::Accounts, args::Scheme};
	use std::collections::BTreeMap;

	/// A raw specification as the runtime builds it for some accounts.
	fn built(accounts: &[(AccountId, Balance)]) -> String {
		let mut state: BTreeMap<String, String> =
			accounts.iter().map(|(id, free)| (hex(&account_key(id)), hex(&made(id, *free).encode()))).collect();
		state.insert(hex(CODE), "0x00".into());
		json!({ "id": "bench", "genesis": { "raw": { "top": state, "childrenDefault": {} } } }).to_string()
	}

	fn made(id: &AccountId, free: Balance) -> Account {
		let data = AccountData { free, unit_head: genesis_head(id), ..AccountData::default() };
		Account { providers: 1, data, ..Account::default() }
	}

	fn ids(count: u32) -> Vec<AccountId> {
		Accounts::derive(Scheme::Ed25519, count).unwrap().ids
	}

	fn json_of(text: &str) -> Value {
		serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
	}

	#[test]
	fn the_state_is_what_the_runtime_builds_with_all_accounts() {
		let ids = ids(5);
		let (payer, accounts) = (&ids[0], &ids[1..]);
		let spec = built(&[(payer.clone(), 1_000), (accounts[0].clone(), 7)]);
		let specs = fund(&spec, &accounts[0], payer, accounts, 0, Funds { free: 100, stake: 50 }).unwrap();
		let all: Vec<_> =
			[(payer.clone(), 1_007 - 400)].into_iter().chain(accounts.iter().map(|id| (id.clone(), 100))).collect();
		assert_eq!(json_of(&specs.full), json_of(&built(&all)));
		let light = json_of(&specs.light);
		assert_eq!(light.pointer(TOP), Some(&json!({ hex(CODE): "0x00" })));
		assert_eq!(light["id"], "bench");
	}

	#[test]
	fn staked_accounts_hold_what_their_quota_counts() {
		let ids = ids(4);
		let (payer, accounts) = (&ids[0], &ids[1..]);
		let spec = built(&[(payer.clone(), 1_000), (accounts[2].clone(), 7)]);
		let specs = fund(&spec, &accounts[2], payer, accounts, 2, Funds { free: 100, stake: 50 }).unwrap();
		let full = json_of(&specs.full);
		let state = full.pointer(TOP).and_then(Value::as_object).unwrap();
		for (place, id) in accounts.iter().enumerate() {
			let is_staked = place < 2;
			let account = account_of(state, id).unwrap();
			let locked = if is_staked { 50 } else { 0 };
			assert_eq!((account.data.free, account.data.reserved, account.data.quota.locked), (100, locked, locked));
			assert_eq!((account.consumers, account.providers), (u32::from(is_staked), 1));
			assert_eq!(state.contains_key(&hex(&holds_key(id))), is_staked);
		}
		// One hold: the pallet at index 5, its reason 0, 50.
		let hold = state[&hex(&holds_key(&accounts[0]))].as_str().unwrap();
		assert_eq!(hold, format!("0x04050032{}", "00".repeat(15)));
		assert_eq!(account_of(state, payer).unwrap().data.free, 1_007 - 400);
	}

	#[test]
	fn a_runtime_with_other_accounts_is_refused() {
		let ids = ids(2);
		let funds = Funds { free: 1, stake: 0 };
		let error = fund(&built(&[(ids[0].clone(), 9)]), &ids[1], &ids[0], &ids, 0, funds).unwrap_err();
		assert!(error.to_string().contains("no account"), "{error}");
		let other =
			built(&[(ids[0].clone(), 9), (ids[1].clone(), 9)]).replace(&hex(&made(&ids[1], 9).encode()), "0x00");
		let error = fund(&other, &ids[1], &ids[0], &ids, 0, funds).unwrap_err();
		assert!(error.to_string().contains("otherwise"), "{error}");
		let poor = built(&[(ids[0].clone(), 9), (ids[1].clone(), 9)]);
		let error = fund(&poor, &ids[1], &ids[0], &ids, 0, Funds { free: 100, stake: 0 }).unwrap_err();
		assert!(error.to_string().contains("cannot fund"), "{error}");
	}
}
