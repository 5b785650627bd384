//! Seats in committees, and the activity of their owners.

use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};
use tp_core::ChainTag;
use tp_pbft::{Epoch, Member, MemberActivity};

/// One seat of a committee. Its index in the committee is the member's index.
#[derive(
	Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo, Serialize, Deserialize,
)]
pub struct Seat<AccountId = tp_core::AccountId> {
	/// The node that owns it. `None` for a member named by root that is not a registered node.
	pub node: Option<AccountId>,
	/// The member's keys and weight in this committee.
	pub member: Member,
	/// The first epoch of the node's uninterrupted stay in the committee.
	pub since: Epoch,
}

/// A committee in which a node has a seat.
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
pub struct Assignment {
	/// The ledger.
	pub chain: ChainTag,
	/// The epoch.
	pub epoch: Epoch,
}

/// The activity of one ledger's committee in one complete epoch.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct Participation<AccountId = tp_core::AccountId> {
	/// The ledger.
	pub chain: ChainTag,
	/// The epoch.
	pub epoch: Epoch,
	/// Blocks whose certificates are on the ledger: the maximum of each member's `signed`.
	pub certified: u32,
	/// The owner and the activity of each seat that a node owns.
	pub members: Vec<(AccountId, MemberActivity)>,
}
