//! Lanes: where messages come from and where they lead.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use tp_core::{AccountId, ChainTag, TableId, TableRange};

/// The place of an account: the main chain, or a zone, whose shards share its accounts by table.
#[derive(
	Clone,
	Copy,
	Debug,
	PartialEq,
	Eq,
	PartialOrd,
	Ord,
	Hash,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
pub enum Home {
	/// The main chain.
	Main,
	/// A zone.
	Zone(u16),
}

/// The end of a lane. It is a table and not a shard: if the table moves to another shard, its lanes move as a whole.
#[derive(
	Clone,
	Copy,
	Debug,
	PartialEq,
	Eq,
	PartialOrd,
	Ord,
	Hash,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
pub enum Destination {
	/// The main chain.
	Main,
	/// A table of a zone.
	Table {
		/// The zone.
		zone: u16,
		/// The table.
		table: TableId,
	},
}

/// The kind of messages on a lane. Kinds do not wait for each other.
#[derive(
	Clone,
	Copy,
	Debug,
	PartialEq,
	Eq,
	PartialOrd,
	Ord,
	Hash,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
pub enum Class {
	/// Messages of the ledger itself: committees, participation, settlement. They are taken first.
	System,
	/// Values that return because their message could not be delivered.
	Bounce,
	/// All other messages.
	User,
}

/// A sequence of messages from one ledger to one table or to the main chain. They are delivered in their order.
#[derive(
	Clone,
	Copy,
	Debug,
	PartialEq,
	Eq,
	PartialOrd,
	Ord,
	Hash,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
pub struct Lane {
	/// The ledger that sends.
	pub source: ChainTag,
	/// Where its messages lead.
	pub destination: Destination,
	/// Their kind.
	pub class: Class,
}

/// A ledger and what it owns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Ledger {
	/// The ledger.
	pub chain: ChainTag,
	/// The tables of a shard. `None` for the main chain and for zones.
	pub tables: Option<TableRange>,
}

impl Destination {
	/// Returns the destination of what is sent to an account.
	pub fn of(home: Home, account: &AccountId) -> Self {
		match home {
			Home::Main => Self::Main,
			Home::Zone(zone) => Self::Table { zone, table: TableId::of(account) },
		}
	}

	/// Returns the place of its accounts.
	pub fn home(&self) -> Home {
		match self {
			Self::Main => Home::Main,
			Self::Table { zone, .. } => Home::Zone(*zone),
		}
	}

	/// Returns its table. The main chain counts as one.
	pub fn table(&self) -> TableId {
		match self {
			Self::Main => TableId(0),
			Self::Table { table, .. } => *table,
		}
	}
}

impl Ledger {
	/// Returns the place of its accounts.
	pub fn home(&self) -> Home {
		match self.chain {
			ChainTag::Main => Home::Main,
			ChainTag::Zone(zone) | ChainTag::Shard { zone, .. } => Home::Zone(zone),
		}
	}

	/// Tells whether messages to a destination are delivered here. A zone's own ledger has no accounts, hence takes none.
	pub fn owns(&self, destination: &Destination) -> bool {
		match (self.chain, destination) {
			(ChainTag::Main, Destination::Main) => true,
			(ChainTag::Shard { zone, .. }, Destination::Table { zone: of, table }) => {
				zone == *of && self.tables.is_some_and(|tables| tables.contains(*table))
			},
			_ => false,
		}
	}
}
