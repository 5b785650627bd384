//! What routers bring: cursors first, then the messages of all packets together.

use crate::{value::Delivery, *};
use alloc::{collections::BTreeMap, vec::Vec};
use codec::Encode;
use core::marker::PhantomData;
use frame_support::{ensure, pallet_prelude::DispatchResult, storage::with_storage_layer, traits::Get};
use sp_runtime::traits::SaturatedConversion;
use tp_beacon::Anchors;
use tp_core::BlockNumber;
use tp_mailbox::{
	bounds::{
		BLOCK_BYTES, BLOCK_MESSAGES, MAX_INBOUND_LANES, MAX_RELAYED, MAX_RELAYED_ACKNOWLEDGEMENTS, MAX_RELAYED_BYTES,
	},
	AcknowledgeError, Acknowledgement, Anchor, Confirmed, Event as Outcome, Lane, Limits, Packet, ProvenMessages,
	Relayed, Store,
};

impl<T: Config> Pallet<T> {
	/// Returns the number of the block.
	pub(crate) fn number() -> BlockNumber {
		frame_system::Pallet::<T>::block_number().saturated_into()
	}

	/// Takes all that a block includes. The caller undoes what was taken if a part is refused.
	pub(crate) fn take_relayed(relayed: Vec<Relayed>) -> DispatchResult {
		Self::check_size(&relayed)?;
		let mut messages = Vec::new();
		for Relayed { chain, height, packets, acknowledgements } in relayed {
			let anchor = T::Anchors::anchor(chain, height).ok_or(Error::<T>::AnchorNotHeld)?;
			for acknowledgement in &acknowledgements {
				Self::take_acknowledgement(&anchor, acknowledgement)?;
			}
			for packet in packets {
				messages.push(packet.verify(&anchor).map_err(Error::<T>::from)?);
			}
		}
		Self::take_messages(&messages)
	}

	/// Returns what a block can take of the packets and acknowledgements that its author was brought: of each lane the packet
	/// that goes farthest.
	pub(crate) fn choose(relayed: Vec<Relayed>) -> Vec<Relayed> {
		let mut chosen: Vec<Relayed> = Vec::new();
		let lanes = Self::mailbox(|mailbox| mailbox.store().inbound_count());
		let mut left = Room { lanes: MAX_INBOUND_LANES.saturating_sub(lanes), ..Room::default() };
		let mut farthest: BTreeMap<Lane, u64> = BTreeMap::new();
		for Relayed { chain, height, packets, mut acknowledgements } in relayed.into_iter().take(MAX_RELAYED) {
			let Some(anchor) = T::Anchors::anchor(chain, height) else { continue };
			acknowledgements.retain(|acknowledgement| {
				left.acknowledgement(acknowledgement)
					&& with_storage_layer(|| Self::take_acknowledgement(&anchor, acknowledgement)).is_ok()
			});
			let packets = Self::choose_packets(&anchor, packets, &mut left, &mut farthest);
			if !packets.is_empty() || !acknowledgements.is_empty() {
				chosen.push(Relayed { chain, height, packets, acknowledgements });
			}
		}
		// A packet may have been chosen before one of its lane that goes farther.
		for relayed in &mut chosen {
			relayed.packets.retain(|packet| farthest.get(&packet.claim.lane) == Some(&end_of(packet)));
			for packet in &relayed.packets {
				farthest.remove(&packet.claim.lane);
			}
		}
		chosen.retain(|relayed| !relayed.packets.is_empty() || !relayed.acknowledgements.is_empty());
		chosen
	}

	fn choose_packets(
		anchor: &Anchor,
		mut packets: Vec<Packet>,
		left: &mut Room,
		farthest: &mut BTreeMap<Lane, u64>,
	) -> Vec<Packet> {
		packets.retain(|packet| {
			let lane = packet.claim.lane;
			let is_new = !farthest.contains_key(&lane) && !InboundLanes::<T>::contains_key(lane);
			let fits = farthest.get(&lane).is_none_or(|end| *end < end_of(packet))
				&& (!is_new || left.lanes > 0)
				&& packet.clone().verify(anchor).is_ok_and(|proven| Self::mailbox(|it| it.check(&proven)).is_ok())
				&& left.packet(packet);
			if fits {
				left.lanes -= usize::from(is_new);
				farthest.insert(lane, end_of(packet));
			}
			fits
		});
		packets
	}

