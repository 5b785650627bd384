//! The mailbox of one ledger.

use crate::{
	claims::{root_of, Commitments, CursorClaim, LaneClaim},
	lane::Ledger,
	levels::Levels,
	store::Store,
};
use sp_core::H256;
use tp_core::{BlockNumber, ChainTag};

/// The mailbox of a ledger over its state. Its rules are in the modules `outbox`, `inbox` and `moving`.
#[derive(Debug)]
pub struct Mailbox<'a, S> {
	/// The ledger, with the tables that it owns now.
	pub(crate) ledger: Ledger,
	pub(crate) store: &'a mut S,
}

impl<'a, S: Store> Mailbox<'a, S> {
	/// Returns the mailbox of a ledger.
	pub fn new(ledger: Ledger, store: &'a mut S) -> Self {
		Self { ledger, store }
	}

	/// Returns the ledger.
	pub fn ledger(&self) -> &Ledger {
		&self.ledger
	}

	/// Returns the state.
	pub fn store(&self) -> &S {
		self.store
	}

	/// Begins a block.
	pub fn begin_block(&mut self) {
		self.store.clear_started();
	}

	/// Returns what the header says at the end of a block. `heads` is the root of the heads that this ledger includes.
	pub fn commitments(&self, number: BlockNumber, heads: H256) -> Commitments {
		Commitments {
			outbox: root_of(lane_claims(self.store)),
			inbox: root_of(cursor_claims(self.store)),
			heads,
			levels: self.levels(number),
		}
	}

	/// Returns the load of the ledger.
	pub fn levels(&self, number: BlockNumber) -> Levels {
		let outbox = self.store.outbox();
		let turn = turn(number, &self.store.user_sources());
		Levels::of(self.store.waiting(), outbox.messages + outbox.bounces, turn)
	}
}

/// Returns the claims of the outbox root, in the order of its tree.
pub fn lane_claims(store: &impl Store) -> impl Iterator<Item = LaneClaim> {
	store.open_lanes().into_iter()
}

/// Returns the claims of the inbox root, in the order of its tree.
pub fn cursor_claims(store: &impl Store) -> impl Iterator<Item = CursorClaim> {
	store.inbound_lanes().into_iter().map(|(lane, state)| CursorClaim { lane, taken: state.taken })
}

/// Returns the source whose turn it is to send although the inbox is full: all in a circle.
fn turn(number: BlockNumber, sources: &[ChainTag]) -> Option<ChainTag> {
	let turn = (number / crate::bounds::FLOOR_TURN) as usize;
	sources.get(turn.checked_rem(sources.len())?).copied()
}
