//! What a router knows of the mailbox of a ledger, of which it runs a full node.

use crate::{
	io::{Effects, Executed},
	limits::{KEPT_ANCHORS, MAX_AHEAD},
	trees::Trees,
};
use std::{collections::BTreeMap, sync::Arc};
use tp_core::BlockNumber;
use tp_mailbox::{Lane, LaneLog, Ledger, Message, Sent, Sequence};

/// A ledger's mailbox, block by block.
#[derive(Clone, Debug)]
pub struct View {
	ledger: Ledger,
	/// The messages that are not acknowledged, with their bodies.
	logs: BTreeMap<Lane, LaneLog>,
	/// The claims of the newest block.
	newest_trees: Arc<Trees>,
	/// Those of blocks that no zone block includes yet.
	claims: BTreeMap<BlockNumber, Arc<Trees>>,
	/// Those of blocks that a zone block includes. `None` if the block is not executed yet.
	trees: BTreeMap<BlockNumber, Option<Arc<Trees>>>,
}

impl View {
	/// Returns the view of a ledger without messages.
	pub fn new(ledger: Ledger) -> Self {
		let (logs, claims, trees) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
		Self { ledger, logs, newest_trees: Arc::default(), claims, trees }
	}

	/// Returns the ledger with the tables that it owns.
	pub fn ledger(&self) -> &Ledger {
		&self.ledger
	}

	/// Notes what a block did.
	pub fn note(&mut self, block: &Executed, effects: &Effects) {
		self.ledger = block.ledger;
		for (lane, base) in &effects.begun {
			// What the router has of the lane before is more.
			self.logs.entry(*lane).or_insert_with(|| LaneLog::after(*lane, base.clone()));
		}
		for (sent, message) in &effects.sent {
			self.append(sent, message);
		}
		for confirmed in &effects.confirmed {
			if let Some(log) = self.logs.get_mut(&confirmed.lane) {
				log.prune(confirmed.end);
			}
		}
		self.newest_trees = effects.trees.clone();
		match self.trees.get_mut(&block.number) {
			Some(trees) => *trees = Some(effects.trees.clone()),
			None => drop(self.claims.insert(block.number, effects.trees.clone())),
		}
		// The main chain goes on while the zone stands.
		while self.claims.len() > MAX_AHEAD as usize {
			self.claims.pop_first();
		}
	}

	fn append(&mut self, sent: &Sent, message: &Message) {
		let log = self.logs.entry(sent.lane).or_insert_with(|| LaneLog::new(sent.lane));
		// A block that is executed again after a restart sends nothing new.
		if log.end() == sent.sequence {
			log.push_with_leaf(sent.leaf, message.clone());
		}
	}

	/// Keeps the claims of a block that a zone block includes, and forgets older ones.
	pub fn include(&mut self, number: BlockNumber) {
		if self.trees.contains_key(&number) {
			return;
		}
		self.trees.insert(number, self.claims.remove(&number));
		self.claims = self.claims.split_off(&number);
		while self.trees.len() > KEPT_ANCHORS {
			self.trees.pop_first();
		}
	}

	/// Returns the trees of the newest executed block.
	#[cfg(test)]
	pub fn newest_trees(&self) -> &Arc<Trees> {
		&self.newest_trees
	}

	/// Returns the trees of an included block.
	pub fn trees(&self, number: BlockNumber) -> Option<&Trees> {
		self.trees.get(&number)?.as_deref()
	}

	/// Returns the cursor of a lane that leads to the ledger.
	pub fn cursor(&self, lane: &Lane) -> Sequence {
		self.newest_trees.cursor(lane).map_or(0, |claim| claim.taken.messages)
	}

	/// Returns all cursors.
	pub fn cursors(&self) -> impl Iterator<Item = (&Lane, &Sequence)> {
		self.newest_trees.inbox().iter().map(|claim| (&claim.lane, &claim.taken.messages))
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
