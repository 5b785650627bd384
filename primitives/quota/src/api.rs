//! The runtime API of quotas. A refused transaction cannot carry the time at which it will be accepted, so wallets ask
//! for it here.

// The macro generates items without docs.
#![allow(missing_docs)]

use crate::Usage;
use codec::{Codec, Decode, Encode};
use scale_info::TypeInfo;
use tp_core::Balance;

/// What an account has used, and the most that it may have used at any time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct QuotaReport {
	/// Used of the share, as of the newest block, at what shares are worth now.
	pub used: Usage,
	/// Its share, with the burst.
	pub share: Usage,
	/// Balance locked for the stake share, by the account itself and by its sponsors.
	pub locked: Balance,
	/// The burst: what shares are worth now, 100 to 400 percent.
	pub lent_percent: u32,
	/// The part of `locked` that belongs to sponsors.
	pub sponsored: Balance,
}

sp_api::decl_runtime_apis! {
	/// Quotas of a ledger. Version 2 appends [`QuotaReport::sponsored`] to the answer of version 1. Version 3 adds
	/// `accepted_at`. Version 4 adds [`Usage::state`].
	#[api_version(4)]
	pub trait QuotaApi<AccountId> where AccountId: Codec {
		/// Returns the quota of an account, or `None` if the account does not exist.
		fn quota(account: AccountId) -> Option<QuotaReport>;
		/// Returns when the account's share allows a cost, in milliseconds since 1970: the newest block's time if now. It
		/// will be later if the burst falls until then. `None` if the account does not exist, or if the share is too small
		/// at any time.
		fn regrows_at(account: AccountId, cost: Usage) -> Option<u64>;
		/// Returns the same for the cost of a signed transaction and its sender. `None` for other transactions as well.
		fn accepted_at(transaction: Block::Extrinsic) -> Option<u64>;
	}
}
