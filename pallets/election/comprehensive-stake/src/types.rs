//! The records of nodes, votes and slashes.

use codec::{Decode, Encode, MaxEncodedLen};
use frame_support::BoundedVec;
use scale_info::TypeInfo;
use sp_core::ConstU32;
use sp_runtime::Perbill;
use tp_core::Balance;
use tp_pbft::{Epoch, PbftId, VrfId};
use tp_sortition::Roles;
use tp_stake::{Leaving, NodeKeys, Reputation};

/// The maximum length of a network id in bytes: a libp2p peer id has 38, and longer hashes may come.
pub const MAX_NETWORK_ID: u32 = 64;

/// The maximum number of past keys of a node.
///
/// Each change of keys adds one. Past keys are removed when the node cannot be punished for them any more, so this bounds
/// the number of changes within that time.
pub const MAX_PAST_KEYS: u32 = 8;

/// The maximum number of pending slashes of one node. Further slashes are added to the newest, and applied or cancelled with
/// it. So a node cannot delay the slashes of others by many slashes against itself.
pub const MAX_SLASHES_PER_NODE: u32 = 16;

/// The number of epochs from a change of keys until the new keys are valid. The randomness of the epoch after the next is
/// unknown at the change, so a node cannot try keys against it.
pub const EPOCHS_UNTIL_KEYS_COUNT: Epoch = 2;

/// The maximum number of past slashes of a node for which votes that moved away still pay. The oldest is forgotten first.
pub const MAX_PENALTIES: u32 = 32;

/// The number of epochs from a change of a dividend until it counts. Voters can move away before.
pub const EPOCHS_UNTIL_DIVIDEND_COUNTS: Epoch = 2;

/// The number of a slash.
pub type SlashId = u32;
/// The number of a vote.
pub type VoteId = u64;
/// Bytes of a libp2p peer id.
pub type NetworkId = BoundedVec<u8, ConstU32<MAX_NETWORK_ID>>;

/// Keys that follow the present ones.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct NextKeys {
	/// The keys.
	pub keys: NodeKeys,
	/// The first epoch in which they are valid.
	pub count_from: Epoch,
}

/// Keys that are not valid any more.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct PastKeys {
	/// The keys.
	pub keys: NodeKeys,
	/// The last epoch in which the node can be punished for them.
	pub remembered_until: Epoch,
}

/// The record of a node. Its controller is its storage key.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Node {
	/// The roles that it offers.
	pub roles: Roles,
	/// Its keys, as long as the next ones are not valid.
	pub keys: NodeKeys,
	/// The first epoch in which they are valid.
	pub keys_count_from: Epoch,
	/// The keys that follow.
	pub next_keys: Option<NextKeys>,
	/// Earlier keys for which it can be punished.
	pub past_keys: BoundedVec<PastKeys, ConstU32<MAX_PAST_KEYS>>,
	/// Its network id, by which other nodes find it.
	pub network_id: NetworkId,
	/// Its deposit, on hold on its controller's account.
	pub deposit: Balance,
	/// The part of its rewards that it gives to its voters, as long as the next one does not count.
	pub dividend: Perbill,
	/// Its reputation after the epochs before [`Self::reputation_at`]. Read it by [`Self::reputation_after`].
	pub reputation: Reputation,
	/// The number of epochs that the reputation includes.
	pub reputation_at: Epoch,
	/// The epoch before which it is not drawn.
	pub stays_away_until: Option<Epoch>,
	/// The epoch before which it holds no seat, because it contradicted itself.
	pub removed_until: Option<Epoch>,
	/// Set if it leaves: the conditions for the return of its deposit.
	pub leaving: Option<Leaving>,
	/// The last epoch in which it has a seat, among the epochs that are decided.
	pub seated_until: Option<Epoch>,
	/// Its pending slashes, oldest first.
	pub slashes: BoundedVec<SlashId, ConstU32<MAX_SLASHES_PER_NODE>>,
}

impl Node {
	/// Returns the valid keys of an epoch, with the first epoch in which they are valid.
	pub fn keys_at(&self, epoch: Epoch) -> Option<(&NodeKeys, Epoch)> {
		let next = self.next_keys.as_ref().map(|next| (&next.keys, next.count_from));
		let counts = |(_, from): &(&NodeKeys, Epoch)| *from <= epoch;
		next.filter(counts).or(Some((&self.keys, self.keys_count_from)).filter(counts))
	}

