//! The ways to the other shards of the zone for the payments of units.
//!
//! The room is computed before a block's units apply, and bounds them: so [`send_debited`](RemoteTransfers::send_debited) never fails
//! for one of them. It is narrower than what the mailbox accepts in two cases. From `OUTBOX_MANY` messages on their way on, units
//! send none, while an extrinsic may send one a block. And if the lanes that are not open yet could exceed the bound of open lanes
//! together, units open none.

use crate::*;
use alloc::{collections::BTreeMap, vec::Vec};
use codec::Encode;
use frame_support::traits::{Contains, Get};
use sp_runtime::{DispatchError, Weight};
use tp_core::{AccountId, TableId, TableRange};
use tp_lattice::{LaneRoom, Reason, RemoteLanes, RemotePayment, Room};
use tp_mailbox::{
	bounds::{LANE_MESSAGES, OUTBOX_MANY},
	Class, Destination, Home, Initiator, Lane, OutboundLane, RemoteTransfers,
};

impl<T: Config> RemoteLanes for Pallet<T> {
	fn room() -> Option<Room> {
		let ledger = T::Ledger::get();
		let (home @ Home::Zone(zone), Some(tables)) = (ledger.home(), ledger.tables) else { return None };
		if tables == TableRange::ALL || !T::Homes::contains(&home) {
			return None;
		}
		let open = Self::open_lanes_of_users();
		let (bytes, levels) = (Self::payment_bytes(home), Levels::<T>::get(home));
		let elsewhere: Vec<TableId> = TableRange::ALL.iter().filter(|table| !tables.contains(*table)).collect();
		let destination = |table| Destination::Table { zone, table };
		Some(Self::mailbox(|mailbox| {
			let closed = elsewhere.iter().filter(|table| !open.contains_key(&destination(**table)));
			let can_open = mailbox.can_open(closed.count());
			let none = OutboundLane::default();
			let lanes = elsewhere.iter().filter_map(|table| {
				let (table, destination) = (*table, destination(*table));
				let state = open.get(&destination);
				if state.is_none() && !can_open {
					return Some(LaneRoom { table, messages: 0, full: Reason::OutboxFull });
				}
				let room = mailbox.lane_room(levels.of(table), state.unwrap_or(&none), bytes);
				let full = if room.is_busy { Reason::DestinationBusy } else { Reason::LaneFull };
				(room.messages < LANE_MESSAGES).then(|| LaneRoom { table, messages: count(room.messages), full })
			});
			Room {
				messages: count(mailbox.outbox_room()),
				per_lane: count(LANE_MESSAGES),
				lanes: lanes.collect(),
				compute_per_message: Self::message_weight().ref_time(),
			}
		}))
	}

	fn send(payment: &RemotePayment) -> Result<(), DispatchError> {
		let RemotePayment { from, dest, amount } = payment;
		Self::send_debited(from, T::Ledger::get().home(), dest, *amount).map_err(Error::<T>::from)?;
		Ok(())
	}

	fn room_weight() -> Weight {
		T::WeightInfo::room()
	}

	fn message_weight() -> Weight {
		T::WeightInfo::transfer()
	}

	fn max_messages() -> u32 {
		count(OUTBOX_MANY)
	}
}

impl<T: Config> Pallet<T> {
	/// Returns the lanes of users that have messages on their way, also if they opened in this block.
	fn open_lanes_of_users() -> BTreeMap<Destination, OutboundLane> {
		let lanes = OpenLanes::<T>::get().into_iter().chain(OpenedOrClosed::<T>::get());
		let of_users = lanes.filter(|lane: &Lane| lane.class == Class::User);
		let states = of_users.map(|lane| (lane.destination, OutboundLanes::<T>::get(lane)));
		states.filter(|(_, state)| state.is_open()).collect()
	}

	/// Returns the encoded bytes of a payment, which are the same for all accounts and amounts.
	fn payment_bytes(home: Home) -> usize {
		let account = AccountId::new([0; 32]);
		let initiator = Initiator { home, account: account.clone() };
		remote::payment(home, &account, 0).by(initiator).encoded_size()
	}
}

/// Returns a number of messages, which a bound of lane or outbox keeps small.
fn count(messages: u64) -> u32 {
	u32::try_from(messages).unwrap_or(u32::MAX)
}
