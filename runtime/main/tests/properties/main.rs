//! Properties on which wallets, nodes and other tools rely: presets, fees, the form of transactions, metadata, keys.

mod addresses;
mod drawn;
mod governance;
mod lanes;
mod migrations;
mod rotation;
mod scale;
mod times;

use codec::{Decode, Encode};
use frame_support::{assert_ok, dispatch::GetDispatchInfo, traits::fungible::Inspect};
use sp_block_builder::runtime_decl_for_block_builder::BlockBuilderV6;
use sp_inherents::InherentData;
use sp_keyring::{Ed25519Keyring, Sr25519Keyring};
use sp_runtime::{
	generic::Era,
	traits::TransactionExtension,
	transaction_validity::{InvalidTransaction, TransactionSource, TransactionValidity, UnknownTransaction},
	MultiAddress,
};
use top_main_runtime::{genesis::*, *};
use tp_core::{ChainTag, TOP, TOTAL_SUPPLY};

/// Runs a test on the genesis of a preset.
fn on_preset(name: &str, test: impl FnOnce()) {
	let preset = get_preset(&name.into()).unwrap();
	let storage = top_runtime_common::development::storage::<RuntimeGenesisConfig>(&preset).unwrap();
	sp_io::TestExternalities::from(storage).execute_with(test);
}

fn extension(nonce: Nonce, tip: Balance) -> TxExtension {
	let mut extension = top_runtime_common::tx_extension(Era::Immortal, nonce);
	extension.8 = pallet_quota::ChargeQuota::from(tip);
	extension
}

/// Returns a transfer of 1 TOP from Alice to Bob.
fn transfer(nonce: Nonce, tip: Balance) -> UncheckedExtrinsic {
	let dest = MultiAddress::Id(Sr25519Keyring::Bob.to_account_id());
	let call: RuntimeCall = pallet_balances::Call::transfer_keep_alive { dest, value: TOP }.into();
	let payload = SignedPayload::new(call.clone(), extension(nonce, tip)).unwrap();
	let signature = payload.using_encoded(|bytes| Sr25519Keyring::Alice.sign(bytes));
	let alice = MultiAddress::Id(Sr25519Keyring::Alice.to_account_id());
	UncheckedExtrinsic::new_signed(call, alice, signature.into(), extension(nonce, tip))
}

fn validate(transaction: UncheckedExtrinsic) -> TransactionValidity {
	Executive::validate_transaction(TransactionSource::External, transaction, System::block_hash(0))
}

#[test]
fn presets_have_all_tokens_and_their_committee() {
	for (name, size) in [(DEVELOPMENT, 1), (LOCAL, 4), (LOCAL_FAST, 4)] {
		on_preset(name, || {
			assert_eq!(Balances::total_issuance(), TOTAL_SUPPLY);
			assert_eq!(TOTAL_SUPPLY, 20_000_000_000_000_000);
			let accounts = Sr25519Keyring::well_known().map(Sr25519Keyring::to_account_id);
			let treasury = configs::TreasuryAccount::get();
			assert_eq!(Balances::balance(&treasury), top_runtime_common::currency::EXISTENTIAL_DEPOSIT);
			let all = accounts.chain([treasury]).map(|account| Balances::balance(&account));
			assert_eq!(all.sum::<Balance>(), TOTAL_SUPPLY);

			let committee = Committee::committee();
			assert_eq!((committee.epoch, committee.size()), (0, size));
			let alice = committee.member(0).unwrap();
			assert_eq!(alice.key, Ed25519Keyring::Alice.public().into());
			assert_eq!(alice.vrf, Sr25519Keyring::Alice.public().into());
			assert_eq!(Committee::config().chain, ChainTag::Main);
			let pace = if name == LOCAL_FAST { FAST_PACE } else { MAIN_PACE };
			assert_eq!(Committee::config().pace, pace);
			assert_ok!(Committee::ensure_committee());
			assert_eq!(pallet_sudo::Key::<Runtime>::get(), Some(Sr25519Keyring::Alice.to_account_id()));
		});
	}
}

