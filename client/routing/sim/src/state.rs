//! The state of a ledger.

use crate::bank::Bank;
use std::collections::BTreeMap;
use tp_mailbox::{Lane, MovingLanes, Sequence};

/// The state of a ledger.
#[derive(Clone, Debug, Default)]
pub struct State {
	/// The mailbox.
	pub mailbox: tp_mailbox::MemoryStore,
	/// The neighbours.
	pub beacon: tp_beacon::MemoryStore,
	/// The accounts.
	pub bank: Bank,
	/// The number of messages of each lane that the accounts have seen.
	pub seen: BTreeMap<Lane, Sequence>,
	/// Lanes that come from another ledger with their tables.
	pub moving: MovingLanes,
}
