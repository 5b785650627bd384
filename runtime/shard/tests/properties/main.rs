//! Properties of a shard on which wallets, nodes and other tools rely: presets, quotas, and blocks with units.

mod migrations;
mod places;
mod remote;
mod sponsors;
mod wallets;

use codec::{Decode, Encode};
use frame_support::{
	assert_ok,
	traits::{fungible::Inspect, Get},
};
use sp_block_builder::runtime_decl_for_block_builder::BlockBuilderV6;
use sp_inherents::InherentData;
use sp_keyring::Sr25519Keyring;
use sp_runtime::{
	generic::Era,
	traits::{Block as _, Header as _},
	transaction_validity::{InvalidTransaction, TransactionSource},
	Digest, MultiAddress,
};
use top_shard_runtime::{genesis::*, *};
use tp_core::{ChainTag, TOP, TOTAL_SUPPLY};
use tp_lattice::{find_batch, find_lattice_digest, Batch, Domain, Mark, Operation, Unit, UnitBody, Usage};
use tp_quota::LINK_STATE;

/// The time of the tests' first block, in milliseconds since 1970.
const NOW: u64 = 1_800_000_000_000;

/// Returns a ledger with the genesis of a preset.
fn ledger(preset: &str) -> sp_io::TestExternalities {
	let preset = get_preset(&preset.into()).unwrap();
	top_runtime_common::development::storage::<RuntimeGenesisConfig>(&preset).unwrap().into()
}

fn alice() -> AccountId {
	Sr25519Keyring::Alice.to_account_id()
}

/// Returns the header of the first block, by Alice, its only validator.
fn first_header() -> Header {
	header(1, System::block_hash(0))
}

/// Returns the header of a block of the first epoch, by Alice.
fn header(number: BlockNumber, parent: Hash) -> Header {
	use sp_core::crypto::VrfSecret;
	let seed = Committee::committee().seed;
	let chain = <Runtime as pallet_committee::Config>::Chain::get();
	let vrf = Sr25519Keyring::Alice.pair().vrf_sign(&tp_pbft::vrf_sign_data(chain, 0, number, &seed));
	let logs = vec![tp_pbft::PreDigest { view: 0, author: 0, vrf }.to_item()];
	Header::new(number, Hash::zero(), Hash::zero(), parent, Digest { logs })
}

/// Returns a unit by which Alice pays accounts.
fn unit(payments: &[(AccountId, Balance)]) -> Unit {
	let operations = payments.iter().map(|(dest, amount)| Operation::Transfer { dest: dest.clone(), amount: *amount });
	next_unit(Sr25519Keyring::Alice, operations.collect())
}

/// Returns the next unit of an account.
fn next_unit(by: Sr25519Keyring, operations: Vec<Operation>) -> Unit {
	let account = System::account(by.to_account_id());
	let body = UnitBody {
		account: by.to_account_id(),
		height: account.nonce,
		parent: account.data.unit_head,
		valid_until: 0,
		operations: operations.try_into().unwrap(),
	};
	let domain = Domain::new(&NO_MAIN_CHAIN, 0);
	let signature = by.sign(&body.signing_payload(&domain)).into();
	Unit { body, signature }
}

/// Returns the inherents of a block with units.
fn inherents(units: Vec<Unit>) -> Vec<UncheckedExtrinsic> {
	inherents_at(NOW, units)
}

fn inherents_at(now: u64, units: Vec<Unit>) -> Vec<UncheckedExtrinsic> {
	let mut data = InherentData::new();
	data.put_data(<Timestamp as frame_support::inherent::ProvideInherent>::INHERENT_IDENTIFIER, &now).unwrap();
	data.put_data(tp_lattice::INHERENT_IDENTIFIER, &Batch::new(units).unwrap().encode()).unwrap();
	Runtime::inherent_extrinsics(data)
}

fn signed(call: RuntimeCall, by: Sr25519Keyring, nonce: Nonce) -> UncheckedExtrinsic {
	let extension = || top_runtime_common::tx_extension::<Runtime>(Era::Immortal, nonce);
	let payload = SignedPayload::new(call.clone(), extension()).unwrap();
	let signature = payload.using_encoded(|bytes| by.sign(bytes));
	UncheckedExtrinsic::new_signed(call, MultiAddress::Id(by.to_account_id()), signature.into(), extension())
}

fn transfer(to: &AccountId, amount: Balance) -> RuntimeCall {
	pallet_balances::Call::transfer_keep_alive { dest: MultiAddress::Id(to.clone()), value: amount }.into()
}

