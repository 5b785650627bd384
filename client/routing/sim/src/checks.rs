//! The invariants of a run.

use crate::state::State;
use sp_core::H256;
use std::{collections::BTreeMap, fmt};
use tp_core::{Balance, BlockNumber, ChainTag};
use tp_mailbox::{
	bounds::{LANE_BYTES, LANE_MESSAGES, MAX_INBOUND_LANES, MAX_OPEN_LANES, OUTBOX_BOUNCES, OUTBOX_FULL},
	Arrival, Lane, Sequence, Store,
};

/// A violated invariant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation(pub String);

impl fmt::Display for Violation {
	fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
		self.0.fmt(formatter)
	}
}

/// A message that a valid block sent.
#[derive(Clone, Copy, Debug)]
struct Sent {
	leaf: H256,
	/// The block.
	number: BlockNumber,
}

/// What must hold after every step, by all ledgers together.
#[derive(Clone, Debug)]
pub struct Checks {
	issued: Balance,
	sent: BTreeMap<(Lane, Sequence), Sent>,
	violation: Option<Violation>,
}

impl Checks {
	/// Returns the checks of a run with this sum of all issued values.
	pub fn new(issued: Balance) -> Self {
		Self { issued, sent: BTreeMap::new(), violation: None }
	}

	/// Returns the first violation.
	pub fn violation(&self) -> Option<&Violation> {
		self.violation.as_ref()
	}

	/// Notes a violation, unless there was one before.
	pub fn violated(&mut self, what: String) {
		self.violation.get_or_insert(Violation(what));
	}

	/// Notes a message of a valid block.
	pub fn note_sent(&mut self, lane: Lane, sequence: Sequence, leaf: H256, number: BlockNumber) {
		if self.sent.insert((lane, sequence), Sent { leaf, number }).is_some() {
			self.violated(format!("order: {lane:?} has two messages {sequence}"));
		}
	}

	/// Forgets the messages of blocks above the one from which a ledger goes on.
	pub fn rewind(&mut self, source: ChainTag, sealed: BlockNumber) {
		self.sent.retain(|(lane, _), sent| lane.source != source || sent.number <= sealed);
	}

	/// Checks a message that a ledger took: it exists, it is the next of its lane, and it was not taken before. `next` is the number
	/// of messages that the accounts of the destination have seen of the lane.
	pub fn note_taken(&mut self, by: ChainTag, arrival: &Arrival, leaf: H256, next: Sequence) {
		let Arrival { lane, sequence } = *arrival;
		if sequence != next {
			self.violated(format!("exactly once: {by:?} takes message {sequence} of {lane:?}, but {next} is next"));
		}
		match self.sent.get(&(lane, sequence)) {
			Some(sent) if sent.leaf == leaf => {},
			Some(_) => self.violated(format!("origin: {by:?} takes another message {sequence} of {lane:?}")),
			None => self.violated(format!("origin: {by:?} takes message {sequence} of {lane:?}, which none sent")),
		}
	}

	/// Checks the sum of all values, and the bounds of all ledgers.
	pub fn check<'a>(&mut self, states: impl Iterator<Item = &'a State>) {
		let (mut held, mut sent, mut taken) = (0, 0, 0);
		for state in states {
			held += state.bank.total();
			sent += state.mailbox.outbound_lanes().map(|(_, lane)| lane.sent.value).sum::<Balance>();
			taken += state.mailbox.inbound_states().map(|(_, lane)| lane.taken.value).sum::<Balance>();
			self.check_bounds(&state.mailbox);
		}
		let expected = self.issued;
		match (held + sent).checked_sub(taken) {
			Some(sum) if sum == expected => {},
			sum => self.violated(format!(
				"conservation: {held} held, {sent} sent and {taken} taken are {sum:?}, issued {expected}"
			)),
		}
	}

	fn check_bounds(&mut self, mailbox: &tp_mailbox::MemoryStore) {
		let outbox = mailbox.outbox();
		let (mut lanes, mut counted) = (0, 0);
		for (lane, state) in mailbox.open() {
			let in_flight = state.in_flight();
			if in_flight.messages > LANE_MESSAGES || in_flight.bytes > LANE_BYTES {
				self.violated(format!("bounds: {lane:?} has too much in flight"));
			}
			lanes += 1;
			counted += in_flight.messages;
		}
		let is_bounded = outbox.messages <= OUTBOX_FULL
			&& outbox.bounces <= OUTBOX_BOUNCES
			&& lanes <= MAX_OPEN_LANES
			&& mailbox.inbound_count() <= MAX_INBOUND_LANES;
		if !is_bounded || counted != outbox.messages + outbox.bounces || lanes != outbox.open_lanes as usize {
			self.violated(format!("bounds: {outbox:?} with {counted} messages on {lanes} lanes"));
		}
	}
}
