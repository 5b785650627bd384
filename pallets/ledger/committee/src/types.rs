//! What the pallet stores.

use alloc::{collections::BTreeSet, vec::Vec};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::{traits::ConstU32, BoundedVec};
use scale_info::TypeInfo;
use tp_pbft::{Committee, Epoch, EpochActivity, Height, Member, MemberIndex, Pace, Seed, View, VrfOutput, MAX_MEMBERS};

/// The members of a committee, by index.
pub type Members = BoundedVec<Member, ConstU32<MAX_MEMBERS>>;

/// A committee without the seed, which changes with each block.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct CommitteeRecord {
	/// Which committee of the ledger it is.
	pub epoch: Epoch,
	/// Its members.
	pub members: Members,
}

impl CommitteeRecord {
	/// The committee at a height with this seed.
	pub fn with_seed(self, seed: Seed) -> Committee {
		Committee { epoch: self.epoch, members: self.members.into_inner(), seed }
	}

	/// Counters of its members that count nothing yet.
	pub fn activity(&self) -> EpochActivity {
		EpochActivity::new(self.epoch, self.members.len())
	}
}

/// Who proposed a block, as its header says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Authorship {
	/// The author's index in the committee of that height.
	pub author: MemberIndex,
	/// The view in which it proposed the block first.
	pub view: View,
	/// What its VRF gave.
	pub output: VrfOutput,
}

/// A length as the weights take it. What is longer than they know is refused by its length anyway.
pub fn count(length: usize) -> u32 {
	u32::try_from(length).unwrap_or(u32::MAX)
}

/// Why a list of members is no committee.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InvalidCommittee {
	/// Nobody could decide anything.
	Empty,
	/// More than [`MAX_MEMBERS`].
	TooLarge,
	/// One key would have two votes, or two members one VRF output.
	DuplicateKey,
}

/// Checks what a committee must be: 1 to [`MAX_MEMBERS`] members, each with a vote key and a VRF key of its own.
pub fn check_members(members: Vec<Member>) -> Result<Members, InvalidCommittee> {
	if members.is_empty() {
		return Err(InvalidCommittee::Empty);
	}
	let members = Members::try_from(members).map_err(|_| InvalidCommittee::TooLarge)?;
	let votes = members.iter().map(|member| &member.key).collect::<BTreeSet<_>>();
	let vrfs = members.iter().map(|member| &member.vrf).collect::<BTreeSet<_>>();
	if votes.len() < members.len() || vrfs.len() < members.len() {
		return Err(InvalidCommittee::DuplicateKey);
	}
	Ok(members)
}

/// The shortest base timeout, in milliseconds: below it a primary across the world could not have its block committed, and
/// a pace that stops the chain cannot be taken back.
pub const MIN_BASE_TIMEOUT_MS: u32 = 500;
/// The longest times, in milliseconds: a minute.
pub const MAX_PACE_MS: u32 = 60_000;

/// Whether replicas can keep a pace: the idle interval is not shorter than the one between blocks, the timeout gives a
/// primary time to propose, and nothing takes longer than [`MAX_PACE_MS`].
pub fn is_valid_pace(pace: &Pace) -> bool {
	let Pace { block_interval_ms, idle_interval_ms, base_timeout_ms } = *pace;
	(1..=idle_interval_ms).contains(&block_interval_ms)
		&& idle_interval_ms <= MAX_PACE_MS
		&& (MIN_BASE_TIMEOUT_MS..=MAX_PACE_MS).contains(&base_timeout_ms)
}

/// How often each member lost its turn at a height whose block was proposed in `view`: the primaries of the views
/// 0 to `view` − 1. `order` is the committee's order of primaries, which starts over after the last.
pub fn turns_lost(order: &[MemberIndex], view: View) -> impl Iterator<Item = (MemberIndex, u32)> + '_ {
	let size = order.len().max(1) as u64;
	let (rounds, rest) = (u64::from(view) / size, u64::from(view) % size);
	order.iter().enumerate().filter_map(move |(at, member)| {
		let lost = rounds + u64::from((at as u64) < rest);
		(lost > 0).then(|| (*member, u32::try_from(lost).unwrap_or(u32::MAX)))
	})
}

/// The last height of an epoch that starts at `start`.
pub fn last_height(start: Height, length: Height) -> Height {
	start.saturating_add(length.max(1) - 1)
}