#[test]
fn presets_have_all_tokens_their_committee_and_a_domain() {
	for (name, size) in [(SHARD_DEVELOPMENT, 1), (SHARD_LOCAL, 4)] {
		ledger(name).execute_with(|| {
			assert_eq!(Balances::total_issuance(), TOTAL_SUPPLY);
			assert_eq!(Committee::committee().size(), size);
			assert_eq!(Committee::config().chain, ChainTag::Shard { zone: 0, incarnation: 0 });
			assert_eq!(Committee::config().pace, SHARD_PACE);
			assert_ok!(Committee::ensure_committee());
			assert_eq!(pallet_lattice::SigningDomain::<Runtime>::get(), Some(Domain::new(&NO_MAIN_CHAIN, 0)));
			assert_eq!(pallet_sudo::Key::<Runtime>::get(), Some(alice()));
			// The account has a chain, and has used nothing.
			let account = System::account(alice()).data;
			assert!(!account.unit_head.is_zero());
			assert_eq!(account.quota, Default::default());
		});
	}
	assert_eq!(preset_names(), [SHARD_DEVELOPMENT, SHARD_LOCAL]);
	assert_eq!(get_preset(&"local".into()), None);
}

#[test]
fn a_block_with_units_and_an_extrinsic_is_built_and_executed() {
	let (new, other) = (AccountId::new([7; 32]), AccountId::new([8; 32]));
	let bob = Sr25519Keyring::Bob.to_account_id();
	let block = ledger(SHARD_DEVELOPMENT).execute_with(|| {
		Executive::initialize_block(&first_header());
		let mut extrinsics = inherents(vec![unit(&[(new.clone(), TOP), (bob.clone(), TOP)])]);
		extrinsics.push(signed(transfer(&other, TOP), Sr25519Keyring::Bob, 0));
		for extrinsic in &extrinsics {
			assert_ok!(Executive::apply_extrinsic(extrinsic.clone()).unwrap());
		}
		Block::new(Executive::finalize_block(), extrinsics)
	});
	assert_eq!(find_lattice_digest(block.header().digest()).unwrap().units, 1);
	let bodies: Vec<Vec<u8>> = block.extrinsics().iter().map(Encode::encode).collect();
	// Each without its length prefix.
	let bare = bodies.iter().map(|bytes| {
		let mut rest = &bytes[..];
		codec::Compact::<u32>::decode(&mut rest).unwrap();
		rest
	});
	let batch = find_batch(bare).expect("nodes find the batch by the indices of its call");
	assert_eq!(Batch::decode(&mut &batch[..]).unwrap().units().len(), 1);

	ledger(SHARD_DEVELOPMENT).execute_with(|| {
		let (free, bobs) = (Balances::balance(&alice()), Balances::balance(&bob));
		Executive::execute_block(block.into());
		let outcome = pallet_lattice::LastBlock::<Runtime>::get().unwrap().outcome;
		assert_eq!(outcome.mark(0), Mark::APPLIED);
		assert_eq!((Balances::balance(&alice()), Balances::balance(&bob)), (free - 2 * TOP, bobs));
		assert_eq!((Balances::balance(&new), Balances::balance(&other)), (TOP, TOP));
		assert_eq!((System::account_nonce(alice()), System::account_nonce(&bob)), (1, 1));
		// Both lanes charge one quota per account, and give a new account the same quota.
		let used = |who: &AccountId| Quota::report(who).unwrap().used;
		assert!(used(&alice()).compute > 139_000_000 && used(&bob).compute > 139_000_000);
		let begins = Quota::current_rules().share(0);
		assert_eq!((used(&new), used(&other)), (begins, begins));
		assert_eq!(pallet_quota::FreeUsed::<Runtime>::get(), Usage::default());
	});
}

