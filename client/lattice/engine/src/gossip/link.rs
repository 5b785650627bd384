//! What a node sends to one peer, as a pure state machine.
//!
//! ```text
//! push ─▶ waiting ─ next_batch, as the peer has room ─▶ open ─ acknowledged ─▶ taken, or over
//!            ▲                                            │
//!            └── retry, after a pause that doubles ◀──────┴─ later, or no answer for long
//! ```
//!
//! A unit is kept by its hash alone and looked up when it is sent, so a peer that takes nothing keeps no ended unit in memory.
//!
//! Invariant: a unit that was pushed is waiting, open or paused until the peer has answered for it, or it has ended. If more units wait
//! than are kept, the link has a gap, and its owner pushes all open units again ([`Link::take_gap`]).

use super::message::{Answer, MAX_UNITS, MESSAGE_BYTES};
use crate::submission::URGENT_UNITS;
use std::{
	collections::{BTreeMap, HashMap, VecDeque},
	sync::Arc,
	time::{Duration, Instant},
};
use tc_lattice_pool::PooledUnit;
use tp_lattice::UnitHash;

/// Units that a peer takes before it has answered once: urgent ones, and others.
const FIRST_WINDOWS: [usize; 2] = [256, 1_024];
/// Units that a peer may be sent without an answer, at most, also if it says more.
const MAX_WINDOW: usize = 16_384;
/// While a peer owes answers, units that are not urgent wait until this many can be sent together: each message has a price, and a peer
/// verifies many signatures at once for less than few.
const WORTHWHILE: usize = 256;
/// Units that wait for a peer, at most: as many as a pool holds. They take 7 MiB.
const MAX_WAITING: usize = 131_072;
/// How long a peer may take to answer. After that it counts as having had no room.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(30);
/// Pause before a unit is sent again for which the peer had no room. It doubles each time.
const PAUSE: Duration = Duration::from_secs(1);
/// The pause doubles at most this often.
const MAX_DOUBLINGS: u32 = 4;
/// Units that are sent again in one call of [`Link::retry`], at most.
const MAX_RETRIED: usize = 256;

/// The lanes of a link.
const URGENT: usize = 0;
const BULK: usize = 1;

/// A unit on its way to a peer.
#[derive(Clone, Copy, Debug)]
struct Queued {
	hash: UnitHash,
	lane: usize,
	/// How often the peer had no room for it.
	tries: u32,
}

/// Units of one kind.
#[derive(Debug)]
struct Lane {
	waiting: VecDeque<Queued>,
	/// Units without an answer, and how many the peer takes of them.
	open: usize,
	window: usize,
}

impl Lane {
	fn room(&self) -> usize {
		self.window.saturating_sub(self.open)
	}
}

/// A batch without an answer.
#[derive(Debug)]
struct Open {
	sent_at: Instant,
	/// The lane whose window it takes.
	window_of: usize,
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
	lanes: [Lane; 2],
	next: u64,
	open: HashMap<u64, Open>,
	/// Units for which the peer had no room, by the time at which they are sent again.
	paused: BTreeMap<(Instant, u64), Queued>,
	/// Numbers the entries of `paused`.
	pauses: u64,
	has_gap: bool,
}

impl Link {
	/// Returns the link of a peer that has just connected. `first` is the number of its first batch: at random, since answers of an
	/// earlier connection may come late.
	pub fn new(first: u64) -> Self {
		Self {
			lanes: FIRST_WINDOWS.map(|window| Lane { waiting: VecDeque::new(), open: 0, window }),
			next: first,
			open: HashMap::new(),
			paused: BTreeMap::new(),
			pauses: 0,
			has_gap: false,
		}
	}

	/// Adds a unit behind all that wait. `is_urgent` tells that it came in a small submission: it goes in small messages, which receivers
	/// verify first.
	pub fn push(&mut self, hash: UnitHash, is_urgent: bool) {
		if self.kept() >= MAX_WAITING {
			self.has_gap = true;
			return;
		}
		let lane = if is_urgent { URGENT } else { BULK };
		self.lanes[lane].waiting.push_back(Queued { hash, lane, tries: 0 });
	}

