//! The unit lane of a chain that has one.

use crate::partial::{FullBackend, FullClient};
use sc_client_api::ExecutorProvider;
use sc_service::{error::Error as ServiceError, Configuration};
use std::{path::PathBuf, sync::Arc, time::Duration};
use tc_lattice::{
	Archive, ChainView, LatticeExtensions, LatticeObserver, Limits, Outgoing, SdkChain, UnitIndex, Units, UnitsParams,
};
use tc_pbft::sdk::BlockObserver;
use tokio::sync::mpsc;

/// Folder of the unit index beside the chain's database.
const INDEX_FOLDER: &str = "units";

/// How often a rebuild says how far it is.
const PROGRESS_INTERVAL: Duration = Duration::from_millis(200);

/// Pool, index, and what the pool gives out.
pub struct UnitLane {
	/// The pool.
	pub units: Units,
	/// Blocks and receipts of the past.
	pub archive: Arc<Archive>,
	/// The chain, as both see it.
	pub chain: Arc<dyn ChainView>,
	/// Verified units for other nodes.
	pub outgoing: mpsc::Receiver<Outgoing>,
}

impl UnitLane {
	/// Opens the lane; `None` if the chain's runtime has none.
	pub(crate) fn open(
		config: &Configuration,
		client: &Arc<FullClient>,
		backend: &Arc<FullBackend>,
	) -> Result<Option<Self>, ServiceError> {
		let failed = |error: String| ServiceError::Other(format!("the unit lane cannot be opened: {error}"));
		let chain: Arc<dyn ChainView> = Arc::new(SdkChain::new(client.clone(), backend.clone()));
		let registry = config.prometheus_registry().cloned();
		let params = UnitsParams { chain: chain.clone(), limits: Limits::default(), registry };
		let Some((units, outgoing)) = Units::new(params).map_err(failed)? else { return Ok(None) };
		client.execution_extensions().set_extensions_factory(LatticeExtensions(units.verdicts()));
		let folder = index_folder(config).ok_or_else(|| failed("the index needs a database on disk".into()))?;
		let archive = Archive::open(chain.clone(), &folder).map_err(|error| failed(error.to_string()))?;
		Ok(Some(Self { units, archive, chain, outgoing }))
	}

	/// What sees the chain's blocks come in.
	pub(crate) fn observer(&self) -> Arc<dyn BlockObserver> {
		Arc::new(LatticeObserver::new(self.units.clone(), self.archive.clone()))
	}
}

/// Where the unit index of a chain is.
fn index_folder(config: &Configuration) -> Option<PathBuf> {
	Some(config.database.path()?.parent()?.join(INDEX_FOLDER))
}

/// Writes the unit index of a chain anew, from the blocks of its database. `progress` hears of the block that is indexed
/// and of the newest.
///
/// # Errors
/// If the chain has no units, or its database or the index cannot be used.
pub fn rebuild_unit_index(config: &Configuration, mut progress: impl FnMut(u32, u32)) -> Result<(), ServiceError> {
	let failed = |error: String| ServiceError::Other(error);
	let folder = index_folder(config).ok_or_else(|| failed("the index needs a database on disk".into()))?;
	UnitIndex::clear(&folder).map_err(|error| failed(error.to_string()))?;
	let parts = crate::new_partial(config)?;
	let lane = parts.other.unit_lane.ok_or_else(|| failed("this chain has no units, hence no index of them".into()))?;
	let (newest, _) = lane.chain.newest();
	loop {
		let indexed = lane.archive.indexed().map_err(|error| failed(error.to_string()))?;
		progress(indexed, newest);
		if indexed >= newest {
			return Ok(());
		}
		if let Some(error) = lane.archive.failure() {
			return Err(failed(error));
		}
		std::thread::sleep(PROGRESS_INTERVAL);
	}
}
