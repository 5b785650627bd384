//! Levels: how loaded a ledger is, and how much its sources send because of it.

use crate::bounds::{FLOOR_MESSAGES, FREE_LOAD, INBOX_FULL, LANE_MESSAGES, OUTBOX_FULL};
use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use tp_core::{BlockNumber, ChainTag, TableId, TableRange};

/// A load in percent.
pub type Percent = u8;

/// The load of a ledger, in each of its headers. A level counts until the next one comes, so a lost header only delays it.
#[derive(
	Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Levels {
	/// Messages that wait for the ledger, in percent of a full inbox.
	pub inbox: Percent,
	/// Messages that the ledger has in flight, in percent of a full outbox.
	pub outbox: Percent,
	/// The source that may send a few messages although the inbox is full.
	pub turn: Option<ChainTag>,
}

/// The newest level that a source knows of a destination.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct KnownLevel {
	/// The ledger that owns the destination.
	pub chain: ChainTag,
	/// The height of its head.
	pub height: BlockNumber,
	/// Its levels.
	pub levels: Levels,
}

/// The newest levels that a source knows of a place: of the main chain, or of the shards of a zone, each with its tables.
///
/// Invariant: the ranges ascend, and no two overlap.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct KnownLevels(Vec<(TableRange, KnownLevel)>);

impl Levels {
	/// Returns the levels of a ledger.
	pub fn of(waiting: u64, in_flight: u64, turn: Option<ChainTag>) -> Self {
		Self { inbox: percent(waiting, INBOX_FULL), outbox: percent(in_flight, OUTBOX_FULL), turn }
	}

	/// Returns how many messages a lane of a source may have in flight towards the ledger, before users of the source are
	/// refused.
	///
	/// That is the whole lane up to [`FREE_LOAD`], and falls to one at full load, except for the source whose turn it is. The one
	/// brings the next level back with its acknowledgement: a source that waited for that without a message would wait for ever.
	pub fn window(&self, source: &ChainTag) -> u64 {
		let free = u64::from(100u8.saturating_sub(self.inbox.max(FREE_LOAD)));
		let window = LANE_MESSAGES * free / u64::from(100 - FREE_LOAD);
		let floor = if self.turn == Some(*source) { FLOOR_MESSAGES } else { 1 };
		window.max(floor)
	}
}

impl KnownLevel {
	/// Tells whether it replaces another one. Incarnations ascend, and heights within one.
	pub fn is_newer_than(&self, other: &Self) -> bool {
		let order = |level: &Self| match level.chain {
			ChainTag::Shard { incarnation, .. } => (incarnation, level.height),
			ChainTag::Main | ChainTag::Zone(_) => (0, level.height),
		};
		order(self) > order(other)
	}
}

impl KnownLevels {
	/// Returns the level of the ledger that owns a table. The main chain owns all of its place.
	pub fn of(&self, table: TableId) -> Option<KnownLevel> {
		self.0.iter().find(|(tables, _)| tables.contains(table)).map(|(_, level)| *level)
	}

	/// Notes the level of the ledger that owns some tables. Keeps what is newer of each of them, and returns whether anything
	/// changed.
	pub fn note(&mut self, tables: TableRange, level: KnownLevel) -> bool {
		// The same ledger as before, nearly always.
		if let Some((_, known)) =
			self.0.iter_mut().find(|(owned, known)| *owned == tables && known.chain == level.chain)
		{
			let is_news = level.is_newer_than(known);
			if is_news {
				*known = level;
			}
			return is_news;
		}
		let known = |table| self.of(table).filter(|known| !tables.contains(table) || !level.is_newer_than(known));
		let level_of = |table| known(table).or_else(|| tables.contains(table).then_some(level));
		let mut ranges: Vec<(TableRange, KnownLevel)> = Vec::new();
		for (table, level) in TableRange::ALL.iter().filter_map(|table| Some((table, level_of(table)?))) {
			match ranges.last_mut() {
				Some((range, before)) if *before == level && u16::from(range.last.0) + 1 == u16::from(table.0) => {
					range.last = table;
				},
				_ => ranges.push((TableRange { first: table, last: table }, level)),
			}
		}
		let is_news = ranges != self.0;
		self.0 = ranges;
		is_news
	}
}

fn percent(part: u64, whole: u64) -> Percent {
	let percent = part.saturating_mul(100).div_ceil(whole).min(100);
	Percent::try_from(percent).expect("it is at most 100; qed")
}

#[cfg(test)]
mod tests {
	use super::*;
	use rand::{Rng, SeedableRng};
	use std::collections::BTreeMap;

	#[test]
	fn each_table_has_the_newest_level_that_was_noted_for_it() {
		let mut rng = rand_chacha::ChaCha8Rng::seed_from_u64(9);
		for _ in 0..200 {
			let (mut known, mut expected) = (KnownLevels::default(), BTreeMap::<TableId, KnownLevel>::new());
			for _ in 0..30 {
				let first = rng.gen_range(0..=255);
				let tables = TableRange { first: TableId(first), last: TableId(rng.gen_range(first..=255)) };
				let chain = ChainTag::Shard { zone: 0, incarnation: rng.gen_range(0..4) };
				let levels = Levels { inbox: rng.gen_range(0..3), ..Levels::default() };
				let level = KnownLevel { chain, height: rng.gen_range(0..5), levels };
				let mut is_news = false;
				for table in tables.iter() {
					if expected.get(&table).is_none_or(|before| level.is_newer_than(before)) {
						is_news = true;
						expected.insert(table, level);
					}
				}
				assert_eq!(known.note(tables, level), is_news);
				assert!(TableRange::ALL.iter().all(|table| known.of(table) == expected.get(&table).copied()));
				assert!(known.0.windows(2).all(|pair| pair[0].0.last < pair[1].0.first));
			}
		}
	}
}