#[test]
fn a_used_up_quota_refuses_extrinsics_and_says_when() {
	ledger(SHARD_DEVELOPMENT).execute_with(|| {
		System::set_block_number(1);
		pallet_timestamp::Now::<Runtime>::put(NOW);
		let transaction = || signed(transfer(&AccountId::new([7; 32]), TOP), Sr25519Keyring::Alice, 0);
		let validate =
			|| Executive::validate_transaction(TransactionSource::External, transaction(), System::block_hash(0));
		assert_ok!(validate());
		let used = Quota::report(&alice()).unwrap().share;
		frame_system::Account::<Runtime>::mutate(alice(), |account| {
			let free = Quota::current_rules().free;
			account.data.quota = tp_lattice::Quota { free, charged_at: NOW, counted_at: NOW, ..Default::default() };
		});
		assert_eq!(validate(), Err(InvalidTransaction::Custom(pallet_quota::QUOTA_USED).into()));
		let tenth = used.map(|used| used / 10);
		assert_eq!(Quota::regrows_at(&alice(), tenth), Some(NOW + tp_quota::DAY_MS / 10));
		// The answer for this transaction is exact.
		let accepted = <Runtime as tp_quota::runtime_decl_for_quota_api::QuotaApiV4<Block, AccountId>>::accepted_at;
		let at = accepted(transaction()).unwrap();
		pallet_timestamp::Now::<Runtime>::put(at - 1);
		assert_eq!(validate(), Err(InvalidTransaction::Custom(pallet_quota::QUOTA_USED).into()));
		pallet_timestamp::Now::<Runtime>::put(at);
		assert_ok!(validate());
		assert_eq!(accepted(UncheckedExtrinsic::new_bare(transfer(&AccountId::new([7; 32]), TOP))), None);
		pallet_timestamp::Now::<Runtime>::put(NOW + 60_000);
		assert_ok!(validate());
	});
}

#[test]
fn what_waits_in_the_pool_counts_against_its_sender_s_share() {
	use sp_transaction_pool::runtime_api::runtime_decl_for_tagged_transaction_queue::TaggedTransactionQueueV3;
	ledger(SHARD_DEVELOPMENT).execute_with(|| {
		System::set_block_number(1);
		pallet_timestamp::Now::<Runtime>::put(NOW);
		let remark: RuntimeCall = frame_system::Call::remark { remark: vec![0; 2 * 1024 * 1024] }.into();
		let validate = |nonce| {
			let transaction = signed(remark.clone(), Sr25519Keyring::Alice, nonce);
			<Runtime as TaggedTransactionQueueV3<Block>>::validate_transaction(
				TransactionSource::External,
				transaction,
				System::block_hash(0),
			)
		};
		// The share is 80 MiB.
		let accepted = (0..100).take_while(|nonce| validate(*nonce).is_ok()).count();
		println!("{accepted} of 100 transactions of 2 MiB enter a pool");
		assert!((39..50).contains(&accepted), "{accepted} enter a pool");
		let refused = validate(99);
		assert_eq!(refused, Err(InvalidTransaction::Custom(pallet_quota::QUOTA_USED).into()));
	});
}

#[test]
fn default_mortality_of_polkadot_js_is_at_least_five_minutes() {
	let blocks = top_runtime_common::limits::default_mortality();
	assert!(blocks * u64::from(SHARD_PACE.block_interval_ms) >= 300_000, "{blocks} blocks at {SHARD_PACE:?}");
}

#[test]
fn shares_suffice_for_daily_use() {
	let rules = top_runtime_common::limits::SHARES.in_block(100, Quota::capacity(), Usage::MAX);
	let per_day = |compute: u64, bytes: u64| {
		let share = rules.share(0);
		(share.compute / compute).min(share.bytes / bytes).min(share.state / LINK_STATE)
	};
	let costs = pallet_lattice::UnitCosts::of::<<Runtime as pallet_lattice::Config>::WeightInfo>();
	let units = per_day(costs.unit.saturating_add(costs.operation).ref_time(), 230);
	let extrinsics = ledger(SHARD_DEVELOPMENT).execute_with(|| {
		System::set_block_number(1);
		let transaction = signed(transfer(&Sr25519Keyring::Bob.to_account_id(), TOP), Sr25519Keyring::Alice, 0);
		let bytes = transaction.encoded_size() as u64;
		assert_ok!(Executive::apply_extrinsic(transaction).unwrap());
		let used = Quota::report(&alice()).unwrap().used;
		assert_eq!(used.bytes, bytes);
		println!("a transfer by extrinsic costs {} µs", used.compute / 1_000_000);
		per_day(used.compute, used.bytes)
	});
	println!("a day: {units} units, or {extrinsics} extrinsics");
	assert!(units >= 2_000 && extrinsics >= 600, "{units} units, {extrinsics} extrinsics");
	assert_eq!(rules.stake_share(1_000 * TOP), rules.free);
	assert_eq!((rules.block_free.compute, rules.block_free.bytes), (600_000_000_000, 1_572_864));
}