	/// Returns the keys that it set last.
	pub fn newest_keys(&self) -> &NodeKeys {
		self.next_keys.as_ref().map_or(&self.keys, |next| &next.keys)
	}

	/// Returns all keys for which it can be punished.
	pub fn all_keys(&self) -> impl Iterator<Item = &NodeKeys> {
		let past = self.past_keys.iter().map(|past| &past.keys);
		past.chain([&self.keys]).chain(self.next_keys.iter().map(|next| &next.keys))
	}

	/// Whether it can be punished for a vote key.
	pub fn has_pbft(&self, key: &PbftId) -> bool {
		self.all_keys().any(|keys| keys.pbft == *key)
	}

	/// Whether it can be punished for a VRF key.
	pub fn has_vrf(&self, key: &VrfId) -> bool {
		self.all_keys().any(|keys| keys.vrf == *key)
	}

	/// Whether it is not drawn in an epoch.
	pub fn stays_away(&self, epoch: Epoch) -> bool {
		self.stays_away_until.is_some_and(|until| epoch < until)
	}

	/// Whether it must hold no seat in an epoch.
	pub fn is_removed(&self, epoch: Epoch) -> bool {
		self.removed_until.is_some_and(|until| epoch < until)
	}
}

/// A dividend that follows the present one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct NextDividend {
	/// The first epoch whose rewards it divides.
	pub count_from: Epoch,
	/// The part of the node's rewards that it gives to its voters.
	pub dividend: Perbill,
}

/// A vote: tokens that a holder has locked for a node.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Vote<AccountId = tp_core::AccountId> {
	/// The node.
	pub node: AccountId,
	/// The length of the lock in days.
	pub days: u32,
	/// The end of the lock, in milliseconds since 1970.
	pub unlocks_at: u64,
	/// Its shares of the node's [`Pool`](crate::Pool).
	pub shares: Balance,
	/// The shares times the weight of the lock.
	pub weighed_shares: Balance,
	/// The weight by which dividends are shared: the value of the vote when it was cast or last settled, times the weight of
	/// its lock.
	pub weight: Balance,
	/// The epoch in which it came to the node.
	pub since: Epoch,
	/// The node from which it moved, while it can be punished for it.
	pub past: Option<Past<AccountId>>,
}

/// The service of a node for which a vote that has left it can still be punished.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Past<AccountId = tp_core::AccountId> {
	/// The node.
	pub node: AccountId,
	/// The first epoch in which the vote was with the node.
	pub from: Epoch,
	/// The last epoch in which it counted for a seat of the node.
	pub until: Epoch,
}

/// A vote whose lock is over and that has left its node. Its tokens return when it cannot be punished any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct LeavingVote<AccountId = tp_core::AccountId> {
	/// Its tokens.
	pub amount: Balance,
	/// The service for which it can be punished.
	pub past: Past<AccountId>,
}

/// What a node stood for when the tickets of a draw closed. Later changes count from the next draw on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct StandingOf {
	/// The epoch of the tickets.
	pub draw: Epoch,
	/// Whether it was leaving.
	pub leaves: bool,
	/// The roles that it offered.
	pub roles: Roles,
}

/// A slash that was applied, for votes that had moved away before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Penalty<AccountId = tp_core::AccountId> {
	/// The epoch of the offence.
	pub epoch: Epoch,
	/// The part that it takes.
	pub part: Perbill,
	/// The reporter, who gets a tenth of it.
	pub reporter: Option<AccountId>,
}

/// The slashes of a node that were applied, oldest first.
pub type Penalties<AccountId> = BoundedVec<Penalty<AccountId>, ConstU32<MAX_PENALTIES>>;

/// A slash whose delay is not over.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct PendingSlash<AccountId = tp_core::AccountId> {
	/// The node.
	pub node: AccountId,
	/// The epoch of the offence.
	pub epoch: Epoch,
	/// The part of deposit and votes that is taken.
	pub part: Perbill,
	/// The reporter, who gets a tenth of it.
	pub reporter: Option<AccountId>,
	/// The epoch at whose end it applies.
	pub applies_at_end_of: Epoch,
}
