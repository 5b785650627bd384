//! Rebuilding the unit index.

use crate::{client::executor, error::BuildError, partial::with_executor, unit_lane::index_folder};
use sc_service::{error::Error as ServiceError, Configuration};
use std::time::Duration;
use tc_lattice::{ArchiveError, UnitIndex};

/// Interval at which a rebuild reports its progress.
const PROGRESS_INTERVAL: Duration = Duration::from_millis(200);

/// Rebuilds the unit index of a chain from the blocks of its database. Calls `progress` with the newest indexed block
/// and the newest block.
///
/// # Errors
/// If the chain has no units, or its database or the index cannot be used.
pub fn rebuild_unit_index(config: &Configuration, mut progress: impl FnMut(u32, u32)) -> Result<(), ServiceError> {
	let folder = index_folder(config)?;
	UnitIndex::clear(&folder).map_err(|error| BuildError::Archive(ArchiveError::from(error)))?;
	let parts = with_executor(config, executor(config, None), true)?;
	let lane = parts.other.unit_lane.ok_or(BuildError::NoUnits)?;
	let (newest, _) = lane.chain.newest();
	loop {
		let indexed = lane.archive.indexed().map_err(BuildError::Archive)?;
		progress(indexed, newest);
		if indexed >= newest {
			return Ok(());
		}
		if let Some(reason) = lane.archive.failure() {
			return Err(BuildError::IndexStopped(reason).into());
		}
		std::thread::sleep(PROGRESS_INTERVAL);
	}
}
