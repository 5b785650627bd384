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
use tp_quota::{Usage, DAY_MS};

const USED: TransactionValidityError = TransactionValidityError::Invalid(InvalidTransaction::Custom(QUOTA_USED));
const COST: Usage = Usage { compute: 50_000_000_000, bytes: 100 };

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
	ledger(1).execute_with(|| {
		for _ in 0..5 {
			send(1, COST).unwrap();
		}
		assert_eq!(used(1), Usage { compute: RULES.free.compute, bytes: 500 });
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
	ledger(1).execute_with(|| {
		let cost = Usage { compute: base(), bytes: 40_000 };
		send(1, cost).unwrap();
		send(1, cost).unwrap();
		assert_eq!(send(1, cost), Err(USED));
		assert_eq!(Quota::regrows_at(&1, cost), Some(GENESIS_MS + DAY_MS / 4));
		assert_eq!(Quota::regrows_at(&1, Usage { compute: base(), bytes: RULES.free.bytes + 1 }), None);
		assert_eq!(Quota::regrows_at(&2, cost), None);
		assert_eq!(Quota::report(&2), None);
	});
}

#[test]
fn unused_weight_is_refunded() {
	ledger(1).execute_with(|| {
		let info = DispatchInfo { extension_weight: Weight::from_parts(2_000_000, 0), ..weighing(80_000_000_000) };
		let done =
			PostDispatchInfo { actual_weight: Some(Weight::from_parts(30_000_000_000, 0)), ..Default::default() };
		send_with(1, &info, 100, done).unwrap();
		let spent = Usage { compute: base() + 30_002_000_000, bytes: 100 };
		assert_eq!(used(1), spent);
		assert_eq!(FreeUsed::<Test>::get(), spent);
		send_with(1, &info, 100, PostDispatchInfo::default()).unwrap();
		assert_eq!(used(1).compute, spent.compute + base() + 80_002_000_000);
	});
}

#[test]
fn a_refund_of_use_that_stake_covers_is_no_free_use() {
	ledger(1).execute_with(|| {
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
	ledger(1).execute_with(|| {
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
	ledger(1).execute_with(|| {
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
fn smaller_and_operational_transactions_go_first() {
	ledger(1).execute_with(|| {
		let priority = |info| validate(0, RuntimeOrigin::signed(1), &info).unwrap().priority;
		let [small, large] = [1_000_000, 100_000_000_000].map(weighing);
		let operational = DispatchInfo { class: DispatchClass::Operational, ..large };
		assert!(priority(small) > priority(large));
		assert!(priority(operational) > priority(small));
	});
}

#[test]
fn an_account_that_its_transaction_ends_leaves_no_quota() {
	ledger(2).execute_with(|| {
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
