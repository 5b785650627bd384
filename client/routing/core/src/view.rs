//! What a router knows of the mailbox of a ledger, of which it runs a full node.

use crate::{
	io::{Effects, Executed},
	limits::KEPT_ANCHORS,
};
use std::collections::BTreeMap;
use tp_core::BlockNumber;
use tp_mailbox::{Claims, CursorClaim, Lane, LaneClaim, LaneLog, Ledger, Message, Sent, Sequence};

/// The roots of one block, with their trees.
#[derive(Clone, Debug)]
pub struct Trees {
	/// Below the outbox root.
	pub outbox: Claims<LaneClaim>,
	/// Below the inbox root.
	pub inbox: Claims<CursorClaim>,
}

impl Trees {
	fn new((outbox, inbox): (Vec<LaneClaim>, Vec<CursorClaim>)) -> Self {
		Self { outbox: Claims::new(outbox), inbox: Claims::new(inbox) }
	}
}

/// A ledger's mailbox, block by block.
#[derive(Clone, Debug)]
pub struct View {
	ledger: Ledger,
	newest: BlockNumber,
	/// The messages that are not acknowledged, with their bodies.
	logs: BTreeMap<Lane, LaneLog>,
	/// The cursors of lanes that lead to the ledger.
	cursors: BTreeMap<Lane, Sequence>,
	/// The claims of blocks that no zone block includes yet.
	claims: BTreeMap<BlockNumber, (Vec<LaneClaim>, Vec<CursorClaim>)>,
	/// The trees of blocks that a zone block includes. `None` if the block is not executed yet.
	trees: BTreeMap<BlockNumber, Option<Trees>>,
}

impl View {
	/// Returns the view of a ledger without messages.
	pub fn new(ledger: Ledger) -> Self {
		let (logs, cursors, claims) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
		Self { ledger, newest: 0, logs, cursors, claims, trees: BTreeMap::new() }
	}

	/// Returns the ledger with the tables that it owns.
	pub fn ledger(&self) -> &Ledger {
		&self.ledger
	}

	/// Notes what a block did.
	pub fn note(&mut self, block: &Executed, effects: &Effects) {
		self.ledger = block.ledger;
		self.newest = self.newest.max(block.number);
		for (sent, message) in &effects.sent {
			self.append(sent, message);
		}
		for confirmed in &effects.confirmed {
			if let Some(log) = self.logs.get_mut(&confirmed.lane) {
				log.prune(confirmed.end);
			}
		}
		self.cursors = effects.inbox.iter().map(|claim| (claim.lane, claim.taken.messages)).collect();
		let claims = (effects.outbox.clone(), effects.inbox.clone());
		match self.trees.get_mut(&block.number) {
			Some(trees) => *trees = Some(Trees::new(claims)),
			None => drop(self.claims.insert(block.number, claims)),
		}
	}

	fn append(&mut self, sent: &Sent, message: &Message) {
		let log = self.logs.entry(sent.lane).or_insert_with(|| LaneLog::new(sent.lane));
		// A block that is executed again after a restart sends nothing new.
		if log.end() == sent.sequence {
			log.push(message.clone());
		}
	}

	/// Builds the trees of a block that a zone block includes, and forgets older ones.
	pub fn include(&mut self, number: BlockNumber) {
		if self.trees.contains_key(&number) {
			return;
		}
		self.trees.insert(number, self.claims.remove(&number).map(Trees::new));
		self.claims = self.claims.split_off(&number);
		while self.trees.len() > KEPT_ANCHORS {
			self.trees.pop_first();
		}
	}

	/// Returns the trees of an included block.
	pub fn trees(&self, number: BlockNumber) -> Option<&Trees> {
		self.trees.get(&number)?.as_ref()
	}

	/// Returns the cursor of a lane that leads to the ledger.
	pub fn cursor(&self, lane: &Lane) -> Sequence {
		self.cursors.get(lane).copied().unwrap_or_default()
	}

	/// Returns all cursors.
	pub fn cursors(&self) -> impl Iterator<Item = (&Lane, &Sequence)> {
		self.cursors.iter()
	}

	/// Returns the acknowledged part of a lane that begins at the ledger.
	pub fn acknowledged(&self, lane: &Lane) -> Sequence {
		self.logs.get(lane).map_or(0, LaneLog::first)
	}

	/// Returns the log of a lane.
	pub fn log(&self, lane: &Lane) -> Option<&LaneLog> {
		self.logs.get(lane)
	}

	/// Returns the logs of all lanes.
	pub fn logs(&self) -> impl Iterator<Item = &LaneLog> {
		self.logs.values()
	}
}
