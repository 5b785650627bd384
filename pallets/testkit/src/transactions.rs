//! Unsigned transactions whose calls authorize themselves (`#[pallet::authorize]`), in the pool and in a block.

use frame_support::{
	dispatch::{DispatchInfo, DispatchResult, GetDispatchInfo, PostDispatchInfo},
	pallet_prelude::{TransactionSource, TransactionValidityError, ValidTransaction},
};
use frame_system::{AuthorizeCall, Config};
use sp_runtime::{
	generic::ExtensionVersion,
	traits::{DispatchTransaction, Dispatchable},
};

/// The version of general transactions' extensions.
const VERSION: ExtensionVersion = 0;

/// Returns the origin of an authorized call.
pub fn authorized<T: Config>() -> T::RuntimeOrigin {
	frame_system::Origin::<T>::Authorized.into()
}

/// Validates a call as the pool does with a transaction that another node sent.
pub fn validate<T: Config + Send + Sync>(
	call: impl Into<T::RuntimeCall>,
) -> Result<ValidTransaction, TransactionValidityError>
where
	T::RuntimeCall: Dispatchable<Info = DispatchInfo, PostInfo = PostDispatchInfo>,
{
	let (call, info) = with_info::<T>(call);
	let source = TransactionSource::External;
	AuthorizeCall::<T>::new().validate_only(unsigned::<T>(), &call, &info, 0, source, VERSION).map(|(valid, ..)| valid)
}

/// Applies a call as a block does with its transaction.
pub fn apply<T: Config + Send + Sync>(
	call: impl Into<T::RuntimeCall>,
) -> Result<DispatchResult, TransactionValidityError>
where
	T::RuntimeCall: Dispatchable<Info = DispatchInfo, PostInfo = PostDispatchInfo>,
{
	let (call, info) = with_info::<T>(call);
	let applied = AuthorizeCall::<T>::new().dispatch_transaction(unsigned::<T>(), call, &info, 0, VERSION)?;
	Ok(applied.map(drop).map_err(|error| error.error))
}

fn with_info<T: Config>(call: impl Into<T::RuntimeCall>) -> (T::RuntimeCall, DispatchInfo) {
	let call = call.into();
	let info = call.get_dispatch_info();
	(call, info)
}

fn unsigned<T: Config>() -> T::RuntimeOrigin {
	frame_system::Origin::<T>::None.into()
}
