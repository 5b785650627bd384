//! The voice of stakers in referenda: their stake counts as their balance.
//!
//! Deposits of nodes are on hold in the account of their controller, so they are a part of its balance anyway. Votes for
//! nodes stand in the account of a pallet: [`WithStake`] adds them.
//!
//! A voter's lock covers its account, up to the amount of its vote. So while its stake stands elsewhere, the lock covers
//! tokens that it still has; when the stake comes back, the lock covers that too. Nothing escapes the lock of a conviction.

use core::marker::PhantomData;
use frame_support::{
	dispatch::DispatchResult,
	traits::{
		fungible::Inspect,
		tokens::{DepositConsequence, Fortitude, Preservation, Provenance, WithdrawConsequence},
		BalanceStatus, Currency, ExistenceRequirement, LockIdentifier, LockableCurrency, ReservableCurrency,
		SignedImbalance, WithdrawReasons,
	},
	weights::Weight,
};
use pallet_conviction_voting::WeightInfo;
use sp_runtime::DispatchError;
use tp_core::Balance;
use tp_stake::Staked;

/// A currency in which the total balance of an account includes what it has staked elsewhere. The rest is that of `C`.
pub struct WithStake<C, Stake>(PhantomData<(C, Stake)>);

impl<AccountId, C, Stake> Currency<AccountId> for WithStake<C, Stake>
where
	C: Currency<AccountId, Balance = Balance>,
	Stake: Staked<AccountId>,
{
	type Balance = Balance;
	type PositiveImbalance = C::PositiveImbalance;
	type NegativeImbalance = C::NegativeImbalance;

	fn total_balance(who: &AccountId) -> Balance {
		C::total_balance(who).saturating_add(Stake::staked(who))
	}

	fn can_slash(who: &AccountId, value: Balance) -> bool {
		C::can_slash(who, value)
	}

	fn total_issuance() -> Balance {
		C::total_issuance()
	}

	fn active_issuance() -> Balance {
		C::active_issuance()
	}

	fn deactivate(amount: Balance) {
		C::deactivate(amount);
	}

	fn reactivate(amount: Balance) {
		C::reactivate(amount);
	}

	fn minimum_balance() -> Balance {
		C::minimum_balance()
	}

	fn burn(amount: Balance) -> Self::PositiveImbalance {
		C::burn(amount)
	}

	fn issue(amount: Balance) -> Self::NegativeImbalance {
		C::issue(amount)
	}

	fn free_balance(who: &AccountId) -> Balance {
		C::free_balance(who)
	}

	fn ensure_can_withdraw(
		who: &AccountId,
		amount: Balance,
		reasons: WithdrawReasons,
		new_balance: Balance,
	) -> DispatchResult {
		C::ensure_can_withdraw(who, amount, reasons, new_balance)
	}

	fn transfer(
		source: &AccountId,
		dest: &AccountId,
		value: Balance,
		existence: ExistenceRequirement,
	) -> DispatchResult {
		C::transfer(source, dest, value, existence)
	}

	fn slash(who: &AccountId, value: Balance) -> (Self::NegativeImbalance, Balance) {
		C::slash(who, value)
	}

	fn deposit_into_existing(who: &AccountId, value: Balance) -> Result<Self::PositiveImbalance, DispatchError> {
		C::deposit_into_existing(who, value)
	}

	fn deposit_creating(who: &AccountId, value: Balance) -> Self::PositiveImbalance {
		C::deposit_creating(who, value)
	}

	fn withdraw(
		who: &AccountId,
		value: Balance,
		reasons: WithdrawReasons,
		liveness: ExistenceRequirement,
	) -> Result<Self::NegativeImbalance, DispatchError> {
		C::withdraw(who, value, reasons, liveness)
	}

	fn make_free_balance_be(who: &AccountId, balance: Balance) -> SignedImbalance<Balance, Self::PositiveImbalance> {
		C::make_free_balance_be(who, balance)
	}
}

