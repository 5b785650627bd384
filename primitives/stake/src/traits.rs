//! The interfaces between the pallets of the main chain, generic over the account id as `fungible::Mutate` is.
//!
//! Each trait names the pallet that implements it. The account id defaults to [`tp_core::AccountId`].

use crate::{NodeKeys, Participation, Power, Reputation, Seat};
use alloc::vec::Vec;
use sp_runtime::{Perbill, Weight};
use tp_core::{Balance, ChainTag};
use tp_pbft::{Epoch, EpochActivity, Height, Member, NodeAddresses, PbftId, Seed};
use tp_sortition::Role;

/// Position of the ledger within its epochs. Implemented by `pallet-committee`.
pub trait EpochClock {
	/// Returns the present epoch.
	fn epoch() -> Epoch;
	/// Returns the randomness of the present epoch, known since its first block.
	fn randomness() -> Seed;
	/// Returns the seed of the next height. While a block is executed: of the block's own height.
	fn seed() -> Seed;
	/// Returns the first height of the present epoch.
	fn epoch_start() -> Height;
	/// Returns the last height of the present epoch, once the epoch's time is over. From then on it accepts no tickets.
	fn last_height() -> Option<Height>;
	/// Returns the number of blocks after the block that closes the tickets, up to the last of the epoch.
	fn closing_blocks() -> Height;
}

/// Names the committee of this ledger.
///
/// Implemented by `pallet-shard-assignment` on the main chain, and by `()` where genesis and root name committees.
pub trait Election {
	/// Returns the members from the first block of `epoch` on. Called once, in the last block of the epoch before, when
	/// [`EpochClock::seed`] is already that of the next height.
	///
	/// `present` are the members that end their epoch. `named` are the members that root has named. If
	/// there are any, the result must equal them.
	fn next_committee(epoch: Epoch, present: &[Member], named: Option<Vec<Member>>) -> Vec<Member>;
	/// Returns the highest cost of [`Self::next_committee`].
	fn weight() -> Weight;
	/// Notified of the activity of an ended epoch's members. Called once an epoch, in the first block of the next.
	fn epoch_ended(activity: &EpochActivity, members: &[Member]);
	/// Returns the highest cost of [`Self::epoch_ended`].
	fn epoch_ended_weight() -> Weight;
	/// Returns the members from the first block of `epoch` on, if they are drawn. For clients: root can still name others, and
	/// a member that contradicts itself still loses its seat.
	fn drawn(epoch: Epoch) -> Option<Vec<Member>>;
	/// Returns what the node with a vote key has published. For clients.
	fn addresses(key: &PbftId) -> Option<NodeAddresses>;
	/// Tells whether the committee after that of `epoch` can come, on a ledger whose epochs follow those of another. `None` where time
	/// ends an epoch.
	fn follows(epoch: Epoch) -> Option<bool> {
		let _ = epoch;
		None
	}
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
	fn drawn(_: Epoch) -> Option<Vec<Member>> {
		None
	}
	fn addresses(_: &PbftId) -> Option<NodeAddresses> {
		None
	}
}

/// Where a ledger stands in its own epochs. Implemented by `pallet-committee`.
pub trait OwnEpoch {
	/// Returns the ledger and its present epoch. `None` before the genesis has named a committee.
	fn own_epoch() -> Option<(ChainTag, Epoch)>;
}

/// A ledger that learns nothing of its own committees from others.
impl OwnEpoch for () {
	fn own_epoch() -> Option<(ChainTag, Epoch)> {
		None
	}
}

/// Reports the activity of this ledger's committee to the main chain. Implemented by `pallet-mailbox`.
pub trait ReportParticipation {
	/// Reports the activity of an epoch that has ended.
	fn report(activity: &EpochActivity);
	/// Returns the highest cost of [`Self::report`].
	fn weight() -> Weight;
}

/// A ledger that reports to no other.
impl ReportParticipation for () {
	fn report(_: &EpochActivity) {}
	fn weight() -> Weight {
		Weight::zero()
	}
}

/// Read access to the committees that this ledger draws for others. Implemented by `pallet-shard-assignment`.
pub trait DrawnCommittees {
	/// Returns the members of a ledger's committee in an epoch that has begun here: they do not change any more. `None` for an epoch to
	/// come, and for an old epoch, which is not kept.
	fn in_force(chain: ChainTag, epoch: Epoch) -> Option<Vec<Member>>;
}

