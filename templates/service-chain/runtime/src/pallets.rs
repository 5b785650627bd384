//! The list of pallets. An index is permanent: calls, events and errors contain it.

// The macro generates items without docs.
#![allow(missing_docs)]

use crate::UncheckedExtrinsic;
use alloc::vec::Vec;
use sp_inherents::{CheckInherentsResult, InherentData};
use sp_runtime::traits::Block as BlockT;

/// Creates the inherents of a block from its author's data.
pub(crate) fn create_inherents(data: &InherentData) -> Vec<UncheckedExtrinsic> {
	data.create_extrinsics()
}

/// Checks the inherents of a block against a replica's data.
pub(crate) fn check_inherents(
	block: &<crate::Block as BlockT>::LazyBlock,
	data: &InherentData,
) -> CheckInherentsResult {
	data.check_extrinsics(block)
}

#[frame_support::runtime]
mod runtime {
	/// The runtime of the Template Chain.
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
	// The index is fixed: nodes find the units of a block by it (`tp_lattice::APPLY_CALL`).
	#[runtime::pallet_index(6)]
	pub type Lattice = pallet_lattice;

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

	// Pallets of this chain.
	#[runtime::pallet_index(100)]
	pub type Registry = pallet_template;
}
