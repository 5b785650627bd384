//! Committees: the members of a height, the quorum, and the order of primaries.

use crate::{Epoch, PbftId, Seed, View, VrfId};
use alloc::{vec, vec::Vec};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};

/// The index of a member in its committee, from 0.
pub type MemberIndex = u16;

/// The size of the largest committee. The cost of a height grows with its square.
pub const MAX_MEMBERS: u32 = 128;

/// The maximum number of weighted draws per member for the order of primaries. The remaining members follow by index.
///
/// It is enough for the weights of real elections, which a cap keeps within a small factor of each other. For other weights
/// it bounds the work.
const MAX_DRAWS_PER_MEMBER: u64 = 64;

/// One replica of a ledger.
#[derive(
	Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo, Serialize, Deserialize,
)]
pub struct Member {
	/// Its vote key.
	pub key: PbftId,
	/// Its VRF key.
	pub vrf: VrfId,
	/// Its comprehensive stake, scaled. It determines the order of primaries alone: each member has one vote.
	pub weight: u64,
}

/// The replicas of one ledger at one height, by the state of the parent.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo, Serialize, Deserialize)]
pub struct Committee {
	/// The epoch of the committee.
	pub epoch: Epoch,
	/// The members, by member index.
	pub members: Vec<Member>,
	/// The randomness of the height, which determines the order of primaries.
	pub seed: Seed,
}

impl Committee {
	/// Returns n, the number of members.
	pub fn size(&self) -> usize {
		self.members.len()
	}

	/// Returns f = ⌊(n−1)/3⌋, the number of members that may be faulty.
	pub fn max_faulty(&self) -> usize {
		self.size().saturating_sub(1) / 3
	}

	/// Returns q = n − f, the number of votes that decide. Any two quorums share a correct member.
	pub fn quorum(&self) -> usize {
		self.size() - self.max_faulty()
	}

	/// Returns the member at an index.
	pub fn member(&self, index: MemberIndex) -> Option<&Member> {
		self.members.get(usize::from(index))
	}

	/// Returns the index of the member with a vote key.
	pub fn index_of(&self, key: &PbftId) -> Option<MemberIndex> {
		self.members.iter().position(|member| member.key == *key).and_then(|at| MemberIndex::try_from(at).ok())
	}

	/// Returns all members in the order in which they are primaries.
	///
	/// These are weighted draws without replacement from `blake2_256(seed ‖ k)`, k = 0, 1, 2 … (little-endian u64): the first
	/// 16 bytes modulo the sum of weights. A weight of zero counts as one, so that every member has its turn.
	pub fn primaries(&self) -> Vec<MemberIndex> {
		let weights: Vec<u128> = self.members.iter().map(|member| u128::from(member.weight.max(1))).collect();
		let total: u128 = weights.iter().sum();
		let mut drawn = vec![false; weights.len()];
		let mut order = Vec::with_capacity(weights.len());
		let mut k = 0u64;
		while order.len() < weights.len() && k < MAX_DRAWS_PER_MEMBER * weights.len() as u64 {
			let mut point = draw(&self.seed, k) % total;
			k += 1;
			let at = weights.iter().position(|weight| {
				let hit = point < *weight;
				point = point.saturating_sub(*weight);
				hit
			});
			let at = at.expect("the point is below the sum of the weights; qed");
			if !drawn[at] {
				drawn[at] = true;
				order.push(index(at));
			}
		}
		order.extend((0..weights.len()).filter(|at| !drawn[*at]).map(index));
		order
	}

	/// Returns the primary of a view. The order starts over after n views. `None` for an empty committee.
	///
	/// Each call draws the whole order. For several views of one height, keep the result of [`Self::primaries`].
	pub fn primary(&self, view: View) -> Option<MemberIndex> {
		let order = self.primaries();
		let n = u32::try_from(order.len()).ok().filter(|n| *n > 0)?;
		order.get((view % n) as usize).copied()
	}
}

fn index(at: usize) -> MemberIndex {
	MemberIndex::try_from(at).expect("a committee has at most MAX_MEMBERS members; qed")
}

fn draw(seed: &Seed, k: u64) -> u128 {
	let mut input = [0u8; 40];
	input[..32].copy_from_slice(seed);
	input[32..].copy_from_slice(&k.to_le_bytes());
	let hash = sp_io::hashing::blake2_256(&input);
	u128::from_le_bytes(hash[..16].try_into().expect("16 of 32 bytes; qed"))
}
