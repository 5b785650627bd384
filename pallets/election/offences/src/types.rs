//! Offences and their punishment.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_runtime::Perbill;
use tp_pbft::{MemberIndex, MAX_MEMBERS};

/// Maximum number of ledgers whose records of an old epoch a block removes. A record is one small write. With more
/// ledgers the removal takes more blocks.
pub const PRUNED_PER_BLOCK: u32 = 32;

/// Maximum number of offences of one committee in one epoch: one of each kind for each member.
pub const MAX_OFFENCES: u32 = MAX_MEMBERS * 2;

/// Kind of an offence.
#[derive(
	Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub enum OffenceKind {
	/// The member signed two payloads for one slot.
	Equivocation,
	/// The member signed a zone block that names an invalid shard block. There is no evidence of this kind yet.
	InvalidShardBlock,
}

impl OffenceKind {
	/// All kinds.
	pub const ALL: [Self; 2] = [Self::Equivocation, Self::InvalidShardBlock];

	/// Returns the slashed part of the deposit and of the votes.
	pub const fn slash_part(self) -> Perbill {
		match self {
			Self::Equivocation => Perbill::from_percent(10),
			Self::InvalidShardBlock => Perbill::from_percent(100),
		}
	}
}

/// Offence of one member of a committee in its epoch.
#[derive(
	Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Offence {
	/// The kind.
	pub kind: OffenceKind,
	/// The member's index in the committee.
	pub member: MemberIndex,
}
