//! Parts of genesis presets, whose keys are the well-known development keys: for networks that guard nothing.
//!
//! A preset is a JSON patch to the default genesis, as in a chain spec. [`genesis`] is the part that all ledgers have, and
//! [`merge`] adds the parts of one ledger.

#[cfg(feature = "governance")]
mod governed;
mod rotation;

#[cfg(feature = "governance")]
pub use governed::{governed, production, without_sudo, DEVELOPMENT_SLOTS};
pub use rotation::{drawn, rotation};

use crate::limits::{MAX_BLOCK_BYTES, MAX_BLOCK_WEIGHT, SHARES};
use alloc::vec::Vec;
use alloc::{format, string::String};
use pallet_quota::ShareRules;
use serde_json::{json, Value};
use sp_core::{crypto::get_public_from_string_or_panic, ed25519, sr25519, H256};
use sp_keyring::{Ed25519Keyring, Sr25519Keyring};
use sp_runtime::Perbill;
use tp_core::{AccountId, Balance, TOTAL_SUPPLY};
use tp_pbft::{Height, Member, Pace, PbftId, VrfId};
use tp_quota::Usage;
use tp_sortition::{Role, Roles};
use tp_stake::NodeKeys;

/// The time of an epoch in the presets, in idle blocks: short, so that developers see epochs end.
pub const EPOCH_BLOCKS: Height = 20;
/// Blocks from the close of tickets to the end of an epoch in the presets.
pub const CLOSING_BLOCKS: Height = 3;
/// The seed of the first height in the presets. It is no secret: the order of primaries is public.
pub const GENESIS_SEED: H256 = H256(*b"TOP development seed, no secret!");
/// The shares of the presets as a multiple of [`SHARES`]: a few accounts of a test send for many users.
const SHARES_TIMES: u64 = 20;

/// The shares of the presets. Their networks do not last: free use is capped by what a block holds, ten blocks a second.
pub const DEVELOPMENT_SHARES: ShareRules = ShareRules {
	free: Usage {
		compute: SHARES.free.compute * SHARES_TIMES,
		bytes: SHARES.free.bytes * SHARES_TIMES,
		state: SHARES.free.state * SHARES_TIMES,
	},
	sustained: Usage {
		compute: 10 * MAX_BLOCK_WEIGHT.ref_time(),
		bytes: 10 * MAX_BLOCK_BYTES as u64,
		state: 10 * MAX_BLOCK_BYTES as u64,
	},
	..SHARES
};

/// The main chain's pace.
pub const MAIN_PACE: Pace = Pace { block_interval_ms: 500, idle_interval_ms: 3_000, base_timeout_ms: 1_000 };
/// The pace of the preset `local-fast`. The timeout stays, since it depends on the machine and not on the pace.
pub const FAST_PACE: Pace = Pace { block_interval_ms: 20, idle_interval_ms: 50, base_timeout_ms: 1_000 };
/// The pace of the preset `rotation`, at which epochs take some seconds.
pub const ROTATION_PACE: Pace = Pace { block_interval_ms: 200, idle_interval_ms: 1_000, base_timeout_ms: 1_000 };

/// Returns the patch of a ledger with all TOP, a committee, [`DEVELOPMENT_SHARES`], and Alice's sudo key.
pub fn genesis(members: &[Member], pace: Pace) -> Value {
	json!({
		"balances": { "balances": balances() },
		"committee": {
			"members": members,
			"seed": GENESIS_SEED,
			"epochMs": u64::from(EPOCH_BLOCKS) * u64::from(pace.idle_interval_ms),
			"closingBlocks": CLOSING_BLOCKS,
			"pace": pace,
		},
		"quota": { "rules": DEVELOPMENT_SHARES },
		"sudo": { "key": alice() },
	})
}

/// Returns a patch in the form of `sp_genesis_builder`.
pub fn preset(patch: &Value) -> Vec<u8> {
	serde_json::to_vec(patch).expect("a JSON value is serializable; qed")
}