#[test]
fn presets_without_a_sudo_key_have_spans_of_their_own() {
	use top_runtime_common::development::DEVELOPMENT_SLOTS;
	let production = pallet_time_slots::Pace::NETWORK;
	let on = |name, has_sudo: bool, slots, issuance| {
		on_preset(name, || {
			assert_eq!(pallet_sudo::Key::<Runtime>::exists(), has_sudo, "{name}");
			assert_eq!(pallet_time_slots::CurrentPace::<Runtime>::get(), slots, "{name}");
			assert_eq!(Balances::total_issuance(), issuance, "{name}");
			assert_eq!(pallet_collective::Members::<Runtime, configs::CouncilInstance>::get().len(), 7);
			assert_ok!(Committee::ensure_committee());
			try_stake_state().unwrap();
		});
	};
	let mined = TOTAL_SUPPLY / 100 * 62;
	on(DEVELOPMENT, true, DEVELOPMENT_SLOTS, TOTAL_SUPPLY);
	on(ROTATION, true, DEVELOPMENT_SLOTS, mined);
	on(GOVERNED, false, DEVELOPMENT_SLOTS, TOTAL_SUPPLY);
	on(PRODUCTION, false, production, mined);
	on_preset(PRODUCTION, || {
		assert_eq!(pallet_comprehensive_stake::CurrentParameters::<Runtime>::get(), Default::default());
		assert_eq!(pallet_quota::Rules::<Runtime>::get(), top_runtime_common::limits::SHARES);
		assert!(!pallet_shard_assignment::AllowBoth::<Runtime>::get());
	});
}

#[test]
fn presets_are_those_that_are_listed() {
	for name in preset_names() {
		assert!(get_preset(&name).is_some(), "{name}");
	}
	assert_eq!(get_preset(&"mainnet".into()), None);
	assert_eq!([DEVELOPMENT, LOCAL], ["development", "local"]);
}

#[test]
fn every_member_has_the_key_of_its_index() {
	on_preset(LOCAL, || {
		let keys = [Ed25519Keyring::Alice, Ed25519Keyring::Bob, Ed25519Keyring::Charlie, Ed25519Keyring::Dave];
		for (index, key) in (0u16..).zip(keys) {
			assert_eq!(Committee::committee().index_of(&key.public().into()), Some(index));
		}
	});
}

#[test]
fn a_transfer_is_valid_and_costs_nothing() {
	on_preset(LOCAL, || {
		System::set_block_number(1);
		let transaction = transfer(0, 0);
		let length = u32::try_from(transaction.encoded_size()).unwrap();
		assert_ok!(validate(transaction.clone()));
		assert_eq!(TransactionPayment::query_info(transaction.clone(), length).partial_fee, 0);
		let details = TransactionPayment::query_fee_details(transaction.clone(), length);
		assert_eq!(details.final_fee(), 0);
		assert_eq!(TransactionPayment::length_to_fee(1 << 20), 0);
		assert_eq!(TransactionPayment::weight_to_fee(top_runtime_common::limits::block_weights().max_block), 0);

		let (alice, bob) = (Sr25519Keyring::Alice.to_account_id(), Sr25519Keyring::Bob.to_account_id());
		let before = (Balances::balance(&alice), Balances::balance(&bob));
		assert_ok!(Executive::apply_extrinsic(transaction).unwrap());
		assert_eq!(Balances::balance(&alice), before.0 - TOP);
		assert_eq!(Balances::balance(&bob), before.1 + TOP);
		assert_eq!(Balances::total_issuance(), TOTAL_SUPPLY);
		assert_eq!(System::account_nonce(&alice), 1);
	});
}

#[test]
fn tips_and_used_nonces_are_refused() {
	on_preset(LOCAL, || {
		System::set_block_number(1);
		let refused = InvalidTransaction::Custom(pallet_quota::TIP_REFUSED).into();
		assert_eq!(validate(transfer(0, 1)), Err(refused));
		assert_eq!(Executive::apply_extrinsic(transfer(0, 1)), Err(refused));
		assert_ok!(Executive::apply_extrinsic(transfer(0, 0)).unwrap());
		assert_eq!(validate(transfer(0, 0)), Err(InvalidTransaction::Stale.into()));
	});
}

#[test]
fn a_changed_transaction_is_refused() {
	on_preset(LOCAL, || {
		let mut bytes = transfer(0, 0).encode();
		let last = bytes.len() - 1;
		bytes[last] ^= 1;
		let changed = UncheckedExtrinsic::decode(&mut &bytes[..]).unwrap();
		assert_eq!(validate(changed), Err(InvalidTransaction::BadProof.into()));
	});
}

#[test]
fn default_mortality_of_polkadot_js_is_at_least_five_minutes() {
	for pace in [MAIN_PACE, ROTATION_PACE] {
		let blocks = top_runtime_common::limits::default_mortality();
		assert!(blocks * u64::from(pace.block_interval_ms) >= 300_000, "{blocks} blocks at {pace:?}");
	}
}

