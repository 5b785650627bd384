//! A shard that commit ebc94c8 made upgrades to this runtime: nothing that it has said is lost, and blocks follow.

use super::*;
use migration_fixtures::{key, number, versions, Author, Chain, Schema, Upgrade};
use serde_json::Value;
use sp_core::Pair;

/// The items that an upgrade changes, and how.
const CHANGES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/properties/migrations.txt");

fn schema() -> Schema {
	// Some constants of the metadata are read from the state.
	let metadata = sp_io::TestExternalities::default().execute_with(|| Runtime::metadata().encode());
	Schema::new(&metadata).unwrap()
}

fn id(name: &str) -> AccountId {
	key(name).public().into()
}

/// Returns the next unit of an account that the fixture's script made.
fn unit_of(name: &str, operation: Operation) -> Unit {
	let account = System::account(id(name));
	let body = UnitBody {
		account: id(name),
		height: account.nonce,
		parent: account.data.unit_head,
		valid_until: 0,
		operations: vec![operation].try_into().unwrap(),
	};
	let signature = key(name).sign(&body.signing_payload(&Domain::new(&NO_MAIN_CHAIN, 0))).into();
	Unit { body, signature }
}

/// Checks the invariants of all pallets of this repository, except that accounts may hold the dust that an upgrade leaves.
fn try_state_beside_dust() {
	Committee::do_try_state().unwrap();
	Quota::do_try_state().unwrap();
	Lives::do_try_state().unwrap();
	Lattice::do_try_sum().unwrap();
}

/// Checks the invariants of all pallets of this repository.
fn try_state() {
	try_state_beside_dust();
	Lattice::do_try_state().unwrap();
}

fn upgrade() -> Upgrade {
	Upgrade::of(&Chain::load("shard"), &schema(), || {
		System::reset_events();
		Executive::execute_on_runtime_upgrade();
		try_state_beside_dust();
		assert_eq!(Lattice::dust(), [id("poor")]);
	})
}

/// Adds the next block a day after its parent, with units that are made when it has begun. So shares have regrown.
fn next_block(chain: &Chain, units: impl FnOnce() -> Vec<Unit>) -> Block {
	let author = Author { chain: <Runtime as pallet_committee::Config>::Chain::get(), genesis: System::block_hash(0) };
	let committee = Committee::committee();
	Executive::initialize_block(&author.header(&chain.head, &committee));
	let mut extrinsics = inherents_at(pallet_timestamp::Now::<Runtime>::get() + tp_quota::DAY_MS, units());
	let certificate = author.certificate(&chain.head, &committee);
	let proof: RuntimeCall = pallet_committee::Call::note_parent { certificate }.into();
	extrinsics.push(UncheckedExtrinsic::new_bare(proof));
	for extrinsic in &extrinsics {
		assert_ok!(Executive::apply_extrinsic(extrinsic.clone()).unwrap());
	}
	Block::new(Executive::finalize_block(), extrinsics)
}

#[test]
fn accounts_keep_balance_nonce_chain_and_stake() {
	let upgrade = upgrade();
	let (old, new) = (&upgrade.old["System.Account"], &upgrade.new["System.Account"]);
	assert!(old.keys().eq(new.keys()));
	upgrade
		.assert_quotas(old.values().zip(new.values()).map(|(old, new)| (&old["data"]["quota"], &new["data"]["quota"])));
	for (account, old) in old {
		let without_quota = |account: &Value| {
			let mut account = account.clone();
			account["data"]["quota"].take();
			account
		};
		assert_eq!(without_quota(&new[account]), without_quota(old));
	}
	let senders = old.values().filter(|account| number(&account["nonce"]) > 0).count();
	assert!(senders >= 5, "{senders} accounts have sent units or extrinsics");
}

#[test]
fn an_upgrade_changes_what_its_migrations_say_and_nothing_else() {
	upgrade().assert_changes(CHANGES);
}

#[test]
fn the_next_block_upgrades_and_applies_units() {
	let chain = Chain::load("shard");
	let block = chain
		.externalities()
		.execute_with(|| next_block(&chain, || vec![unit(&[(id("poor"), TOP)]), unit_of("rich", all_to_bob())]));
	chain.externalities().execute_with(|| {
		let before = Balances::total_issuance();
		Executive::execute_block(block.into());
		let outcome = pallet_lattice::LastBlock::<Runtime>::get().unwrap().outcome;
		assert_eq!((outcome.applied(), outcome.dust), (2, 0));
		assert_eq!(Balances::balance(&id("poor")), TOP / 20 + TOP);
		assert!(!System::account_exists(&id("rich")));
		assert_eq!(Balances::total_issuance(), before);
		try_state();
	});
}

fn all_to_bob() -> Operation {
	Operation::TransferAll { dest: Sr25519Keyring::Bob.to_account_id() }
}

#[test]
fn an_account_below_the_deposit_keeps_its_balance_and_can_send_it() {
	let chain = Chain::load("shard");
	let bob = Sr25519Keyring::Bob.to_account_id();
	chain.externalities().execute_with(|| {
		let before = Balances::total_issuance();
		next_block(&chain, || {
			assert_eq!(Balances::balance(&id("poor")), TOP / 20);
			vec![unit_of("poor", all_to_bob())]
		});
		let outcome = pallet_lattice::LastBlock::<Runtime>::get().unwrap().outcome;
		assert_eq!((outcome.applied(), outcome.dust), (1, 0));
		assert_eq!(Balances::balance(&id("poor")), 0);
		assert!(Balances::balance(&bob) > 0);
		assert_eq!(Balances::total_issuance(), before);
		try_state();
	});
}

/// A new shard begins with the versions that an upgraded shard has.
#[test]
fn a_genesis_has_the_storage_versions_of_an_upgraded_chain() {
	let upgraded = versions(&upgrade().new);
	assert_eq!(
		["Quota", "Lattice", "Committee"].map(|pallet| &upgraded[pallet]),
		[1, 3, 1].map(Value::from).each_ref()
	);
	ledger(SHARD_DEVELOPMENT).execute_with(|| assert_eq!(versions(&schema().read_state()), upgraded));
}
