//! Which router carries what when: each lane is one router's duty, and the others stand in for it one after the other.

use crate::limits::{RELAY_AGAIN_MS, RELAY_STEP_MS};
use std::collections::BTreeMap;
use tp_core::{BlockNumber, ChainTag};
use tp_mailbox::{Destination, Lane, Sequence};

/// The place of a router among those of its zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
	/// Its index in the committee.
	pub index: u16,
	/// The size of the committee.
	pub of: u16,
}

/// What was carried on the lanes, messages one way or cursors the other.
#[derive(Clone, Debug, Default)]
pub struct Duties(BTreeMap<Lane, Duty>);

#[derive(Clone, Copy, Debug)]
struct Duty {
	/// From where on something waits, and since when.
	waits: (Sequence, u64),
	/// Up to where this router or another one has carried it last, and when.
	carried: Option<(Sequence, u64)>,
}

impl Place {
	/// Returns how many routers come before this one for a lane at a zone block. The order changes with every block, so that a
	/// router which fails holds up a lane for one block only.
	fn rank(&self, lane: &Lane, number: BlockNumber) -> u64 {
		let table = match lane.destination {
			Destination::Main => 0,
			Destination::Table { zone, table } => u64::from(zone) + u64::from(table.0),
		};
		let source = match lane.source {
			ChainTag::Main => 0,
			ChainTag::Zone(zone) => u64::from(zone),
			ChainTag::Shard { incarnation, .. } => u64::from(incarnation),
		};
		let of = u64::from(self.of.max(1));
		(table + source + u64::from(number) + of - u64::from(self.index) % of) % of
	}
}

impl Duties {
	/// Returns from where on this router carries a lane now, whose receiver is at `cursor` while `end` is provable. `None` if
	/// nothing waits, or another router comes first.
	pub fn due(
		&mut self,
		place: Place,
		lane: &Lane,
		(cursor, end): (Sequence, Sequence),
		number: BlockNumber,
		now_ms: u64,
	) -> Option<Sequence> {
		if end <= cursor {
			self.0.remove(lane);
			return None;
		}
		let duty = self.0.entry(*lane).or_insert(Duty { waits: (cursor, now_ms), carried: None });
		// What was carried and not taken for long is lost.
		let carried = duty.carried.filter(|(_, at)| now_ms.saturating_sub(*at) < RELAY_AGAIN_MS);
		let begin = carried.map_or(cursor, |(carried, _)| carried.max(cursor));
		if begin >= end {
			return None;
		}
		if duty.waits.0 != begin {
			duty.waits = (begin, now_ms);
		}
		let turn = duty.waits.1 + place.rank(lane, number) * RELAY_STEP_MS;
		(now_ms >= turn).then_some(begin)
	}

	/// Forgets the lanes of a ledger.
	pub fn forget(&mut self, source: ChainTag) {
		self.0.retain(|lane, _| lane.source != source);
	}

	/// Notes that a router has carried a lane up to a place.
	pub fn note(&mut self, lane: Lane, end: Sequence, now_ms: u64) {
		let duty = self.0.entry(lane).or_insert(Duty { waits: (end, now_ms), carried: None });
		let newer =
			duty.carried.is_none_or(|(carried, at)| end > carried || now_ms.saturating_sub(at) >= RELAY_AGAIN_MS);
		if newer {
			duty.carried = Some((end, now_ms));
		}
	}
}
