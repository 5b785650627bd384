//! Tables that move to another ledger, with the lanes that lead to them, and sources that end.

use crate::{
	claims::Tally,
	lane::{Destination, Lane},
	mailbox::Mailbox,
	store::{InboundLane, Store},
};
use alloc::vec::Vec;
use tp_core::{ChainTag, TableRange};

/// The lanes that lead to some tables, with their cursors.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MovingLanes(Vec<(Lane, InboundLane)>);

/// The reason why lanes are not adopted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MoveError {
	/// They lead to tables that this ledger does not own.
	#[error("the lane to {0:?} does not belong here")]
	NotHere(Destination),
	/// A lane leads here already, so two ledgers took messages of it.
	#[error("the lane from {0:?} leads here already")]
	Twice(ChainTag),
}

impl<S: Store> Mailbox<'_, S> {
	/// Removes the lanes to some tables. The ledger that owns these tables from now on adopts them, and continues at their
	/// cursors.
	pub fn release(&mut self, tables: TableRange) -> MovingLanes {
		let leaves = |lane: &Lane| match lane.destination {
			Destination::Main => false,
			Destination::Table { table, .. } => tables.contains(table),
		};
		let lanes: Vec<_> = self.store.inbound_lanes().into_iter().filter(|(lane, _)| leaves(lane)).collect();
		lanes.iter().for_each(|(lane, _)| self.store.set_inbound(lane, None));
		MovingLanes(lanes)
	}

	/// Adopts lanes of tables that this ledger owns from now on, all or none.
	pub fn adopt(&mut self, lanes: MovingLanes) -> Result<(), MoveError> {
		for (lane, _) in &lanes.0 {
			if !self.ledger.owns(&lane.destination) {
				return Err(MoveError::NotHere(lane.destination));
			}
			if self.store.inbound(lane).is_some() {
				return Err(MoveError::Twice(lane.source));
			}
		}
		lanes.0.iter().for_each(|(lane, state)| self.store.set_inbound(lane, Some(*state)));
		Ok(())
	}

	/// Forgets the lanes of a source that sends nothing any more, if all that it sent to this ledger was taken. `sent` are the
	/// last tallies of its lanes to here. Returns whether they are forgotten.
	///
	/// Fragile: the cursor is what keeps a message from being taken twice. Sources are never named again, and the caller has
	/// removed the source from those whose heads this ledger accepts.
	pub fn forget(&mut self, source: ChainTag, sent: &[(Lane, Tally)]) -> bool {
		let taken = |lane: &Lane| self.store.inbound(lane).unwrap_or_default().taken;
		if sent.iter().any(|(lane, tally)| lane.source != source || taken(lane) != *tally) {
			return false;
		}
		let lanes: Vec<Lane> = self.store.inbound_lanes().into_iter().map(|(lane, _)| lane).collect();
		lanes.iter().filter(|lane| lane.source == source).for_each(|lane| self.store.set_inbound(lane, None));
		true
	}
}
