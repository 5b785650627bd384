//! Receivers that record what they are notified of.

use codec::{Decode, Encode};
use core::marker::PhantomData;
use frame_support::storage::unhashed;
use sp_runtime::{Perbill, Weight};
use std::{
	cell::{Cell, RefCell},
	collections::BTreeMap,
};
use tp_core::Balance;
use tp_pbft::{Epoch, EpochActivity, Member, NodeAddresses, PbftId};
use tp_stake::{Election, OnParticipation, OnVotesChange, Participation, Punish, Voters};

use crate::Registry;

thread_local! {
	/// Participation in SCALE encoding: statics cannot be generic.
	static PARTICIPATION: RefCell<Vec<Vec<u8>>> = const { RefCell::new(Vec::new()) };
	static EPOCH_ENDS: RefCell<Vec<Epoch>> = const { RefCell::new(Vec::new()) };
	static NEXT_MEMBERS: RefCell<Option<Vec<Member>>> = const { RefCell::new(None) };
	static FOLLOWS: Cell<Option<bool>> = const { Cell::new(None) };
	static ENDED_EPOCHS: RefCell<Vec<(EpochActivity, Vec<Member>)>> = const { RefCell::new(Vec::new()) };
	/// Slashes in SCALE encoding.
	static SLASHES: RefCell<Vec<Vec<u8>>> = const { RefCell::new(Vec::new()) };
	static RESTS: RefCell<Vec<Vec<u8>>> = const { RefCell::new(Vec::new()) };
	/// The number of rests of slashes that are not known yet.
	static AWAITED: RefCell<u32> = const { RefCell::new(0) };
}

fn decode<R: Decode>(mut bytes: &[u8]) -> R {
	R::decode(&mut bytes).expect("all accounts of a test have one type")
}

/// The participation and the ends of epochs that were reported.
pub struct ParticipationLog;

impl ParticipationLog {
	/// Returns the reports, oldest first.
	pub fn reports<AccountId: Decode>() -> Vec<Participation<AccountId>> {
		PARTICIPATION.with_borrow(|all| all.iter().map(|bytes| decode(bytes)).collect())
	}

	/// Returns the epochs whose end was reported, oldest first.
	pub fn epoch_ends() -> Vec<Epoch> {
		EPOCH_ENDS.with_borrow(Vec::clone)
	}

	/// Forgets all of it.
	pub fn clear() {
		PARTICIPATION.with_borrow_mut(Vec::clear);
		EPOCH_ENDS.with_borrow_mut(Vec::clear);
	}
}

impl<AccountId: Encode> OnParticipation<AccountId> for ParticipationLog {
	fn on_participation(participation: &Participation<AccountId>) {
		PARTICIPATION.with_borrow_mut(|all| all.push(participation.encode()));
	}
	fn on_epoch_end(epoch: Epoch) {
		EPOCH_ENDS.with_borrow_mut(|all| all.push(epoch));
	}
	fn weight(_: u32) -> Weight {
		Weight::from_parts(1, 0)
	}
}

/// An election whose result a test sets, among the nodes of the [`Registry`], and that records the activity of ended epochs.
pub struct ElectionLog;

impl ElectionLog {
	/// Sets the result of the next election. Without one the members stay.
	pub fn elect(members: Vec<Member>) {
		NEXT_MEMBERS.set(Some(members));
	}

	/// Sets whether the next committee can come. `None`, as at first: time ends epochs.
	pub fn follow(next_is_known: Option<bool>) {
		FOLLOWS.set(next_is_known);
	}

	/// Returns the activity and the members of the epochs that ended since the last call, oldest first.
	pub fn take_ended_epochs() -> Vec<(EpochActivity, Vec<Member>)> {
		ENDED_EPOCHS.take()
	}
}

impl Election for ElectionLog {
	fn next_committee(_: Epoch, present: &[Member], named: Option<Vec<Member>>) -> Vec<Member> {
		named.or_else(|| NEXT_MEMBERS.take()).unwrap_or_else(|| present.to_vec())
	}
	fn weight() -> Weight {
		Weight::from_parts(7, 0)
	}
	fn epoch_ended(activity: &EpochActivity, members: &[Member]) {
		ENDED_EPOCHS.with_borrow_mut(|all| all.push((activity.clone(), members.to_vec())));
	}
	fn epoch_ended_weight() -> Weight {
		Weight::from_parts(11, 0)
	}
	fn drawn(_: Epoch) -> Option<Vec<Member>> {
		NEXT_MEMBERS.with_borrow(Clone::clone)
	}
	fn addresses(key: &PbftId) -> Option<NodeAddresses> {
		Registry::addresses_by_key(key)
	}
	fn follows(_: Epoch) -> Option<bool> {
		FOLLOWS.get()
	}
}