/// Returns a transfer that is valid for an era, signed at the present block.
fn mortal_transfer(era: Era) -> UncheckedExtrinsic {
	let extension = || top_runtime_common::tx_extension(era, 0);
	let payload = SignedPayload::new(transfer_call(), extension()).unwrap();
	let signature = payload.using_encoded(|bytes| Sr25519Keyring::Alice.sign(bytes));
	let alice = MultiAddress::Id(Sr25519Keyring::Alice.to_account_id());
	UncheckedExtrinsic::new_signed(transfer_call(), alice, signature.into(), extension())
}

/// Validates a transaction after a block, as the runtime API does.
fn validate_after(number: BlockNumber, transaction: UncheckedExtrinsic) -> TransactionValidity {
	System::set_block_number(number);
	let parent = System::block_hash(number);
	top_runtime_common::mortality::validate::<Runtime>(transaction, |transaction| {
		Executive::validate_transaction(TransactionSource::External, transaction, parent)
	})
}

#[test]
fn a_transaction_whose_era_has_ended_is_named_expired() {
	const PERIOD: BlockNumber = 64;
	const BORN: BlockNumber = 1_000;
	let tried = BlockNumber::try_from(top_runtime_common::mortality::MAX_TRIED).unwrap();
	on_preset(LOCAL, || {
		for number in 0..BORN + PERIOD * (tried + 4) {
			frame_system::BlockHash::<Runtime>::insert(number, Hash::from_low_u64_be(number.into()));
		}
		System::set_block_number(BORN);
		let transaction = mortal_transfer(Era::mortal(PERIOD.into(), BORN.into()));
		let (expired, forged) =
			(Err(InvalidTransaction::AncientBirthBlock.into()), Err(InvalidTransaction::BadProof.into()));
		// A transaction is validated for the block after.
		assert_ok!(validate_after(BORN, transaction.clone()));
		assert_ok!(validate_after(BORN + PERIOD - 2, transaction.clone()));
		assert_eq!(validate_after(BORN + PERIOD - 1, transaction.clone()), expired);
		assert_eq!(validate_after(BORN + PERIOD * (tried + 1) - 2, transaction.clone()), expired);
		assert_eq!(
			validate_after(BORN + PERIOD * (tried + 1) - 1, transaction.clone()),
			forged,
			"the tries are bounded"
		);

		let mut changed = transaction.clone();
		changed.function = frame_system::Call::remark { remark: vec![1] }.into();
		assert_eq!(validate_after(BORN + PERIOD, changed), forged);
		// The hash of its first block is not kept any more.
		frame_system::BlockHash::<Runtime>::remove(BORN);
		assert_eq!(validate_after(BORN + PERIOD, transaction), forged);
	});
}

/// Wallets sign this form: a change here breaks them.
#[test]
fn extension_has_the_standard_form() {
	on_preset(LOCAL, || {
		let metadata = TxExtension::metadata();
		let identifiers: Vec<_> = metadata.iter().map(|extension| extension.identifier).collect();
		let expected = [
			"AuthorizeCall",
			"CheckNonZeroSender",
			"CheckSpecVersion",
			"CheckTxVersion",
			"CheckGenesis",
			"CheckMortality",
			"CheckNonce",
			"CheckWeight",
			"ChargeTransactionPayment",
			"CheckMetadataHash",
			"WeightReclaim",
		];
		assert_eq!(identifiers, expected);
		// The era, the nonce, the tip and the mode have a byte each.
		assert_eq!(extension(0, 0).encode(), [0, 0, 0, 0]);
		// The spec and transaction versions, the genesis hash, the hash of the era's start, and no metadata hash.
		let implicit = extension(0, 0).implicit().unwrap().encode();
		assert_eq!(implicit.len(), 4 + 4 + 32 + 32 + 1);
		assert_eq!(implicit[..8], (VERSION.spec_version, VERSION.transaction_version).encode());
	});
}

#[test]
fn metadata_has_the_versions_that_clients_read() {
	assert_eq!(Runtime::metadata_versions(), [14, 15, 16]);
	// Spans of governance are constants of the chain whose state the metadata are read from.
	on_preset(LOCAL, || {
		for version in [14u8, 15, 16] {
			let metadata = Runtime::metadata_at_version(version.into()).unwrap();
			assert_eq!(metadata[..5], *[&b"meta"[..], &[version]].concat());
		}
		assert!(Runtime::metadata_at_version(13).is_none());
	});
}

