//! What the engine is made of, and why it stops.

use crate::{
	error::{ImportError, LedgerError},
	keys::SigningError,
	ledger::{Ledger, Tip},
	network::PbftNetwork,
	status::EngineStatus,
	verified::VerifiedCertificates,
	vote_log::VoteLogError,
};
use prometheus_endpoint::Registry;
use sc_network::service::traits::NetworkService;
use sp_core::{traits::SpawnNamed, H256};
use sp_keystore::KeystorePtr;
use std::{path::PathBuf, sync::Arc};
use tokio::sync::watch;

/// The parts of an engine.
pub struct EngineParams {
	/// The chain.
	pub ledger: Arc<dyn Ledger>,
	/// The chain's newest block, as it changes.
	pub tip: watch::Receiver<Tip>,
	/// Hash of the chain's genesis block.
	pub genesis: H256,
	/// The keystore with the node's vote and VRF keys.
	pub keystore: KeystorePtr,
	/// Folder of the vote log.
	pub vote_log: PathBuf,
	/// The operator's word that no other process votes with this node's keys, and that a lost vote log is to be ignored. The node
	/// then votes at once.
	pub votes_lost: bool,
	/// The certificates that were verified, shared with the import.
	pub verified: Arc<VerifiedCertificates>,
	/// The engine's protocols.
	pub network: PbftNetwork,
	/// Whether private and loopback addresses that members published are dialled.
	pub dials_private: bool,
	/// The node's network.
	pub network_service: Arc<dyn NetworkService>,
	/// Receives the status as it changes.
	pub status: watch::Sender<EngineStatus>,
	/// Spawns jobs.
	pub spawner: Box<dyn SpawnNamed>,
	/// Registry of the metrics.
	pub registry: Option<Registry>,
}

/// Why the engine stopped. A bad message or block of a peer never stops it.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
	/// The vote log cannot be used.
	#[error(transparent)]
	VoteLog(#[from] VoteLogError),
	/// The chain cannot answer.
	#[error(transparent)]
	Ledger(#[from] LedgerError),
	/// A final block cannot be imported.
	#[error(transparent)]
	Import(#[from] ImportError),
	/// Votes cannot be signed.
	#[error("this validator cannot vote: {0}")]
	Signing(#[from] SigningError),
	/// The network has shut down.
	#[error("the network has shut down")]
	NetworkGone,
}

impl EngineError {
	/// Whether this node is at fault. False only for a block that a quorum certified and this node refuses.
	pub fn is_local(&self) -> bool {
		match self {
			Self::VoteLog(error) => error.is_local(),
			Self::Ledger(error) => error.is_local(),
			Self::Import(error) => error.is_local(),
			Self::Signing(error) => error.is_local(),
			Self::NetworkGone => true,
		}
	}
}