/// The fields of a slash: node, epoch, part, reporter.
pub type Slash<AccountId> = (AccountId, Epoch, Perbill, Option<AccountId>);

/// The slashes of nodes of the [`Registry`]. Other nodes cannot be slashed.
pub struct SlashLog;

impl SlashLog {
	/// Returns all slashes, oldest first.
	pub fn slashes<AccountId: Decode>() -> Vec<Slash<AccountId>> {
		SLASHES.with_borrow(|all| all.iter().map(|bytes| decode(bytes)).collect())
	}

	/// Returns all rests of slashes, oldest first. Those of zero are included.
	pub fn rests<AccountId: Decode>() -> Vec<Slash<AccountId>> {
		RESTS.with_borrow(|all| all.iter().map(|bytes| decode(bytes)).collect())
	}

	/// Returns the number of rests of slashes that are awaited.
	pub fn awaited() -> u32 {
		AWAITED.with_borrow(|awaited| *awaited)
	}
}

impl<AccountId: Encode> Punish<AccountId> for SlashLog {
	fn slash(node: &AccountId, epoch: Epoch, part: Perbill, reporter: Option<AccountId>) -> Option<u32> {
		Registry::get(node)?;
		SLASHES.with_borrow_mut(|all| {
			all.push((node, epoch, part, reporter).encode());
			u32::try_from(all.len()).ok()
		})
	}
	fn await_rest(_: &AccountId) {
		AWAITED.with_borrow_mut(|awaited| *awaited += 1);
	}
	fn slash_rest(node: &AccountId, epoch: Epoch, rest: Perbill, reporter: Option<AccountId>) -> Option<u32> {
		AWAITED.with_borrow_mut(|awaited| *awaited = awaited.checked_sub(1).expect("each rest is awaited"));
		RESTS.with_borrow_mut(|all| {
			all.push((node, epoch, rest, reporter).encode());
			u32::try_from(all.len()).ok().filter(|_| !rest.is_zero())
		})
	}
	fn cancel(_: u32) -> bool {
		false
	}
}

/// The weights of votes as `pallet-rewards` would know them, compared with those of `V` at each notification.
///
/// It keeps them in storage, so that a failed call rolls them back as well.
pub struct VotesChangeLog<V>(PhantomData<V>);

/// The weights of votes by holder and node.
type Weights<AccountId> = BTreeMap<(AccountId, AccountId), Balance>;

const WEIGHTS_KEY: &[u8] = b":testkit:votes_change_log";
const DIVIDEND_KEY: &[u8] = b":testkit:dividend_change_log";

impl<V> VotesChangeLog<V> {
	/// Returns all weights that are not zero.
	pub fn weights<AccountId: Decode + Ord>() -> Weights<AccountId> {
		unhashed::get_or_default(WEIGHTS_KEY)
	}

	/// Returns the node of the last notification that a dividend changes, and forgets it.
	pub fn take_dividend_change<AccountId: Decode>() -> Option<AccountId> {
		unhashed::take(DIVIDEND_KEY)
	}
}

impl<AccountId: Encode + Decode + Ord + Clone, V: Voters<AccountId>> OnVotesChange<AccountId> for VotesChangeLog<V> {
	fn before_change(holder: &AccountId, node: &AccountId, before: Balance, after: Balance) {
		assert_ne!(before, after, "a notification without a change");
		assert_eq!(V::weight_by(holder, node), before, "the notification comes after the change");
		let mut weights = Self::weights::<AccountId>();
		let key = (holder.clone(), node.clone());
		assert_eq!(weights.remove(&key).unwrap_or_default(), before, "a notification is missing");
		if after > 0 {
			weights.insert(key, after);
		}
		unhashed::put(WEIGHTS_KEY, &weights);
	}
	fn before_dividend_change(node: &AccountId) {
		unhashed::put(DIVIDEND_KEY, &node);
	}
	fn weight() -> Weight {
		Weight::from_parts(1_000, 0)
	}
}

pub(crate) fn reset() {
	ParticipationLog::clear();
	NEXT_MEMBERS.set(None);
	FOLLOWS.set(None);
	ENDED_EPOCHS.with_borrow_mut(Vec::clear);
	SLASHES.with_borrow_mut(Vec::clear);
	RESTS.with_borrow_mut(Vec::clear);
	AWAITED.set(0);
}
