//! Tests of the pool's purpose: every unit that enters or leaves is reported, what is selected applies, no account
//! starves.

// The numbers of the tests are small.
#![allow(clippy::cast_possible_truncation)]

mod admission;
mod blocks;
mod eviction;
mod flood;
mod lanes;
mod ledger;
mod order;
mod remote;
mod selection;
mod simulation;
mod speed;

use crate::*;
use sp_core::{ed25519, H256};
use sp_runtime::MultiSignature;
use std::sync::Arc;
use tp_core::{AccountId, Balance, ChainTag, Nonce};
use tp_lattice::{
	Account, AccountData, Context, Domain, Lives, Operation, PoolContext, QuotaRules, Reason, Unit, UnitBody, UnitHash,
	Usage, MAX_BATCH_BYTES,
};

/// Existential deposit of the tests.
const ED: Balance = 1_000;
/// Time of the newest block when a test begins.
const START: u64 = 1_800_000_000_000;
/// Head of accounts without units.
const FIRST: UnitHash = H256::repeat_byte(0x11);

/// Returns the context of block 10 of a shard with all tables, where nothing is metered.
fn context() -> PoolContext {
	let context = Context {
		domain: Domain::new(&H256::repeat_byte(1), 0),
		number: 10,
		now: START,
		tables: 0..=255,
		existential_deposit: ED,
		quota: None,
		compute_per_unit: 20_000_000,
		compute_per_operation: 5_000_000,
		lives: Some(Lives { chain: ChainTag::Shard { zone: 0, incarnation: 0 }, base: 0 }),
		room: None,
		version: Default::default(),
	};
	PoolContext {
		context,
		max_batch_bytes: MAX_BATCH_BYTES as u32,
		max_batch_compute: 1_000_000_000_000,
		is_paused: false,
	}
}

/// Returns shares for `units` units with one operation, and for as many more with each `ED` locked.
fn rules(units: u64) -> QuotaRules {
	let share = Usage { compute: 25_000_000 * units, bytes: 1_000 * units, state: 10_000 * units };
	QuotaRules {
		free: share,
		per_stake_unit: share,
		stake_unit: ED,
		full_balance: 0,
		lent_percent: 100,
		block_free: Usage::MAX,
	}
}

fn id(number: u32) -> AccountId {
	let mut bytes = [0; 32];
	bytes[..4].copy_from_slice(&number.to_le_bytes());
	AccountId::new(bytes)
}

fn funded(free: Balance) -> Account {
	Account { providers: 1, data: AccountData { free, unit_head: FIRST, ..Default::default() }, ..Default::default() }
}

fn pay(dest: u32, amount: Balance) -> Operation {
	Operation::Transfer { dest: id(dest), amount }
}

/// Returns a unit with an empty signature: the pool verifies none.
fn unit(account: u32, height: Nonce, parent: UnitHash, operations: Vec<Operation>) -> Unit {
	let operations = operations.try_into().expect("few enough");
	let body = UnitBody { account: id(account), height, parent, valid_until: 0, operations };
	Unit { body, signature: MultiSignature::Ed25519(ed25519::Signature::default()) }
}

/// Returns units of an account, each on the one before, that pay `amount` each to account 0.
fn chain(account: u32, from: Nonce, parent: UnitHash, count: u32, amount: Balance) -> Vec<Unit> {
	let mut parent = parent;
	let units = (from..from + count).map(|height| {
		let next = unit(account, height, parent, vec![pay(0, amount)]);
		parent = next.hash();
		next
	});
	units.collect()
}

fn ends(events: &[Event]) -> Vec<Status> {
	events.iter().map(|event| event.status).collect()
}

const FUTURE: Status = Status::Future;
const READY: Status = Status::Ready;

fn invalid(reason: Reason) -> Status {
	Status::Invalid(reason, None)
}

fn dropped(reason: DropReason) -> Status {
	Status::Dropped(reason)
}
