//! The state of the mailbox in the pallet's storage.
//!
//! Lanes are in maps. Beside each map stands the sorted list of the lanes that a root commits to. Lanes that open, close or are new in a
//! block are appended to a list of changes, which the end of the block applies at once. A root is computed in blocks that change what
//! it commits to; other blocks read it.

use crate::*;
use alloc::{collections::BTreeSet, vec::Vec};
use core::marker::PhantomData;
use frame_support::traits::Get;
use sp_core::H256;
use tp_beacon::Anchors;
use tp_core::{AccountId, ChainTag};
use tp_mailbox::{
	cursor_claims, lane_claims, root_of, Class, Commitments, CursorClaim, Home, InboundLane, KnownLevels, Lane,
	LaneClaim, Mailbox, OutboundLane, Outbox, Store,
};
use tp_routing::MailboxReport;

/// The storage of the pallet, as the state machine reads and writes it.
pub(crate) struct Stored<T>(pub(crate) PhantomData<T>);

impl<T: Config> Store for Stored<T> {
	fn outbound(&self, lane: &Lane) -> OutboundLane {
		OutboundLanes::<T>::get(lane)
	}

	fn set_outbound(&mut self, lane: &Lane, state: OutboundLane) {
		let was_open = OutboundLanes::<T>::get(lane).is_open();
		if was_open != state.is_open() {
			OpenedOrClosed::<T>::append(lane);
		}
		OutboundLanes::<T>::insert(lane, state);
		OutboxChanged::<T>::put(());
	}

	fn open_lanes(&self) -> Vec<LaneClaim> {
		let lanes = changed(OpenLanes::<T>::get(), OpenedOrClosed::<T>::get());
		lanes.iter().map(|lane| OutboundLanes::<T>::get(lane).claim(lane)).collect()
	}

	fn outbox(&self) -> Outbox {
		OutboxSums::<T>::get()
	}

	fn set_outbox(&mut self, outbox: Outbox) {
		OutboxSums::<T>::put(outbox);
	}

	fn inbound(&self, lane: &Lane) -> Option<InboundLane> {
		InboundLanes::<T>::get(lane)
	}

	fn set_inbound(&mut self, lane: &Lane, state: Option<InboundLane>) {
		let before = InboundLanes::<T>::get(lane);
		let waiting = |state: Option<InboundLane>| state.map_or(0, |state| state.waiting());
		Waiting::<T>::mutate(|all| *all = all.saturating_sub(waiting(before)).saturating_add(waiting(state)));
		if before.is_some() != state.is_some() {
			NewOrRemoved::<T>::append(lane);
		}
		if before.map(|state| state.taken) != state.map(|state| state.taken) {
			InboxChanged::<T>::put(());
		}
		InboundLanes::<T>::set(lane, state);
	}

	fn inbound_lanes(&self) -> Vec<(Lane, InboundLane)> {
		let lanes = changed(InboundList::<T>::get(), NewOrRemoved::<T>::get());
		lanes.into_iter().map(|lane| (lane, InboundLanes::<T>::get(lane).unwrap_or_default())).collect()
	}

	fn inbound_count(&self) -> usize {
		InboundLanes::<T>::count() as usize
	}

	fn waiting(&self) -> u64 {
		Waiting::<T>::get()
	}

	/// Returns the sources as of the last applied changes. Levels are computed after these are.
	fn user_sources(&self) -> Vec<ChainTag> {
		UserSources::<T>::get()
	}

	fn levels(&self, home: Home) -> KnownLevels {
		Levels::<T>::get(home)
	}

	fn set_levels(&mut self, home: Home, levels: KnownLevels) {
		Levels::<T>::insert(home, levels);
	}

	fn started(&self, account: &AccountId) -> u32 {
		Started::<T>::get(account)
	}

	fn set_started(&mut self, account: &AccountId, messages: u32) {
		Started::<T>::insert(account, messages);
	}

