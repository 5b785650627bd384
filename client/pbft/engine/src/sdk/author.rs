//! What an author puts into a block besides the pool's transactions.

use crate::{
	error::{ContentsError, ContentsFault},
	ledger::Tip,
	sketch::Sketches,
};
use sp_inherents::InherentData;
use std::time::Duration;
use tp_core::Block;
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

	/// Checks what a proposed block includes, as far as the runtime cannot: what it says of other ledgers. Takes long.
	///
	/// # Errors
	/// If this node does not vote for it, now or ever.
	fn check(&self, _block: &Block) -> Result<(), ContentsFault> {
		Ok(())
	}

	/// Returns the sketches of an extrinsic whose parts other members have. `None` if all blocks are sent whole.
	fn sketches(&self) -> Option<&dyn Sketches> {
		None
	}
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
