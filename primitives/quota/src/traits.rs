//! The traits by which pallets share quotas.

use crate::{Quota, QuotaRules, Usage};
use tp_core::Balance;

/// The meter of a ledger's use. `pallet-quota` implements it; `()` meters nothing.
pub trait QuotaMeter {
	/// Returns the shares of this block, or `None` if nothing is metered.
	fn rules() -> Option<QuotaRules>;
	/// Counts free use of this block. Returns `false`, and counts nothing, if the block's sum would exceed
	/// [`QuotaRules::block_free`].
	fn use_free(used: Usage) -> bool;
	/// Returns the quota of an account that begins now.
	fn new_account() -> Quota {
		Quota::default()
	}
	/// Charges new state to the sender of the extrinsic that runs, if one does. It cannot refuse: `pallet-balances` ignores
	/// errors of its store when it pays, and the amount would be lost. So the charge may exceed what is left. Then, or if no
	/// more state of this size is left, the extrinsic makes no further calls.
	fn use_state(_bytes: u64) {}
	/// Charges time, in picoseconds, to the sender of the extrinsic that runs, beyond the weight of its calls. It cannot refuse
	/// either, and ends the calls of the extrinsic as [`Self::use_state`] does.
	fn use_time(_picoseconds: u64) {}
	/// Counts the balance that an account has held until now. Called before each change of a balance.
	fn touch(_quota: &mut Quota, _balance: Balance) {}
}

/// Meters nothing.
impl QuotaMeter for () {
	fn rules() -> Option<QuotaRules> {
		None
	}

	fn use_free(_: Usage) -> bool {
		true
	}
}

/// The place of the quotas of accounts.
pub trait QuotaStore<AccountId> {
	/// Returns the quota of an account, or `None` if the account does not exist.
	fn quota(who: &AccountId) -> Option<Quota>;
	/// Sets the quota of an account. Does nothing if the account does not exist.
	fn set_quota(who: &AccountId, quota: Quota);
	/// Gives an account its first quota when a sponsor creates it.
	fn begin(who: &AccountId, quota: Quota);
}
