//! A signed transaction is charged, refused when the share is used up, and accepted when use has faded.

use crate::*;
use codec::Encode;
use frame_support::{
	assert_ok,
	dispatch::DispatchClass,
	storage,
	traits::{fungible::InspectHold, Hooks},
	weights::Weight,
};
use sp_core::{ecdsa, Pair, H160, H256};
use sp_io::TestExternalities;
use sp_runtime::{
	traits::{Dispatchable, Header as _},
	transaction_validity::{InvalidTransaction, TransactionSource, TransactionValidityError},
	ApplyExtrinsicResult, BuildStorage, Digest, DispatchError, TransactionOutcome,
};
use tp_quota::{Usage, ACCOUNT_STATE, DAY_MS, LINK_STATE};

const NOW: u64 = 1_800_000_000_000;
const USED: TransactionValidityError =
	TransactionValidityError::Invalid(InvalidTransaction::Custom(pallet_quota::QUOTA_USED));

fn key(number: u8) -> ecdsa::Pair {
	ecdsa::Pair::from_seed(&[number; 32])
}

/// Returns the account of a key.
fn id(number: u8) -> AccountId {
	// The signature of any message has the public key.
	let message = [0; 32];
	let signature = key(number).sign_prehashed(&message);
	let public = sp_io::crypto::secp256k1_ecdsa_recover(&signature.0, &message);
	account_of(&public.ok().expect("it was just signed"))
}

/// Returns a transaction of a key.
fn signed(number: u8, nonce: u32, call: impl Into<RuntimeCall>) -> UncheckedExtrinsic {
	let call = call.into();
	let extension = || -> TxExtension {
		(
			frame_system::CheckGenesis::new(),
			frame_system::CheckNonce::from(nonce),
			frame_system::CheckWeight::new(),
			ChargeQuota::from(0),
		)
	};
	let payload = generic::SignedPayload::new(call.clone(), extension()).expect("the extensions have their data");
	let signature = payload.using_encoded(|message| key(number).sign(message));
	UncheckedExtrinsic::new_signed(call, id(number), EthereumSignature(signature), extension())
}

/// Returns a remark that uses two fifths of a day's bytes.
fn remark() -> frame_system::Call<Runtime> {
	frame_system::Call::remark { remark: vec![0; 40_000] }
}

fn send(number: u8, nonce: u32) -> ApplyExtrinsicResult {
	Executive::apply_extrinsic(signed(number, nonce, remark()))
}

/// Returns a ledger in its first block, without a burst, on which accounts 1 and 2 have a million each.
fn ledger() -> TestExternalities {
	let balances = vec![(id(1), 1_000_000), (id(2), 1_000_000)];
	let balances = pallet_balances::GenesisConfig { balances, ..Default::default() };
	let config = RuntimeGenesisConfig { balances, ..Default::default() };
	let mut ledger = TestExternalities::from(config.build_storage().expect("the genesis is valid"));
	ledger.execute_with(|| {
		pallet_quota::LentPercent::<Runtime>::put(100);
		open(NOW);
	});
	ledger
}

/// Opens the next block at a time. Half of it is full of other work, so that nothing is lent.
fn open(now: u64) {
	let (number, parent) = (System::block_number() + 1, System::parent_hash());
	let header =
		generic::Header::<u64, BlakeTwo256>::new(number, H256::zero(), H256::zero(), parent, Digest::default());
	Executive::initialize_block(&header);
	let half = Weight::from_parts(Quota::capacity().compute / 2, 0);
	System::register_extra_weight_unchecked(half, DispatchClass::Mandatory);
	assert_ok!(RuntimeCall::from(pallet_timestamp::Call::set { now }).dispatch(RuntimeOrigin::none()));
}

#[test]
fn a_signed_transaction_is_charged_refused_and_accepted_when_use_has_faded() {
	ledger().execute_with(|| {
		assert_ok!(send(1, 0).unwrap());
		assert_ok!(send(1, 1).unwrap());
		let report = Quota::report(&id(1)).unwrap();
		assert!(report.used.bytes > 80_000 && report.used.compute > 0, "{report:?}");
		assert_eq!(Quota::report(&id(2)).unwrap().used, Usage::default());

		assert_eq!(send(1, 2), Err(USED));
		// A pool validates in its own block.
		let pooled = storage::with_transaction(|| {
			let validity =
				Executive::validate_transaction(TransactionSource::External, signed(1, 2, remark()), H256::zero());
			TransactionOutcome::Rollback(Ok::<_, DispatchError>(validity))
		});
		assert_eq!(pooled.unwrap().map(|_| ()), Err(USED));
		assert_ok!(send(2, 0).unwrap());

		// The transaction is longer than the remark, by its signature and the rest.
		let cost = Usage { bytes: signed(1, 2, remark()).encoded_size() as u64, ..Usage::default() };
		let regrown = Quota::regrows_at(&id(1), cost).unwrap();
		assert!(regrown > NOW && regrown < NOW + DAY_MS / 2);
		next_block(regrown - 1);
		assert_eq!(send(1, 2), Err(USED));
		next_block(regrown);
		assert_ok!(send(1, 2).unwrap());
	});
}

