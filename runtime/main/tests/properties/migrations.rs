//! A chain that commit ebc94c8 made upgrades to this runtime: nothing that it has said is lost, and blocks follow.

use super::*;
use migration_fixtures::{key, number, versions, Author, Chain, Schema, Upgrade};
use sp_core::{sr25519, Pair};
use sp_runtime::traits::Block as _;
use top_runtime_common::development::node_account;
use tp_pbft::{Committee as PbftCommittee, Epoch};
use tp_quota::DAY_MS;
use tp_stake::EpochClock;

/// The items that an upgrade changes, and how.
const CHANGES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/properties/migrations.txt");
/// The controllers of the chain's nodes, of which the first makes the blocks.
const NODES: u16 = 9;
/// The time of a block, in milliseconds: that of idle blocks.
const BLOCK_MS: u64 = 1_000;
/// More than the blocks of three epochs.
const MOST_BLOCKS: u32 = 300;

fn schema() -> Schema {
	// Some constants of the metadata are read from the state.
	let metadata = sp_io::TestExternalities::default().execute_with(|| Runtime::metadata().encode());
	Schema::new(&metadata).unwrap()
}

fn id(name: &str) -> AccountId {
	key(name).public().into()
}

/// Checks the invariants of all pallets of this repository.
fn try_state() {
	top_main_runtime::try_state().unwrap();
}

fn upgrade() -> Upgrade {
	Upgrade::of(&Chain::load("main"), &schema(), || {
		// As at the start of a block: those of the block before are not in the formats of this runtime.
		System::reset_events();
		Executive::execute_on_runtime_upgrade();
		try_state();
	})
}

/// Blocks on top of the chain.
struct Blocks {
	author: Author,
	head: Header,
	committee: PbftCommittee,
}

impl Blocks {
	/// Begins in the state of the chain's newest block.
	fn on(chain: &Chain) -> Self {
		let author = Author { chain: ChainTag::Main, genesis: System::block_hash(0) };
		Self { author, head: chain.head.clone(), committee: Committee::committee() }
	}

	/// Adds a block some time after its parent, with transactions that are made when it has begun.
	fn add(&mut self, after_ms: u64, transactions: impl FnOnce() -> Vec<UncheckedExtrinsic>) -> Block {
		let committee = Committee::committee();
		Executive::initialize_block(&self.author.header(&self.head, &committee));
		let now = pallet_timestamp::Now::<Runtime>::get() + after_ms;
		let certificate = self.author.certificate(&self.head, &self.committee);
		let inherents: [RuntimeCall; 2] =
			[pallet_timestamp::Call::set { now }.into(), pallet_committee::Call::note_parent { certificate }.into()];
		let mut extrinsics: Vec<_> = inherents.map(UncheckedExtrinsic::new_bare).into();
		extrinsics.extend(transactions());
		for extrinsic in &extrinsics {
			assert_ok!(Executive::apply_extrinsic(extrinsic.clone()).unwrap());
		}
		self.head = Executive::finalize_block();
		self.committee = committee;
		Block::new(self.head.clone(), extrinsics)
	}

	/// Adds blocks until an epoch has begun.
	fn until_epoch(&mut self, epoch: Epoch) {
		for _ in 0..MOST_BLOCKS {
			if Committee::epoch() >= epoch {
				return;
			}
			self.add(BLOCK_MS, Vec::new);
			try_state();
		}
		panic!("epoch {epoch} does not begin");
	}
}

fn signed(call: RuntimeCall, by: &sr25519::Pair) -> UncheckedExtrinsic {
	let account = AccountId::from(by.public());
	let nonce = System::account_nonce(&account);
	let payload = SignedPayload::new(call.clone(), extension(nonce, 0)).unwrap();
	let signature = payload.using_encoded(|bytes| by.sign(bytes));
	UncheckedExtrinsic::new_signed(call, MultiAddress::Id(account), signature.into(), extension(nonce, 0))
}

#[test]
fn an_upgrade_changes_what_its_migrations_say_and_nothing_else() {
	upgrade().assert_changes(CHANGES);
}

