//! Spendable balances.

use top_main_runtime::Runtime;
use top_sdk::AccountInfo;
use tp_core::Balance;

/// Returns the minimum balance of an account.
pub fn existential_deposit() -> Balance {
	<Runtime as pallet_balances::Config>::ExistentialDeposit::get()
}

/// Returns the balance that an account can spend and stay alive. A freeze covers the balance on hold first.
pub fn spendable(account: &AccountInfo) -> Balance {
	let AccountInfo { free, reserved, frozen, .. } = *account;
	free.saturating_sub(frozen.saturating_sub(reserved).max(existential_deposit()))
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn the_frozen_balance_and_the_minimum_cannot_be_spent() {
		let with = |free, reserved, frozen| spendable(&AccountInfo { free, reserved, frozen, ..Default::default() });
		let least = existential_deposit();
		assert_eq!(with(10 * least, 0, 0), 9 * least);
		assert_eq!(with(10 * least, 0, 4 * least), 6 * least);
		// The balance on hold is locked already.
		assert_eq!(with(10 * least, 3 * least, 5 * least), 8 * least);
		assert_eq!(with(10 * least, 5 * least, 5 * least), 9 * least);
		assert_eq!(with(least / 2, 0, 0), 0);
	}
}
