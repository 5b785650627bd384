//! What an author puts into a block besides the pool's transactions.

use crate::{error::ContentsError, ledger::Tip};
use sp_inherents::InherentData;
use std::time::Duration;
use tp_pbft::BlockHash;

/// A source of a block's contents.
#[async_trait::async_trait]
pub trait BlockContents: Send + Sync {
	/// Adds to the inherent data of a block on the newest one. `budget` is the time that building may take.
	fn provide(&self, parent: Tip, budget: Duration, data: &mut InherentData) -> Result<(), ContentsError>;

	/// Notified of how long the block took to build with the contents that were provided last.
	fn built(&self, took: Duration);

	/// Resolves when there is something to include on top of the newest block `at`.
	async fn pending(&self, at: BlockHash);
}

/// The source of chains whose blocks hold transactions only.
pub struct TransactionsOnly;

#[async_trait::async_trait]
impl BlockContents for TransactionsOnly {
	fn provide(&self, _: Tip, _: Duration, _: &mut InherentData) -> Result<(), ContentsError> {
		Ok(())
	}

	fn built(&self, _: Duration) {}

	async fn pending(&self, _: BlockHash) {
		std::future::pending().await
	}
}