	fn clear_started(&mut self) {
		// It is cleared at the end of each block too, so no entry is in the trie, and those of this block are all removed.
		if Started::<T>::clear(u32::MAX, None).maybe_cursor.is_some() {
			log::error!(target: LOG_TARGET, "counters of a block are left");
		}
	}
}

/// Adds lanes to a sorted list, or removes them if it has them, each as often as it occurs. The state machine bounds the list.
fn changed(lanes: Vec<Lane>, changes: Vec<Lane>) -> Vec<Lane> {
	if changes.is_empty() {
		return lanes;
	}
	let mut odd = BTreeSet::new();
	for lane in changes {
		if !odd.remove(&lane) {
			odd.insert(lane);
		}
	}
	let lanes: BTreeSet<Lane> = lanes.into_iter().collect();
	lanes.symmetric_difference(&odd).copied().collect()
}

/// Returns the sources of the lanes of users, of lanes that ascend.
pub(crate) fn user_sources(lanes: &[Lane]) -> Vec<ChainTag> {
	let mut sources: Vec<ChainTag> =
		lanes.iter().filter(|lane| lane.class == Class::User).map(|lane| lane.source).collect();
	sources.dedup();
	sources
}

impl<T: Config> Pallet<T> {
	/// Changes or reads the state by the rules of the mailbox.
	pub(crate) fn mailbox<R>(act: impl FnOnce(&mut Mailbox<'_, Stored<T>>) -> R) -> R {
		act(&mut Mailbox::new(T::Ledger::get(), &mut Stored::<T>(PhantomData)))
	}

	/// Returns what the outbox root commits to, in its order. Nodes prove lanes by it.
	pub fn outbox() -> Vec<LaneClaim> {
		lane_claims(&Stored::<T>(PhantomData)).collect()
	}

	/// Returns what the inbox root commits to, in its order. Nodes prove cursors by it.
	pub fn inbox() -> Vec<CursorClaim> {
		cursor_claims(&Stored::<T>(PhantomData)).collect()
	}

	/// Returns the mailbox, as routers read it.
	pub fn report() -> MailboxReport {
		let acknowledged = |lane: Lane| OutboundLanes::<T>::get(lane).acknowledged.messages;
		MailboxReport {
			ledger: T::Ledger::get(),
			outbox: Self::outbox(),
			acknowledged: OpenLanes::<T>::get().into_iter().map(acknowledged).collect(),
			inbox: Self::inbox(),
		}
	}

	/// Applies the changes of a block to the lists of lanes.
	fn apply_changes() {
		let outbound = OpenedOrClosed::<T>::take();
		if !outbound.is_empty() {
			OpenLanes::<T>::mutate(|lanes| *lanes = changed(core::mem::take(lanes), outbound));
		}
		let inbound = NewOrRemoved::<T>::take();
		if !inbound.is_empty() {
			let lanes = changed(InboundList::<T>::get(), inbound);
			UserSources::<T>::put(user_sources(&lanes));
			InboundList::<T>::put(lanes);
		}
	}

	/// Returns what the header says at the end of a block.
	pub(crate) fn commitments() -> Commitments {
		Self::apply_changes();
		if OutboxChanged::<T>::take().is_some() {
			OutboxRoot::<T>::put(root_of(Self::outbox()));
		}
		if InboxChanged::<T>::take().is_some() {
			InboxRoot::<T>::put(root_of(Self::inbox()));
		}
		// A shard includes no heads.
		let heads = match T::Ledger::get().chain {
			ChainTag::Shard { .. } => H256::zero(),
			ChainTag::Main | ChainTag::Zone(_) => T::Anchors::heads_root(),
		};
		let levels = Self::mailbox(|mailbox| mailbox.levels(Self::number()));
		Commitments { outbox: OutboxRoot::<T>::get(), inbox: InboxRoot::<T>::get(), heads, levels }
	}
}
