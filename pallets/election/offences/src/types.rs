//! Offences and what they cost.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_runtime::Perbill;
use tp_pbft::{MemberIndex, MAX_MEMBERS};

/// Most offences of one committee in one epoch: each member, each kind.
pub const MAX_OFFENCES: u32 = MAX_MEMBERS * 2;

/// What a member can be punished for.
#[derive(
	Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub enum OffenceKind {
	/// It signed two payloads for one slot.
	Equivocation,
	/// It signed a zone's block that names an invalid block of a shard. Nothing proves that yet.
	InvalidShardBlock,
}

impl OffenceKind {
	/// All kinds.
	pub const ALL: [Self; 2] = [Self::Equivocation, Self::InvalidShardBlock];

	/// The part of the deposit, and of the votes, that it costs.
	pub const fn slash_part(self) -> Perbill {
		match self {
			Self::Equivocation => Perbill::from_percent(10),
			Self::InvalidShardBlock => Perbill::from_percent(100),
		}
	}
}

/// What one member of a committee did in its epoch.
#[derive(
	Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Offence {
	/// The rule that it broke.
	pub kind: OffenceKind,
	/// Its index in the committee.
	pub member: MemberIndex,
}
