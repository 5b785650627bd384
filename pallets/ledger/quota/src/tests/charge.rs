//! Charges, refusals and refunds of the extension.

use super::*;
use crate::{mock::*, ChargeQuota, FreeUsed, QUOTA_USED, TIP_REFUSED};
use codec::{Compact, Encode};
use frame_support::{
	dispatch::{DispatchClass, DispatchInfo, Pays, PostDispatchInfo},
	weights::Weight,
};
use scale_info::TypeDef;
use sp_runtime::{
	traits::{DispatchTransaction, TransactionExtension, TxBaseImplication},
	transaction_validity::{InvalidTransaction, TransactionSource, TransactionValidityError, ValidTransaction},
};
use tp_core::Balance;
use tp_quota::{Usage, DAY_MS, LINK_STATE};

const USED: TransactionValidityError = TransactionValidityError::Invalid(InvalidTransaction::Custom(QUOTA_USED));
const COST: Usage = Usage { compute: 50_000_000_000, bytes: 100, state: LINK_STATE };

fn remark() -> RuntimeCall {
	frame_system::Call::remark { remark: Vec::new() }.into()
}

fn validate(
	tip: u128,
	origin: RuntimeOrigin,
	info: &DispatchInfo,
) -> Result<ValidTransaction, TransactionValidityError> {
	let extension = ChargeQuota::<Test>::from(tip);
	let (call, implication) = (remark(), TxBaseImplication(()));
	let validated = extension.validate(origin, &call, info, 100, (), &implication, TransactionSource::External);
	validated.map(|(valid, ..)| valid)
}

#[test]
fn a_used_up_share_is_refused_until_the_millisecond_at_which_it_has_regrown() {
	busy_ledger(1).execute_with(|| {
		for _ in 0..5 {
			send(1, COST).unwrap();
		}
		assert_eq!(used(1), Usage { compute: RULES.free.compute, bytes: 500, state: 5 * LINK_STATE });
		assert_eq!(send(1, COST), Err(USED));
		// A fifth of the share, so a fifth of a day.
		let regrown = GENESIS_MS + DAY_MS / 5;
		assert_eq!(Quota::regrows_at(&1, COST), Some(regrown));
		Now::set(regrown - 1);
		assert_eq!(send(1, COST), Err(USED));
		assert_eq!(Quota::regrows_at(&1, COST), Some(regrown));
		Now::set(regrown);
		assert_eq!(Quota::regrows_at(&1, COST), Some(regrown));
		send(1, COST).unwrap();
		assert_eq!(send(1, COST), Err(USED));
	});
}

#[test]
fn bytes_are_a_share_of_their_own() {
	busy_ledger(1).execute_with(|| {
		let cost = Usage { compute: base(), bytes: 40_000, state: LINK_STATE };
		send(1, cost).unwrap();
		send(1, cost).unwrap();
		assert_eq!(send(1, cost), Err(USED));
		assert_eq!(Quota::regrows_at(&1, cost), Some(GENESIS_MS + DAY_MS / 4));
		assert_eq!(Quota::regrows_at(&1, Usage { bytes: RULES.free.bytes + 1, ..cost }), None);
		assert_eq!(Quota::regrows_at(&2, cost), None);
		assert_eq!(Quota::report(&2), None);
	});
}

#[test]
fn unused_weight_is_refunded() {
	busy_ledger(1).execute_with(|| {
		let info = DispatchInfo { extension_weight: Weight::from_parts(2_000_000, 0), ..weighing(80_000_000_000) };
		let done =
			PostDispatchInfo { actual_weight: Some(Weight::from_parts(30_000_000_000, 0)), ..Default::default() };
		send_with(1, &info, 100, done).unwrap();
		let spent = Usage { compute: base() + 30_002_000_000, bytes: 100, state: LINK_STATE };
		assert_eq!(used(1), spent);
		assert_eq!(FreeUsed::<Test>::get(), spent);
		send_with(1, &info, 100, PostDispatchInfo::default()).unwrap();
		assert_eq!(used(1).compute, spent.compute + base() + 80_002_000_000);
	});
}

