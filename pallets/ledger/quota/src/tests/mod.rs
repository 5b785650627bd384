//! Tests of shares, their cap, stake, sponsors and rules.

mod attacks;
mod burst;
mod charge;
mod free;
mod ledgers;
mod migrations;
mod rules;
mod sponsors;
mod sponsors_random;
mod stake;
mod state;

pub use ledgers::*;

use crate::mock::*;
use crate::{ChargeQuota, FreeUsed};
use frame_support::{
	dispatch::{DispatchClass, DispatchInfo, PostDispatchInfo},
	traits::{Get, Hooks},
	weights::Weight,
};
use frame_system::limits::BlockWeights;
use sp_runtime::{
	traits::{DispatchTransaction, Dispatchable},
	transaction_validity::TransactionValidityError,
	DispatchResult, DispatchResultWithInfo,
};
use tp_quota::Usage;

/// Ends the block, and begins the next.
pub fn next_block() {
	Quota::on_finalize(System::block_number());
	Quota::do_try_state().unwrap();
	assert_eq!(FreeUsed::<Test>::get(), Usage::default());
	System::finalize();
	open();
}

/// Returns the dispatch info of a call with this weight.
pub fn weighing(compute: u64) -> DispatchInfo {
	DispatchInfo { call_weight: Weight::from_parts(compute, 0), ..Default::default() }
}

/// Returns the base weight of every extrinsic.
pub fn base() -> u64 {
	let weights: BlockWeights = <<Test as frame_system::Config>::BlockWeights as Get<BlockWeights>>::get();
	weights.get(DispatchClass::Normal).base_extrinsic.ref_time()
}

/// Sends a transaction of an account that uses exactly this much.
pub fn send(who: u64, cost: Usage) -> Result<(), TransactionValidityError> {
	send_with(who, &weighing(cost.compute - base()), cost.bytes, PostDispatchInfo::default())
}

/// Sends a transaction of an account, with the outcome `done`.
pub fn send_with(
	who: u64,
	info: &DispatchInfo,
	bytes: u64,
	done: PostDispatchInfo,
) -> Result<(), TransactionValidityError> {
	let call = RuntimeCall::System(frame_system::Call::remark { remark: Vec::new() });
	let length = usize::try_from(bytes).unwrap();
	let origin = RuntimeOrigin::signed(who);
	ChargeQuota::<Test>::from(0).test_run(origin, &call, info, length, 0, |_| Ok(done))?.unwrap();
	Ok(())
}

/// Runs a call in a transaction of an account.
pub fn within(
	who: u64,
	call: impl FnOnce() -> DispatchResult,
) -> Result<DispatchResultWithInfo<PostDispatchInfo>, TransactionValidityError> {
	let remark = RuntimeCall::System(frame_system::Call::remark { remark: Vec::new() });
	let run = |_| frame_support::storage::with_storage_layer(call).map(|()| ().into()).map_err(Into::into);
	ChargeQuota::<Test>::from(0).test_run(RuntimeOrigin::signed(who), &remark, &weighing(1_000), 100, 0, run)
}

/// Makes a call as another call does it that has calls in it: with the checks of its origin.
pub fn make(who: u64, call: impl Into<RuntimeCall>) -> DispatchResult {
	call.into().dispatch(RuntimeOrigin::signed(who)).map(drop).map_err(|refused| refused.error)
}

/// Returns what counts as used now.
pub fn used(who: u64) -> Usage {
	Quota::report(&who).unwrap().used
}
