//! What the pallet stores.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::{traits::ConstU32, BoundedVec};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};
use sp_core::H256;
use tp_core::{AccountId, ChainTag};
use tp_pbft::{Epoch, MAX_MEMBERS};
use tp_sortition::{Draw, Role};
use tp_stake::Seat;

/// Most ledgers, with those that were removed and whose committees are kept. Each has a hash in the last header of an epoch,
/// which stays below 4 KiB with so many.
pub const MAX_LEDGERS: u32 = 64;
/// Most seats of all ledgers. All of them are drawn in one block, of which that may take a quarter.
pub const MAX_SEATS: u32 = 1_024;
/// Most tickets held for a role; those of the highest stake. Only nodes without a seat hand them in, and a quarter of all
/// seats changes in an epoch: four times as many as that takes, with all seats that there can be.
pub const MAX_TICKETS: u32 = 1_024;
/// Most epochs for which committees are kept: two months of 6 h each. At 16 KB a committee it is what bounds the state.
pub const MAX_HISTORY: Epoch = 256;

/// The seats of a committee, by member index.
pub type Seats = BoundedVec<Seat, ConstU32<MAX_MEMBERS>>;
/// The tickets for a role, of the highest stake first.
pub type HeldTickets = BoundedVec<HeldTicket, ConstU32<MAX_TICKETS>>;
/// Nodes with a seat of some role, in order.
pub type SeatedNodes = BoundedVec<AccountId, ConstU32<MAX_SEATS>>;

/// A ledger whose committees are drawn.
#[derive(
	Clone,
	Copy,
	Debug,
	PartialEq,
	Eq,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
	Serialize,
	Deserialize,
)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct LedgerParams {
	/// How many members its committee should have.
	pub seats: u32,
	/// Who sits in it: routers for the main chain and zones, validators for shards.
	pub role: Role,
	/// Its genesis hash: part of what its members sign. Of the main chain it plays no part, for that knows its own.
	pub genesis_hash: H256,
}

/// A ledger that was removed. Its members can be punished for what they signed as long as their seats are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct RetiredLedger {
	/// The last epoch in which it had a committee.
	pub last_epoch: Epoch,
	/// Its genesis hash.
	pub genesis_hash: H256,
}

/// A ticket that was found to be valid.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct HeldTicket {
	/// Whose it is.
	pub node: AccountId,
	/// The number on it.
	pub draw: Draw,
	/// Its node's comprehensive stake when it was handed in, without a cap: decides who gives way when there are too many.
	pub stake: u128,
}

/// Who sits in a ledger's committees.
pub const fn role_of(chain: ChainTag) -> Role {
	match chain {
		ChainTag::Main | ChainTag::Zone(_) => Role::Router,
		ChainTag::Shard { .. } => Role::Validator,
	}
}

/// The zone that a ledger is or belongs to.
pub const fn zone_of(chain: ChainTag) -> Option<u16> {
	match chain {
		ChainTag::Main => None,
		ChainTag::Zone(zone) | ChainTag::Shard { zone, .. } => Some(zone),
	}
}

/// A length as weights and events take it.
pub fn count(length: usize) -> u32 {
	u32::try_from(length).unwrap_or(u32::MAX)
}

/// A number of seats as lengths are.
pub fn length(seats: u32) -> usize {
	usize::try_from(seats).unwrap_or(usize::MAX)
}
