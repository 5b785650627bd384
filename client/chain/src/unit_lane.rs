//! The unit lane of a chain that has one.

use crate::{
	client::{FullBackend, FullClient, TransactionPool},
	error::BuildError,
};
use sc_client_api::ExecutorProvider;
use sc_service::Configuration;
use sp_api::ProvideRuntimeApi;
use sp_transaction_pool::runtime_api::TaggedTransactionQueue;
use std::{path::PathBuf, sync::Arc};
use tc_lattice::{
	two_lanes::{TagsOf, WaitingExtrinsics},
	Archive, ChainView, Extrinsics, LatticeExtensions, Limits, Outgoing, SdkChain, UnitPool, UnitPoolParams,
};
use tc_pbft::sdk::{BlockObserver, Committees};
use tokio::sync::mpsc;

/// Folder of the unit index beside the chain's database.
const INDEX_FOLDER: &str = "units";

/// Pool and archive of a chain's units.
pub struct UnitLane {
	/// The unit pool.
	pub units: UnitPool,
	/// Blocks and receipts of the past.
	pub archive: Arc<Archive>,
	/// The chain as pool and archive see it.
	pub chain: Arc<dyn ChainView>,
	/// Items for gossip.
	pub outgoing: mpsc::Receiver<Outgoing>,
	/// The extrinsics that the unit pool sees.
	pub(crate) waiting: Arc<WaitingExtrinsics<TransactionPool>>,
}

impl UnitLane {
	/// Opens the lane, with or without an index, or returns `None` if the chain's runtime has none.
	pub(crate) fn open(
		config: &Configuration,
		client: &Arc<FullClient>,
		backend: &Arc<FullBackend>,
		committees: &Arc<Committees<FullClient>>,
		waiting: Arc<WaitingExtrinsics<TransactionPool>>,
		unit_index: bool,
	) -> Result<Option<Self>, BuildError> {
		let extrinsics: Arc<dyn Extrinsics> = waiting.clone();
		let chain: Arc<dyn ChainView> = Arc::new(SdkChain::new(client.clone(), backend.clone(), committees.clone()));
		let registry = config.prometheus_registry().cloned();
		let params = UnitPoolParams { chain: chain.clone(), extrinsics, limits: Limits::default(), registry };
		let Some((units, outgoing)) = UnitPool::open(params)? else { return Ok(None) };
		client.execution_extensions().set_extensions_factory(LatticeExtensions(units.verdicts()));
		let archive = match unit_index {
			true => Archive::open(chain.clone(), &index_folder(config)?)?,
			false => Archive::without_index(chain.clone()),
		};
		Ok(Some(Self { units, archive, chain, outgoing, waiting }))
	}

	/// Returns the observer of the chain's imports.
	pub(crate) fn observer(&self) -> Arc<dyn BlockObserver> {
		Arc::new(self.units.observer(self.archive.clone()))
	}
}

/// Returns the way to learn the tags of an extrinsic: its validation by the runtime.
pub(crate) fn tags_of(client: Arc<FullClient>) -> Arc<TagsOf> {
	Arc::new(move |at, source, extrinsic| {
		let validity = client.runtime_api().validate_transaction(at, source, extrinsic.clone(), at);
		validity.ok()?.ok().map(|valid| valid.provides)
	})
}

/// Returns the folder of a chain's unit index.
pub(crate) fn index_folder(config: &Configuration) -> Result<PathBuf, BuildError> {
	let chain = config.database.path().and_then(|path| path.parent());
	Ok(chain.ok_or(BuildError::NoFolder("the unit index"))?.join(INDEX_FOLDER))
}
