//! The events of a run, by time and then by their order of insertion.

use crate::scenario::Time;
use std::{cmp::Reverse, collections::BTreeMap, collections::BinaryHeap};
use tc_routing_core::{Answer, Question, Relay};
use tp_beacon::SignedHeader;
use tp_core::ChainTag;

/// A router: its zone, and its index.
pub type RouterId = (u16, u16);

/// Something that happens.
#[derive(Clone, Debug)]
pub enum Event {
	/// A ledger may make a block.
	Block(ChainTag),
	/// A router's node executes the next block of a ledger.
	Execute(RouterId, ChainTag),
	/// A router learns of a header.
	Header(RouterId, ChainTag, Box<SignedHeader>),
	/// Time passes for a router.
	Tick(RouterId),
	/// A relay reaches a ledger.
	Deliver(Box<Relay>),
	/// A question reaches a router.
	Asked(RouterId, Box<Question>),
	/// An answer reaches a router.
	Answered(RouterId, Box<Answer>),
	/// Users act.
	Traffic,
	/// The story of the run goes on.
	Story(Turn),
	/// A shard that was found faulty is drawn again.
	Heal(ChainTag),
	/// A shard that closes for a split may be sealed.
	Split(ChainTag),
	/// The end may have come.
	Watch,
}

/// The turns of stories.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
	/// The ledger falls asleep.
	Sleep,
	/// It wakes up.
	Wake,
	/// The committee of the shard is captured.
	Capture,
	/// The committee of the shard forks.
	Fork,
	/// A shard closes, and will be split.
	Close,
}

/// The events that are to come.
#[derive(Debug, Default)]
pub struct Queue {
	order: BinaryHeap<Reverse<(Time, u64)>>,
	events: BTreeMap<u64, Event>,
	pushed: u64,
}

impl Queue {
	/// Schedules an event.
	pub fn push(&mut self, at: Time, event: Event) {
		self.order.push(Reverse((at, self.pushed)));
		self.events.insert(self.pushed, event);
		self.pushed += 1;
	}

	/// Returns the next event with its time.
	pub fn pop(&mut self) -> Option<(Time, Event)> {
		let Reverse((at, number)) = self.order.pop()?;
		let event = self.events.remove(&number).expect("each number has its event; qed");
		Some((at, event))
	}
}
