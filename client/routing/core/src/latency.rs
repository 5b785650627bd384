//! The time from the block that sends a message to the block that takes it.

use crate::limits::MEASURED_LANES;
use std::collections::{BTreeMap, VecDeque};
use tp_mailbox::{Lane, Sequence};

/// The lanes whose messages are under way.
#[derive(Clone, Debug, Default)]
pub struct Latency(BTreeMap<Lane, Measured>);

/// A lane with messages under way.
#[derive(Clone, Debug)]
struct Measured {
	/// The cursor.
	taken: Sequence,
	/// Places after the last message of blocks, with the time when the router executed the block. A lane has a bounded
	/// number of messages in flight, hence of entries.
	sent: VecDeque<(Sequence, u64)>,
}

/// Messages that arrived.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Arrivals {
	/// How many.
	pub messages: u64,
	/// Milliseconds of the first of them.
	pub latency_ms: u64,
}

impl Latency {
	/// Notes that a block sent a message.
	pub fn note_sent(&mut self, lane: Lane, sequence: Sequence, now_ms: u64) {
		if self.0.len() >= MEASURED_LANES && !self.0.contains_key(&lane) {
			return;
		}
		let measured = self.0.entry(lane).or_insert_with(|| Measured { taken: sequence, sent: VecDeque::new() });
		match measured.sent.back_mut() {
			Some((end, at)) if *at == now_ms => *end = sequence + 1,
			_ => measured.sent.push_back((sequence + 1, now_ms)),
		}
	}

	/// Notes a cursor. Returns what arrived since the one before.
	pub fn note_cursor(&mut self, lane: &Lane, cursor: Sequence, now_ms: u64) -> Option<Arrivals> {
		let Measured { taken, sent } = self.0.get_mut(lane)?;
		let (_, first) = sent.front().copied()?;
		let messages = cursor.checked_sub(*taken).filter(|messages| *messages > 0)?;
		*taken = cursor;
		while sent.front().is_some_and(|(end, _)| *end <= cursor) {
			sent.pop_front();
		}
		if sent.is_empty() {
			self.0.remove(lane);
		}
		Some(Arrivals { messages, latency_ms: now_ms.saturating_sub(first) })
	}
}