/// Returns the storage of a ledger's genesis: the default of `Genesis` with a preset over it. For tests.
///
/// # Errors
/// If the preset is no JSON, or has other fields than the genesis, or the genesis cannot be built.
#[cfg(feature = "std")]
pub fn storage<Genesis>(preset: &[u8]) -> Result<sp_core::storage::Storage, String>
where
	Genesis: Default + serde::Serialize + serde::de::DeserializeOwned + sp_runtime::BuildStorage,
{
	let default = serde_json::to_value(Genesis::default()).map_err(|error| error.to_string())?;
	let patch = serde_json::from_slice(preset).map_err(|error| error.to_string())?;
	let genesis: Genesis = serde_json::from_value(merge(default, patch)).map_err(|error| error.to_string())?;
	genesis.build_storage()
}

/// Returns the patch of a main chain whose nodes can run zones and shards beside it, which they derive from its genesis. Its committee is
/// fixed, since it is that of these ledgers too.
pub fn with_zones(ledger: Value) -> Value {
	merge(ledger, json!({ "beacon": { "authorsRegister": true } }))
}

/// Returns a value with a patch over it, as a chain spec applies it: RFC 7386 for objects.
pub fn merge(target: Value, patch: Value) -> Value {
	match (target, patch) {
		(Value::Object(mut target), Value::Object(fields)) => {
			for (name, value) in fields {
				let merged = merge(target.remove(&name).unwrap_or_default(), value);
				target.insert(name, merged);
			}
			Value::Object(target)
		},
		(_, Value::Object(fields)) => merge(json!({}), Value::Object(fields)),
		(_, value) => value,
	}
}

/// Returns the first `count` of the members Alice, Bob, Charlie and Dave.
pub fn members(count: usize) -> Vec<Member> {
	let vote = [Ed25519Keyring::Alice, Ed25519Keyring::Bob, Ed25519Keyring::Charlie, Ed25519Keyring::Dave];
	let vrf = [Sr25519Keyring::Alice, Sr25519Keyring::Bob, Sr25519Keyring::Charlie, Sr25519Keyring::Dave];
	let keys = vote.into_iter().zip(vrf).take(count);
	keys.map(|(vote, vrf)| Member { key: vote.public().into(), vrf: vrf.public().into(), weight: 1 }).collect()
}

/// Returns the derivation path below `//` of the secrets of the n-th node, counted from 1: of its controller (sr25519), its
/// vote key (ed25519) and its VRF key (sr25519). For presets with more nodes than well-known keys.
pub fn node_path(number: u16) -> String {
	format!("Node//{number}")
}

/// Returns the keys of the n-th node.
pub fn node_keys(number: u16) -> NodeKeys {
	let path = node_path(number);
	NodeKeys {
		pbft: PbftId::from(get_public_from_string_or_panic::<ed25519::Public>(&path)),
		vrf: VrfId::from(get_public_from_string_or_panic::<sr25519::Public>(&path)),
	}
}

/// Returns the n-th node as the genesis registers it: a router and validator that shares a tenth of its rewards.
fn node(number: u16, deposit: Balance, votes: Value) -> Value {
	json!({
		"controller": node_account(number),
		"roles": Roles::of(&[Role::Router, Role::Validator]),
		"keys": node_keys(number),
		"networkId": sp_core::bytes::to_hex(b"made at its first start", false),
		"deposit": deposit,
		"dividend": Perbill::from_percent(10),
		"votes": votes,
	})
}

/// Returns the controller of the n-th node.
pub fn node_account(number: u16) -> AccountId {
	get_public_from_string_or_panic::<sr25519::Public>(&node_path(number)).into()
}

/// Returns Alice, who has the sudo key.
pub fn alice() -> AccountId {
	Sr25519Keyring::Alice.to_account_id()
}

/// Returns all TOP, in equal shares for Alice to Ferdie and their stashes. Alice has the rest of the division.
pub fn balances() -> Vec<(AccountId, Balance)> {
	balances_of(TOTAL_SUPPLY)
}

/// Returns the same of a smaller total.
pub fn balances_of(total: Balance) -> Vec<(AccountId, Balance)> {
	let accounts = Sr25519Keyring::well_known().map(Sr25519Keyring::to_account_id).collect::<Vec<_>>();
	let share = total / accounts.len() as Balance;
	let rest = total % accounts.len() as Balance;
	accounts
		.into_iter()
		.map(|account| {
			let balance = if account == alice() { share + rest } else { share };
			(account, balance)
		})
		.collect()
}
