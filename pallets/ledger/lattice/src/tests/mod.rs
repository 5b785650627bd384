//! Tests of the unit lane against the extrinsic lane, of the host against the runtime, and of the pallet's own rules.

mod lanes;
mod lives;
mod migrations;
mod places;
mod remote;
mod rules;
pub mod ways;
mod weights;

use crate::{mock::*, LastBlock};
use codec::Encode;
use frame_support::traits::{OnFinalize, OnInitialize};
use sp_core::{sr25519, Pair};
use sp_io::TestExternalities;
use sp_runtime::Digest;
use tp_core::{AccountId, Balance, Hash, Nonce};
use tp_lattice::{Batch, Domain, LatticeDigest, Operation, Outcome, Unit, UnitBody};

/// The hash of the main chain's genesis.
const MAIN_GENESIS: Hash = Hash::repeat_byte(1);

fn domain() -> Domain {
	Domain::new(&MAIN_GENESIS, 0)
}

/// Returns the key of an account.
fn key(number: u32) -> sr25519::Pair {
	let mut seed = [9; 32];
	seed[..4].copy_from_slice(&number.to_le_bytes());
	sr25519::Pair::from_seed(&seed)
}

fn id(number: u32) -> AccountId {
	key(number).public().into()
}

/// Returns a ledger on which the first accounts have a balance each.
fn ledger(accounts: u32, free: Balance) -> TestExternalities {
	let balances = (0..accounts).map(|number| (id(number), free)).collect();
	pallet_testkit::genesis(RuntimeGenesisConfig {
		balances: pallet_balances::GenesisConfig { balances, ..Default::default() },
		lattice: crate::GenesisConfig { main_genesis: MAIN_GENESIS, ..Default::default() },
		..Default::default()
	})
}

/// Begins a block.
fn open() {
	let number = System::block_number() + 1;
	System::reset_events();
	System::initialize(&number, &Hash::zero(), &Digest::default());
	Lattice::on_initialize(number);
	Lives::on_initialize(number);
}

/// Ends the block, and returns what its header commits to.
fn close() -> LatticeDigest {
	Lattice::on_finalize(System::block_number());
	Lattice::do_try_state().unwrap();
	tp_lattice::find_lattice_digest(&System::digest()).expect("every header has a digest of the lattice")
}

fn pay(dest: u32, amount: Balance) -> Operation {
	Operation::Transfer { dest: id(dest), amount }
}

/// Returns the next unit of an account, signed.
fn next(account: u32, operations: Vec<Operation>) -> Unit {
	let state = System::account(id(account));
	sign(account, state.nonce, state.data.unit_head, operations)
}

fn sign(account: u32, height: Nonce, parent: Hash, operations: Vec<Operation>) -> Unit {
	let operations = operations.try_into().expect("few enough");
	let body = UnitBody { account: id(account), height, parent, valid_until: 0, operations };
	let signature = key(account).sign(&body.signing_payload(&domain())).into();
	Unit { body, signature }
}

/// Applies units in the open block.
fn apply(units: Vec<Unit>) -> Outcome {
	let batch = Batch::new(units).expect("one unit a height").encode();
	Lattice::apply(RuntimeOrigin::none(), batch).unwrap();
	LastBlock::<Test>::get().expect("it was applied").outcome
}
