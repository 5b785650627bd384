//! There are no fees: quotas limit what accounts use, see `pallet-quota`.
//!
//! Ledgers have the payment pallet because clients call `payment_queryInfo`, which returns 0. The pallet charges nothing:
//! the extension that wallets sign under its name is [`pallet_quota::ChargeQuota`].

use core::marker::PhantomData;
use frame_support::unsigned::TransactionValidityError;
use pallet_transaction_payment::{OnChargeTransaction, TxCreditHold};
use sp_runtime::traits::{DispatchInfoOf, PostDispatchInfoOf};
use tp_core::Balance;

/// The price of weight and of length.
pub type NoFee = sp_weights::NoFee<Balance>;

/// Charges nothing, and changes no account.
pub struct Feeless<T>(PhantomData<T>);

impl<T: pallet_transaction_payment::Config> TxCreditHold<T> for Feeless<T> {
	type Credit = ();
}

impl<T: pallet_transaction_payment::Config> OnChargeTransaction<T> for Feeless<T> {
	type Balance = Balance;
	type LiquidityInfo = ();

	fn withdraw_fee(
		_: &T::AccountId,
		_: &T::RuntimeCall,
		_: &DispatchInfoOf<T::RuntimeCall>,
		_: Balance,
		_: Balance,
	) -> Result<(), TransactionValidityError> {
		Ok(())
	}

	fn can_withdraw_fee(
		_: &T::AccountId,
		_: &T::RuntimeCall,
		_: &DispatchInfoOf<T::RuntimeCall>,
		_: Balance,
		_: Balance,
	) -> Result<(), TransactionValidityError> {
		Ok(())
	}

	fn correct_and_deposit_fee(
		_: &T::AccountId,
		_: &DispatchInfoOf<T::RuntimeCall>,
		_: &PostDispatchInfoOf<T::RuntimeCall>,
		_: Balance,
		_: Balance,
		(): (),
	) -> Result<(), TransactionValidityError> {
		Ok(())
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn endow_account(_: &T::AccountId, _: Balance) {}

	#[cfg(feature = "runtime-benchmarks")]
	fn minimum_balance() -> Balance {
		0
	}
}
