//! Invariants of the storage.

use crate::*;
use frame_support::ensure;
use sp_runtime::TryRuntimeError;

impl<T: Config> Pallet<T> {
	/// Checks that no record is empty.
	pub(crate) fn do_try_state() -> Result<(), TryRuntimeError> {
		ensure!(Records::<T>::iter_values().all(|record| !record.data.is_empty()), "a record is empty");
		Ok(())
	}
}
