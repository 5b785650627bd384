//! Main chains that govern themselves.

use super::{
	balances_of, genesis, merge, node, node_account, node_keys, AccountId, Balance, Member, NodeKeys, Pace, Value,
	SHARES, TOTAL_SUPPLY,
};
use crate::currency::EXISTENTIAL_DEPOSIT;
use alloc::vec::Vec;
use pallet_time_slots::Pace as Slots;
use serde_json::json;
use sp_keyring::Sr25519Keyring;
use tp_core::{ChainTag, Hash, TOP};
use tp_sortition::Role;

/// The pace of governance in the presets for development: a day of a referendum lasts 2 s.
pub const DEVELOPMENT_SLOTS: Slots = Slots { slot_ms: 1_000, day_slots: 2 };

/// Nodes of [`production`]: its first committee.
const NODES: u16 = 4;
/// The deposit of each: the least of a router and of a validator together.
const DEPOSIT: Balance = 1_500_000 * TOP;
/// The balance of each controller.
const CONTROLLER_BALANCE: Balance = 2_000_000 * TOP;
/// The part of the supply that is mined over the years, in percent.
const RESERVE_PERCENT: u32 = 38;

/// Returns the patch of a ledger with a council of well-known accounts, with the pace of governance for development unless
/// the ledger has another, and with an account of the treasury, which the first account gives its existential deposit.
pub fn governed(ledger: Value, council_size: u32, treasury: AccountId) -> Value {
	let council = Sr25519Keyring::well_known().take(council_size as usize).map(Sr25519Keyring::to_account_id);
	let parts = json!({
		"council": { "members": council.collect::<Vec<_>>() },
		"timeSlots": { "pace": DEVELOPMENT_SLOTS },
	});
	let mut patch = merge(parts, ledger);
	let balances = &mut patch["balances"]["balances"];
	let read: Result<Vec<(AccountId, Balance)>, _> = serde_json::from_value(balances.take());
	let mut accounts = read.expect("the genesis of a ledger has balances of accounts; qed");
	if let Some((_, balance)) = accounts.first_mut() {
		*balance = balance.saturating_sub(EXISTENTIAL_DEPOSIT);
		accounts.push((treasury, EXISTENTIAL_DEPOSIT));
	}
	*balances = json!(accounts);
	patch
}

/// Returns the patch of a ledger of [`genesis`] without a sudo key.
pub fn without_sudo(members: &[Member], pace: Pace) -> Value {
	let mut ledger = genesis(members, pace);
	if let Some(parts) = ledger.as_object_mut() {
		parts.remove("sudo");
	}
	ledger
}

/// Returns the patch of a main chain as it is in production: no sudo key, the network's deposits, shares, spans and pace of
/// governance, and a committee of four that is drawn from registered nodes.
///
/// Its accounts and keys are well-known. An operator replaces them: balances, nodes, first committee, seed and council.
pub fn production(pace: Pace) -> Value {
	let seated: Vec<(AccountId, Member)> = (1..=NODES)
		.map(|number| {
			let NodeKeys { pbft, vrf } = node_keys(number);
			(node_account(number), Member { key: pbft, vrf, weight: 1 })
		})
		.collect();
	let members: Vec<&Member> = seated.iter().map(|(_, member)| member).collect();
	let reserve = TOTAL_SUPPLY / 100 * Balance::from(RESERVE_PERCENT);
	let mut balances = balances_of(TOTAL_SUPPLY - reserve - Balance::from(NODES) * CONTROLLER_BALANCE);
	balances.extend((1..=NODES).map(|number| (node_account(number), CONTROLLER_BALANCE)));
	json!({
		"balances": { "balances": balances },
		// Epochs of 6 h, and the closing blocks of the network: the pallet's defaults.
		"committee": { "members": members, "seed": super::GENESIS_SEED, "pace": pace },
		"quota": { "rules": SHARES },
		"comprehensiveStake": { "nodes": (1..=NODES).map(|number| node(number, DEPOSIT, json!([]))).collect::<Vec<_>>() },
		"shardAssignment": {
			"ledgers": [
				[ChainTag::Main, { "seats": NODES, "role": Role::Router, "genesisHash": Hash::zero() }],
			],
			"committee": seated,
		},
		"rewards": { "reserve": reserve },
		"timeSlots": { "pace": Slots::NETWORK },
	})
}
