//! Stored types and bounds.

use alloc::{collections::BTreeMap, vec::Vec};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use core::cmp::Ordering;
use frame_support::{traits::ConstU32, BoundedVec};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};
use sp_core::H256;
use tp_core::ChainTag;
use tp_pbft::{Epoch, Member, Seed, MAX_MEMBERS};
use tp_sortition::{most_candidates, Key, Role};
use tp_stake::Seat;

/// Maximum number of ledgers, including removed ones whose committees are kept. Each ledger has a hash in the last
/// header of an epoch. The header stays below 4 KiB with this number.
pub const MAX_LEDGERS: u32 = 64;
/// Maximum number of seats of all ledgers.
pub const MAX_SEATS: u32 = 1_024;
/// Maximum number of seats that one block deals, and of nodes that it looks up for the deal.
pub const SEATS_PER_BLOCK: u32 = 256;
// A block can take each step of a deal.
const _: () = assert!(SEATS_PER_BLOCK >= MAX_MEMBERS && SEATS_PER_BLOCK >= PAGE);

/// Maximum number of candidates of a role: of all seats, if all of them are open.
pub const MAX_CANDIDATES: u32 = most_candidates(MAX_SEATS);
/// Number of candidates of a page. A page has 4 KB, and each accepted ticket rewrites one.
pub const PAGE: u32 = 64;
/// Maximum number of pages of a role.
pub const MAX_PAGES: u32 = MAX_CANDIDATES.div_ceil(PAGE);
/// Maximum number of epochs for which committees are kept: two months of epochs of 6 h. A committee takes 16 KB, so
/// this bounds the state.
pub const MAX_HISTORY: Epoch = 256;

/// The seats of a committee, by member index.
pub type Seats<AccountId> = BoundedVec<Seat<AccountId>, ConstU32<MAX_MEMBERS>>;
/// A ledger with the members of its first committee and their nodes.
pub type FirstCommittee<AccountId> = (ChainTag, Vec<(AccountId, Member)>);
/// A page of the candidates of a role, in no order.
pub type Page<AccountId> = BoundedVec<Candidate<AccountId>, ConstU32<PAGE>>;
/// What is known of each page of a role.
pub type Pages<AccountId> = BoundedVec<PageSummary<AccountId>, ConstU32<MAX_PAGES>>;

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

/// A node with a valid ticket, on the list of the smallest keys.
///
/// Candidates are ordered by key, and by account where keys are equal. So the list does not depend on the order in which
/// tickets come.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Candidate<AccountId> {
	/// The key of its ticket, by its stake at submission. The deal computes it again.
	pub key: Key,
	/// The node.
	pub node: AccountId,
}

impl<AccountId: Ord> Ord for Candidate<AccountId> {
	fn cmp(&self, other: &Self) -> Ordering {
		self.key.cmp(&other.key).then_with(|| self.node.cmp(&other.node))
	}
}

impl<AccountId: Ord> PartialOrd for Candidate<AccountId> {
	fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
		Some(self.cmp(other))
	}
}

/// What is known of a page without reading it.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct PageSummary<AccountId> {
	/// Number of its candidates.
	pub count: u32,
	/// The last of its candidates in order.
	pub last: Candidate<AccountId>,
}

/// The seat of a node, as the newest draw decided it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct SeatOfNode {
	/// The ledger.
	pub chain: ChainTag,
	/// The last epoch for which the node is known to have the seat.
	pub until: Epoch,
	/// The computing power that the node proved for the draw that gave it the seat, in ten thousandths. It counts as long as the node
	/// has the seat.
	pub power: u16,
}

/// A deal of seats, which may take several blocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Deal {
	/// The epoch in which the tickets were submitted.
	pub ended: Epoch,
	/// The seed that stood at its end, long after its tickets closed.
	pub seed: Seed,
	/// The role whose seats are dealt.
	pub role: Role,
	/// Number of allotted seats that earlier ledgers could not fill. Later ledgers fill as many more.
	pub unfilled: u32,
	/// The next step.
	pub step: Step,
}

/// A step of a deal. Each role takes all of them in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub enum Step {
	/// Looks up the candidates of a page: who may still stand, and with which stake.
	Weigh {
		/// The page.
		page: u32,
	},
	/// Counts the openings of the first ledger after this one.
	Plan {
		/// The ledger before it.
		after: Option<ChainTag>,
	},
	/// Orders the candidates by key, and allots the openings to them.
	Order,
	/// Decides the committee of the first ledger after this one.
	Seat {
		/// The ledger before it.
		after: Option<ChainTag>,
	},
}

/// The openings of a ledger in a deal.
#[derive(
	Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Openings {
	/// Vacant seats.
	pub free: u32,
	/// Seats of members that are absent or want to leave.
	pub leavers: u32,
	/// Seats in rotation.
	pub turns: u32,
	/// Number of them that newcomers take, once it is decided.
	pub allotted: u32,
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
