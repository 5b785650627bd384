//! What a node has of the routers of other nodes.

use super::protocol::Load;
use crate::{access::Taken, tries::Tries};
use parking_lot::Mutex;
use sc_network::PeerId;
use std::{
	collections::BTreeMap,
	sync::{Arc, OnceLock},
};
use tp_beacon::Registration;
use tp_core::{BlockNumber, ChainTag, Hash};

/// Loads that are kept for a ledger.
const KEPT: usize = 4;

/// What a node without a router has for the blocks that it makes. No other lock is taken while one of these is held.
#[derive(Default)]
pub(crate) struct Shelf {
	/// What others brought, by ledger.
	pub carried: Mutex<BTreeMap<ChainTag, Carried>>,
	/// The zone as the main chain is to register it, if this node derives it without running it.
	pub derived: OnceLock<Registration>,
	/// The blocks of the main chain in which this node has registered it.
	pub tries: Mutex<Tries>,
}

/// What a node keeps of a router's answer.
#[derive(Clone)]
pub(crate) struct Kept {
	/// The peer that sent it.
	pub from: PeerId,
	/// The block of the ledger on which it is to be taken. This node may not have it yet.
	pub at: BlockNumber,
	/// What it sent.
	pub load: Arc<Load>,
	/// How much of it a block can take.
	pub taken: Taken,
	/// Whether it is for a later block than this node had.
	pub is_untried: bool,
}

/// What routers of other nodes have for the next block of a ledger.
#[derive(Default)]
pub(crate) struct Carried {
	/// The block below it, by which it was tried.
	pub at: Hash,
	/// The last load of each peer that has one.
	pub kept: Vec<Kept>,
	/// Whether the ledger is to register the zone.
	pub registers: bool,
}

impl Carried {
	/// Returns the load of which a block can take most. It was tried on an older block perhaps: the runtime leaves out what it has by now.
	pub fn best(&self) -> Option<&Load> {
		self.kept.iter().max_by_key(|kept| kept.taken.rank()).map(|kept| &*kept.load)
	}

	/// Keeps a load in place of the last one of its peer: a few of them, those of which a block can take most.
	pub fn keep(&mut self, kept: Kept) {
		self.kept.retain(|before| before.from != kept.from);
		self.kept.push(kept);
		self.kept.sort_by_key(|kept| std::cmp::Reverse(kept.taken.rank()));
		self.kept.truncate(KEPT);
	}

	/// Tells whether a block on one is worth it at once.
	pub fn is_urgent(&self, at: Hash) -> bool {
		self.at == at && self.kept.iter().any(|kept| kept.taken.is_urgent)
	}
}
