//! The order in which a block takes messages of several lanes: system messages first, then rounds over the sources.
//!
//! ```text
//! system lanes, at most BLOCK_SYSTEM_MESSAGES
//! rounds: each source in turn, beginning with another one in each block
//!           └─ one of its lanes in turn, which takes its weight in bytes, or one message
//! ```
//!
//! In every round each source gets as much as the others, however many lanes it has. So each source with messages gets at
//! least its share of the block, and the rest goes to sources that have more. Authors choose by this rule what they include,
//! and every replica applies it to what a block includes.

use crate::{
	bounds::{BLOCK_SYSTEM_MESSAGES, MAX_MESSAGE_BYTES},
	lane::{Class, Lane},
};
use alloc::{collections::BTreeMap, vec::Vec};
use tp_core::{BlockNumber, ChainTag};

/// What a block takes in at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
	/// The number of messages.
	pub messages: usize,
	/// Their encoded bytes.
	pub bytes: usize,
	/// Their weight, in picoseconds.
	pub weight: u64,
}

/// What a message takes of the limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cost {
	/// Its encoded bytes.
	pub bytes: usize,
	/// Its weight, in picoseconds.
	pub weight: u64,
}

/// A lane with the costs of its next messages.
#[derive(Clone, Debug)]
pub struct Waiting {
	/// The lane.
	pub lane: Lane,
	/// The costs of its next messages, in their order.
	pub costs: Vec<Cost>,
}

/// Some messages of a lane that are taken one after the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Turn {
	/// The index of the lane among those waiting.
	pub lane: usize,
	/// The number of messages.
	pub messages: usize,
}

/// The bytes that a lane takes in its turn. Bounces return values that their owners miss, so they take twice as much.
fn quantum(class: Class) -> usize {
	match class {
		Class::System | Class::User => MAX_MESSAGE_BYTES / 4,
		Class::Bounce => MAX_MESSAGE_BYTES / 2,
	}
}

impl Limits {
	/// Takes off the cost of a message, if it fits.
	fn take(&mut self, cost: &Cost) -> bool {
		let Self { messages, bytes, weight } = *self;
		let left = (messages.checked_sub(1), bytes.checked_sub(cost.bytes), weight.checked_sub(cost.weight));
		let (Some(messages), Some(bytes), Some(weight)) = left else { return false };
		*self = Self { messages, bytes, weight };
		true
	}
}

/// Returns which messages a block takes, in their order. `number` decides which source begins.
pub fn schedule(waiting: &[Waiting], limits: Limits, number: BlockNumber) -> Vec<Turn> {
	let mut plan = Plan { waiting, taken: alloc::vec![0; waiting.len()], limits, turns: Vec::new() };
	plan.system();
	plan.rounds(number);
	plan.turns
}

struct Plan<'a> {
	waiting: &'a [Waiting],
	/// The messages of each lane that are taken.
	taken: Vec<usize>,
	limits: Limits,
	turns: Vec<Turn>,
}

impl Plan<'_> {
	fn system(&mut self) {
		let mut left = BLOCK_SYSTEM_MESSAGES;
		let mut lanes: Vec<usize> = self.lanes_of(|lane| lane.class == Class::System);
		// One message of each in turn, so that a source with many does not keep the others back.
		while left > 0 && !lanes.is_empty() {
			lanes.retain(|lane| {
				let took = left > 0 && self.take(*lane, 1, usize::MAX) > 0;
				left -= usize::from(took);
				took
			});
		}
	}

	fn rounds(&mut self, number: BlockNumber) {
		let mut sources: BTreeMap<ChainTag, Vec<usize>> = BTreeMap::new();
		for lane in self.lanes_of(|lane| lane.class != Class::System) {
			sources.entry(self.waiting[lane].lane.source).or_default().push(lane);
		}
		let mut sources: Vec<Vec<usize>> = sources.into_values().collect();
		rotate(&mut sources, number);
		// Every source begins in as many blocks with each of its lanes.
		let circles = number.checked_div(u32::try_from(sources.len()).unwrap_or(u32::MAX)).unwrap_or_default();
		sources.iter_mut().for_each(|lanes| rotate(lanes, circles));
		while !sources.is_empty() {
			sources.retain_mut(|lanes| {
				// A lane without more messages, or whose next message does not fit, has had its turns.
				while let Some(lane) = lanes.first().copied() {
					if self.take(lane, usize::MAX, quantum(self.waiting[lane].lane.class)) > 0 {
						lanes.rotate_left(1);
						return true;
					}
					lanes.remove(0);
				}
				false
			});
		}
	}

	fn lanes_of(&self, fits: impl Fn(&Lane) -> bool) -> Vec<usize> {
		(0..self.waiting.len()).filter(|at| fits(&self.waiting[*at].lane)).collect()
	}

	/// Takes messages of a lane: at most `most`, and bytes up to a quantum, but one at least if it fits the limits. Returns how
	/// many it took.
	fn take(&mut self, lane: usize, most: usize, quantum: usize) -> usize {
		let first = self.taken[lane];
		let mut bytes = 0usize;
		for cost in self.waiting[lane].costs[first..].iter().take(most) {
			bytes = bytes.saturating_add(cost.bytes);
			if (self.taken[lane] > first && bytes > quantum) || !self.limits.take(cost) {
				break;
			}
			self.taken[lane] += 1;
		}
		let messages = self.taken[lane] - first;
		if messages > 0 {
			self.turns.push(Turn { lane, messages });
		}
		messages
	}
}

/// Lets another one begin in each block.
fn rotate<T>(items: &mut [T], number: BlockNumber) {
	if let Some(begin) = (number as usize).checked_rem(items.len()) {
		items.rotate_left(begin);
	}
}
