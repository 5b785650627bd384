//! Transactions without a signature, whose calls authorize themselves (`#[pallet::authorize]`).
//!
//! They are bare, like inherents, and not general transactions: the tools of Polkadot.js do not read those.

use core::marker::PhantomData;
use frame_support::traits::Authorize;
use sp_runtime::transaction_validity::{
	TransactionSource, TransactionValidity, TransactionValidityError, UnknownTransaction,
};

/// Validates bare transactions by their calls.
pub struct SelfAuthorized<Call>(PhantomData<Call>);

// The SDK advises general transactions instead. Bare ones have no other validator.
#[allow(deprecated)]
impl<Call: Authorize> sp_runtime::traits::ValidateUnsigned for SelfAuthorized<Call> {
	type Call = Call;

	/// Accepts calls without authorization, because inherents are such calls. Their origin is `None`, which all but
	/// inherents refuse.
	fn pre_dispatch(call: &Call) -> Result<(), TransactionValidityError> {
		call.authorize(TransactionSource::InBlock).map_or(Ok(()), |authorized| authorized.map(drop))
	}

	fn validate_unsigned(source: TransactionSource, call: &Call) -> TransactionValidity {
		let authorized = call.authorize(source).ok_or(UnknownTransaction::NoUnsignedValidator)?;
		authorized.map(|(valid, _)| valid)
	}
}
