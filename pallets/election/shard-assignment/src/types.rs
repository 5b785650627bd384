//! Stored types and bounds.

use alloc::{collections::BTreeMap, vec::Vec};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::{traits::ConstU32, BoundedVec};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};
use sp_core::H256;
use tp_core::ChainTag;
use tp_pbft::{Epoch, MAX_MEMBERS};
use tp_sortition::{Draw, Role};
use tp_stake::Seat;

/// Maximum number of ledgers, including removed ones whose committees are kept. Each ledger has a hash in the last
/// header of an epoch. The header stays below 4 KiB with this number.
pub const MAX_LEDGERS: u32 = 64;
/// Maximum number of seats of all ledgers. One block draws all of them and may take a quarter of its weight for it.
pub const MAX_SEATS: u32 = 1_024;
/// Maximum number of held tickets of a role. Tickets of the highest stakes are kept.
///
/// Only nodes without a seat submit tickets, and a quarter of all seats changes in an epoch. So this is four times the
/// need with the maximum number of seats.
pub const MAX_TICKETS: u32 = 1_024;
/// Maximum number of epochs for which committees are kept: two months of epochs of 6 h. A committee takes 16 KB, so
/// this bounds the state.
pub const MAX_HISTORY: Epoch = 256;

/// The seats of a committee, by member index.
pub type Seats<AccountId> = BoundedVec<Seat<AccountId>, ConstU32<MAX_MEMBERS>>;
/// The tickets of a role, highest stake first.
pub type HeldTickets<AccountId> = BoundedVec<HeldTicket<AccountId>, ConstU32<MAX_TICKETS>>;
/// Nodes with a seat of a role, in order.
pub type SeatedNodes<AccountId> = BoundedVec<AccountId, ConstU32<MAX_SEATS>>;

/// The committees of one epoch.
///
/// The order of the map matters: [`ChainTag::Main`] comes first. `integrity_test` asserts it.
pub(crate) type CommitteesOfEpoch<AccountId> = BTreeMap<ChainTag, Vec<Seat<AccountId>>>;

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
	/// Target number of members of its committee.
	pub seats: u32,
	/// Role of its members: routers for the main chain and zones, validators for shards.
	pub role: Role,
	/// Its genesis hash, which is part of what its members sign. Unused for the main chain, which knows its own.
	pub genesis_hash: H256,
}

/// A removed ledger. Its members can be punished for their signatures while their seats are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct RetiredLedger {
	/// The last epoch in which it had a committee.
	pub last_epoch: Epoch,
	/// Its genesis hash.
	pub genesis_hash: H256,
}

/// A valid ticket that waits for the draw.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct HeldTicket<AccountId> {
	/// The node that submitted it.
	pub node: AccountId,
	/// The number on it.
	pub draw: Draw,
	/// The node's comprehensive stake at submission, without a cap. The lowest stake is evicted if there are too many.
	pub stake: u128,
}

/// Returns the role of the members of a ledger's committees.
pub const fn role_of(chain: ChainTag) -> Role {
	match chain {
		ChainTag::Main | ChainTag::Zone(_) => Role::Router,
		ChainTag::Shard { .. } => Role::Validator,
	}
}

/// Returns the zone that a ledger is or belongs to.
pub const fn zone_of(chain: ChainTag) -> Option<u16> {
	match chain {
		ChainTag::Main => None,
		ChainTag::Zone(zone) | ChainTag::Shard { zone, .. } => Some(zone),
	}
}

/// Returns a length as weights and events take it.
pub fn count(length: usize) -> u32 {
	u32::try_from(length).unwrap_or(u32::MAX)
}

/// Returns a number of seats as a length.
pub fn length(seats: u32) -> usize {
	usize::try_from(seats).unwrap_or(usize::MAX)
}
