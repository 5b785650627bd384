//! An origin of governance: root, and a council that is one account.

use crate::account;
use codec::{Decode, Encode};
use frame_support::traits::{EitherOfDiverse, SortedMembers};
use frame_system::{EnsureRoot, EnsureSignedBy};

/// The number of the council's account, which no test gives to another account.
const COUNCIL: u16 = 0xc0c0;

/// The only member of the council.
pub struct Council;

impl Council {
	/// Returns its account.
	pub fn account<AccountId: Decode>() -> AccountId {
		account(COUNCIL)
	}
}

impl<AccountId: Ord + Decode + Encode> SortedMembers<AccountId> for Council {
	fn sorted_members() -> Vec<AccountId> {
		vec![Self::account()]
	}
}

/// Root, or the council.
pub type RootOrCouncil<AccountId> = EitherOfDiverse<EnsureRoot<AccountId>, EnsureSignedBy<Council, AccountId>>;