	fn check_size(relayed: &[Relayed]) -> Result<(), Error<T>> {
		let acknowledgements: usize = relayed.iter().map(|part| part.acknowledgements.len()).sum();
		let messages = relayed.iter().flat_map(|part| &part.packets).map(|packet| packet.messages.len()).sum::<usize>();
		ensure!(relayed.len() <= MAX_RELAYED, Error::TooManyHeaders);
		ensure!(acknowledgements <= MAX_RELAYED_ACKNOWLEDGEMENTS, Error::TooManyAcknowledgements);
		ensure!(messages <= BLOCK_MESSAGES, Error::TooManyMessages);
		ensure!(relayed.encoded_size() <= MAX_RELAYED_BYTES, Error::TooManyBytes);
		Ok(())
	}

	fn take_acknowledgement(anchor: &Anchor, acknowledgement: &Acknowledgement) -> DispatchResult {
		let cursor = acknowledgement.verify(anchor).map_err(Error::<T>::from)?;
		let home = cursor.lane().destination.home();
		let levels = Levels::<T>::get(home);
		match Self::mailbox(|mailbox| mailbox.acknowledge(&cursor)) {
			Ok(Confirmed { lane, first, end, value }) => {
				Self::release(value);
				Self::deposit_event(Event::Confirmed { lane, first, end, value });
				Ok(())
			},
			// The load of the destination is news, though its cursor is none.
			Err(AcknowledgeError::Stale { .. }) if Levels::<T>::get(home) != levels => Ok(()),
			Err(error) => Err(Error::<T>::from(error).into()),
		}
	}

	fn take_messages(messages: &[ProvenMessages]) -> DispatchResult {
		let limits = Limits { messages: BLOCK_MESSAGES, bytes: BLOCK_BYTES, weight: T::MaxInboundWeight::get() };
		let mut delivery = Delivery::<T>(PhantomData);
		let outcomes = Self::mailbox(|mailbox| mailbox.take(&mut delivery, messages, limits, Self::number()));
		for outcome in outcomes {
			match outcome {
				Outcome::Delivered(arrival) => {
					Self::deposit_event(Event::Delivered { lane: arrival.lane, sequence: arrival.sequence });
				},
				Outcome::Bounced { arrival, reason } => {
					Self::deposit_event(Event::Bounced { lane: arrival.lane, sequence: arrival.sequence, reason });
				},
				Outcome::Refunded(arrival) => {
					Self::deposit_event(Event::Refunded { lane: arrival.lane, sequence: arrival.sequence });
				},
				Outcome::Waits(arrival) => {
					Self::deposit_event(Event::Waits { lane: arrival.lane, sequence: arrival.sequence });
				},
				Outcome::Sent(sent, message) => {
					Self::hold_arrived(message.value);
					Self::note_sent(&sent, &message);
				},
				Outcome::Refused(_, error) => return Err(Error::<T>::from(error).into()),
			}
		}
		Ok(())
	}
}

fn end_of(packet: &Packet) -> u64 {
	packet.first.saturating_add(packet.messages.len() as u64)
}

/// What a block still has room for. A packet that a farther one replaces keeps its room.
struct Room {
	/// Lanes that are new to the ledger.
	lanes: usize,
	acknowledgements: usize,
	messages: usize,
	bytes: usize,
}

impl Default for Room {
	fn default() -> Self {
		// The parts of a block are encoded with lengths and heights: some bytes for each.
		let bytes = MAX_RELAYED_BYTES - 32 * (MAX_RELAYED + 1);
		Self { lanes: 0, acknowledgements: MAX_RELAYED_ACKNOWLEDGEMENTS, messages: BLOCK_MESSAGES, bytes }
	}
}

impl Room {
	fn acknowledgement(&mut self, acknowledgement: &Acknowledgement) -> bool {
		let rest = (self.acknowledgements.checked_sub(1), self.bytes.checked_sub(acknowledgement.encoded_size()));
		let (Some(acknowledgements), Some(bytes)) = rest else { return false };
		(self.acknowledgements, self.bytes) = (acknowledgements, bytes);
		true
	}

	fn packet(&mut self, packet: &Packet) -> bool {
		let rest = (self.messages.checked_sub(packet.messages.len()), self.bytes.checked_sub(packet.encoded_size()));
		let (Some(messages), Some(bytes)) = rest else { return false };
		(self.messages, self.bytes) = (messages, bytes);
		true
	}
}
