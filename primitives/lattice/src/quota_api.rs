//! What wallets ask a runtime about quotas: a transaction that is refused cannot carry the time at which it will do.

// The macro generates items without docs.
#![allow(missing_docs)]

use crate::Usage;
use codec::{Decode, Encode};
use scale_info::TypeInfo;
use tp_core::{AccountId, Balance};

/// What an account has used, and what it may have used at any time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct QuotaReport {
	/// Used, as of the newest block.
	pub used: Usage,
	/// Its share, with what is lent.
	pub share: Usage,
	/// Balance locked for the stake share, by the account itself and by its sponsors.
	pub locked: Balance,
	/// What shares are worth for now, 100 to 400 percent.
	pub lent_percent: u32,
	/// What of the balance locked is its sponsors'.
	pub sponsored: Balance,
}

sp_api::decl_runtime_apis! {
	/// Quotas of a ledger. Version 2 tells what is its sponsors'; what version 1 told stands before that.
	#[api_version(2)]
	pub trait QuotaApi {
		/// The quota of an account; `None` if there is no such account.
		fn quota(account: AccountId) -> Option<QuotaReport>;
		/// When the account's share allows so much: milliseconds since 1970, the newest block's time if now, and later if less
		/// is lent until then. `None` if there is no such account, or if the share is too small for it at any time.
		fn regrows_at(account: AccountId, cost: Usage) -> Option<u64>;
	}
}
