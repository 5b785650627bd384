//! What a node sends to one peer, as a pure state machine.
//!
//! ```text
//! push ─▶ waiting ─ next_batch, as the peer has room ─▶ open ─ acknowledged ─▶ taken, or over
//!            ▲                                                      │
//!            └───────── retry, after a pause that doubles ◀─────────┴ later
//! ```
//!
//! Invariant: a unit that was pushed is waiting, open or on its way back until the peer has answered for it. If more wait than are kept,
//! the link says so ([`Link::take_gap`]), and its owner pushes all open units again once there is room.

use super::message::{Answer, MAX_UNITS, MESSAGE_BYTES};
use crate::submission::URGENT_UNITS;
use std::{
	collections::{BTreeMap, VecDeque},
	sync::Arc,
	time::{Duration, Instant},
};
use tc_lattice_pool::PooledUnit;

/// Units that a peer takes before it has answered once: urgent ones, and others.
const FIRST_WINDOWS: [usize; 2] = [256, 1_024];
/// Units that a peer may be sent without an answer, at most, also if it says more.
const MAX_WINDOW: usize = 16_384;
/// While a peer owes answers, units that are not urgent wait until this many can be sent together: each message has a price, and a peer
/// verifies many signatures at once for less than few.
const WORTHWHILE: usize = 256;
/// Units that wait for a peer, at most: as many as a pool holds.
const MAX_WAITING: usize = 131_072;
/// Pause before a unit is sent again for which the peer had no room. It doubles each time.
const PAUSE: Duration = Duration::from_secs(1);
/// The pause doubles so often, at most.
const MAX_DOUBLINGS: u32 = 4;
/// Units that are sent again in one call of [`Link::retry`], at most.
const MAX_RETRIED: usize = 1_024;

/// A unit on its way to a peer.
#[derive(Clone, Debug)]
pub(super) struct Queued {
	pub unit: Arc<PooledUnit>,
	/// Whether it came in a small submission: it goes in small messages, which receivers verify first.
	pub is_urgent: bool,
	/// When it was pushed: after a long wait the unit may have ended.
	pub since: Instant,
	/// How often the peer had no room for it.
	tries: u32,
}

impl Queued {
	/// Returns a unit that is sent for the first time.
	pub fn new(unit: Arc<PooledUnit>, is_urgent: bool, now: Instant) -> Self {
		Self { unit, is_urgent, since: now, tries: 0 }
	}
}

/// Units of one kind: urgent ones, or others.
#[derive(Debug)]
struct Lane {
	waiting: VecDeque<Queued>,
	/// Units without an answer, and how many the peer takes of them.
	open: usize,
	window: usize,
}

impl Lane {
	fn new(window: usize) -> Self {
		Self { waiting: VecDeque::new(), open: 0, window }
	}

	/// Takes units for a message, in their order. None if fewer than `least` can be sent, and an answer will come.
	fn take(&mut self, least: usize, most: usize) -> Vec<Queued> {
		let (mut bytes, mut count) = (0, 0);
		let room = self.window.saturating_sub(self.open).min(most);
		if self.open > 0 && self.waiting.len().min(room) < least {
			return Vec::new();
		}
		for queued in self.waiting.iter().take(room) {
			if bytes >= MESSAGE_BYTES {
				break;
			}
			bytes += queued.unit.bytes;
			count += 1;
		}
		self.waiting.drain(..count).collect()
	}
}

/// A batch without an answer.
#[derive(Debug)]
struct Open {
	sent_at: Instant,
	units: Vec<Queued>,
}

/// An answer that no honest peer gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct FalseAnswer;

/// A batch to be sent.
#[derive(Debug)]
pub(super) struct Batch {
	pub sequence: u64,
	pub units: Vec<Arc<PooledUnit>>,
}

/// The units on their way to one peer.
#[derive(Debug)]
pub(super) struct Link {
	/// Urgent units, and others.
	lanes: [Lane; 2],
	next: u64,
	open: BTreeMap<u64, Open>,
	/// Units for which the peer had no room, by the time at which they are sent again.
	paused: BTreeMap<(Instant, u64), Queued>,
	/// Numbers the entries of `paused`.
	pauses: u64,
	has_gap: bool,
}

