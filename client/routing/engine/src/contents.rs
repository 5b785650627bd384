//! What blocks take from other ledgers: the heads in zone blocks, and messages in blocks of shards and of the main chain.

use crate::{
	carrying::Load,
	follow::catch_up_within,
	judge::{check_derived, Fault},
	shared::Shared,
	state::{Offer, State},
};
use sp_inherents::InherentData;
use sp_runtime::{traits::Block as _, OpaqueExtrinsic};
use std::{
	sync::Arc,
	time::{Duration, Instant},
};
use tc_pbft::{sdk::BlockContents, ContentsError, ContentsFault, Sketches, Tip};
use tp_beacon::{find_update, Registration, Update};
use tp_core::{Block, BlockNumber, ChainTag, Hash, Header};

/// How long a replica waits for its own nodes to execute what a proposal names. They are some tens of milliseconds behind the
/// author's, and a proposal that is not checked in time is checked again.
const PATIENCE: Duration = Duration::from_millis(400);
/// An author may spend this share of its time for building on reading: a fourth.
const READ_SHARE: u32 = 4;
/// How long it waits before it looks again.
const PAUSE: Duration = Duration::from_millis(10);

/// Resolves when a block of a ledger on `at` could take something that the last one of this node was not offered, or that routers of
/// other nodes brought. What no block can take would have the ledger make blocks for nothing; idle blocks offer it again.
async fn news(shared: &Shared, chain: ChainTag, at: Hash) {
	loop {
		// Registered before the look at the state: news in between wake it.
		let woken = shared.news.notified();
		if shared.shelf.carried.lock().get(&chain).is_some_and(|carried| carried.is_urgent(at)) {
			return;
		}
		let offer = shared.with_state(|state| state.offer(chain, at)).unwrap_or_default().urgent();
		let is_known = shared.offered.lock().get(&chain).is_some_and(|offered| *offered == offer);
		if offer != Offer::default() && !is_known {
			return;
		}
		woken.await;
	}
}

/// Reads the ledgers, and takes note of what a block of a ledger on `parent` is offered. Returns whether the router has read the
/// parent, and in time.
fn prepare(shared: &Shared, chain: ChainTag, parent: Tip, budget: Duration) -> bool {
	if !catch_up_within(shared, budget / READ_SHARE) {
		return false;
	}
	let offer = shared.with_state(|state| state.offer(chain, parent.hash)).unwrap_or_default().urgent();
	shared.offered.lock().insert(chain, offer);
	shared.with_state(|state| state.next(chain) > Some(parent.height)).unwrap_or_default()
}

/// Returns the news of ledgers in a block.
pub(crate) fn news_in(block: &Block) -> Result<Update, ContentsFault> {
	find_update(block.extrinsics().iter().map(OpaqueExtrinsic::inner))
		.map_err(|error| ContentsFault::Invalid(format!("its news of ledgers does not decode: {error}")))
}

/// Judges a proposal until this node has read enough, for as long as it may wait.
fn patiently(shared: &Shared, judge: impl Fn() -> Result<(), Fault>) -> Result<(), ContentsFault> {
	let started = Instant::now();
	loop {
		catch_up_within(shared, PATIENCE.saturating_sub(started.elapsed()));
		match judge() {
			Ok(()) => return Ok(()),
			Err(Fault::Invalid(reason)) => return Err(ContentsFault::Invalid(reason)),
			Err(Fault::NotYet(reason)) if started.elapsed() >= PATIENCE => return Err(ContentsFault::NotYet(reason)),
			Err(Fault::NotYet(_)) => std::thread::sleep(PAUSE),
		}
	}
}

/// The contents of a zone's blocks: the heads of its ledgers, as the router has audited them.
pub(crate) struct ZoneContents {
	shared: Arc<Shared>,
	own: Arc<dyn BlockContents>,
}

impl ZoneContents {
	pub fn new(shared: Arc<Shared>, own: Arc<dyn BlockContents>) -> Self {
		Self { shared, own }
	}

	fn chain(&self) -> ChainTag {
		ChainTag::Zone(self.shared.zone)
	}

	fn judge(&self, hash: Hash, parent: BlockNumber, update: Update) -> Result<(), Fault> {
		let of_main = update.headers.iter().filter(|named| named.chain == ChainTag::Main);
		of_main.map(|named| &named.signed.header).try_for_each(|header| check_head_of_main(&self.shared, header))?;
		let judged = self.shared.with_state(|state| match state.next(state.zone()) {
			// What the parent includes decides what is new.
			Some(next) if next == parent + 1 => state.check(hash, update),
			_ => Err(Fault::NotYet(format!("block {parent} of the zone is not the newest that the router has read"))),
		});
		judged.unwrap_or_else(|| Err(Fault::NotYet("the router has not started".into())))
	}
}

