//! The destination's side: messages are taken in the order of their lanes, each exactly once.
//!
//! A message that cannot be delivered is taken all the same, and its value goes back as a bounce. If there is no room
//! for the bounce, the lane waits. Bounces themselves are always taken, and send nothing: that ends every wait.

use crate::{
	bounds::MAX_INBOUND_LANES,
	lane::{Class, Destination, Lane},
	mailbox::Mailbox,
	message::{Bounce, Draft, Initiator, Message, Reason, Sequence},
	outbox::{SendError, Sent},
	packet::ProvenMessages,
	schedule::{schedule, Cost, Limits, Turn, Waiting},
	store::{InboundLane, Store},
};
use alloc::{collections::BTreeMap, vec::Vec};
use codec::{DecodeAll, Encode};
use tp_core::{AccountId, Balance, BlockNumber};

/// The weight of a bounce: it credits one account.
const BOUNCE_WEIGHT: u64 = crate::bounds::MIN_MESSAGE_WEIGHT;

/// The reason why messages are not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TakeError {
	/// The destination is not owned by this ledger.
	#[error("the accounts of {0:?} are not in this ledger")]
	NotHere(Destination),
	/// All of them were taken.
	#[error("messages up to {end} are brought, but those before {cursor} were taken")]
	AlreadyTaken {
		/// The place after the last message.
		end: Sequence,
		/// The cursor.
		cursor: Sequence,
	},
	/// Messages before them are missing.
	#[error("messages from {first} on are brought, but {cursor} is next")]
	Gap {
		/// The place of the first message.
		first: Sequence,
		/// The cursor.
		cursor: Sequence,
	},
	/// The lane occurs twice in a block.
	#[error("the block has two packets of one lane")]
	Twice,
	/// Too many lanes lead here.
	#[error("{MAX_INBOUND_LANES} lanes lead here: no new one is taken")]
	TooManyLanes,
}

/// Where a message comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Arrival {
	/// Its lane.
	pub lane: Lane,
	/// Its place in the lane.
	pub sequence: Sequence,
}

/// Takes the messages that follow from a delivery, all or none.
pub type SendAll<'a> = dyn FnMut(Vec<Draft>) -> Result<(), SendError> + 'a;

/// What the ledger does with messages.
pub trait Host {
	/// Executes a message whole, or not at all.
	///
	/// `send` takes the messages that follow from it, all at once, and refuses them all or none. The host calls it once at
	/// most, when nothing else can fail; if it refuses, the host undoes the rest and returns [`Reason::CannotSend`].
	fn deliver(&mut self, arrival: &Arrival, message: &Message, send: &mut SendAll) -> Result<(), Reason>;

	/// Returns a value to the account that started the chain of messages. What the account cannot take, the ledger keeps
	/// for it: a bounce never bounces. `bounce` is `None` if the source does not say what happened.
	fn refund(&mut self, account: &AccountId, value: Balance, bounce: Option<Bounce>);
}

/// The outcome of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
	/// It was delivered.
	Delivered(Arrival),
	/// It was not, and a bounce is on its way.
	Bounced {
		/// The message.
		arrival: Arrival,
		/// Why.
		reason: Reason,
	},
	/// It was a bounce, and its value was returned.
	Refunded(Arrival),
	/// A message was sent.
	Sent(Sent, Message),
	/// There is no room for its bounce: the lane waits.
	Waits(Arrival),
	/// A packet was refused.
	Refused(Lane, TakeError),
}

