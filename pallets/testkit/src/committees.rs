//! Committees of ledgers that a test names.

use codec::{Decode, Encode};
use sp_core::H256;
use sp_io::hashing::blake2_256;
use std::{cell::RefCell, collections::BTreeMap};
use tp_core::ChainTag;
use tp_pbft::Epoch;
use tp_stake::{Committees, Seat};

thread_local! {
	/// Seats in SCALE encoding: statics cannot be generic.
	static SEATS: RefCell<BTreeMap<(ChainTag, Epoch), Vec<u8>>> = const { RefCell::new(BTreeMap::new()) };
}

/// Returns the genesis hash of a ledger, different for each.
pub fn genesis_hash_of(chain: ChainTag) -> H256 {
	H256(chain.using_encoded(blake2_256))
}

/// The committees that a test set.
pub struct CommitteeTable;

impl CommitteeTable {
	/// Sets the committee of a ledger in an epoch.
	pub fn set<AccountId: Encode>(chain: ChainTag, epoch: Epoch, seats: &[Seat<AccountId>]) {
		SEATS.with_borrow_mut(|all| all.insert((chain, epoch), seats.encode()));
	}

	/// Removes the committee of a ledger in an epoch.
	pub fn remove(chain: ChainTag, epoch: Epoch) {
		SEATS.with_borrow_mut(|all| all.remove(&(chain, epoch)));
	}
}

impl<AccountId: Decode> Committees<AccountId> for CommitteeTable {
	fn committee(chain: ChainTag, epoch: Epoch) -> Option<Vec<Seat<AccountId>>> {
		let decode = |seats: &Vec<u8>| Decode::decode(&mut &seats[..]).expect("all accounts of a test have one type");
		SEATS.with_borrow(|all| all.get(&(chain, epoch)).map(decode))
	}
	fn genesis_hash(chain: ChainTag) -> Option<H256> {
		SEATS.with_borrow(|all| all.keys().any(|(known, _)| *known == chain)).then(|| genesis_hash_of(chain))
	}
}

pub(crate) fn reset() {
	SEATS.with_borrow_mut(BTreeMap::clear);
}