#[test]
fn session_keys_have_the_key_types_of_the_engine() {
	let keys = SessionKeys { pbft: Ed25519Keyring::Alice.public().into(), vrf: Sr25519Keyring::Alice.public().into() };
	let raw = SessionKeys::decode_into_raw_public_keys(&keys.encode()).unwrap();
	let expected = [
		(Ed25519Keyring::Alice.to_raw_public_vec(), tp_pbft::PBFT_KEY_TYPE),
		(Sr25519Keyring::Alice.to_raw_public_vec(), tp_pbft::VRF_KEY_TYPE),
	];
	assert_eq!(raw, expected);
}

#[test]
fn evidence_makes_a_transaction_that_the_pool_decodes() {
	on_preset(LOCAL, || {
		let signed = tp_pbft::SignedPayload {
			payload: Default::default(),
			signature: sp_core::ed25519::Signature::default().into(),
		};
		let evidence = tp_pbft::Equivocation {
			slot: tp_pbft::Slot { epoch: 0, height: 1, view: 0, kind: tp_pbft::MessageKind::Commit },
			member: 0,
			key: Ed25519Keyring::Alice.public().into(),
			first: signed.clone(),
			second: signed,
		};
		let call = pallet_offences::Call::report { chain: ChainTag::Main, evidence: evidence.into(), reporter: None };
		let transaction = <Runtime as frame_system::offchain::CreateAuthorizedTransaction<
			pallet_offences::Call<Runtime>,
		>>::create_authorized_transaction(call.into());
		let decoded = UncheckedExtrinsic::decode(&mut &transaction.encode()[..]).unwrap();
		assert_eq!(decoded.encode(), transaction.encode());
		assert_eq!(decoded.get_dispatch_info().pays_fee, frame_support::dispatch::Pays::No);
		// Its two messages are equal: it decodes, and its validation refuses it, in the pool and in a block.
		System::set_block_number(1);
		let refused = InvalidTransaction::BadProof.into();
		assert_eq!(validate(decoded.clone()), Err(refused));
		assert_eq!(Executive::apply_extrinsic(decoded), Err(refused));
		// Polkadot.js reads bare transactions, and no general ones. The length has two bytes.
		assert_eq!(transaction.encode()[2], 5, "it is bare");
	});
}

#[test]
fn bare_transactions_whose_calls_do_not_authorize_themselves_are_refused() {
	on_preset(LOCAL, || {
		System::set_block_number(1);
		let bare = || UncheckedExtrinsic::new_bare(transfer_call());
		assert_eq!(validate(bare()), Err(UnknownTransaction::NoUnsignedValidator.into()));
		assert_eq!(Executive::apply_extrinsic(bare()), Ok(Err(sp_runtime::DispatchError::BadOrigin)));
	});
}

#[test]
fn inherents_of_a_block_come_in_order() {
	on_preset(LOCAL, || {
		let mut data = InherentData::new();
		data.put_data(sp_timestamp_identifier(), &1_000u64).unwrap();
		let inherents = Runtime::inherent_extrinsics(data);
		let expected: RuntimeCall = pallet_timestamp::Call::set { now: 1_000 }.into();
		assert_eq!(inherents.iter().map(|inherent| inherent.function.clone()).collect::<Vec<_>>(), [expected]);
	});
}

/// Returns the identifier of the time's inherent in every SDK chain.
fn sp_timestamp_identifier() -> sp_inherents::InherentIdentifier {
	<Timestamp as frame_support::inherent::ProvideInherent>::INHERENT_IDENTIFIER
}

#[test]
fn addresses_have_the_generic_prefix_and_blocks_their_limits() {
	assert_eq!(<Runtime as frame_system::Config>::SS58Prefix::get(), 42);
	let weights = top_runtime_common::limits::block_weights();
	assert_eq!(weights.max_block.ref_time(), 2_000_000_000_000);
	let normal = weights.get(frame_support::dispatch::DispatchClass::Normal).max_total.unwrap();
	assert_eq!(normal.ref_time(), 1_500_000_000_000);
	// Weight limits transfers before length does.
	let transfer_weight = on_weight(&transfer_call());
	let transfers = normal.ref_time() / transfer_weight;
	let bytes = transfers * 200;
	let max = top_runtime_common::limits::block_length();
	assert!(bytes < u64::from(*max.max.get(frame_support::dispatch::DispatchClass::Normal)), "{transfers} transfers");
}

fn transfer_call() -> RuntimeCall {
	let dest = MultiAddress::Id(Sr25519Keyring::Bob.to_account_id());
	pallet_balances::Call::transfer_keep_alive { dest, value: TOP }.into()
}

