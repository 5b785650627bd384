//! A queue of events, ordered by time and then by insertion.

use crate::{
	keys::Identity,
	network::{NodeId, Packet},
	time::Time,
};
use std::{
	cmp::{Ordering, Reverse},
	collections::BinaryHeap,
};
use tc_pbft_core::{Proposal, Timer, Verdict};
use tp_pbft::{BlockHash, Height, View};

/// An event. Local events of an earlier incarnation are ignored.
pub enum Event {
	/// A packet arrives.
	Deliver { from: NodeId, to: NodeId, packet: Packet },
	/// An event within a process.
	Local { node: NodeId, incarnation: u32, event: Local },
	/// A node announces its newest block, and its behaviour acts.
	Tick { node: NodeId },
	/// A crash of the scenario.
	Crash(usize),
	/// A process restarts.
	Restart { node: NodeId },
	/// All faults of network and processes end.
	Heal,
}

/// An event within a process.
pub enum Local {
	/// A timer runs out, if it still has this number.
	Timer(Timer, u64),
	/// A block is built.
	Built(Height, View, Proposal),
	/// A block is executed.
	Checked(BlockHash, Verdict),
	/// A build failed, because the disk did.
	BuildFailed(Height, View),
	/// The next height begins.
	Start,
	/// There is work to include.
	Work,
	/// The next member is asked for a block.
	Fetch(BlockHash),
	/// The process has listened long enough for this height.
	Listened(Height),
	/// A link to an identity came up.
	LinkUp(Identity),
}

struct Scheduled {
	at: Time,
	sequence: u64,
	event: Event,
}

impl PartialEq for Scheduled {
	fn eq(&self, other: &Self) -> bool {
		self.cmp(other) == Ordering::Equal
	}
}
impl Eq for Scheduled {}
impl PartialOrd for Scheduled {
	fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
		Some(self.cmp(other))
	}
}
impl Ord for Scheduled {
	fn cmp(&self, other: &Self) -> Ordering {
		(self.at, self.sequence).cmp(&(other.at, other.sequence))
	}
}

/// The queue of events.
#[derive(Default)]
pub struct Queue {
	heap: BinaryHeap<Reverse<Scheduled>>,
	sequence: u64,
}

impl Queue {
	/// Adds an event.
	pub fn push(&mut self, at: Time, event: Event) {
		self.sequence += 1;
		self.heap.push(Reverse(Scheduled { at, sequence: self.sequence, event }));
	}

	/// Removes and returns the next event.
	pub fn pop(&mut self) -> Option<(Time, Event)> {
		self.heap.pop().map(|Reverse(scheduled)| (scheduled.at, scheduled.event))
	}
}
