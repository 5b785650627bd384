//! The weights of the pallet. `scripts/weights.sh pallet_quota` measures them, with quotas in a map and in accounts.

mod measured;
mod measured_in_accounts;

pub use measured::SubstrateWeight;
pub use measured_in_accounts::SubstrateWeight as InAccounts;

use frame_support::weights::Weight;

/// The weights of hooks, calls and the transaction extension.
pub trait WeightInfo {
	/// Returns the weight of both hooks.
	fn block() -> Weight;
	/// Returns the weight of `lock`.
	fn lock() -> Weight;
	/// Returns the weight of `unlock`.
	fn unlock() -> Weight;
	/// Returns the weight of `set_rules`.
	fn set_rules() -> Weight;
	/// Returns the weight of `sponsor` for an account that does not exist.
	fn sponsor() -> Weight;
	/// Returns the weight of `unsponsor` for an account that ends with it.
	fn unsponsor() -> Weight;
	/// Returns the weight of `withdraw_sponsorship`.
	fn withdraw_sponsorship() -> Weight;
	/// Returns the weight of `invite` with stake.
	fn invite() -> Weight;
	/// Returns the weight of charging a transaction, with a refund.
	fn charge() -> Weight;
}