#[test]
fn quotas_keep_stake_and_use_and_rules_their_sizes() {
	let upgrade = upgrade();
	let (old, new) = (&upgrade.old["Quota.Quotas"], &upgrade.new["Quota.Quotas"]);
	assert!(old.keys().eq(new.keys()));
	upgrade.assert_quotas(old.values().zip(new.values()));
	let [old, new] = [&upgrade.old, &upgrade.new].map(|storage| &storage["Quota.Rules"]["0x"]);
	assert_eq!((&new["block_free"], &new["stake_unit"]), (&old["block_free"], &old["stake_unit"]));
	for share in ["free", "per_stake_unit"] {
		assert_eq!(new[share]["compute"], old[share]["compute"]);
		assert_eq!(new[share]["bytes"], old[share]["bytes"]);
		assert!(number(&new[share]["state"]) > 0);
	}
}

/// Returns what Alice sends to an account, or what an account sends to Bob: all that it has.
fn payments(all_of: Option<&str>) -> Vec<UncheckedExtrinsic> {
	let bob = MultiAddress::Id(Sr25519Keyring::Bob.to_account_id());
	vec![match all_of {
		Some(name) => signed(pallet_balances::Call::transfer_all { dest: bob, keep_alive: false }.into(), &key(name)),
		None => {
			let dest = MultiAddress::Id(id("poor"));
			let call = pallet_balances::Call::transfer_allow_death { dest, value: TOP };
			signed(call.into(), &Sr25519Keyring::Alice.pair())
		},
	}]
}

#[test]
fn the_next_block_upgrades_and_executes_transactions() {
	let chain = Chain::load("main");
	let block = chain.externalities().execute_with(|| Blocks::on(&chain).add(BLOCK_MS, || payments(None)));
	chain.externalities().execute_with(|| {
		let before = Balances::total_issuance();
		Executive::execute_block(block.into());
		let runtime = frame_system::LastRuntimeUpgrade::<Runtime>::get().unwrap();
		assert_eq!(runtime.spec_version, VERSION.spec_version.into());
		assert_eq!((Balances::balance(&id("poor")), Balances::total_issuance()), (TOP / 20 + TOP, before));
		try_state();
	});
}

#[test]
fn an_account_below_the_deposit_keeps_its_balance_and_can_send_it() {
	let chain = Chain::load("main");
	chain.externalities().execute_with(|| {
		let mut blocks = Blocks::on(&chain);
		blocks.add(BLOCK_MS, Vec::new);
		let issued = Balances::total_issuance();
		assert_eq!(Balances::balance(&id("poor")), TOP / 20);
		// With so little its free share regrows slowly.
		blocks.add(DAY_MS, || payments(Some("poor")));
		assert_eq!((Balances::balance(&id("poor")), Balances::total_issuance()), (0, issued));
		try_state();
	});
}

#[test]
fn epochs_go_on_and_earlier_rewards_are_claimed() {
	let chain = Chain::load("main");
	chain.externalities().execute_with(|| {
		let mut blocks = Blocks::on(&chain);
		let before = Committee::epoch();
		blocks.until_epoch(before + 3);
		let nodes: Vec<_> = (1..=NODES).map(node_account).collect();
		for holder in [Sr25519Keyring::Alice, Sr25519Keyring::Bob].map(Sr25519Keyring::to_account_id) {
			let due = pallet_rewards::Pallet::<Runtime>::claimable_with(&holder, &nodes);
			let balance = Balances::balance(&holder);
			assert!(due > 0);
			assert_ok!(Rewards::claim(RuntimeOrigin::signed(holder.clone()), nodes.clone()));
			assert_eq!(Balances::balance(&holder), balance + due);
		}
		try_state();
	});
}

/// A new chain begins with the versions that an upgraded chain has.
#[test]
fn a_genesis_has_the_storage_versions_of_an_upgraded_chain() {
	let upgraded = versions(&upgrade().new);
	for (pallet, version) in [("Quota", 1), ("Committee", 1), ("ComprehensiveStake", 2), ("ShardAssignment", 3)] {
		assert_eq!(upgraded[pallet], version, "{pallet}");
	}
	on_preset(ROTATION, || assert_eq!(versions(&schema().read_state()), upgraded));
}
