//! Reads the ledgers of a node, on threads for it.

use super::error::RoutingError;
use std::sync::Arc;
use tc_routing::{
	reads::{Ledgers, ReadError},
	RouterHandle,
};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tp_core::ChainTag;

/// Reads at once. Each holds a thread and an instance of a runtime.
const MAX_READS: usize = 4;
/// Reads that wait for their turn.
const MAX_WAITING: usize = 256;
/// Subscriptions at once. Each reads some states at every block.
const MAX_WATCHES: usize = 256;

/// The ledgers of a node, as one of them answers for all. Clones share the bounds.
#[derive(Clone)]
pub struct LedgerReader {
	router: RouterHandle,
	own: ChainTag,
	reads: Arc<Semaphore>,
	waiting: Arc<Semaphore>,
	watches: Arc<Semaphore>,
}

impl LedgerReader {
	/// Reads the ledgers of a router, for the RPC of one of them.
	pub fn new(router: RouterHandle, own: ChainTag) -> Self {
		let [reads, waiting, watches] =
			[MAX_READS, MAX_WAITING, MAX_WATCHES].map(|permits| Arc::new(Semaphore::new(permits)));
		Self { router, own, reads, waiting, watches }
	}

	/// Returns the ledger whose RPC it is.
	pub fn own(&self) -> ChainTag {
		self.own
	}

	/// Reads, on a thread that may block.
	///
	/// # Errors
	/// If too many reads wait, or this one fails.
	pub async fn read<R: Send + 'static>(
		&self,
		read: impl FnOnce(&Ledgers) -> Result<R, ReadError> + Send + 'static,
	) -> Result<R, RoutingError> {
		let _waiting = self.waiting.clone().try_acquire_owned().map_err(|_| RoutingError::Busy)?;
		let reading = self.reads.clone().acquire_owned().await.map_err(|_| RoutingError::Failed)?;
		let router = self.router.clone();
		let read = move || {
			let answer = read(&router.ledgers());
			drop(reading);
			answer
		};
		Ok(tokio::task::spawn_blocking(read).await.map_err(|_| RoutingError::Failed)??)
	}

	/// Takes the room of a subscription.
	///
	/// # Errors
	/// If there is none.
	pub fn watch(&self) -> Result<OwnedSemaphorePermit, RoutingError> {
		self.watches.clone().try_acquire_owned().map_err(|_| RoutingError::Busy)
	}
}
