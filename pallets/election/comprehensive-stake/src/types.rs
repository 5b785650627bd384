//! What is kept of a node, a vote and a slash.

use codec::{Decode, Encode, MaxEncodedLen};
use frame_support::BoundedVec;
use scale_info::TypeInfo;
use sp_core::ConstU32;
use sp_runtime::Perbill;
use tp_core::{AccountId, Balance};
use tp_pbft::{Epoch, PbftId, VrfId};
use tp_sortition::Roles;
use tp_stake::{Leaving, NodeKeys, Reputation};

/// Bytes of a network id at most: a libp2p peer id has 38, with room for longer hashes.
pub const MAX_NETWORK_ID: u32 = 64;

/// Keys of a node that do not count any more and are still remembered, at most. Each change of keys adds one; they are
/// forgotten when nobody can be punished for them, so it bounds how often a node changes its keys within that time.
pub const MAX_PAST_KEYS: u32 = 8;

/// Slashes of one node that wait, at most. Whatever comes beyond is added to the newest: it applies with it, and is
/// cancelled with it. Nobody holds up the slashes of others by adding to his own.
pub const MAX_SLASHES_PER_NODE: u32 = 16;

/// Epochs from a change of keys until the new ones count, the present one not included: nobody can know the randomness
/// of the next epoch but one, so nobody can try keys against it.
pub const EPOCHS_UNTIL_KEYS_COUNT: Epoch = 2;

/// The number of a slash.
pub type SlashId = u32;
/// The number of a vote.
pub type VoteId = u64;
/// Bytes of a libp2p peer id.
pub type NetworkId = BoundedVec<u8, ConstU32<MAX_NETWORK_ID>>;

/// Keys that follow those which count now.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct NextKeys {
	/// The keys.
	pub keys: NodeKeys,
	/// From this epoch on they count.
	pub count_from: Epoch,
}

/// Keys that count no more.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct PastKeys {
	/// The keys.
	pub keys: NodeKeys,
	/// The last epoch in which somebody can be punished for them.
	pub remembered_until: Epoch,
}

/// A node. Its controller is its key in the state.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Node {
	/// What it offers.
	pub roles: Roles,
	/// Its keys, as far as no next ones count.
	pub keys: NodeKeys,
	/// From this epoch on they count.
	pub keys_count_from: Epoch,
	/// The keys that follow.
	pub next_keys: Option<NextKeys>,
	/// Keys before these.
	pub past_keys: BoundedVec<PastKeys, ConstU32<MAX_PAST_KEYS>>,
	/// Where other nodes find it.
	pub network_id: NetworkId,
	/// What is on hold for it on its controller's account.
	pub deposit: Balance,
	/// The part of its rewards that its voters get.
	pub dividend: Perbill,
	/// How it served, after the epochs before [`Self::reputation_at`]. Ask [`Self::reputation_after`].
	pub reputation: Reputation,
	/// How many epochs the reputation accounts for.
	pub reputation_at: Epoch,
	/// It holds no seat and is not drawn before this epoch.
	pub stays_away_until: Option<Epoch>,
	/// When it gets its deposit back, if it leaves.
	pub leaving: Option<Leaving>,
	/// The last epoch in which it has a seat, as far as that is decided.
	pub seated_until: Option<Epoch>,
	/// Slashes of it that wait, oldest first.
	pub slashes: BoundedVec<SlashId, ConstU32<MAX_SLASHES_PER_NODE>>,
}

impl Node {
	/// The keys that count in an epoch, with the epoch from which on they do.
	pub fn keys_at(&self, epoch: Epoch) -> Option<(&NodeKeys, Epoch)> {
		let next = self.next_keys.as_ref().map(|next| (&next.keys, next.count_from));
		let counts = |(_, from): &(&NodeKeys, Epoch)| *from <= epoch;
		next.filter(counts).or(Some((&self.keys, self.keys_count_from)).filter(counts))
	}

	/// The keys that it has set last.
	pub fn newest_keys(&self) -> &NodeKeys {
		self.next_keys.as_ref().map_or(&self.keys, |next| &next.keys)
	}

	/// All keys that it answers for.
	pub fn all_keys(&self) -> impl Iterator<Item = &NodeKeys> {
		let past = self.past_keys.iter().map(|past| &past.keys);
		past.chain([&self.keys]).chain(self.next_keys.iter().map(|next| &next.keys))
	}

	/// Whether it answers for a vote key.
	pub fn has_pbft(&self, key: &PbftId) -> bool {
		self.all_keys().any(|keys| keys.pbft == *key)
	}

	/// Whether it answers for a VRF key.
	pub fn has_vrf(&self, key: &VrfId) -> bool {
		self.all_keys().any(|keys| keys.vrf == *key)
	}

	/// Whether it must hold no seat in an epoch.
	pub fn stays_away(&self, epoch: Epoch) -> bool {
		self.stays_away_until.is_some_and(|until| epoch < until)
	}
}

/// Tokens that a holder has locked for a node.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Vote {
	/// For whom.
	pub node: AccountId,
	/// For how many days it was locked.
	pub days: u32,
	/// When the lock is over, in milliseconds since 1970.
	pub unlocks_at: u64,
	/// Its part of the node's [`Pool`](crate::Pool).
	pub shares: Balance,
	/// The part times the weight of the lock.
	pub weighed_shares: Balance,
	/// What dividends are shared by: what the vote was worth when it was cast or settled last, times the weight of its
	/// lock.
	pub weight: Balance,
}

/// A slash that waits.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct PendingSlash {
	/// Whose deposit and votes.
	pub node: AccountId,
	/// When the node did what it is punished for.
	pub epoch: Epoch,
	/// The part that goes.
	pub part: Perbill,
	/// Who gets a tenth of it.
	pub reporter: Option<AccountId>,
	/// It applies at the end of this epoch.
	pub applies_at_end_of: Epoch,
}