impl<S: Store> Mailbox<'_, S> {
	/// Checks whether messages can be taken. Returns how many of them were taken before.
	pub fn check(&self, messages: &ProvenMessages) -> Result<usize, TakeError> {
		let lane = messages.lane();
		if !self.ledger.owns(&lane.destination) {
			return Err(TakeError::NotHere(lane.destination));
		}
		let state = self.store.inbound(lane);
		if state.is_none() && self.store.inbound_count() >= MAX_INBOUND_LANES {
			return Err(TakeError::TooManyLanes);
		}
		let (first, end, cursor) = (messages.first(), messages.end(), state.unwrap_or_default().taken.messages);
		if first > cursor {
			return Err(TakeError::Gap { first, cursor });
		}
		if end <= cursor {
			return Err(TakeError::AlreadyTaken { end, cursor });
		}
		Ok(usize::try_from(cursor - first).expect("it is below the number of the messages; qed"))
	}

	/// Takes as many of the messages as the limits allow, by the rule of [`schedule`]. Packets that cannot be taken are refused
	/// by name, and change nothing.
	pub fn take(
		&mut self,
		host: &mut impl Host,
		packets: &[ProvenMessages],
		limits: Limits,
		number: BlockNumber,
	) -> Vec<Event> {
		let mut events = Vec::new();
		let mut accepted: BTreeMap<Lane, (&ProvenMessages, usize)> = BTreeMap::new();
		for packet in packets {
			let lane = *packet.lane();
			let checked = match accepted.contains_key(&lane) {
				true => Err(TakeError::Twice),
				false => self.check(packet),
			};
			match checked {
				Ok(skip) => {
					self.note_count(packet);
					accepted.insert(lane, (packet, skip));
				},
				Err(error) => events.push(Event::Refused(lane, error)),
			}
		}
		let waiting: Vec<Waiting> = accepted
			.iter()
			.map(|(lane, (packet, skip))| Waiting { lane: *lane, costs: costs(&packet.messages()[*skip..]) })
			.collect();
		let mut lanes: Vec<Pending> = accepted
			.values()
			.map(|(packet, skip)| Pending {
				lane: *packet.lane(),
				rest: packet.messages()[*skip..].iter(),
				waits: false,
			})
			.collect();
		for Turn { lane, messages } in schedule(&waiting, limits, number) {
			let pending = &mut lanes[lane];
			for message in pending.rest.by_ref().take(messages) {
				pending.waits = pending.waits || !self.take_one(host, &pending.lane, message, &mut events);
				if pending.waits {
					break;
				}
			}
		}
		events
	}

	/// Notes how many messages of a lane wait, which counts for the level.
	fn note_count(&mut self, packet: &ProvenMessages) {
		let mut state = self.store.inbound(packet.lane()).unwrap_or_default();
		state.known = state.known.max(packet.count());
		self.store.set_inbound(packet.lane(), Some(state));
	}

	/// Takes the next message of a lane. Returns whether the lane goes on.
	fn take_one(&mut self, host: &mut impl Host, lane: &Lane, message: &Message, events: &mut Vec<Event>) -> bool {
		let state = self.store.inbound(lane).unwrap_or_default();
		let arrival = Arrival { lane: *lane, sequence: state.taken.messages };
		if lane.class == Class::Bounce {
			let bounce = Bounce::decode_all(&mut &message.payload[..]).ok();
			host.refund(&message.initiator.account, message.value, bounce);
			events.push(Event::Refunded(arrival));
		} else if let Err(reason) = self.deliver(host, &arrival, message, events) {
			let (destination, bounce) = bounce_of(&arrival, message, reason);
			if self.admit_bounce(destination, &bounce).is_err() {
				events.push(Event::Waits(arrival));
				return false;
			}
			let sent = self.send_bounce(destination, &bounce);
			events.extend([Event::Bounced { arrival, reason }, Event::Sent(sent, bounce)]);
		}
		self.advance(lane, state, message);
		true
	}

	fn deliver(
		&mut self,
		host: &mut impl Host,
		arrival: &Arrival,
		message: &Message,
		events: &mut Vec<Event>,
	) -> Result<(), Reason> {
		message.check().map_err(|_| Reason::OutOfBounds)?;
		let mut sent = Vec::new();
		host.deliver(arrival, message, &mut |children| {
			sent = self.send_children(message, children)?;
			Ok(())
		})?;
		events.push(Event::Delivered(*arrival));
		events.extend(sent.into_iter().map(|(sent, message)| Event::Sent(sent, message)));
		Ok(())
	}

	fn advance(&mut self, lane: &Lane, mut state: InboundLane, message: &Message) {
		state.taken.add(message.encoded_size(), message.value);
		self.store.set_inbound(lane, Some(state));
	}
}

/// A lane whose messages are being taken.
struct Pending<'a> {
	lane: Lane,
	rest: core::slice::Iter<'a, Message>,
	waits: bool,
}

fn costs(messages: &[Message]) -> Vec<Cost> {
	messages.iter().map(|message| Cost { bytes: message.encoded_size(), weight: message.weight }).collect()
}

/// Returns the bounce of a message, and where it leads. It takes no more than the message's value along, so its length does
/// not depend on the payload.
fn bounce_of(arrival: &Arrival, message: &Message, reason: Reason) -> (Destination, Message) {
	let Initiator { home, account } = &message.initiator;
	let payload = Bounce { lane: arrival.lane, sequence: arrival.sequence, reason }.encode();
	let bounce = Message {
		initiator: message.initiator.clone(),
		hop: 0,
		weight: BOUNCE_WEIGHT,
		budget: 0,
		value: message.value,
		payload,
	};
	(Destination::of(*home, account), bounce)
}
