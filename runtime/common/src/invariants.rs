//! What must hold between two blocks, for tests and tools.

use frame_support::ensure;
use sp_runtime::TryRuntimeError;
use tp_core::Balance;

/// Declares a function that checks the invariants of pallets of this repository: `try_state!(name: Pallet Pallet)`.
#[macro_export]
macro_rules! try_state {
	($name:ident: $($pallet:ident)+) => {
		/// Checks the invariants of pallets between two blocks.
		#[cfg(feature = "std")]
		pub fn $name() -> Result<(), sp_runtime::TryRuntimeError> {
			$($pallet::do_try_state()?;)+
			Ok(())
		}
	};
}

/// Checks that the balances of all accounts are the issuance.
///
/// # Errors
/// If they differ.
pub fn try_issuance<T>() -> Result<(), TryRuntimeError>
where
	T: pallet_balances::Config<Balance = Balance>
		+ frame_system::Config<AccountData = pallet_balances::AccountData<Balance>>,
{
	let accounts = frame_system::Account::<T>::iter_values();
	let sum: Balance = accounts.map(|account| account.data.free + account.data.reserved).sum();
	ensure!(sum == pallet_balances::Pallet::<T>::total_issuance(), "the balances are the issuance");
	Ok(())
}
