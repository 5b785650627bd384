//! The contents of blocks of a node without a router.

use crate::contents::news_in;
use sp_inherents::InherentData;
use std::{sync::Arc, time::Duration};
use tc_pbft::{sdk::BlockContents, ContentsError, ContentsFault, Sketches, Tip};
use tp_core::{Block, Hash};

/// The contents of a ledger whose node runs no router: its own. Such a node takes what the runtime proves, such as headers and
/// messages, and gives no vote for a registration, since it cannot derive that ledger.
pub struct Unrouted(Arc<dyn BlockContents>);

impl Unrouted {
	/// Returns the contents of a ledger.
	pub fn new(own: Arc<dyn BlockContents>) -> Self {
		Self(own)
	}
}

#[async_trait::async_trait]
impl BlockContents for Unrouted {
	fn provide(&self, parent: Tip, budget: Duration, data: &mut InherentData) -> Result<(), ContentsError> {
		self.0.provide(parent, budget, data)
	}

	fn built(&self, took: Duration) {
		self.0.built(took);
	}

	async fn pending(&self, at: Hash) {
		self.0.pending(at).await;
	}

	fn sketches(&self) -> Option<&dyn Sketches> {
		self.0.sketches()
	}

	fn check(&self, block: &Block) -> Result<(), ContentsFault> {
		self.0.check(block)?;
		// Others may derive it: the block is not wrong for all.
		news_in(block)?.registrations.first().map_or(Ok(()), |registration| {
			let chain = registration.ledger.chain;
			let what = format!("it registers {chain:?}, which this node cannot derive: start it with --shards");
			Err(ContentsFault::NotYet(what))
		})
	}
}