/// A ledger that draws no committees.
impl DrawnCommittees for () {
	fn in_force(_: ChainTag, _: Epoch) -> Option<Vec<Member>> {
		None
	}
}

/// Read access to the node registry. Implemented by `pallet-comprehensive-stake`.
pub trait Nodes<AccountId = tp_core::AccountId> {
	/// Returns the keys with which a node may submit tickets and proofs in an epoch.
	///
	/// `None` if there is no such node, or its keys are not valid yet.
	fn keys_at(node: &AccountId, epoch: Epoch) -> Option<NodeKeys>;
	/// Whether a node may be drawn for a role at the end of `epoch`.
	///
	/// Such a node is registered, offers the role with the required deposit, has valid keys, does not leave, and is not
	/// excluded from the draw. Roles and leaving are those at the close of the epoch's tickets, so that no owner
	/// changes them by the seed of the deal.
	fn may_stand(node: &AccountId, role: Role, epoch: Epoch) -> bool;
	/// Returns the assets with which a node weighs in the draw of a role that is made in `epoch`: the minimum of those
	/// two epochs before, and at the close of the epoch's tickets.
	///
	/// So votes that move against a known seed gain nothing, nor do votes that leave against the seed of the deal. Slashes count
	/// at once. The assets are `deposit + weighted votes / 2`, divided over the roles
	/// that the node offers in proportion to their least deposits.
	fn weighs(node: &AccountId, role: Role, epoch: Epoch) -> Balance;
	/// Returns the assets of all nodes that can stand in a role, for the draw that is made in `epoch`: those at the end of
	/// the epoch before the last.
	fn field(role: Role, epoch: Epoch) -> Balance;
	/// Returns the reputation of a node, or the minimum if there is no such node.
	fn reputation(node: &AccountId) -> Reputation;
	/// Whether a node gives up its seats, or is not registered any more: in the draw of `epoch`, at the close of its tickets.
	fn is_leaving(node: &AccountId, epoch: Epoch) -> bool;
	/// Whether a node must lose its seats at once. Such a node may not stand either.
	///
	/// It was proved to have contradicted itself, or it is not registered any more.
	fn is_removed(node: &AccountId, epoch: Epoch) -> bool;
	/// Whether a node's reputation fell too low. Such a node may not stand, and leaves its seats to nodes that are drawn
	/// for them: others can cut it off, so it loses no seat at once.
	fn is_absent(node: &AccountId, epoch: Epoch) -> bool;
	/// Returns the node with this vote key. Past keys count while the node can be punished for them.
	fn owner(key: &PbftId) -> Option<AccountId>;
	/// Returns the addresses that a node has published.
	fn addresses(node: &AccountId) -> Option<NodeAddresses>;
	/// Returns at most `limit` nodes that offer a role and may stand, for roles without a draw.
	fn standing(role: Role, epoch: Epoch, limit: u32) -> Vec<AccountId>;
	/// Notes that a node has a seat in `epoch`: it can be punished for it as long as evidence counts.
	fn note_seat(node: &AccountId, epoch: Epoch);
}

/// Punishes nodes. Implemented by `pallet-comprehensive-stake`.
pub trait Punish<AccountId = tp_core::AccountId> {
	/// Slashes a node that contradicted itself in `epoch`, and returns the slash's number, by which it can be cancelled.
	///
	/// Sets the reputation to the minimum and removes the node from its seats. Takes `part` of its deposit and of the votes
	/// for it, unless the slash is cancelled within the delay. The reporter, if there is one, gets a tenth of what is taken.
	/// Returns `None` if there is no such node.
	fn slash(node: &AccountId, epoch: Epoch, part: Perbill, reporter: Option<AccountId>) -> Option<u32>;
	/// Locks deposit and votes of a node that was slashed, because the rest of the slash is not known yet. One
	/// [`Self::slash_rest`] ends each call.
	fn await_rest(node: &AccountId);
	/// Ends an [`Self::await_rest`], and slashes `rest` of what the first part of the slash leaves.
	///
	/// Reputation and seats do not change again. Returns the number of the slash, or `None` if the rest is zero or there is
	/// no such node.
	fn slash_rest(node: &AccountId, epoch: Epoch, rest: Perbill, reporter: Option<AccountId>) -> Option<u32>;
	/// Cancels a slash within its delay. Returns `false` if no pending slash has this number.
	fn cancel(slash: u32) -> bool;
}

