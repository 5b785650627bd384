//! The unit pool of a node, as its RPC, its author, its import and its network use it.

use crate::{
	archive::Archive,
	author::LatticeContents,
	chain::{ChainError, ChainView},
	counts::Counts,
	extrinsics::Extrinsics,
	gossip::{Gossip, GossipParams},
	import::LatticeObserver,
	intake::Intake,
	reads::Reads,
	state::{AccountView, LaneState, LaneStateParams, Outbox, Outgoing, Verdicts, Watch, WatchError, WatcherId},
	submission::SubmitError,
	verifier,
};
use prometheus_endpoint::Registry;
use std::{future::Future, io, sync::Arc};
use tc_lattice_pool::{Limits, Pool, PooledUnit, Stats, Status};
use tc_pbft::sdk::StageTimes;
use tokio::sync::mpsc;
use tp_core::{AccountId, Nonce};
use tp_lattice::{PoolContext, Unit, UnitHash};

/// Parts of a [`UnitPool`].
pub struct UnitPoolParams {
	/// The chain.
	pub chain: Arc<dyn ChainView>,
	/// The extrinsics that wait, for they take nonces as well.
	pub extrinsics: Arc<dyn Extrinsics>,
	/// Bounds of the pool.
	pub limits: Limits,
	/// Registry for metrics.
	pub registry: Option<Registry>,
}

/// Why a pool cannot be opened. Each cause is a fault of this node.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
	/// The chain cannot be read.
	#[error("the chain cannot be read: {0}")]
	Chain(#[from] ChainError),
	/// The system gives no thread for a verifier or a reader.
	#[error("no thread for verifying units or reading them: {0}")]
	Thread(#[from] io::Error),
}

/// The unit pool of a node. Clones share it; dropping the last one stops verifiers and gossip.
#[derive(Clone)]
pub struct UnitPool {
	state: Arc<LaneState>,
	intake: Arc<Intake>,
	reads: Arc<Reads>,
}

impl UnitPool {
	/// Opens the pool of a chain and starts its verifiers. Returns the pool and the items for gossip, or `None` if the
	/// chain takes no units.
	///
	/// # Errors
	/// If the chain cannot be read, or a thread cannot be started.
	pub fn open(params: UnitPoolParams) -> Result<Option<(Self, mpsc::Receiver<Outgoing>)>, OpenError> {
		let UnitPoolParams { chain, extrinsics, limits, registry } = params;
		let (_, block) = chain.newest();
		let Some(context) = chain.pool_context(block)? else { return Ok(None) };
		let times = StageTimes::new(
			registry.as_ref(),
			"top_lattice_stage_seconds_total",
			"Time spent receiving, verifying, applying and sending units",
		);
		let counts = Counts::new(registry.as_ref());
		let (outbox, outgoing) = Outbox::new();
		let params = LaneStateParams { chain, extrinsics, limits, block, context, outbox, times, counts };
		let state = Arc::new(LaneState::new(params));
		let (intake, submissions) = Intake::new();
		verifier::start(&state, &submissions)?;
		let reads = Arc::new(Reads::start()?);
		Ok(Some((Self { state, intake: Arc::new(intake), reads }, outgoing)))
	}

	/// Verifies units and inserts them into the pool. Returns their hashes and statuses, in the order of `units`. Waits
	/// for room while other units are verified.
	///
	/// # Errors
	/// If no unit was verified.
	pub async fn submit(&self, units: Vec<Unit>) -> Result<Vec<(UnitHash, Status)>, SubmitError> {
		self.intake.submit(units).await
	}

	/// Watches units from now on, including units that have not arrived yet. The watch ends when it is dropped.
	///
	/// # Errors
	/// If the node or the watcher has too many watched units.
	pub fn watch(&self, watcher: WatcherId, units: Vec<UnitHash>) -> Result<Watch, WatchError> {
		self.state.watch(watcher, units)
	}

	/// Returns the number of watched units, each as often as it is watched.
	pub fn watched(&self) -> usize {
		self.state.watched()
	}

	/// Returns the threads that read for the RPC.
	pub fn reads(&self) -> &Reads {
		&self.reads
	}

	/// Returns the status of a unit, or `None` if it is unknown here.
	pub fn status(&self, hash: &UnitHash) -> Option<Status> {
		self.state.read(|pool| pool.status(hash))
	}

	/// Returns a unit in the pool.
	pub fn get(&self, hash: &UnitHash) -> Option<Arc<PooledUnit>> {
		self.state.read(|pool| pool.get(hash))
	}

	/// Returns whether an account has units in the pool.
	pub fn has_units(&self, id: &AccountId) -> bool {
		self.state.read(|pool| pool.has_units(id))
	}

	/// Returns whether a unit of an account waits at a height.
	pub fn has_unit_at(&self, id: &AccountId, height: Nonce) -> bool {
		self.state.read(|pool| pool.has_unit_at(id, height))
	}

	/// Returns the rules for units of the next block.
	pub fn context(&self) -> PoolContext {
		self.state.read(|pool| pool.context().clone())
	}

	/// Returns an account, also if it does not exist. Reads the database: asynchronous callers use [`Self::reads`].
	///
	/// # Errors
	/// If the state cannot be read.
	pub fn account(&self, id: &AccountId) -> Result<AccountView, ChainError> {
		self.state.account(id)
	}

	/// Returns how full the pool is.
	pub fn stats(&self) -> Stats {
		self.state.read(Pool::stats)
	}

	/// Returns the verdicts on signatures, for the execution of blocks.
	pub fn verdicts(&self) -> Arc<Verdicts> {
		self.state.verdicts().clone()
	}

	/// Resolves when units are ready.
	pub async fn ready(&self) {
		self.state.ready().await;
	}

	/// Returns the source of the batches of this node's blocks.
	pub fn contents(&self) -> LatticeContents {
		LatticeContents::new(self.state.clone())
	}

	/// Returns the observer that takes imported blocks into the pool and an archive.
	pub fn observer(&self, archive: Arc<Archive>) -> LatticeObserver {
		LatticeObserver::new(self.state.clone(), archive)
	}

	/// Returns the task that exchanges units with peers. It ends with the network or the pool.
	pub fn run_gossip(&self, gossip: Gossip, params: GossipParams) -> impl Future<Output = ()> + Send + 'static {
		gossip.run(Arc::downgrade(&self.state), Arc::downgrade(&self.intake), params)
	}

	#[cfg(test)]
	pub(crate) fn state(&self) -> &LaneState {
		&self.state
	}

	#[cfg(test)]
	pub(crate) fn intake(&self) -> &Intake {
		&self.intake
	}

	/// Returns what gossip has of the pool.
	#[cfg(test)]
	pub(crate) fn weak_parts(&self) -> (std::sync::Weak<LaneState>, std::sync::Weak<Intake>) {
		(Arc::downgrade(&self.state), Arc::downgrade(&self.intake))
	}
}
