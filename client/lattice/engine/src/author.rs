//! The author's batch.

use crate::state::LaneState;
use sp_inherents::InherentData;
use sp_timestamp::TimestampInherentData;
use std::{sync::Arc, time::Duration};
use tc_pbft::{sdk::BlockContents, ContentsError, Sketches, Tip};
use tp_core::Hash;
use tp_lattice::{HashedBatch, INHERENT_IDENTIFIER};

/// Puts ready units into blocks: as many as this machine builds in time and the ledger turns over quickly.
pub struct LatticeContents(Arc<LaneState>);

impl LatticeContents {
	pub(crate) fn new(state: Arc<LaneState>) -> Self {
		Self(state)
	}

	pub(crate) fn state(&self) -> &LaneState {
		&self.0
	}
}

#[async_trait::async_trait]
impl BlockContents for LatticeContents {
	fn provide(&self, parent: Tip, budget: Duration, data: &mut InherentData) -> Result<(), ContentsError> {
		let now = data.timestamp_inherent_data()?.map(|time| time.as_millis());
		let selected = self.0.select(parent.hash, budget, now);
		if selected.is_empty() {
			return Ok(());
		}
		let units = selected.iter().map(|unit| (&unit.unit, unit.hash));
		let batch = Arc::new(HashedBatch::new(units).map_err(|error| ContentsError::Source(Box::new(error)))?);
		data.put_data(INHERENT_IDENTIFIER, &batch.bytes())?;
		self.0.verdicts().built(&batch);
		Ok(())
	}

	fn built(&self, took: Duration) {
		self.0.built(took);
	}

	async fn pending(&self, _: Hash) {
		self.0.ready().await;
	}

	fn sketches(&self) -> Option<&dyn Sketches> {
		Some(self)
	}
}
