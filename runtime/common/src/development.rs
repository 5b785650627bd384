//! What genesis presets are made of. Their keys are the well-known development keys: for networks that guard nothing.

use crate::limits::SHARES;
use alloc::vec::Vec;
use alloc::{format, string::String};
use pallet_quota::ShareRules;
use sp_core::{crypto::get_public_from_string_or_panic, ed25519, sr25519, H256};
use sp_keyring::{Ed25519Keyring, Sr25519Keyring};
use tp_core::{AccountId, Balance, TOTAL_SUPPLY};
use tp_lattice::Usage;
use tp_pbft::{Height, Member, PbftId, VrfId};
use tp_stake::NodeKeys;

/// Blocks of an epoch in the presets: short, so that whoever develops meets their ends.
pub const EPOCH_LENGTH: Height = 20;
/// The seed of the first height in the presets. It need not be secret: the order of primaries is public anyway.
pub const GENESIS_SEED: H256 = H256(*b"TOP development seed, no secret!");
/// How many times the shares of a ledger whose accounts are people's. A test's few accounts send for many.
const SHARES_TIMES: u64 = 20;

/// The shares of the presets.
pub const DEVELOPMENT_SHARES: ShareRules = ShareRules {
	free: Usage { compute: SHARES.free.compute * SHARES_TIMES, bytes: SHARES.free.bytes * SHARES_TIMES },
	..SHARES
};

/// The first so many of Alice, Bob, Charlie and Dave.
pub fn members(count: usize) -> Vec<Member> {
	let vote = [Ed25519Keyring::Alice, Ed25519Keyring::Bob, Ed25519Keyring::Charlie, Ed25519Keyring::Dave];
	let vrf = [Sr25519Keyring::Alice, Sr25519Keyring::Bob, Sr25519Keyring::Charlie, Sr25519Keyring::Dave];
	let keys = vote.into_iter().zip(vrf).take(count);
	keys.map(|(vote, vrf)| Member { key: vote.public().into(), vrf: vrf.public().into(), weight: 1 }).collect()
}

/// The path below `//` of the n-th node's secrets, counted from 1, in presets with more nodes than there are well-known
/// keys: its controller's (sr25519), its vote key's (ed25519) and its VRF key's (sr25519).
pub fn node_path(number: u16) -> String {
	format!("Node//{number}")
}

/// The keys of the n-th node.
pub fn node_keys(number: u16) -> NodeKeys {
	let path = node_path(number);
	NodeKeys {
		pbft: PbftId::from(get_public_from_string_or_panic::<ed25519::Public>(&path)),
		vrf: VrfId::from(get_public_from_string_or_panic::<sr25519::Public>(&path)),
	}
}

/// Who controls the n-th node.
pub fn node_account(number: u16) -> AccountId {
	get_public_from_string_or_panic::<sr25519::Public>(&node_path(number)).into()
}

/// Alice, who has the sudo key.
pub fn alice() -> AccountId {
	Sr25519Keyring::Alice.to_account_id()
}

/// All TOP, in equal shares for Alice to Ferdie and their stashes. Alice has the rest of the division.
pub fn balances() -> Vec<(AccountId, Balance)> {
	balances_of(TOTAL_SUPPLY)
}

/// The same of less than all.
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

/// Puts a preset's patch over a default genesis, as a chain spec does: RFC 7386 for objects.
#[cfg(feature = "std")]
pub fn merge(target: &mut serde_json::Value, patch: serde_json::Value) {
	match patch {
		serde_json::Value::Object(fields) => {
			for (name, value) in fields {
				merge(&mut target[name], value);
			}
		},
		value => *target = value,
	}
}
