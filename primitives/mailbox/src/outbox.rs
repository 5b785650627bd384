//! The source's side: messages are accepted or refused, and pruned when their destination has taken them.

use crate::{
	bounds::{
		BOUNCE_LANES, LANE_BYTES, LANE_MESSAGES, MAX_OPEN_LANES, OUTBOX_BOUNCES, OUTBOX_DELIVERIES, OUTBOX_FULL,
		OUTBOX_MANY, OUTBOX_SPLIT, OUTBOX_USERS,
	},
	claims::Tally,
	lane::{Class, Destination, Home, Lane},
	levels::KnownLevel,
	mailbox::Mailbox,
	message::{check_budget, Draft, Initiator, Message, MessageError, Sequence},
	packet::{ProvenCursor, ProvenHead},
	store::{OutboundLane, Outbox, Store},
};
use alloc::{collections::BTreeMap, vec::Vec};
use codec::Encode;
use sp_core::H256;
use tp_core::{AccountId, Balance, ChainTag, TableRange};

/// Why a ledger sends a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
	/// A user asks for it.
	User,
	/// It follows from the delivery of another message.
	Delivery,
	/// The ledger itself sends it.
	System,
	/// It returns a value.
	Bounce,
}

impl Origin {
	fn class(self) -> Class {
		match self {
			Self::User | Self::Delivery => Class::User,
			Self::System => Class::System,
			Self::Bounce => Class::Bounce,
		}
	}
}

/// The reason why a message is not accepted. Nothing has changed then.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
	/// The message is malformed.
	#[error(transparent)]
	Malformed(#[from] MessageError),
	/// The lane has too many messages in flight.
	#[error(
		"{LANE_MESSAGES} messages to this part of the other ledger are on their way: send it when some have arrived"
	)]
	LaneFull,
	/// The lane has too many bytes in flight.
	#[error("the messages to this part of the other ledger fill its lane: send it when some have arrived")]
	LaneBytes,
	/// The destination is loaded.
	#[error("the other ledger has a load of {inbox} percent: send it later")]
	DestinationBusy {
		/// The load of its inbox, in percent.
		inbox: u8,
	},
	/// The ledger has many messages in flight, and the account started one in this block.
	#[error("this ledger has many messages on their way: send one message a block")]
	OneAtATime,
	/// The ledger has too many messages in flight.
	#[error("this ledger has too many messages on their way: send it later")]
	OutboxFull,
	/// Too many lanes have messages in flight.
	#[error("messages to {MAX_OPEN_LANES} parts of other ledgers are on their way: send it later")]
	TooManyLanes,
}

/// The reason why an acknowledgement is not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AcknowledgeError {
	/// The lane is another ledger's.
	#[error("the lane begins at {0:?}")]
	OtherSource(ChainTag),
	/// The source knows it, or a newer one.
	#[error("the cursor {taken} is not above {acknowledged}")]
	Stale {
		/// The cursor.
		taken: Sequence,
		/// The cursor that the source knows.
		acknowledged: Sequence,
	},
	/// The destination states more than was sent, or sums that do not fit. It is faulty.
	#[error("the destination has taken what was not sent")]
	NotSent,
}

/// Messages that their destination has taken. Their senders' units are confirmed, and their bodies not needed any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Confirmed {
	/// The lane.
	pub lane: Lane,
	/// The place of the first of them.
	pub first: Sequence,
	/// The place after the last.
	pub end: Sequence,
	/// Their value.
	pub value: Balance,
}

/// The place of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sent {
	/// Its lane.
	pub lane: Lane,
	/// Its place in the lane.
	pub sequence: Sequence,
	/// Its leaf in the range of the lane.
	pub leaf: H256,
}

/// The room of a lane for messages of users, of a known size.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LaneRoom {
	/// The number of messages that it takes, if the outbox does.
	pub messages: u64,
	/// Whether the load of the destination is what lets it take no more. Otherwise the lane is full then.
	pub is_busy: bool,
}

/// What a message adds to its lane, before it is added.
#[derive(Clone, Copy, Debug)]
struct Demand {
	lane: Lane,
	tally: Tally,
}

