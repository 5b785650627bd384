//! The list of candidates that a test names.

use codec::Encode;
use std::{cell::RefCell, collections::BTreeSet};
use tp_stake::Candidates;

/// What is known of the candidates. Accounts are in SCALE encoding: statics cannot be generic.
enum List {
	/// Every node is a candidate.
	All,
	/// Tickets are open.
	Open,
	/// These nodes are.
	Only(BTreeSet<Vec<u8>>),
}

thread_local! {
	static LIST: RefCell<List> = const { RefCell::new(List::All) };
}

/// The candidates that a test set; every node, before it does.
pub struct CandidateList;

impl CandidateList {
	/// Opens the tickets: the list can change.
	pub fn open() {
		LIST.set(List::Open);
	}

	/// Closes the tickets with these candidates.
	pub fn close<AccountId: Encode>(candidates: impl IntoIterator<Item = AccountId>) {
		LIST.set(List::Only(candidates.into_iter().map(|node| node.encode()).collect()));
	}
}

impl<AccountId: Encode> Candidates<AccountId> for CandidateList {
	fn is_candidate(node: &AccountId) -> Option<bool> {
		LIST.with_borrow(|list| match list {
			List::All => Some(true),
			List::Open => None,
			List::Only(candidates) => Some(candidates.contains(&node.encode())),
		})
	}
}

pub(crate) fn reset() {
	LIST.set(List::All);
}