#[async_trait::async_trait]
impl BlockContents for ZoneContents {
	fn provide(&self, parent: Tip, budget: Duration, data: &mut InherentData) -> Result<(), ContentsError> {
		self.own.provide(parent, budget, data)?;
		if !prepare(&self.shared, self.chain(), parent, budget) {
			return Ok(());
		}
		let (update, relayed) = self.shared.with_state(State::propose).unwrap_or_default();
		if !update.is_empty() {
			data.put_data(tp_beacon::INHERENT_IDENTIFIER, &update)?;
		}
		if !relayed.is_empty() {
			data.put_data(tp_mailbox::INHERENT_IDENTIFIER, &relayed)?;
		}
		Ok(())
	}

	fn built(&self, took: Duration) {
		self.own.built(took);
	}

	async fn pending(&self, at: Hash) {
		tokio::select! {
			() = self.own.pending(at) => {},
			() = news(&self.shared, self.chain(), at) => {},
		}
	}

	fn sketches(&self) -> Option<&dyn Sketches> {
		self.own.sketches()
	}

	fn check(&self, block: &Block) -> Result<(), ContentsFault> {
		self.own.check(block)?;
		let (hash, parent, update) = (block.hash(), block.header().number.saturating_sub(1), news_in(block)?);
		patiently(&self.shared, || self.judge(hash, parent, update.clone()))
	}
}

/// Checks that a header of the main chain is one of this node's chain: the node has executed that block.
fn check_head_of_main(shared: &Shared, header: &Header) -> Result<(), Fault> {
	let number = header.number;
	let unknown = || Fault::NotYet(format!("this node has not executed block {number} of the main chain yet"));
	let main = shared.ledgers.lock().get(&ChainTag::Main).cloned().ok_or_else(unknown)?;
	let own = main.header(number).map_err(|error| Fault::NotYet(error.to_string()))?.ok_or_else(unknown)?;
	if own.header.hash() != header.hash() {
		return Err(Fault::Invalid(format!("its block {number} of the main chain is another than this node executed")));
	}
	Ok(())
}

/// The contents of the blocks of a ledger with accounts, a shard or the main chain: its own, and the messages and cursors that other
/// ledgers have for it. In blocks of the main chain also the registration of the zone.
pub(crate) struct LedgerContents {
	shared: Arc<Shared>,
	chain: ChainTag,
	own: Arc<dyn BlockContents>,
}

impl LedgerContents {
	pub fn new(shared: Arc<Shared>, chain: ChainTag, own: Arc<dyn BlockContents>) -> Self {
		Self { shared, chain, own }
	}

	/// Returns what a block takes of other ledgers: from the router of this node if it is here and has read the parent, or else from
	/// those of other nodes.
	fn load(&self, is_here: bool, height: BlockNumber) -> Option<Load> {
		if is_here {
			let loaded = self.shared.with_state(|state| {
				let (update, relay) = state.load(self.chain)?;
				Some(Load::new(state.zone(), update, relay))
			});
			return loaded.flatten();
		}
		let (best, registers) = {
			let carried = self.shared.shelf.carried.lock();
			let carried = carried.get(&self.chain)?;
			(carried.best().cloned(), carried.registers)
		};
		match self.shared.shelf.derived.get() {
			Some(derived) if registers => self.register(derived, height),
			_ => best,
		}
	}

	/// Returns the registration of the zone, where no router of this node does it. It is alone in its block, in case few replicas vote for
	/// it.
	fn register(&self, derived: &Registration, height: BlockNumber) -> Option<Load> {
		let zone = derived.ledger.chain;
		let mut tries = self.shared.shelf.tries.lock();
		if !tries.is_due(zone, height) {
			return None;
		}
		let registrations = vec![derived.clone()];
		tries.note(height, &registrations, |chain| chain == zone);
		Some(Load { update: Update { registrations, ..Update::default() }, relayed: Vec::new() })
	}
}

#[async_trait::async_trait]
impl BlockContents for LedgerContents {
	fn provide(&self, parent: Tip, budget: Duration, data: &mut InherentData) -> Result<(), ContentsError> {
		self.own.provide(parent, budget, data)?;
		// Cursors of before the parent would bring what it took.
		let is_here = prepare(&self.shared, self.chain, parent, budget);
		match self.load(is_here, parent.height + 1) {
			Some(load) => load.put(data),
			None => Ok(()),
		}
	}

	fn built(&self, took: Duration) {
		self.own.built(took);
	}

	async fn pending(&self, at: Hash) {
		tokio::select! {
			() = self.own.pending(at) => {},
			() = news(&self.shared, self.chain, at) => {},
		}
	}

	fn sketches(&self) -> Option<&dyn Sketches> {
		self.own.sketches()
	}

	fn check(&self, block: &Block) -> Result<(), ContentsFault> {
		self.own.check(block)?;
		// Authors register nothing in a shard, whose runtime refuses it.
		if self.chain != ChainTag::Main {
			return Ok(());
		}
		let Update { registrations, .. } = news_in(block)?;
		if registrations.is_empty() {
			return Ok(());
		}
		let judge = || {
			let judged = self.shared.with_state(|state| state.check_main(&registrations));
			judged.unwrap_or_else(|| check_derived(self.shared.shelf.derived.get(), &registrations))
		};
		patiently(&self.shared, judge)
	}
}