	/// Returns the next batch for which the peer has room, urgent units first. `find` returns the units that have not ended.
	pub fn next_batch(
		&mut self,
		now: Instant,
		mut find: impl FnMut(&[UnitHash]) -> Vec<Option<Arc<PooledUnit>>>,
	) -> Option<Batch> {
		// Urgent units take the room of others when theirs is used up: receivers do the same with what exceeds a rate.
		for (lane, window_of, least, most) in
			[(URGENT, URGENT, 1, URGENT_UNITS), (URGENT, BULK, 1, URGENT_UNITS), (BULK, BULK, WORTHWHILE, MAX_UNITS)]
		{
			loop {
				let (window, waiting) = (&self.lanes[window_of], self.lanes[lane].waiting.len());
				let count = window.room().min(most).min(waiting);
				if count == 0 || (window.open > 0 && count < least) {
					break;
				}
				let queued: Vec<_> = self.lanes[lane].waiting.drain(..count).collect();
				let found = find(&queued.iter().map(|queued| queued.hash).collect::<Vec<_>>());
				let mut batch: Vec<_> =
					queued.into_iter().zip(found).filter_map(|(queued, unit)| Some((queued, unit?))).collect();
				let mut bytes = 0;
				let fits = |(_, unit): &&(_, Arc<PooledUnit>)| {
					let had_room = bytes < MESSAGE_BYTES;
					bytes += unit.bytes;
					had_room
				};
				let fitting = batch.iter().take_while(fits).count();
				for (queued, _) in batch.drain(fitting..).rev() {
					self.lanes[lane].waiting.push_front(queued);
				}
				if batch.is_empty() {
					continue;
				}
				let sequence = self.next;
				self.next = self.next.wrapping_add(1);
				self.lanes[window_of].open += batch.len();
				let (units, sent) = batch.into_iter().unzip();
				self.open.insert(sequence, Open { sent_at: now, window_of, units });
				return Some(Batch { sequence, units: sent });
			}
		}
		None
	}

	/// Takes the peer's answers for a batch, one for each unit, and the room that it has from now on. Returns whether such a batch is
	/// open: answers may come after the wait for them has ended, or from an earlier connection.
	///
	/// # Errors
	/// If the batch has another number of units.
	pub fn acknowledged(
		&mut self,
		now: Instant,
		sequence: u64,
		answers: &[Answer],
		windows: [u32; 2],
	) -> Result<bool, FalseAnswer> {
		let Some(open) = self.open.get(&sequence) else { return Ok(false) };
		if open.units.len() != answers.len() {
			return Err(FalseAnswer);
		}
		self.close(now, sequence, |at| answers[at]);
		for (lane, window) in self.lanes.iter_mut().zip(windows) {
			// At least a unit: a peer that takes none at all could as well not answer.
			lane.window = usize::try_from(window).unwrap_or(MAX_WINDOW).clamp(1, MAX_WINDOW);
		}
		Ok(true)
	}

	/// Ends the wait for answers that take too long. Returns whether there are such.
	pub fn expire(&mut self, now: Instant) -> bool {
		let is_late = |open: &Open| now.saturating_duration_since(open.sent_at) > ANSWER_TIMEOUT;
		let late: Vec<_> = self.open.iter().filter(|(_, open)| is_late(open)).map(|(sequence, _)| *sequence).collect();
		late.iter().for_each(|sequence| self.close(now, *sequence, |_| Answer::Later));
		!late.is_empty()
	}

	/// Closes a batch with the answers for its units.
	fn close(&mut self, now: Instant, sequence: u64, answer: impl Fn(usize) -> Answer) {
		let Some(Open { units, window_of, .. }) = self.open.remove(&sequence) else { return };
		self.lanes[window_of].open -= units.len();
		for (at, queued) in units.into_iter().enumerate() {
			if answer(at) == Answer::Later {
				let pause = PAUSE * (1 << queued.tries.min(MAX_DOUBLINGS));
				self.pauses += 1;
				self.paused.insert((now + pause, self.pauses), Queued { tries: queued.tries + 1, ..queued });
			}
		}
	}

	/// Puts units whose pause is over behind all that wait.
	pub fn retry(&mut self, now: Instant) {
		for _ in 0..MAX_RETRIED {
			let Some(first) = self.paused.first_entry().filter(|first| first.key().0 <= now) else { return };
			let queued = first.remove();
			self.lanes[queued.lane].waiting.push_back(queued);
		}
	}

	/// Notes that units were left out, which its owner pushes again.
	pub fn note_gap(&mut self) {
		self.has_gap = true;
	}

	/// Returns whether units were left out, if there is much room again.
	pub fn take_gap(&mut self) -> bool {
		self.kept() <= MAX_WAITING / 2 && std::mem::take(&mut self.has_gap)
	}

	/// Forgets the units that are not sent. The peer still answers for the others.
	pub fn forget_waiting(&mut self) {
		self.lanes.iter_mut().for_each(|lane| lane.waiting.clear());
		self.paused.clear();
		self.has_gap = false;
	}

	/// Returns the number of units that wait or pause.
	fn kept(&self) -> usize {
		self.lanes.iter().map(|lane| lane.waiting.len()).sum::<usize>() + self.paused.len()
	}
}

#[cfg(test)]
mod tests;