/// Read access to the proved computing power of nodes. Implemented by `pallet-computing-power`.
pub trait ComputingPower<AccountId = tp_core::AccountId> {
	/// Returns the power that counts for a candidate in the draw at the end of `epoch` for a role.
	fn power(node: &AccountId, role: Role, epoch: Epoch) -> Power;
}

/// The minimum for every node: on a chain without proofs of computing power, assets and reputation alone decide.
impl<AccountId> ComputingPower<AccountId> for () {
	fn power(_: &AccountId, _: Role, _: Epoch) -> Power {
		Power::MIN
	}
}

/// Read access to the candidates of the present draw. Implemented by `pallet-shard-assignment`.
pub trait Candidates<AccountId = tp_core::AccountId> {
	/// Returns whether a node is a candidate for any role. `None` as long as tickets are open, since the list can change.
	fn is_candidate(node: &AccountId) -> Option<bool>;
}

/// Every node is a candidate at any time: on a chain that draws without lists.
impl<AccountId> Candidates<AccountId> for () {
	fn is_candidate(_: &AccountId) -> Option<bool> {
		Some(true)
	}
}

/// Read access to present and past committees of all ledgers. Implemented by `pallet-shard-assignment`.
pub trait Committees<AccountId = tp_core::AccountId> {
	/// Returns the seats of a ledger's committee in an epoch, by member index, while members can be punished for it.
	fn committee(chain: ChainTag, epoch: Epoch) -> Option<Vec<Seat<AccountId>>>;
	/// Returns the genesis hash of a ledger, which is part of what its members sign.
	fn genesis_hash(chain: ChainTag) -> Option<sp_core::H256>;
}

/// Notified of participation each epoch; `()` ignores it.
///
/// Implemented by `pallet-comprehensive-stake` (reputation) and `pallet-rewards`, called in this order.
pub trait OnParticipation<AccountId = tp_core::AccountId> {
	/// Notified that one ledger's epoch is complete.
	fn on_participation(participation: &Participation<AccountId>);
	/// Notified that an epoch of the main chain is over and that all its reports have been delivered.
	fn on_epoch_end(epoch: Epoch);
	/// Returns the highest cost of both calls together, for a committee of this size.
	fn weight(members: u32) -> Weight;
}

impl<AccountId> OnParticipation<AccountId> for () {
	fn on_participation(_: &Participation<AccountId>) {}
	fn on_epoch_end(_: Epoch) {}
	fn weight(_: u32) -> Weight {
		Weight::zero()
	}
}

impl<AccountId, A: OnParticipation<AccountId>, B: OnParticipation<AccountId>> OnParticipation<AccountId> for (A, B) {
	fn on_participation(participation: &Participation<AccountId>) {
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

/// Read access to votes, for the distribution of rewards. Implemented by `pallet-comprehensive-stake`.
pub trait Voters<AccountId = tp_core::AccountId> {
	/// Returns the weight of all votes for a node. Dividends are shared in proportion to it.
	fn weight_of(node: &AccountId) -> Balance;
	/// Returns the part of its rewards of an epoch that a node gives to its voters. Known for the epochs since the node's last
	/// [`OnVotesChange::before_dividend_change`].
	fn dividend(node: &AccountId, epoch: Epoch) -> Perbill;
	/// Returns at most `limit` nodes that have votes, with the weight of these votes.
	fn voted(limit: u32) -> Vec<(AccountId, Balance)>;
	/// Returns the weight of one holder's votes for a node.
	fn weight_by(holder: &AccountId, node: &AccountId) -> Balance;
}

/// Notified before the weight of a holder's votes for a node changes, and before its dividend changes; `()` ignores it.
///
/// Settles what a node owes its voters, and what these votes earned until then. Implemented by `pallet-rewards`.
pub trait OnVotesChange<AccountId = tp_core::AccountId> {
	/// Notified that `holder` has votes of weight `before` for `node`, and will have `after`.
	fn before_change(holder: &AccountId, node: &AccountId, before: Balance, after: Balance);
	/// Notified that the dividend of `node` for past epochs is forgotten, or that the node is removed.
	fn before_dividend_change(node: &AccountId);
	/// Returns the highest cost of a notification.
	fn weight() -> Weight;
}

impl<AccountId> OnVotesChange<AccountId> for () {
	fn before_change(_: &AccountId, _: &AccountId, _: Balance, _: Balance) {}
	fn before_dividend_change(_: &AccountId) {}
	fn weight() -> Weight {
		Weight::zero()
	}
}
