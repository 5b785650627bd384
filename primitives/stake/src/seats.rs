//! Seats: who sits in which committee, and what those who sat did.

use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};
use tp_core::{AccountId, ChainTag};
use tp_pbft::{Epoch, Member, MemberActivity};

/// One place in a committee. Its index there is the member's index.
#[derive(
	Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo, Serialize, Deserialize,
)]
pub struct Seat {
	/// Whose it is. `None` for a member whom root named and who is no registered node.
	pub node: Option<AccountId>,
	/// The keys and the weight that count in this committee.
	pub member: Member,
	/// The first epoch of this stay in the committee.
	pub since: Epoch,
}

/// A committee that a node sits in.
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

/// What the committee of one ledger did in one epoch, once that is complete.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct Participation {
	/// The ledger.
	pub chain: ChainTag,
	/// The epoch.
	pub epoch: Epoch,
	/// Blocks whose certificates are on the ledger: what each member's `signed` is out of.
	pub certified: u32,
	/// Each seat that belongs to a node, and what that did.
	pub members: Vec<(AccountId, MemberActivity)>,
}
