//! Which pallets there are. An index is for ever: it is in every call, event and error.

// The macro generates items without docs.
#![allow(missing_docs)]

use crate::UncheckedExtrinsic;
use alloc::vec::Vec;
use sp_inherents::{CheckInherentsResult, InherentData};
use sp_runtime::traits::Block as BlockT;

/// The inherents of a block, from what its author knows.
pub(crate) fn create_inherents(data: &InherentData) -> Vec<UncheckedExtrinsic> {
	data.create_extrinsics()
}

/// What is wrong with a block's inherents, from what a replica knows.
pub(crate) fn check_inherents(
	block: &<crate::Block as BlockT>::LazyBlock,
	data: &InherentData,
) -> CheckInherentsResult {
	data.check_extrinsics(block)
}

#[frame_support::runtime]
mod runtime {
	/// The runtime of the main chain.
	#[runtime::runtime]
	#[runtime::derive(
		RuntimeCall,
		RuntimeEvent,
		RuntimeError,
		RuntimeOrigin,
		RuntimeFreezeReason,
		RuntimeHoldReason,
		RuntimeSlashReason,
		RuntimeLockId,
		RuntimeTask,
		RuntimeViewFunction
	)]
	pub struct Runtime;

	#[runtime::pallet_index(0)]
	pub type System = frame_system;
	#[runtime::pallet_index(1)]
	pub type Timestamp = pallet_timestamp;
	#[runtime::pallet_index(2)]
	pub type Balances = pallet_balances;
	#[runtime::pallet_index(3)]
	pub type TransactionPayment = pallet_transaction_payment;
	#[runtime::pallet_index(4)]
	pub type Committee = pallet_committee;
	#[runtime::pallet_index(5)]
	pub type Quota = pallet_quota;

	#[runtime::pallet_index(10)]
	pub type Utility = pallet_utility;
	#[runtime::pallet_index(11)]
	pub type Multisig = pallet_multisig;
	#[runtime::pallet_index(12)]
	pub type Proxy = pallet_proxy;
	#[runtime::pallet_index(13)]
	pub type Preimage = pallet_preimage;
	#[runtime::pallet_index(14)]
	pub type Scheduler = pallet_scheduler;

	#[runtime::pallet_index(20)]
	pub type Sudo = pallet_sudo;

	// Each tells those below it of its genesis, so their order matters.
	#[runtime::pallet_index(30)]
	pub type ComprehensiveStake = pallet_comprehensive_stake;
	#[runtime::pallet_index(31)]
	pub type ComputingPower = pallet_computing_power;
	#[runtime::pallet_index(32)]
	pub type ShardAssignment = pallet_shard_assignment;
	#[runtime::pallet_index(33)]
	pub type Offences = pallet_offences;
	#[runtime::pallet_index(34)]
	pub type Rewards = pallet_rewards;
	#[runtime::pallet_index(35)]
	pub type Council = pallet_collective::Pallet<Runtime, Instance1>;
}
