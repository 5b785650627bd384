//! Stored types and their checks.

use alloc::{collections::BTreeSet, vec::Vec};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::{traits::ConstU32, BoundedVec};
use scale_info::TypeInfo;
use tp_pbft::{Committee, Epoch, EpochActivity, Member, MemberIndex, Pace, Seed, View, VrfOutput, MAX_MEMBERS};

/// The members of a committee, by index.
pub type Members = BoundedVec<Member, ConstU32<MAX_MEMBERS>>;

/// A committee without the seed, which changes with each block.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct CommitteeRecord {
	/// The epoch of the committee.
	pub epoch: Epoch,
	/// Its members.
	pub members: Members,
}

impl CommitteeRecord {
	/// Returns the committee at a height with this seed.
	pub fn with_seed(self, seed: Seed) -> Committee {
		Committee { epoch: self.epoch, members: self.members.into_inner(), seed }
	}

	/// Returns activity counters of its members, all zero.
	pub fn activity(&self) -> EpochActivity {
		EpochActivity::new(self.epoch, self.members.len())
	}
}

/// The author of a block, by its header.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Authorship {
	/// The author's index in the committee of that height.
	pub author: MemberIndex,
	/// The view in which the block was first proposed.
	pub view: View,
	/// The author's VRF output.
	pub output: VrfOutput,
}

/// Converts a length to the type of weight parameters, saturating: longer input is refused by its length.
pub fn count(length: usize) -> u32 {
	u32::try_from(length).unwrap_or(u32::MAX)
}

/// The reason why a list of members is not a committee.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InvalidCommittee {
	/// It has no member.
	Empty,
	/// It has more than [`MAX_MEMBERS`] members.
	TooLarge,
	/// Two members have a vote key or a VRF key in common.
	DuplicateKey,
}

/// Checks that a committee has 1 to [`MAX_MEMBERS`] members with different vote keys and different VRF keys.
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

/// The shortest base timeout, in milliseconds. Below it the block of a distant primary could not be committed, and a pace
/// that stops the chain cannot be reverted.
pub const MIN_BASE_TIMEOUT_MS: u32 = 500;
/// The longest interval and timeout, in milliseconds: a minute.
pub const MAX_PACE_MS: u32 = 60_000;

/// Whether replicas can keep a pace.
///
/// The idle interval is not shorter than the block interval, the timeout is at least [`MIN_BASE_TIMEOUT_MS`], and all are at
/// most [`MAX_PACE_MS`].
pub fn is_valid_pace(pace: &Pace) -> bool {
	let Pace { block_interval_ms, idle_interval_ms, base_timeout_ms } = *pace;
	(1..=idle_interval_ms).contains(&block_interval_ms)
		&& idle_interval_ms <= MAX_PACE_MS
		&& (MIN_BASE_TIMEOUT_MS..=MAX_PACE_MS).contains(&base_timeout_ms)
}

/// Returns the number of turns that each member lost at a height whose block was proposed in `view`.
///
/// The primaries of the views 0 to `view` − 1 lost their turns. `order` is the committee's order of primaries, which starts
/// over after the last.
pub fn turns_lost(order: &[MemberIndex], view: View) -> impl Iterator<Item = (MemberIndex, u32)> + '_ {
	let size = order.len().max(1) as u64;
	let (rounds, rest) = (u64::from(view) / size, u64::from(view) % size);
	order.iter().enumerate().filter_map(move |(at, member)| {
		let lost = rounds + u64::from((at as u64) < rest);
		(lost > 0).then(|| (*member, u32::try_from(lost).unwrap_or(u32::MAX)))
	})
}
