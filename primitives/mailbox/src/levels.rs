//! Levels: how loaded a ledger is, and how much its sources send because of it.

use crate::bounds::{FLOOR_MESSAGES, FREE_LOAD, INBOX_FULL, LANE_MESSAGES, OUTBOX_FULL};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use tp_core::{BlockNumber, ChainTag};

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

impl Levels {
	/// Returns the levels of a ledger.
	pub fn of(waiting: u64, in_flight: u64, turn: Option<ChainTag>) -> Self {
		Self { inbox: percent(waiting, INBOX_FULL), outbox: percent(in_flight, OUTBOX_FULL), turn }
	}

	/// Returns how many messages a lane of a source may have in flight towards the ledger, before users of the source are
	/// refused.
	///
	/// That is the whole lane up to [`FREE_LOAD`], and falls to nothing at full load, except for the source whose turn it is.
	pub fn window(&self, source: &ChainTag) -> u64 {
		let free = u64::from(100u8.saturating_sub(self.inbox.max(FREE_LOAD)));
		let window = LANE_MESSAGES * free / u64::from(100 - FREE_LOAD);
		let floor = if self.turn == Some(*source) { FLOOR_MESSAGES } else { 0 };
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

fn percent(part: u64, whole: u64) -> Percent {
	let percent = part.saturating_mul(100).div_ceil(whole).min(100);
	Percent::try_from(percent).expect("it is at most 100; qed")
}
