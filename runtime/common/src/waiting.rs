//! What waits in a transaction pool counts against its sender's share.
//!
//! A pool validates each transaction by itself, on the state. So a sender could fill it with transactions of which its share
//! allows one. The nonce tells how many apply before: units and extrinsics, at this node or elsewhere. They count as if each
//! cost what the transaction costs. A sender of unequal ones can exceed its share by the logarithm of their number, no more.

use crate::{signer, types::UncheckedExtrinsic, TxExtension};
use codec::Encode;
use frame_support::dispatch::{DispatchInfo, GetDispatchInfo, PostDispatchInfo};
use frame_system::Pallet as System;
use pallet_quota::{Pallet as Quota, QUOTA_USED};
use sp_runtime::{generic::Preamble, traits::Dispatchable, transaction_validity::InvalidTransaction};
use tp_core::{AccountId, Nonce};

/// The transactions before another that do not count, so that a large one may follow some small ones.
pub const UNCOUNTED: Nonce = 8;

/// A transaction of a sender with others before it.
pub struct Waiting {
	sender: AccountId,
	info: DispatchInfo,
	length: usize,
	before: Nonce,
}

impl Waiting {
	/// Returns `None` if no account sends it, or too few are before it to count.
	pub fn of<Runtime>(transaction: &UncheckedExtrinsic<Runtime::RuntimeCall, TxExtension<Runtime>>) -> Option<Self>
	where
		Runtime: frame_system::Config<AccountId = AccountId, Nonce = Nonce> + pallet_quota::Config + Send + Sync,
		Runtime::RuntimeCall: Dispatchable<Info = DispatchInfo, PostInfo = PostDispatchInfo> + GetDispatchInfo,
		UncheckedExtrinsic<Runtime::RuntimeCall, TxExtension<Runtime>>: GetDispatchInfo + Encode,
	{
		let sender = signer(transaction)?;
		let before = counted_before::<Runtime>(transaction);
		(before > 0).then(|| Self {
			sender,
			info: transaction.get_dispatch_info(),
			length: transaction.encoded_size(),
			before,
		})
	}

	/// Checks that the sender's share allows the transaction with those before it.
	pub fn check<Runtime>(&self) -> Result<(), InvalidTransaction>
	where
		Runtime: frame_system::Config<AccountId = AccountId> + pallet_quota::Config,
		Runtime::RuntimeCall: Dispatchable<Info = DispatchInfo, PostInfo = PostDispatchInfo>,
	{
		let Self { sender, info, length, before } = self;
		match Quota::<Runtime>::accepted_at(sender, info, *length, *before) == Some(Quota::<Runtime>::now()) {
			true => Ok(()),
			false => Err(InvalidTransaction::Custom(QUOTA_USED)),
		}
	}
}

/// Returns how many transactions count that apply before another.
pub fn counted_before<Runtime>(transaction: &UncheckedExtrinsic<Runtime::RuntimeCall, TxExtension<Runtime>>) -> Nonce
where
	Runtime: frame_system::Config<AccountId = AccountId, Nonce = Nonce> + pallet_quota::Config + Send + Sync,
	Runtime::RuntimeCall: Dispatchable<Info = DispatchInfo, PostInfo = PostDispatchInfo>,
{
	let (Some(sender), Preamble::Signed(_, _, extension)) = (signer(transaction), &transaction.preamble) else {
		return 0;
	};
	let nonce = extension.6 .0;
	nonce.saturating_sub(System::<Runtime>::account_nonce(sender)).saturating_sub(UNCOUNTED)
}