#[test]
fn a_refund_of_use_that_stake_covers_is_no_free_use() {
	busy_ledger(1).execute_with(|| {
		// Covers 40 ms of 80, and what every extrinsic weighs.
		let stake = 4_000 + u128::from(base().div_ceil(10_000_000));
		Quota::lock(RuntimeOrigin::signed(1), stake).unwrap();
		let done =
			PostDispatchInfo { actual_weight: Some(Weight::from_parts(10_000_000_000, 0)), ..Default::default() };
		send_with(1, &weighing(80_000_000_000), 10, done).unwrap();
		assert_eq!(used(1).compute, base() + 10_000_000_000);
		assert_eq!(FreeUsed::<Test>::get(), Usage::default());
	});
}

#[test]
fn tips_are_refused_and_the_encoding_is_that_of_the_payment_extension() {
	busy_ledger(1).execute_with(|| {
		let refused = Err(InvalidTransaction::Custom(TIP_REFUSED).into());
		assert_eq!(validate(1, RuntimeOrigin::signed(1), &weighing(1)), refused);
		assert!(validate(0, RuntimeOrigin::signed(1), &weighing(1)).is_ok());
	});
	assert_eq!(ChargeQuota::<Test>::from(0).encode(), [0]);
	assert_eq!(ChargeQuota::<Test>::from(1_000_000).encode(), Compact(1_000_000u128).encode());
	assert_eq!(ChargeQuota::<Test>::IDENTIFIER, "ChargeTransactionPayment");
	let TypeDef::Composite(fields) = scale_info::meta_type::<ChargeQuota<Test>>().type_info().type_def else {
		panic!("a struct");
	};
	assert_eq!(fields.fields.len(), 1);
	assert_eq!(fields.fields[0].ty, scale_info::meta_type::<Compact<u128>>());
}

#[test]
fn every_signed_class_is_charged_and_unsigned_transactions_are_not() {
	busy_ledger(1).execute_with(|| {
		let operational =
			DispatchInfo { class: DispatchClass::Operational, pays_fee: Pays::No, ..weighing(249_000_000_000) };
		send_with(1, &operational, 10, Pays::No.into()).unwrap();
		assert!(used(1).compute > 249_000_000_000);
		assert_eq!(validate(0, RuntimeOrigin::signed(1), &operational), Err(USED));
		let unsigned = validate(0, RuntimeOrigin::none(), &operational).unwrap();
		assert_eq!(unsigned, ValidTransaction::default());
		let absent = InvalidTransaction::Payment.into();
		assert_eq!(validate(0, RuntimeOrigin::signed(9), &weighing(1)), Err(absent));
	});
}

#[test]
fn who_has_used_the_smallest_part_goes_first() {
	busy_ledger(3).execute_with(|| {
		let priority = |who, info: &DispatchInfo| validate(0, RuntimeOrigin::signed(who), info).unwrap().priority;
		let info = weighing(10_000_000_000);
		let operational = DispatchInfo { class: DispatchClass::Operational, ..info };
		assert_eq!(priority(1, &operational), priority(1, &info), "the class does not count");
		send(1, COST).unwrap();
		assert!(priority(1, &info) < priority(2, &info));
		// With ten times the stake, ten times the use is the same part.
		for (who, times) in [(2, 1), (3, 10)] {
			Quota::lock(RuntimeOrigin::signed(who), 20_000 * Balance::from(times)).unwrap();
			send(who, Usage { compute: times * COST.compute, ..COST }).unwrap();
		}
		let large = weighing(10 * (info.call_weight.ref_time() + base()) - base());
		let (two, three) = (priority(2, &info), priority(3, &large));
		assert!(two.abs_diff(three) <= 1, "{two} and {three}");
		assert!(two > priority(1, &weighing(0)), "stake goes before the free share");
		// Only wholly covered use counts as use of stake.
		assert!(priority(2, &weighing(300_000_000_000)) < priority(1, &weighing(0)));
	});
}

#[test]
fn an_account_that_its_transaction_ends_leaves_no_quota() {
	busy_ledger(2).execute_with(|| {
		let info = weighing(80_000_000_000);
		let done = PostDispatchInfo { actual_weight: Some(Weight::zero()), ..Default::default() };
		let extension = ChargeQuota::<Test>::from(0);
		let ended = extension.test_run(RuntimeOrigin::signed(1), &remark(), &info, 10, 0, |_| {
			assert!(used(1).compute > 0);
			Balances::transfer_all(RuntimeOrigin::signed(1), 2, false).unwrap();
			Ok(done)
		});
		ended.unwrap().unwrap();
		assert_eq!(Quota::report(&1), None);
		next_block();
	});
}
