//! Tests of the properties of the lattice: all of a unit or nothing, no order between accounts, nothing lost, nothing twice.

mod apply;
mod attacks;
mod batches;
mod formats;
mod fuzz;
mod hashed;
mod interleaving;
mod lives;
mod previous;
mod quota;
mod receipt_vector;
mod receipts;
mod remote;
mod sponsored;
mod verify;

use crate::*;
use sp_core::{ed25519, sr25519, Pair, H256};
use sp_runtime::MultiSignature;
use tp_core::{AccountId, Balance, ChainTag, Nonce};

pub type Store = MemoryAccounts;

/// The existential deposit of the tests.
pub const ED: Balance = 1_000;

pub fn domain() -> Domain {
	Domain::new(&H256::repeat_byte(1), 0)
}

/// Returns the context of block 10 of a shard with all tables, in which nothing is metered.
pub fn context() -> Context {
	Context {
		domain: domain(),
		number: 10,
		now: 1_800_000_000_000,
		tables: 0..=255,
		existential_deposit: ED,
		quota: None,
		compute_per_unit: 20_000_000,
		compute_per_operation: 5_000_000,
		lives: Some(Lives { chain: ChainTag::Shard { zone: 0, incarnation: 0 }, base: 0 }),
		room: None,
		version: RulesVersion::V5,
	}
}

/// Returns an account without a key.
pub fn id(number: u32) -> AccountId {
	let mut bytes = [0; 32];
	bytes[..4].copy_from_slice(&number.to_le_bytes());
	AccountId::new(bytes)
}

/// The head of accounts without a unit.
pub const FIRST: UnitHash = H256::repeat_byte(0x11);

pub fn alive(free: Balance) -> Account {
	Account { providers: 1, data: AccountData { free, unit_head: FIRST, ..Default::default() }, ..Default::default() }
}

pub fn funded(accounts: impl IntoIterator<Item = (u32, Balance)>) -> Store {
	accounts.into_iter().map(|(number, free)| (id(number), alive(free))).collect()
}

pub fn pay(dest: u32, amount: Balance) -> Operation {
	Operation::Transfer { dest: id(dest), amount }
}

pub fn body(account: AccountId, height: Nonce, parent: UnitHash, operations: Vec<Operation>) -> UnitBody {
	UnitBody { account, height, parent, valid_until: 0, operations: operations.try_into().expect("few enough") }
}

/// Returns a unit without a real signature.
pub fn unsigned(account: u32, height: Nonce, parent: UnitHash, operations: Vec<Operation>) -> Unit {
	let signature = MultiSignature::Ed25519(ed25519::Signature::default());
	Unit { body: body(id(account), height, parent, operations), signature }
}

/// Returns the next unit of an account.
pub fn next(store: &Store, account: u32, operations: Vec<Operation>) -> Unit {
	let state = store.account(&id(account)).unwrap_or_default();
	unsigned(account, state.nonce, state.data.unit_head, operations)
}

pub fn apply(store: &mut Store, units: Vec<Unit>) -> Outcome {
	apply_units(&Batch::new(units).expect("one unit a height"), &|_, _| true, store, &context())
}

pub fn issued(store: &Store) -> Balance {
	store.values().map(|account| account.data.free + account.data.reserved).sum()
}

pub fn ed25519_pair(seed: u8) -> ed25519::Pair {
	ed25519::Pair::from_seed(&[seed; 32])
}

pub fn sr25519_pair(seed: u8) -> sr25519::Pair {
	sr25519::Pair::from_seed(&[seed; 32])
}