/// Ends the block as `frame-executive` does, and opens the next.
fn next_block(now: u64) {
	Quota::on_finalize(System::block_number());
	Timestamp::on_finalize(System::block_number());
	System::finalize();
	open(now);
}

#[test]
fn stake_gives_a_larger_share_and_is_held() {
	ledger().execute_with(|| {
		let lock = pallet_quota::Call::lock { amount: 100_000 };
		assert_ok!(Executive::apply_extrinsic(signed(1, 0, lock)).unwrap());
		assert_eq!(Balances::balance_on_hold(&pallet_quota::HoldReason::Stake.into(), &id(1)), 100_000);
		for nonce in 1..6 {
			assert_ok!(send(1, nonce).unwrap());
		}
	});
}

#[test]
fn an_account_that_is_paid_waits_and_one_that_is_sponsored_does_not() {
	ledger().execute_with(|| {
		assert_eq!(send(3, 0), Err(InvalidTransaction::Payment.into()));
		let pay = pallet_balances::Call::transfer_keep_alive { dest: id(3), value: 1_000 };
		assert_ok!(Executive::apply_extrinsic(signed(1, 0, pay)).unwrap());
		assert_eq!(send(3, 0), Err(USED), "a new account begins with its free share used");
		let sponsor = pallet_quota::Call::sponsor { who: id(4), amount: 50_000 };
		assert_ok!(Executive::apply_extrinsic(signed(1, 1, sponsor)).unwrap());
		assert_ok!(send(4, 0).unwrap());
	});
}

#[test]
fn a_signature_of_another_key_is_refused() {
	ledger().execute_with(|| {
		let mut forged = signed(1, 0, remark());
		let other = signed(2, 0, remark());
		forged.preamble = match (forged.preamble, other.preamble) {
			(generic::Preamble::Signed(who, _, extension), generic::Preamble::Signed(_, signature, _)) => {
				generic::Preamble::Signed(who, signature, extension)
			},
			_ => panic!("both are signed"),
		};
		assert_eq!(Executive::apply_extrinsic(forged), Err(InvalidTransaction::BadProof.into()));
	});
}

/// Returns a transfer of all balance of a derivative account to the next one.
fn pass_on(index: u16) -> RuntimeCall {
	let next = pallet_utility::derivative_account_id(id(1), index + 1);
	let call = Box::new(pallet_balances::Call::transfer_all { dest: next, keep_alive: false }.into());
	pallet_utility::Call::as_derivative { index, call }.into()
}

/// Makes calls in one transaction of account 1, while an hour of free state holds 21 shares. Returns the bytes of free state
/// that are left, and makes a transaction of account 2.
fn left_after(calls: Vec<RuntimeCall>) -> u64 {
	ledger().execute_with(|| {
		let rules = Shares::get();
		let sustained = Usage { state: 200, ..rules.sustained };
		pallet_quota::Rules::<Runtime>::put(ShareRules { sustained, ..rules });
		let batch = pallet_utility::Call::force_batch { calls };
		assert_ok!(Executive::apply_extrinsic(signed(1, 0, batch)).unwrap());
		assert_ok!(send(2, 0).unwrap());
		Quota::current_rules().block_free.state
	})
}

#[test]
fn a_batch_creates_no_more_accounts_than_its_sender_s_share_allows() {
	const SIZE: u64 = 216_000;
	// Account 1 has a link and 31 accounts, account 2 has a link.
	let share = Shares::get().free.state;
	let created = 2 * LINK_STATE + (share - LINK_STATE) / ACCOUNT_STATE * ACCOUNT_STATE;
	let pay = |to: u64| pallet_balances::Call::transfer_allow_death { dest: H160::from_low_u64_be(to), value: 100 };
	assert_eq!(left_after((1_000..1_900).map(|to| pay(to).into()).collect()), SIZE - created);

	// One deposit, which accounts of the sender pass along.
	let first = pallet_utility::derivative_account_id(id(1), 0);
	let begin = pallet_balances::Call::transfer_allow_death { dest: first, value: 100_000 };
	let recycle = |begin: RuntimeCall| std::iter::once(begin).chain((0..700).map(pass_on)).collect();
	assert_eq!(left_after(recycle(begin.into())), SIZE - created);

	// The sender ends before it goes on with its other accounts.
	let end = pallet_balances::Call::transfer_all { dest: first, keep_alive: false };
	assert_eq!(left_after(recycle(end.into())), SIZE - 2 * LINK_STATE - ACCOUNT_STATE);
}
