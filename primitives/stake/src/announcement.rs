//! The digest item by which a header of the main chain announces the committees of other ledgers.

use crate::Seat;
use alloc::vec::Vec;
use codec::{Decode, DecodeAll, Encode};
use sp_core::H256;
use sp_runtime::{
	generic::{Digest, DigestItem},
	traits::{BlakeTwo256, Hash},
	ConsensusEngineId,
};
use tp_core::ChainTag;
use tp_pbft::Epoch;

/// Identifies announced committees in header digests.
pub const ASSIGNMENT_ENGINE_ID: ConsensusEngineId = *b"ASGN";

/// The `Consensus(ASGN)` digest item, written by the runtime of the main chain.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum AssignmentLog {
	/// In the last header of an epoch: the committees of all other ledgers in the next one.
	///
	/// With this header a client can verify the seats of a committee. The main chain's own committee is in
	/// `Consensus(PBFT)`.
	NextCommittees {
		/// The next epoch.
		epoch: Epoch,
		/// [`seats_hash`] of each ledger's seats, by chain tag. Ledgers without a committee are left out.
		committees: Vec<(ChainTag, H256)>,
	},
}

impl AssignmentLog {
	/// Returns it as an item of a header's digest.
	pub fn to_item(&self) -> DigestItem {
		DigestItem::Consensus(ASSIGNMENT_ENGINE_ID, self.encode())
	}

	/// Finds the announcement in a header's digest.
	pub fn find(digest: &Digest) -> Option<Self> {
		digest.logs().iter().find_map(|item| match item {
			DigestItem::Consensus(id, data) if *id == ASSIGNMENT_ENGINE_ID => Self::decode_all(&mut &data[..]).ok(),
			_ => None,
		})
	}
}

/// Returns the hash of a committee's seats in the order of member indices.
///
/// It is blake2b-256 of their SCALE encoding, which is also the value in the main chain's storage.
pub fn seats_hash<AccountId: Encode>(seats: &[Seat<AccountId>]) -> H256 {
	BlakeTwo256::hash_of(&seats)
}
