//! Invariants of the state between two blocks.

use crate::*;
use frame_support::{
	ensure,
	traits::{fungible::Inspect, Get},
};
use sp_runtime::TryRuntimeError;
use tp_core::Balance;
use tp_mailbox::{
	bounds::{LANE_BYTES, LANE_MESSAGES, MAX_INBOUND_LANES, MAX_OPEN_LANES, OUTBOX_BOUNCES, OUTBOX_FULL},
	root_of, Class, Lane,
};

impl<T: Config> Pallet<T> {
	/// Checks the pallet's invariants, the sum of all values among them. Called after each test, and by `try-runtime`.
	pub fn do_try_state() -> Result<(), TryRuntimeError> {
		Self::try_outbox()?;
		Self::try_inbox()?;
		Self::try_values()?;
		ensure!(OutboxRoot::<T>::get() == root_of(Self::outbox()), "the outbox root is that of the open lanes");
		ensure!(InboxRoot::<T>::get() == root_of(Self::inbox()), "the inbox root is that of all cursors");
		ensure!(!OutboxChanged::<T>::exists() && !InboxChanged::<T>::exists(), "the roots are those of the last block");
		ensure!(
			!OpenedOrClosed::<T>::exists() && !NewOrRemoved::<T>::exists(),
			"the lists of lanes are those of the block"
		);
		ensure!(!RelayTaken::<T>::exists(), "the mark of the inherent does not outlive its block");
		ensure!(!BegunPayment::<T>::exists(), "a payment ends with its extrinsic");
		ensure!(!Deriving::<T>::exists(), "what a call derives is noted for the call alone");
		ensure!(Started::<T>::iter_keys().next().is_none(), "counters of a block do not outlive it");
		Ok(())
	}

	/// Balances, values in lanes with bounces, and values that are kept are all that is issued.
	fn try_values() -> Result<(), TryRuntimeError> {
		let balances = frame_system::Account::<T>::iter_keys().map(|account| T::Currency::total_balance(&account));
		let kept = Kept::<T>::iter_values().fold(0, Balance::saturating_add);
		let in_lanes = OutboundLanes::<T>::iter_values().map(|lane| lane.in_flight().value);
		ensure!(InLanes::<T>::get() == in_lanes.fold(0, Balance::saturating_add), "the value in lanes is theirs");
		let sum = balances.fold(0, Balance::saturating_add).saturating_add(InLanes::<T>::get()).saturating_add(kept);
		ensure!(sum == T::Currency::total_issuance(), "balances, lanes and bounces are not what is issued");
		Ok(())
	}

	fn try_outbox() -> Result<(), TryRuntimeError> {
		let list = OpenLanes::<T>::get();
		ensure!(is_sorted(&list) && list.len() <= MAX_OPEN_LANES, "few lanes are open, and ascend");
		let (mut open, mut messages, mut bounces) = (0u32, 0u64, 0u64);
		for (lane, state) in OutboundLanes::<T>::iter() {
			ensure!(state.is_open() == list.binary_search(&lane).is_ok(), "the list has the open lanes");
			let in_flight = state.in_flight();
			ensure!(
				in_flight.messages <= LANE_MESSAGES && in_flight.bytes <= LANE_BYTES,
				"no lane has too much in flight"
			);
			ensure!(state.mountain.count() == state.sent.messages, "a lane's range has all its messages");
			open += u32::from(state.is_open());
			*(if lane.class == Class::Bounce { &mut bounces } else { &mut messages }) += in_flight.messages;
		}
		let sums = OutboxSums::<T>::get();
		ensure!(open as usize == list.len(), "the list has open lanes alone");
		ensure!(
			(sums.messages, sums.bounces, sums.open_lanes) == (messages, bounces, open),
			"the sums are those of the lanes"
		);
		ensure!(messages <= OUTBOX_FULL && bounces <= OUTBOX_BOUNCES, "the outbox keeps to its bounds");
		Ok(())
	}

	fn try_inbox() -> Result<(), TryRuntimeError> {
		let list = InboundList::<T>::get();
		ensure!(is_sorted(&list) && list.len() <= MAX_INBOUND_LANES, "few lanes lead here, and ascend");
		ensure!(InboundLanes::<T>::count() as usize == list.len(), "the lanes that lead here are counted");
		ensure!(InboundLanes::<T>::iter_keys().count() == list.len(), "the list has every lane that leads here");
		let mut waiting = 0u64;
		for lane in &list {
			let state = InboundLanes::<T>::get(lane).ok_or("each lane of the list is kept")?;
			ensure!(T::Ledger::get().owns(&lane.destination), "a lane leads to a table of this ledger");
			waiting = waiting.saturating_add(state.waiting());
		}
		ensure!(Waiting::<T>::get() == waiting, "the waiting messages are those of the lanes");
		ensure!(UserSources::<T>::get() == store::user_sources(&list), "the sources are those of the lanes");
		Ok(())
	}
}

fn is_sorted(lanes: &[Lane]) -> bool {
	lanes.windows(2).all(|pair| pair[0] < pair[1])
}