impl<AccountId, C, Stake> ReservableCurrency<AccountId> for WithStake<C, Stake>
where
	C: ReservableCurrency<AccountId, Balance = Balance>,
	Stake: Staked<AccountId>,
{
	fn can_reserve(who: &AccountId, value: Balance) -> bool {
		C::can_reserve(who, value)
	}

	fn slash_reserved(who: &AccountId, value: Balance) -> (Self::NegativeImbalance, Balance) {
		C::slash_reserved(who, value)
	}

	fn reserved_balance(who: &AccountId) -> Balance {
		C::reserved_balance(who)
	}

	fn reserve(who: &AccountId, value: Balance) -> DispatchResult {
		C::reserve(who, value)
	}

	fn unreserve(who: &AccountId, value: Balance) -> Balance {
		C::unreserve(who, value)
	}

	fn repatriate_reserved(
		slashed: &AccountId,
		beneficiary: &AccountId,
		value: Balance,
		status: BalanceStatus,
	) -> Result<Balance, DispatchError> {
		C::repatriate_reserved(slashed, beneficiary, value, status)
	}
}

impl<AccountId, C, Stake> LockableCurrency<AccountId> for WithStake<C, Stake>
where
	C: LockableCurrency<AccountId, Balance = Balance>,
	Stake: Staked<AccountId>,
{
	type Moment = C::Moment;
	type MaxLocks = C::MaxLocks;

	fn set_lock(id: LockIdentifier, who: &AccountId, amount: Balance, reasons: WithdrawReasons) {
		C::set_lock(id, who, amount, reasons);
	}

	fn extend_lock(id: LockIdentifier, who: &AccountId, amount: Balance, reasons: WithdrawReasons) {
		C::extend_lock(id, who, amount, reasons);
	}

	fn remove_lock(id: LockIdentifier, who: &AccountId) {
		C::remove_lock(id, who);
	}
}

impl<AccountId, C, Stake> Inspect<AccountId> for WithStake<C, Stake>
where
	C: Inspect<AccountId, Balance = Balance>,
	Stake: Staked<AccountId>,
{
	type Balance = Balance;

	fn total_issuance() -> Balance {
		C::total_issuance()
	}

	fn active_issuance() -> Balance {
		C::active_issuance()
	}

	fn minimum_balance() -> Balance {
		C::minimum_balance()
	}

	fn total_balance(who: &AccountId) -> Balance {
		C::total_balance(who).saturating_add(Stake::staked(who))
	}

	fn balance(who: &AccountId) -> Balance {
		C::balance(who)
	}

	fn reducible_balance(who: &AccountId, preservation: Preservation, force: Fortitude) -> Balance {
		C::reducible_balance(who, preservation, force)
	}

	fn can_deposit(who: &AccountId, amount: Balance, provenance: Provenance) -> DepositConsequence {
		C::can_deposit(who, amount, provenance)
	}

	fn can_withdraw(who: &AccountId, amount: Balance) -> WithdrawConsequence<Balance> {
		C::can_withdraw(who, amount)
	}
}

/// The weights `W` of conviction voting, with the cost of reading what a voter has staked.
pub struct StakeWeight<AccountId, W, Stake>(PhantomData<(AccountId, W, Stake)>);

impl<AccountId, W: WeightInfo, Stake: Staked<AccountId>> WeightInfo for StakeWeight<AccountId, W, Stake> {
	fn vote_new() -> Weight {
		W::vote_new().saturating_add(Stake::weight())
	}

	fn vote_existing() -> Weight {
		W::vote_existing().saturating_add(Stake::weight())
	}

	fn remove_vote() -> Weight {
		W::remove_vote()
	}

	fn remove_other_vote() -> Weight {
		W::remove_other_vote()
	}

	fn delegate(votes: u32) -> Weight {
		W::delegate(votes).saturating_add(Stake::weight())
	}

	fn undelegate(votes: u32) -> Weight {
		W::undelegate(votes)
	}

	fn unlock() -> Weight {
		W::unlock()
	}
}
