//! Tests against a model in memory: inserted units are found after restarts, crashes and rebuilds.

mod cost;
mod crash;
mod folders;
mod history;
mod lives;
mod model;

use crate::*;
use sp_core::{ed25519, H256};
use sp_runtime::MultiSignature;
use tp_core::{AccountId, Balance};
use tp_lattice::{Operation, Unit, UnitBody, UnitHash};

/// Returns an account without a known key.
pub fn id(number: u32) -> AccountId {
	let mut bytes = [0; 32];
	bytes[..4].copy_from_slice(&number.to_le_bytes());
	AccountId::new(bytes)
}

pub fn pay(dest: u32, amount: Balance) -> Operation {
	Operation::Transfer { dest: id(dest), amount }
}

/// Returns a unit with an empty signature: the index verifies none.
pub fn unit(account: u32, height: u32, parent: UnitHash, operation: Operation) -> Unit {
	let operations = vec![operation].try_into().expect("one is few enough");
	let body = UnitBody { account: id(account), height, parent, valid_until: 0, operations };
	Unit { body, signature: MultiSignature::Ed25519(ed25519::Signature::default()) }
}

/// Returns the block at a height of a chain with one block at each.
pub fn block(number: u32) -> BlockRef {
	let hash = |number: u32| H256::from_low_u64_be(u64::from(number) + 1);
	BlockRef { number, hash: hash(number), parent: number.checked_sub(1).map(hash).unwrap_or_default() }
}
