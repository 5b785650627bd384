//! What the tasks of a router share.

use crate::{
	access::LedgerAccess,
	carrying::Shelf,
	log_targets::LOG_TARGET,
	state::{Offer, State},
};
use parking_lot::Mutex;
use std::{
	collections::{BTreeMap, BTreeSet},
	sync::Arc,
};
use tokio::sync::Notify;
use tp_beacon::Authority;
use tp_core::ChainTag;

/// What the tasks of a router share.
pub(crate) struct Shared {
	pub zone: u16,
	/// Where the committees of the zone and of its shards come from.
	pub authority: Authority,
	/// Held by the one thread that reads.
	pub following: Mutex<()>,
	/// `None` until the zone's ledger runs here.
	pub state: Mutex<Option<State>>,
	pub ledgers: Mutex<BTreeMap<ChainTag, Arc<dyn LedgerAccess>>>,
	complaints: Mutex<BTreeSet<(ChainTag, &'static str)>>,
	/// What the last blocks of ledgers that this node made were offered.
	pub offered: Mutex<BTreeMap<ChainTag, Offer>>,
	/// What routers of other nodes have for the next blocks of ledgers.
	pub shelf: Shelf,
	/// Wakes the task that follows: there is a ledger more.
	pub added: Notify,
	/// Wakes authors: blocks were taken in.
	pub news: Notify,
}

impl Shared {
	/// Returns the parts of a router without ledgers.
	pub fn new(zone: u16, authority: Authority) -> Self {
		Self {
			zone,
			authority,
			following: Mutex::default(),
			state: Mutex::default(),
			ledgers: Mutex::default(),
			complaints: Mutex::default(),
			offered: Mutex::default(),
			added: Notify::new(),
			news: Notify::new(),
			shelf: Shelf::default(),
		}
	}

	/// Forgets what was read of a ledger, which is read again from its newest block, or from its sealed one.
	pub fn forget(&self, chain: ChainTag) {
		self.shelf.carried.lock().remove(&chain);
		self.offered.lock().remove(&chain);
		let mut state = self.state.lock();
		match chain {
			ChainTag::Zone(_) => *state = None,
			_ => state.iter_mut().for_each(|state| state.stop(chain)),
		}
	}

	/// Calls a function with the state, if the router has one.
	pub fn with_state<R>(&self, call: impl FnOnce(&mut State) -> R) -> Option<R> {
		self.state.lock().as_mut().map(call)
	}

	/// Logs a fault of this node about a ledger, each kind once.
	pub fn complain(&self, chain: ChainTag, kind: &'static str, what: &str) {
		if self.complaints.lock().insert((chain, kind)) {
			log::warn!(target: LOG_TARGET, "{chain}: {what}");
		}
	}
}