impl<S: Store> Mailbox<'_, S> {
	/// Accepts the message of a user. The caller has debited the value, and undoes that if this fails.
	pub fn send(&mut self, account: &AccountId, draft: Draft) -> Result<(Sent, Message), SendError> {
		let destination = draft.destination;
		let message = draft.by(Initiator { home: self.ledger.home(), account: account.clone() });
		self.admit_one(Origin::User, destination, &message)?;
		self.store.set_started(account, self.store.started(account).saturating_add(1));
		Ok((self.append(Origin::User, destination, &message), message))
	}

	/// Checks that [`Self::send`] would accept a message now.
	pub fn check_send(&self, account: &AccountId, draft: Draft) -> Result<(), SendError> {
		let destination = draft.destination;
		let message = draft.by(Initiator { home: self.ledger.home(), account: account.clone() });
		self.admit_one(Origin::User, destination, &message)
	}

	/// Accepts a message of the ledger itself. `account` is the one to which a value returns.
	pub fn send_system(&mut self, account: &AccountId, draft: Draft) -> Result<(Sent, Message), SendError> {
		let destination = draft.destination;
		let message = draft.by(Initiator { home: self.ledger.home(), account: account.clone() });
		self.admit_one(Origin::System, destination, &message)?;
		Ok((self.append(Origin::System, destination, &message), message))
	}

	/// Prunes what a destination has taken, and notes its load. Takes the same time for any number of messages.
	pub fn acknowledge(&mut self, cursor: &ProvenCursor) -> Result<Confirmed, AcknowledgeError> {
		let lane = *cursor.lane();
		if lane.source != self.ledger.chain {
			return Err(AcknowledgeError::OtherSource(lane.source));
		}
		// The load is news even if the cursor is not.
		self.note_level(cursor.head());
		let mut state = self.store.outbound(&lane);
		let (taken, acknowledged) = (*cursor.taken(), state.acknowledged);
		if taken.messages <= acknowledged.messages {
			return Err(AcknowledgeError::Stale { taken: taken.messages, acknowledged: acknowledged.messages });
		}
		let (Some(confirmed), Some(_)) = (taken.since(&acknowledged), state.sent.since(&taken)) else {
			return Err(AcknowledgeError::NotSent);
		};
		state.acknowledged = taken;
		let mut outbox = self.store.outbox();
		*counter(&mut outbox, lane.class) -= confirmed.messages;
		outbox.open_lanes -= u32::from(!state.is_open());
		self.store.set_outbox(outbox);
		self.store.set_outbound(&lane, state);
		Ok(Confirmed { lane, first: acknowledged.messages, end: taken.messages, value: confirmed.value })
	}

	/// Notes the load of a destination, unless a newer one is known.
	pub fn note_level(&mut self, head: &ProvenHead) {
		let chain = head.ledger().chain;
		let level = KnownLevel { chain, height: head.height(), levels: head.commitments().levels };
		let (home, tables) = match (chain, head.ledger().tables) {
			(ChainTag::Main, _) => (Home::Main, TableRange::ALL),
			(ChainTag::Shard { zone, .. }, Some(tables)) => (Home::Zone(zone), tables),
			_ => return,
		};
		let mut levels = self.store.levels(home);
		if levels.note(tables, level) {
			self.store.set_levels(home, levels);
		}
	}

	/// Returns the number of messages that users can send besides those on their way, each as many as it likes. Beyond it, an
	/// account sends one a block.
	pub fn outbox_room(&self) -> u64 {
		OUTBOX_MANY.min(OUTBOX_USERS).saturating_sub(self.store.outbox().messages)
	}

	/// Tells whether users can open this many lanes besides the open ones.
	pub fn can_open(&self, lanes: usize) -> bool {
		self.store.outbox().open_lanes as usize + lanes <= MAX_OPEN_LANES - BOUNCE_LANES
	}

	/// Returns the room of a lane for messages of users with `bytes` each, as [`Self::send`] checks it. `level` is that of its
	/// destination, and `state` that of the lane, which a caller knows to be the default if it is not open.
	pub fn lane_room(&self, level: Option<KnownLevel>, state: &OutboundLane, bytes: usize) -> LaneRoom {
		let in_flight = state.in_flight();
		let by_bytes = LANE_BYTES.saturating_sub(in_flight.bytes).checked_div(bytes as u64).unwrap_or(u64::MAX);
		let of_lane = LANE_MESSAGES.saturating_sub(in_flight.messages).min(by_bytes);
		let levels = level.map(|known| known.levels).unwrap_or_default();
		let of_destination = levels.window(&self.ledger.chain).saturating_sub(in_flight.messages);
		LaneRoom { messages: of_lane.min(of_destination), is_busy: of_destination < of_lane }
	}

	/// Tells whether the outbox is so full that a shard asks for a split.
	pub fn asks_for_split(&self) -> bool {
		self.store.outbox().messages >= OUTBOX_SPLIT
	}

	/// Accepts the messages of a delivery, all or none. Nothing has changed if it fails.
	pub(crate) fn send_children(
		&mut self,
		parent: &Message,
		children: Vec<Draft>,
	) -> Result<Vec<(Sent, Message)>, SendError> {
		check_budget(parent, &children)?;
		let children: Vec<(Destination, Message)> =
			children.into_iter().map(|child| (child.destination, child.after(parent))).collect();
		self.admit(Origin::Delivery, &children)?;
		let sent = children.into_iter().map(|(to, message)| (self.append(Origin::Delivery, to, &message), message));
		Ok(sent.collect())
	}

	/// Checks that the outbox has room for a bounce.
	pub(crate) fn admit_bounce(&self, destination: Destination, message: &Message) -> Result<(), SendError> {
		self.admit_one(Origin::Bounce, destination, message)
	}

	/// Sends a bounce for which there is room.
	pub(crate) fn send_bounce(&mut self, destination: Destination, message: &Message) -> Sent {
		self.append(Origin::Bounce, destination, message)
	}

	fn admit_one(&self, origin: Origin, destination: Destination, message: &Message) -> Result<(), SendError> {
		self.admit(origin, &[(destination, message.clone())])
	}

	/// Checks that all of these messages can be sent.
	fn admit(&self, origin: Origin, messages: &[(Destination, Message)]) -> Result<(), SendError> {
		let mut lanes: BTreeMap<Lane, Tally> = BTreeMap::new();
		for (destination, message) in messages {
			message.check()?;
			self.check_account(origin, message)?;
			let lane = self.lane(origin, *destination);
			lanes.entry(lane).or_default().add(message.encoded_size(), message.value);
		}
		let mut opened = 0;
		for (lane, tally) in lanes {
			let state = self.store.outbound(&lane);
			opened += usize::from(!state.is_open());
			self.check_lane(origin, Demand { lane, tally }, &state)?;
		}
		self.check_outbox(origin, messages.len() as u64, opened)
	}

	fn check_account(&self, origin: Origin, message: &Message) -> Result<(), SendError> {
		let many = origin == Origin::User && self.store.outbox().messages >= OUTBOX_MANY;
		if many && self.store.started(&message.initiator.account) > 0 {
			return Err(SendError::OneAtATime);
		}
		Ok(())
	}

	fn check_lane(&self, origin: Origin, demand: Demand, state: &OutboundLane) -> Result<(), SendError> {
		let in_flight = state.in_flight();
		let messages = in_flight.messages + demand.tally.messages;
		if messages > LANE_MESSAGES {
			return Err(SendError::LaneFull);
		}
		if in_flight.bytes + demand.tally.bytes > LANE_BYTES {
			return Err(SendError::LaneBytes);
		}
		// Bounces have to go, and the system's messages are few.
		if matches!(origin, Origin::User | Origin::Delivery) {
			let level = self.store.level(&demand.lane.destination).map(|known| known.levels).unwrap_or_default();
			if messages > level.window(&self.ledger.chain) {
				return Err(SendError::DestinationBusy { inbox: level.inbox });
			}
		}
		Ok(())
	}

	fn check_outbox(&self, origin: Origin, messages: u64, opened: usize) -> Result<(), SendError> {
		let outbox = self.store.outbox();
		let (used, bound, lanes) = match origin {
			Origin::User => (outbox.messages, OUTBOX_USERS, MAX_OPEN_LANES - BOUNCE_LANES),
			Origin::Delivery => (outbox.messages, OUTBOX_DELIVERIES, MAX_OPEN_LANES - BOUNCE_LANES),
			Origin::System => (outbox.messages, OUTBOX_FULL, MAX_OPEN_LANES - BOUNCE_LANES),
			Origin::Bounce => (outbox.bounces, OUTBOX_BOUNCES, MAX_OPEN_LANES),
		};
		if used + messages > bound {
			return Err(SendError::OutboxFull);
		}
		if opened > 0 && outbox.open_lanes as usize + opened > lanes {
			return Err(SendError::TooManyLanes);
		}
		Ok(())
	}

	/// Appends a message that was admitted.
	fn append(&mut self, origin: Origin, destination: Destination, message: &Message) -> Sent {
		let lane = self.lane(origin, destination);
		let mut state = self.store.outbound(&lane);
		let mut outbox = self.store.outbox();
		let sequence = state.sent.messages;
		outbox.open_lanes += u32::from(!state.is_open());
		*counter(&mut outbox, lane.class) += 1;
		let leaf = message.leaf(&lane, sequence);
		state.mountain.push(leaf);
		state.root = state.mountain.root();
		state.sent.add(message.encoded_size(), message.value);
		self.store.set_outbound(&lane, state);
		self.store.set_outbox(outbox);
		Sent { lane, sequence, leaf }
	}

	fn lane(&self, origin: Origin, destination: Destination) -> Lane {
		Lane { source: self.ledger.chain, destination, class: origin.class() }
	}
}

fn counter(outbox: &mut Outbox, class: Class) -> &mut u64 {
	match class {
		Class::Bounce => &mut outbox.bounces,
		Class::System | Class::User => &mut outbox.messages,
	}
}
