//! The router of a zone in a node: its ledgers, their contents, and the task that follows them.

use crate::{
	access::LedgerAccess,
	carrying,
	contacts::DrawnContacts,
	contents::{LedgerContents, ZoneContents},
	follow::catch_up,
	log_targets::LOG_TARGET,
	reads::Ledgers,
	shared::Shared,
};
use futures::{
	future::{self, Future},
	stream::SelectAll,
	StreamExt,
};
use std::{collections::BTreeMap, sync::Arc, time::Duration};
use tc_pbft::{
	network::{asking::Peers, serving::Requests},
	sdk::{BlockContents, MemberContacts},
};
use tp_beacon::{Authority, Registration};
use tp_core::{AccountId, ChainTag, TableRange};
use tp_mailbox::{Destination, Home};

/// The time after which a router looks at its ledgers again, if nothing notifies it.
const TICK: Duration = Duration::from_millis(500);

/// The router of a zone in this node. Clones share it.
#[derive(Clone)]
pub struct RouterHandle(Arc<Shared>);

impl RouterHandle {
	/// Returns the router of a zone, without ledgers. The zone and its shards name their committees themselves.
	pub fn new(zone: u16) -> Self {
		Self(Arc::new(Shared::new(zone, Authority::Itself)))
	}

	/// Returns the router of a zone, without ledgers. The main chain draws the committees of the zone and of its shards.
	pub fn drawn(zone: u16) -> Self {
		Self(Arc::new(Shared::new(zone, Authority::MainChain)))
	}

	/// Returns a router for the questions about a ledger that runs without its zone: it routes nothing.
	pub fn alone(chain: ChainTag) -> Self {
		Self::new(match chain {
			ChainTag::Main => 0,
			ChainTag::Zone(zone) | ChainTag::Shard { zone, .. } => zone,
		})
	}

	/// Adds a ledger whose node has started, if it is the zone's own one, one of its shards, or the main chain, in place of a node of
	/// before. The ledger is removed when the future is dropped: spawn it with the tasks of the node.
	pub fn serve(&self, ledger: Arc<dyn LedgerAccess>) -> impl Future<Output = ()> + Send + 'static {
		let served = self.routes(ledger.chain()).then(|| Served::begin(self.0.clone(), ledger));
		async move {
			let _served = served;
			future::pending().await
		}
	}

	/// Returns the ledgers that run now.
	pub fn ledgers(&self) -> Ledgers {
		Ledgers::new(self.0.zone, self.0.ledgers.lock().clone())
	}

	/// Returns the contents of a ledger's blocks: what it takes from other ledgers, beside its own contents.
	pub fn contents(&self, chain: ChainTag, own: Arc<dyn BlockContents>) -> Arc<dyn BlockContents> {
		match chain {
			_ if !self.routes(chain) => own,
			ChainTag::Zone(_) => Arc::new(ZoneContents::new(self.0.clone(), own)),
			_ => Arc::new(LedgerContents::new(self.0.clone(), chain, own)),
		}
	}

	/// Returns what the main chain knows of the members of a ledger, if it draws them. `port_offset` is how far the ports of the ledger are
	/// above those of the main chain.
	pub fn contacts(&self, chain: ChainTag, port_offset: u16) -> Option<Arc<dyn MemberContacts>> {
		let is_drawn = self.0.authority == Authority::MainChain && chain != ChainTag::Main && self.routes(chain);
		is_drawn
			.then(|| Arc::new(DrawnContacts { shared: self.0.clone(), chain, port_offset }) as Arc<dyn MemberContacts>)
	}

	/// Answers the nodes that make blocks of a ledger and run no router, until the network ends.
	pub fn serve_carried(&self, chain: ChainTag, requests: Requests) -> impl Future<Output = ()> + Send + 'static {
		carrying::serve(self.0.clone(), chain, requests)
	}

	/// Asks the routers of other nodes for what the next blocks of a ledger can take, as long as this node does not run the zone.
	pub fn ask_routers(
		&self,
		ledger: Arc<dyn LedgerAccess>,
		peers: Arc<dyn Peers>,
	) -> impl Future<Output = ()> + Send + 'static {
		carrying::ask(self.0.clone(), ledger, peers)
	}

	/// Says how the main chain is to register the zone, so that a node votes for it that does not run the zone. The first word counts.
	pub fn derive(&self, registration: Registration) {
		self.0.shelf.derived.get_or_init(|| registration);
	}

	/// Follows the ledgers until the future is dropped.
	pub async fn run(self) {
		let mut imported = SelectAll::new();
		// The nodes that are listened to, by their addresses.
		let mut heard = BTreeMap::new();
		loop {
			let ledgers = self.0.ledgers.lock().clone();
			// A node that starts later may have the address of an ended node.
			heard.retain(|chain, _| ledgers.contains_key(chain));
			for (chain, ledger) in &ledgers {
				let node = Arc::as_ptr(ledger).cast::<()>() as usize;
				if heard.insert(*chain, node) != Some(node) {
					imported.push(ledger.imported());
				}
			}
			let shared = self.0.clone();
			// Reading blocks and states takes long.
			if tokio::task::spawn_blocking(move || catch_up(&shared)).await.is_err() {
				log::error!(target: LOG_TARGET, "The router cannot follow its ledgers: see the panic above");
				return;
			}
			tokio::select! {
				() = tokio::time::sleep(TICK) => {},
				() = self.0.added.notified() => {},
				Some(()) = imported.next() => {},
			}
		}
	}

	#[cfg(test)]
	pub(crate) fn shared(&self) -> &Shared {
		&self.0
	}

	/// Returns the shard in which an account of the zone lives, with its tables, if this node follows it.
	pub fn shard_of(&self, account: &AccountId) -> Option<(ChainTag, TableRange)> {
		let destination = Destination::of(Home::Zone(self.0.zone), account);
		let owner = self.0.with_state(|state| state.owner(&destination)).flatten()?;
		owner.tables.map(|tables| (owner.chain, tables))
	}

	fn routes(&self, chain: ChainTag) -> bool {
		match chain {
			ChainTag::Main => true,
			ChainTag::Zone(zone) | ChainTag::Shard { zone, .. } => zone == self.0.zone,
		}
	}
}

/// A ledger in the router, for as long as its node runs.
struct Served {
	shared: Arc<Shared>,
	ledger: Arc<dyn LedgerAccess>,
}

impl Served {
	fn begin(shared: Arc<Shared>, ledger: Arc<dyn LedgerAccess>) -> Self {
		let chain = ledger.chain();
		let before = shared.ledgers.lock().insert(chain, ledger.clone());
		if before.is_some() {
			shared.forget(chain);
		}
		shared.added.notify_one();
		Self { shared, ledger }
	}
}

impl Drop for Served {
	fn drop(&mut self) {
		let chain = self.ledger.chain();
		// Not while a block of the ledger is read.
		let _following = self.shared.following.lock();
		let mut ledgers = self.shared.ledgers.lock();
		if ledgers.get(&chain).is_some_and(|ledger| Arc::ptr_eq(ledger, &self.ledger)) {
			ledgers.remove(&chain);
			self.shared.forget(chain);
		}
	}
}
