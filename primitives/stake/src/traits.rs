//! What the pallets of the main chain ask of each other. Each trait has one pallet that answers, named beside it.

use crate::{NodeKeys, Participation, Power, Reputation, Seat};
use alloc::vec::Vec;
use sp_runtime::{Perbill, Weight};
use tp_core::{AccountId, Balance, ChainTag};
use tp_pbft::{Epoch, EpochActivity, Height, Member, PbftId, Seed};
use tp_sortition::Role;

/// Where the ledger stands. Answered by `pallet-committee`.
pub trait EpochClock {
	/// The present epoch.
	fn epoch() -> Epoch;
	/// The randomness of the present epoch: known since its first block.
	fn randomness() -> Seed;
	/// The seed of the next height. While a block is executed: of the block's own height.
	fn seed() -> Seed;
	/// First height of the present epoch.
	fn epoch_start() -> Height;
	/// Blocks of the present epoch.
	fn epoch_length() -> Height;
}

/// Names the committee of this ledger. Answered by `pallet-shard-assignment` on the main chain, by `()` where genesis and
/// root name committees.
pub trait Election {
	/// The members from the first block of `epoch` on. Called once, in the last block of the epoch before.
	///
	/// `present` are the members that end their epoch, `named` those that root has named, if it has: these it must be.
	fn next_committee(epoch: Epoch, present: &[Member], named: Option<Vec<Member>>) -> Vec<Member>;
	/// What that costs at most.
	fn weight() -> Weight;
	/// What the members of an ended epoch did. Called once an epoch, in the first block of the next.
	fn epoch_ended(activity: &EpochActivity, members: &[Member]);
	/// What that costs at most.
	fn epoch_ended_weight() -> Weight;
}

impl Election for () {
	fn next_committee(_: Epoch, present: &[Member], named: Option<Vec<Member>>) -> Vec<Member> {
		named.unwrap_or_else(|| present.to_vec())
	}
	fn weight() -> Weight {
		Weight::zero()
	}
	fn epoch_ended(_: &EpochActivity, _: &[Member]) {}
	fn epoch_ended_weight() -> Weight {
		Weight::zero()
	}
}

/// What is known of nodes. Answered by `pallet-comprehensive-stake`.
pub trait Nodes {
	/// The keys with which a node may hand in tickets and proofs in an epoch. `None` if there is no such node, or its keys
	/// do not count yet.
	fn keys_at(node: &AccountId, epoch: Epoch) -> Option<NodeKeys>;
	/// Whether a node may be drawn for a role at the end of `epoch`: registered, offers the role with the deposit that it
	/// takes, its keys count, does not leave, is not out of the draw.
	fn may_stand(node: &AccountId, role: Role, epoch: Epoch) -> bool;
	/// `deposit + weighted votes / 2`, of a node that exists.
	fn assets(node: &AccountId) -> Balance;
	/// How a node served. The least if there is no such node.
	fn reputation(node: &AccountId) -> Reputation;
	/// Whether a node wants to give up its seats, or is no node any more.
	fn is_leaving(node: &AccountId) -> bool;
	/// Whether a node must lose its seats: it was shown to have contradicted itself while it held them, or its reputation
	/// fell too low, or it is no node any more. Then it may not stand either.
	fn is_removed(node: &AccountId, epoch: Epoch) -> bool;
	/// Whose vote key it is, or was while somebody could be punished for it.
	fn owner(key: &PbftId) -> Option<AccountId>;
	/// All who offer a role and may stand, for roles that nobody is drawn for. At most `limit`.
	fn standing(role: Role, epoch: Epoch, limit: u32) -> Vec<AccountId>;
	/// A node has a seat in `epoch`: it can be punished for it as long as evidence counts.
	fn note_seat(node: &AccountId, epoch: Epoch);
}

/// Changes what nodes are worth. Answered by `pallet-comprehensive-stake`.
pub trait Punish {
	/// A node contradicted itself in `epoch`: reputation to the least, seats lost, and `part` of its deposit and of the votes
	/// for it go, unless that is cancelled before the delay is over. A tenth of what goes is the reporter's, if there is one.
	///
	/// Returns the slash's number, by which it can be cancelled. `None` if there is no such node.
	fn slash(node: &AccountId, epoch: Epoch, part: Perbill, reporter: Option<AccountId>) -> Option<u32>;
	/// Takes back a slash whose delay is not over. `false` if there is none of that number.
	fn cancel(slash: u32) -> bool;
}

/// What nodes proved to compute. Answered by `pallet-computing-power`.
pub trait ComputingPower {
	/// The power that counts at the end of `epoch` for a role.
	fn power(node: &AccountId, role: Role, epoch: Epoch) -> Power;
}

/// Who sits, and sat, where. Answered by `pallet-shard-assignment`.
pub trait Committees {
	/// The seats of a ledger's committee in an epoch, by member index, as long as they can be punished for it.
	fn committee(chain: ChainTag, epoch: Epoch) -> Option<Vec<Seat>>;
	/// The genesis hash of a ledger: part of what its members sign.
	fn genesis_hash(chain: ChainTag) -> Option<sp_core::H256>;
}

/// Hears what nodes did. Answered by `pallet-comprehensive-stake` (reputation) and `pallet-rewards`, in this order.
pub trait OnParticipation {
	/// One ledger's epoch is complete.
	fn on_participation(participation: &Participation);
	/// An epoch of the main chain is over, and everything that was reported in it has been told.
	fn on_epoch_end(epoch: Epoch);
	/// What the two cost together at most, for so many members.
	fn weight(members: u32) -> Weight;
}

impl OnParticipation for () {
	fn on_participation(_: &Participation) {}
	fn on_epoch_end(_: Epoch) {}
	fn weight(_: u32) -> Weight {
		Weight::zero()
	}
}

impl<A: OnParticipation, B: OnParticipation> OnParticipation for (A, B) {
	fn on_participation(participation: &Participation) {
		A::on_participation(participation);
		B::on_participation(participation);
	}
	fn on_epoch_end(epoch: Epoch) {
		A::on_epoch_end(epoch);
		B::on_epoch_end(epoch);
	}
	fn weight(members: u32) -> Weight {
		A::weight(members).saturating_add(B::weight(members))
	}
}

/// Who voted for nodes, for whoever pays them. Answered by `pallet-comprehensive-stake`.
pub trait Voters {
	/// The weight of all votes for a node. Dividends are shared by it.
	fn weight_of(node: &AccountId) -> Balance;
	/// The part of its rewards that a node gives to its voters.
	fn dividend(node: &AccountId) -> Perbill;
	/// All nodes that somebody voted for, with the weight of these votes. At most `limit`.
	fn voted(limit: u32) -> Vec<(AccountId, Balance)>;
	/// The weight of one holder's votes for a node.
	fn weight_by(holder: &AccountId, node: &AccountId) -> Balance;
}

/// Hears before the weight of a holder's votes for a node changes, so that what they earned until now is theirs. Answered
/// by `pallet-rewards`.
pub trait OnVotesChange {
	/// `holder` has votes of weight `before` for `node`, and will have `after`.
	fn before_change(holder: &AccountId, node: &AccountId, before: Balance, after: Balance);
	/// What that costs at most.
	fn weight() -> Weight;
}

impl OnVotesChange for () {
	fn before_change(_: &AccountId, _: &AccountId, _: Balance, _: Balance) {}
	fn weight() -> Weight {
		Weight::zero()
	}
}
