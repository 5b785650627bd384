//! Tokens that holders have staked outside of their own accounts.

use sp_runtime::Weight;
use tp_core::Balance;

/// Read access to the tokens of a holder that are staked in the account of a pallet. Implemented by
/// `pallet-comprehensive-stake`, whose votes for nodes stand in pools.
pub trait Staked<AccountId = tp_core::AccountId> {
	/// Returns the present value of what a holder has staked outside of its account. Deposits are not included: they are on
	/// hold in the account.
	fn staked(holder: &AccountId) -> Balance;
	/// Returns the highest cost of [`Self::staked`].
	fn weight() -> Weight;
}
