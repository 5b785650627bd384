//! The room for payments to other shards of the zone. It is known before the units of a block apply, so no unit applies
//! whose payment cannot leave.
//!
//! ```text
//! mailbox ─▶ Room ─▶ context ─▶ units apply ─▶ RemotePayment, in the order of the batch ─▶ a message each
//! ```
//!
//! Each operation to another shard claims the room of one message: also that of a unit which is refused. So the room that a unit
//! finds depends on the units before it in the batch alone, and not on whether they apply.

use crate::{Reason, TableId};
use alloc::{collections::BTreeMap, vec::Vec};
use codec::{Decode, Encode};
use scale_info::TypeInfo;
use sp_runtime::{DispatchError, Weight};
use tp_core::{AccountId, Balance};

/// The room for messages of the units of a block.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct Room {
	/// The messages that the ledger can send.
	pub messages: u32,
	/// The messages that a lane takes which is not in `lanes`.
	pub per_lane: u32,
	/// The lanes that take fewer messages, ascending by table.
	pub lanes: Vec<LaneRoom>,
	/// The cost of a message besides that of its operation, in picoseconds of reference time.
	pub compute_per_message: u64,
}

/// The room of a lane.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct LaneRoom {
	/// The table to which the lane leads.
	pub table: TableId,
	/// The messages that it takes.
	pub messages: u32,
	/// The reason for which it takes no more.
	pub full: Reason,
}

/// A payment to another shard of the zone: debited, and on its way once the ledger has sent a message for it.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct RemotePayment {
	/// The account that paid.
	pub from: AccountId,
	/// The account that is paid.
	pub dest: AccountId,
	/// The amount, which is not 0.
	pub amount: Balance,
}

/// The ways to the other shards of the zone, as the unit lane uses them. A mailbox implements it, and `()` for ledgers that run
/// alone.
pub trait RemoteLanes {
	/// Returns the room for messages now. `None` if the zone has no other shard.
	fn room() -> Option<Room>;

	/// Sends a payment that was debited, and which still counts as issued.
	///
	/// # Errors
	/// None for payments that keep to [`Self::room`]. An error makes the block invalid.
	fn send(payment: &RemotePayment) -> Result<(), DispatchError>;

	/// Returns the weight of [`Self::room`].
	fn room_weight() -> Weight;

	/// Returns the weight of [`Self::send`].
	fn message_weight() -> Weight;

	/// Returns the most messages that [`Self::room`] ever allows.
	fn max_messages() -> u32;
}

impl RemoteLanes for () {
	fn room() -> Option<Room> {
		None
	}

	fn send(_: &RemotePayment) -> Result<(), DispatchError> {
		Err(DispatchError::Unavailable)
	}

	fn room_weight() -> Weight {
		Weight::zero()
	}

	fn message_weight() -> Weight {
		Weight::zero()
	}

	fn max_messages() -> u32 {
		0
	}
}

/// The room that operations have claimed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Claims {
	messages: u32,
	lanes: BTreeMap<TableId, u32>,
}

impl Claims {
	/// Claims the room of a message to a table.
	pub fn add(&mut self, table: TableId) {
		self.messages = self.messages.saturating_add(1);
		let lane = self.lanes.entry(table).or_default();
		*lane = lane.saturating_add(1);
	}
}

impl Room {
	/// Checks that messages to tables have room besides what is claimed, all of them.
	///
	/// # Errors
	/// The reason for which the first without room has none.
	pub fn check_all(&self, tables: &[TableId], claims: &Claims) -> Result<(), Reason> {
		(0..tables.len()).try_for_each(|at| self.check_after(tables[at], claims, tables[..at].iter().copied()))
	}

	/// Checks that a message to a table has room besides what is claimed, and besides messages to some tables.
	pub(crate) fn check_after(
		&self,
		table: TableId,
		claims: &Claims,
		before: impl Iterator<Item = TableId>,
	) -> Result<(), Reason> {
		let (mut messages, mut of_lane) = (claims.messages, claims.lanes.get(&table).copied().unwrap_or_default());
		for other in before {
			messages = messages.saturating_add(1);
			of_lane = of_lane.saturating_add(u32::from(other == table));
		}
		let lane = self.lanes.binary_search_by_key(&table, |lane| lane.table).ok().map(|at| self.lanes[at]);
		let (limit, full) = lane.map_or((self.per_lane, Reason::LaneFull), |lane| (lane.messages, lane.full));
		if of_lane >= limit {
			return Err(full);
		}
		if messages >= self.messages {
			return Err(Reason::OutboxFull);
		}
		Ok(())
	}
}