fn on_weight(call: &RuntimeCall) -> u64 {
	call.get_dispatch_info().call_weight.ref_time()
}

#[test]
fn a_sponsored_account_without_balance_sends_transactions() {
	on_preset(DEVELOPMENT, || {
		System::set_block_number(1);
		let one = Sr25519Keyring::One.to_account_id();
		let remark = |nonce| {
			let call: RuntimeCall = frame_system::Call::remark { remark: vec![1] }.into();
			let payload = SignedPayload::new(call.clone(), extension(nonce, 0)).unwrap();
			let signature = payload.using_encoded(|bytes| Sr25519Keyring::One.sign(bytes));
			UncheckedExtrinsic::new_signed(call, MultiAddress::Id(one.clone()), signature.into(), extension(nonce, 0))
		};
		assert_eq!(validate(remark(0)), Err(InvalidTransaction::Payment.into()));
		let alice = || RuntimeOrigin::signed(Sr25519Keyring::Alice.to_account_id());
		assert_ok!(Quota::sponsor(alice(), one.clone(), 1_000 * TOP));
		let begins = System::account_nonce(&one);
		assert_eq!(begins, System::block_number(), "it begins with the number of this block");
		for nonce in begins..begins + 2 {
			assert_ok!(Executive::apply_extrinsic(remark(nonce)).unwrap());
		}
		let report = Quota::report(&one).unwrap();
		assert_eq!(report.share, Quota::current_rules().stake_share(1_000 * TOP), "the stake share alone");
		assert!(report.used.compute > 0);
		assert_eq!(pallet_quota::FreeUsed::<Runtime>::get(), Default::default());
		assert_ok!(Quota::unsponsor(alice(), one.clone(), 1_000 * TOP));
		assert_eq!((System::account_exists(&one), Quota::report(&one)), (false, None));
		assert_eq!(validate(remark(begins + 2)), Err(InvalidTransaction::Payment.into()));
	});
}

#[test]
fn the_free_share_of_an_account_regrows_with_the_balance_that_it_held() {
	const NOW: u64 = 1_800_000_000_000;
	const HOUR_MS: u64 = 3_600_000;
	on_preset(DEVELOPMENT, || {
		System::set_block_number(1);
		let at = |hours: u64| pallet_timestamp::Now::<Runtime>::put(NOW + hours * HOUR_MS);
		let (alice, one) = (Sr25519Keyring::Alice.to_account_id(), Sr25519Keyring::One.to_account_id());
		let pay = |from: &AccountId, to: &AccountId, value| {
			let dest = MultiAddress::Id(to.clone());
			assert_ok!(Balances::transfer_keep_alive(RuntimeOrigin::signed(from.clone()), dest, value));
		};
		let used_percent = || {
			let report = Quota::report(&one).unwrap();
			report.used.compute * 100 / report.share.compute
		};
		at(0);
		pay(&alice, &one, 10 * TOP);
		assert_eq!(used_percent(), 100);
		at(12);
		assert_eq!(used_percent(), 50);
		pay(&one, &alice, 9 * TOP);
		at(24);
		assert_eq!(used_percent(), 45, "with a tenth of the balance it regrows a tenth");
		// What comes now counts from now on.
		pay(&alice, &one, 100 * TOP);
		assert_eq!(used_percent(), 45);
		at(30);
		assert_eq!(used_percent(), 20);
	});
}

#[test]
fn no_signed_transaction_passes_the_duties_of_nodes() {
	on_preset(DEVELOPMENT, || {
		System::set_block_number(1);
		let code: RuntimeCall = frame_system::Call::set_code { code: vec![0; 1_000] }.into();
		assert_eq!(code.get_dispatch_info().class, frame_support::dispatch::DispatchClass::Operational);
		let payload = SignedPayload::new(code.clone(), extension(0, 0)).unwrap();
		let signature = payload.using_encoded(|bytes| Sr25519Keyring::Alice.sign(bytes));
		let alice = MultiAddress::Id(Sr25519Keyring::Alice.to_account_id());
		let code = UncheckedExtrinsic::new_signed(code, alice, signature.into(), extension(0, 0));
		let priority = validate(code).unwrap().priority;
		// Tickets and proofs have a quarter of the largest priority, evidence has half.
		assert!(priority < u64::MAX / 4, "{priority}");
		assert!(priority <= validate(transfer(0, 0)).unwrap().priority, "its class gives it nothing");
	});
}
