//! Offences and their punishment.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::weights::Weight;
use scale_info::TypeInfo;
use sp_runtime::{PerThing, Perbill, Saturating};
use tp_pbft::{MemberIndex, MAX_MEMBERS};

/// The part that one contradiction costs at once, however many members of the committee did the same.
const FIRST_PART: Perbill = Perbill::from_percent(10);

/// Maximum number of ledgers whose records of an old epoch a block removes. A record is one small write. With more
/// ledgers the removal takes more blocks.
pub const PRUNED_PER_BLOCK: u32 = 32;

/// Maximum number of offences of one committee in one epoch: one of each kind for each member.
pub const MAX_OFFENCES: u32 = MAX_MEMBERS * 2;

/// Weight of what a view change shows, in one check of a report: it is hashed twice, also for the reporter, and decoded. An estimate
/// for [`tp_pbft::MAX_SHOWN_BYTES`], beyond what is measured for two short messages: 20 µs to hash them in the runtime's host,
/// and 100 µs to decode 128 signatures in wasm.
pub const SHOWN_WEIGHT: Weight = Weight::from_parts(120_000_000, 0);

/// Maximum number of slashes whose rest a block decides. With more of them the decisions take more blocks.
pub const RESTS_PER_BLOCK: u32 = 16;

/// Kind of an offence.
#[derive(
	Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub enum OffenceKind {
	/// The member contradicted itself: it signed two payloads for one slot, or hid a Commit in a view change.
	Equivocation,
	/// The member signed a zone block that names an invalid shard block. There is no evidence of this kind yet.
	InvalidShardBlock,
}

impl OffenceKind {
	/// All kinds.
	pub const ALL: [Self; 2] = [Self::Equivocation, Self::InvalidShardBlock];

	/// Returns the part of the deposit and of the votes that is due at once.
	pub const fn slash_part(self) -> Perbill {
		match self {
			Self::Equivocation => FIRST_PART,
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

/// Returns the part that an equivocation costs in all, where `members` of a committee made one in an epoch:
/// `max(10 %, min(1, ((members − 1) / max(f, 1))²))`.
///
/// The committee tolerates `max_faulty` (f) of them. So an accident costs a tenth, and f + 1 members, who could fork the
/// ledger, lose all.
pub fn equivocation_part(members: u32, max_faulty: u32) -> Perbill {
	let others = members.saturating_sub(1);
	Perbill::from_rational(others, max_faulty.max(1)).square().max(FIRST_PART)
}

/// Returns the part to take from what the first part of an equivocation leaves, so that `whole` is taken in all.
pub fn rest_of(whole: Perbill) -> Perbill {
	let (rest, left) = (whole.saturating_sub(FIRST_PART), FIRST_PART.left_from_one());
	Perbill::from_rational(rest.deconstruct(), left.deconstruct())
}

/// A node that was slashed for an equivocation, and pays the rest when evidence of the epoch does not count any more.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Accused<AccountId> {
	/// The node.
	pub node: AccountId,
	/// The reporter of its offence.
	pub reporter: Option<AccountId>,
	/// The number of faulty members that its committee tolerates.
	pub max_faulty: u32,
}
