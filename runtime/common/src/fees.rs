//! Nothing costs a fee.
//!
//! The payment pallet is there because clients ask it (`payment_queryInfo` answers 0) and sign its extension. With
//! fees of zero a tip would be the only price, and the rich would go first: it is refused.

use core::marker::PhantomData;
use frame_support::unsigned::TransactionValidityError;
use pallet_transaction_payment::{OnChargeTransaction, TxCreditHold};
use sp_runtime::{
	traits::{DispatchInfoOf, PostDispatchInfoOf, Zero},
	transaction_validity::InvalidTransaction,
};
use tp_core::Balance;

/// The price of weight and of length.
pub type NoFee = sp_weights::NoFee<Balance>;

/// Code of the `InvalidTransaction::Custom` that refuses a transaction with a tip.
pub const TIP_REFUSED: u8 = 1;

/// Charges nothing and refuses tips. Touches no account.
pub struct Feeless<T>(PhantomData<T>);

impl<T> Feeless<T> {
	fn refuse_tip(tip: Balance) -> Result<(), TransactionValidityError> {
		tip.is_zero().then_some(()).ok_or_else(|| InvalidTransaction::Custom(TIP_REFUSED).into())
	}
}

impl<T: pallet_transaction_payment::Config> TxCreditHold<T> for Feeless<T> {
	type Credit = ();
}

impl<T: pallet_transaction_payment::Config> OnChargeTransaction<T> for Feeless<T> {
	type Balance = Balance;
	type LiquidityInfo = ();

	fn withdraw_fee(
		_who: &T::AccountId,
		_call: &T::RuntimeCall,
		_info: &DispatchInfoOf<T::RuntimeCall>,
		_fee_with_tip: Balance,
		tip: Balance,
	) -> Result<(), TransactionValidityError> {
		Self::refuse_tip(tip)
	}

	fn can_withdraw_fee(
		_who: &T::AccountId,
		_call: &T::RuntimeCall,
		_info: &DispatchInfoOf<T::RuntimeCall>,
		_fee_with_tip: Balance,
		tip: Balance,
	) -> Result<(), TransactionValidityError> {
		Self::refuse_tip(tip)
	}

	fn correct_and_deposit_fee(
		_who: &T::AccountId,
		_info: &DispatchInfoOf<T::RuntimeCall>,
		_post_info: &PostDispatchInfoOf<T::RuntimeCall>,
		_corrected_fee_with_tip: Balance,
		_tip: Balance,
		_liquidity_info: (),
	) -> Result<(), TransactionValidityError> {
		Ok(())
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn endow_account(_who: &T::AccountId, _amount: Balance) {}

	#[cfg(feature = "runtime-benchmarks")]
	fn minimum_balance() -> Balance {
		0
	}
}
