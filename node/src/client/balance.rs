//! What accounts have.

use top_main_runtime::Runtime;
use tp_core::{Balance, Nonce};

/// An account as every ledger stores it.
pub type AccountInfo = frame_system::AccountInfo<Nonce, pallet_balances::AccountData<Balance>>;

/// What an account must have to exist.
pub fn existential_deposit() -> Balance {
	<Runtime as pallet_balances::Config>::ExistentialDeposit::get()
}

/// What an account can give away and live on. What is frozen is counted against what is on hold first.
pub fn spendable(account: &AccountInfo) -> Balance {
	let pallet_balances::AccountData { free, reserved, frozen, .. } = account.data;
	free.saturating_sub(frozen.saturating_sub(reserved).max(existential_deposit()))
}

#[cfg(test)]
mod tests {
	use super::*;
	use codec::{Decode, Encode};

	#[test]
	fn a_shards_accounts_begin_as_others_do() {
		let data = tp_lattice::AccountData { free: 7, reserved: 5, frozen: 3, ..Default::default() };
		let account = tp_lattice::Account { nonce: 9, data, ..Default::default() };
		let read = AccountInfo::decode(&mut &account.encode()[..]).unwrap();
		assert_eq!((read.nonce, read.data.free, read.data.reserved, read.data.frozen), (9, 7, 5, 3));
	}

	#[test]
	fn what_is_locked_or_needed_to_live_cannot_be_spent() {
		let with = |free, reserved, frozen| {
			let data = pallet_balances::AccountData { free, reserved, frozen, ..Default::default() };
			spendable(&AccountInfo { data, ..Default::default() })
		};
		let least = existential_deposit();
		assert_eq!(with(10 * least, 0, 0), 9 * least);
		assert_eq!(with(10 * least, 0, 4 * least), 6 * least);
		// What is on hold is locked already.
		assert_eq!(with(10 * least, 3 * least, 5 * least), 8 * least);
		assert_eq!(with(10 * least, 5 * least, 5 * least), 9 * least);
		assert_eq!(with(least / 2, 0, 0), 0);
	}
}
