//! What must hold between two blocks, for tests and tools.

use frame_support::{ensure, traits::Get};
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

/// Declares `try_stake_state`, which checks the invariants of the pallets of stake, and `try_state`, which checks those of all pallets of
/// this repository, and that the balances with what is issued `outside` of them are the issuance.
#[macro_export]
macro_rules! try_main_state {
	(stake: $($stake:ident)+; others: $($other:ident)+; outside: $outside:ty;) => {
		$crate::try_state!(try_stake_state: $($stake)+);
		$crate::try_state!(try_other_state: $($other)+);

		/// Checks the invariants of all pallets of this repository between two blocks, and that the balances, with what is on its way to
		/// other ledgers, are the issuance.
		#[cfg(feature = "std")]
		pub fn try_state() -> Result<(), sp_runtime::TryRuntimeError> {
			try_stake_state().and_then(|()| try_other_state())?;
			$crate::try_issuance::<Runtime, $outside>()
		}
	};
}

/// Checks that the balances of all accounts and what is issued `Outside` of them are the issuance.
///
/// # Errors
/// If they differ.
pub fn try_issuance<T, Outside: Get<Balance>>() -> Result<(), TryRuntimeError>
where
	T: pallet_balances::Config<Balance = Balance>
		+ frame_system::Config<AccountData = pallet_balances::AccountData<Balance>>,
{
	let accounts = frame_system::Account::<T>::iter_values();
	let sum: Balance = accounts.map(|account| account.data.free + account.data.reserved).sum();
	let issued = sum.saturating_add(Outside::get());
	ensure!(issued == pallet_balances::Pallet::<T>::total_issuance(), "the balances are the issuance");
	Ok(())
}
