//! Weights of the pallet.
//!
//! Set by hand from costs measured on a 2.6 GHz server core: an item read and written in the SDK's trie 12 and 50 µs, one
//! that was read in the same block before, and is written anyway, 5 µs.

use frame_support::weights::Weight;

/// What the pallet's work costs.
pub trait WeightInfo {
	/// Both hooks.
	fn block() -> Weight;
	/// Locking stake.
	fn lock() -> Weight;
	/// Unlocking it.
	fn unlock() -> Weight;
	/// Setting the rules.
	fn set_rules() -> Weight;
	/// Locking stake for another account.
	fn sponsor() -> Weight;
	/// Taking it back.
	fn unsponsor() -> Weight;
	/// Having it back.
	fn withdraw_sponsorship() -> Weight;
	/// Paying an account's deposit, and locking stake for it.
	fn invite() -> Weight;
	/// What the extension does to a transaction.
	fn charge() -> Weight;
}

/// Picoseconds of reference time in a microsecond.
const MICROSECOND: u64 = 1_000_000;
/// Reading and writing an item.
const ITEM: u64 = 62 * MICROSECOND;
/// An item that the transaction reads and writes anyway.
const SHARED_ITEM: u64 = 5 * MICROSECOND;
/// Rules, time, free use and what is lent: items that every transaction of a block reads.
const CONTEXT: u64 = 5 * MICROSECOND;

/// Of a ledger that has quotas in its accounts.
pub struct InAccounts;
/// Of a ledger that has them in a map of their own.
pub struct InMap;

impl WeightInfo for InAccounts {
	fn block() -> Weight {
		block()
	}

	fn lock() -> Weight {
		hold(SHARED_ITEM)
	}

	fn unlock() -> Weight {
		hold(SHARED_ITEM)
	}

	fn set_rules() -> Weight {
		set_rules()
	}

	fn sponsor() -> Weight {
		sponsor(SHARED_ITEM)
	}

	fn unsponsor() -> Weight {
		unsponsor(SHARED_ITEM)
	}

	fn withdraw_sponsorship() -> Weight {
		withdraw_sponsorship()
	}

	fn invite() -> Weight {
		invite(SHARED_ITEM)
	}

	fn charge() -> Weight {
		charge(SHARED_ITEM)
	}
}

impl WeightInfo for InMap {
	fn block() -> Weight {
		block()
	}

	fn lock() -> Weight {
		hold(ITEM)
	}

	fn unlock() -> Weight {
		hold(ITEM)
	}

	fn set_rules() -> Weight {
		set_rules()
	}

	fn sponsor() -> Weight {
		sponsor(ITEM)
	}

	fn unsponsor() -> Weight {
		unsponsor(ITEM)
	}

	fn withdraw_sponsorship() -> Weight {
		withdraw_sponsorship()
	}

	fn invite() -> Weight {
		invite(ITEM)
	}

	fn charge() -> Weight {
		charge(ITEM)
	}
}

/// The rules are read, and what is lent may be written.
fn block() -> Weight {
	Weight::from_parts(ITEM + CONTEXT, 0)
}

/// The account, its holds and its quota.
fn hold(quota: u64) -> Weight {
	Weight::from_parts(2 * ITEM + CONTEXT + quota, 0)
}

fn set_rules() -> Weight {
	Weight::from_parts(ITEM, 0)
}

/// The sponsor's account and its holds; both items about the sponsorship; the other account and its quota.
fn sponsor(quota: u64) -> Weight {
	Weight::from_parts(5 * ITEM + CONTEXT + quota, 0)
}

/// As [`sponsor`], but for the sponsor's account and holds.
fn unsponsor(quota: u64) -> Weight {
	Weight::from_parts(3 * ITEM + CONTEXT + quota, 0)
}

/// The sponsor's account, its holds, and the sponsorship.
fn withdraw_sponsorship() -> Weight {
	Weight::from_parts(3 * ITEM + CONTEXT, 0)
}

/// As [`sponsor`], after a transfer between its two accounts.
fn invite(quota: u64) -> Weight {
	sponsor(quota).saturating_add(Weight::from_parts(3 * SHARED_ITEM, 0))
}

/// The quota is written when it is charged, and again when something is given back.
fn charge(quota: u64) -> Weight {
	Weight::from_parts(CONTEXT + quota + SHARED_ITEM, 0)
}