impl Link {
	/// Returns the link of a peer that has just connected.
	pub fn new() -> Self {
		Self {
			lanes: FIRST_WINDOWS.map(Lane::new),
			next: 0,
			open: BTreeMap::new(),
			paused: BTreeMap::new(),
			pauses: 0,
			has_gap: false,
		}
	}

	/// Adds a unit behind all that wait.
	pub fn push(&mut self, queued: Queued) {
		if self.waiting() + self.paused.len() >= MAX_WAITING {
			self.has_gap = true;
			return;
		}
		self.lane(queued.is_urgent).waiting.push_back(queued);
	}

	/// Returns the next batch for which the peer has room, urgent units first. `is_over` returns whether a unit has ended that waited for
	/// long.
	pub fn next_batch(&mut self, now: Instant, is_over: impl Fn(&PooledUnit) -> bool) -> Option<Batch> {
		for (is_urgent, least, most) in [(true, 1, URGENT_UNITS), (false, WORTHWHILE, MAX_UNITS)] {
			loop {
				let mut units = self.lane(is_urgent).take(least, most);
				if units.is_empty() {
					break;
				}
				units.retain(|queued| now.saturating_duration_since(queued.since) < PAUSE || !is_over(&queued.unit));
				if units.is_empty() {
					continue;
				}
				self.lane(is_urgent).open += units.len();
				let (sequence, sent) = (self.next, units.iter().map(|queued| queued.unit.clone()).collect());
				self.next += 1;
				self.open.insert(sequence, Open { sent_at: now, units });
				return Some(Batch { sequence, units: sent });
			}
		}
		None
	}

	/// Takes the peer's answers for a batch, one for each unit, and the room that it has from now on.
	///
	/// # Errors
	/// If no such batch is open, or it has another number of units.
	pub fn acknowledged(
		&mut self,
		now: Instant,
		sequence: u64,
		answers: &[Answer],
		windows: [u32; 2],
	) -> Result<(), FalseAnswer> {
		let fits = self.open.get(&sequence).is_some_and(|open| open.units.len() == answers.len());
		let Open { units, .. } = self.open.remove(&sequence).filter(|_| fits).ok_or(FalseAnswer)?;
		for (queued, answer) in units.into_iter().zip(answers) {
			self.lane(queued.is_urgent).open -= 1;
			if *answer == Answer::Later {
				let pause = PAUSE * (1 << queued.tries.min(MAX_DOUBLINGS));
				self.pauses += 1;
				self.paused.insert((now + pause, self.pauses), Queued { tries: queued.tries + 1, ..queued });
			}
		}
		for (lane, window) in self.lanes.iter_mut().zip(windows) {
			// At least a unit: a peer that takes none at all could as well not answer.
			lane.window = usize::try_from(window).unwrap_or(MAX_WINDOW).clamp(1, MAX_WINDOW);
		}
		Ok(())
	}

	/// Puts units whose pause is over behind all that wait, and forgets the ended ones.
	pub fn retry(&mut self, now: Instant, is_over: impl Fn(&PooledUnit) -> bool) {
		for _ in 0..MAX_RETRIED {
			let Some(first) = self.paused.first_entry().filter(|first| first.key().0 <= now) else { return };
			let queued = first.remove();
			if !is_over(&queued.unit) {
				self.lane(queued.is_urgent).waiting.push_back(queued);
			}
		}
	}

	/// Returns whether units were left out and there is room for all again.
	pub fn take_gap(&mut self) -> bool {
		self.waiting() == 0 && std::mem::take(&mut self.has_gap)
	}

	/// Forgets the units that were not sent. The peer still answers for the others.
	pub fn forget_waiting(&mut self) {
		self.lanes.iter_mut().for_each(|lane| lane.waiting.clear());
		self.paused.clear();
		self.has_gap = false;
	}

	/// Returns when the oldest batch without an answer was sent.
	pub fn unanswered_since(&self) -> Option<Instant> {
		self.open.first_key_value().map(|(_, open)| open.sent_at)
	}

	fn waiting(&self) -> usize {
		self.lanes.iter().map(|lane| lane.waiting.len()).sum()
	}

	fn lane(&mut self, is_urgent: bool) -> &mut Lane {
		&mut self.lanes[usize::from(!is_urgent)]
	}
}

#[cfg(test)]
mod tests;
