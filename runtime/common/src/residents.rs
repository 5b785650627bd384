//! Names transactions of accounts that live in another shard.
//!
//! Their sender does not exist here, and the SDK reports that it cannot pay. It has to know that it exists elsewhere.

use crate::{signer, types::UncheckedExtrinsic, TxExtension};
use frame_support::{
	dispatch::{DispatchInfo, PostDispatchInfo},
	traits::Contains,
};
use sp_runtime::{traits::Dispatchable, transaction_validity::InvalidTransaction};
use tp_core::{refusal::ELSEWHERE, AccountId};

/// Checks that the sender of a transaction lives in this ledger, if an account sends it.
///
/// # Errors
/// `InvalidTransaction::Custom` with [`ELSEWHERE`].
pub fn check<Runtime>(
	transaction: &UncheckedExtrinsic<Runtime::RuntimeCall, TxExtension<Runtime>>,
) -> Result<(), InvalidTransaction>
where
	Runtime: frame_system::Config<AccountId = AccountId> + pallet_quota::Config + Send + Sync,
	Runtime::RuntimeCall: Dispatchable<Info = DispatchInfo, PostInfo = PostDispatchInfo>,
{
	match signer(transaction) {
		Some(sender) if !Runtime::Residents::contains(&sender) => Err(InvalidTransaction::Custom(ELSEWHERE)),
		_ => Ok(()),
	}
}
