//! The one import path: own, voted and synced blocks go through it, with a verified certificate, and are final.

use super::{certified::VerifiedCertificate, executed::ExecutedBlocks, LedgerClient};
use crate::ledger::Tip;
use codec::Encode;
use sc_consensus::{
	BlockCheckParams, BlockImport, BlockImportParams, ForkChoiceStrategy, ImportResult, StateAction, StorageChanges,
};
use sp_consensus::{BlockStatus, Error as ConsensusError};
use sp_runtime::traits::Header as _;
use std::sync::Arc;
use tokio::sync::{broadcast, watch, Mutex};
use tp_core::Block;
use tp_pbft::{Certificate, ENGINE_ID};

/// Key of the verified certificate among the import parameters' intermediates.
pub(super) const CERTIFICATE_INTERMEDIATE: &[u8] = b"pbft-certificate";

/// Certificates that a slow subscriber may be behind before it misses some.
const CERTIFICATE_BACKLOG: usize = 64;

/// Imports blocks whose certificate was verified, each once, in one go with their finality.
pub struct PbftBlockImport<C, I> {
	client: Arc<C>,
	inner: I,
	executed: Arc<ExecutedBlocks>,
	/// Held over the check whether a block is known and its import: queue and engine may bring the same block.
	importing: Arc<Mutex<()>>,
	tip: Arc<watch::Sender<Tip>>,
	certificates: broadcast::Sender<Certificate>,
}

impl<C, I: Clone> Clone for PbftBlockImport<C, I> {
	fn clone(&self) -> Self {
		Self {
			client: self.client.clone(),
			inner: self.inner.clone(),
			executed: self.executed.clone(),
			importing: self.importing.clone(),
			tip: self.tip.clone(),
			certificates: self.certificates.clone(),
		}
	}
}

impl<C: LedgerClient, I> PbftBlockImport<C, I> {
	/// Wraps the client's own import.
	pub fn new(client: Arc<C>, inner: I) -> Self {
		let info = client.info();
		Self {
			tip: Arc::new(watch::Sender::new(Tip { height: info.best_number, hash: info.best_hash })),
			client,
			inner,
			executed: Arc::default(),
			importing: Arc::default(),
			certificates: broadcast::Sender::new(CERTIFICATE_BACKLOG),
		}
	}

	/// The newest block, as it changes.
	pub fn watch_tip(&self) -> watch::Receiver<Tip> {
		self.tip.subscribe()
	}

	/// The certificates of blocks as they are imported.
	pub fn certificates(&self) -> broadcast::Sender<Certificate> {
		self.certificates.clone()
	}

	/// Where executed proposals wait for their import.
	pub(super) fn executed(&self) -> &Arc<ExecutedBlocks> {
		&self.executed
	}
}

#[async_trait::async_trait]
impl<C, I> BlockImport<Block> for PbftBlockImport<C, I>
where
	C: LedgerClient,
	I: BlockImport<Block, Error = ConsensusError> + Send + Sync,
{
	type Error = ConsensusError;

	async fn check_block(&self, block: BlockCheckParams<Block>) -> Result<ImportResult, Self::Error> {
		self.inner.check_block(block).await
	}

	async fn import_block(&self, mut block: BlockImportParams<Block>) -> Result<ImportResult, Self::Error> {
		let certificate = block.remove_intermediate::<VerifiedCertificate>(CERTIFICATE_INTERMEDIATE)?.into_inner();
		let (height, hash) = (*block.header.number(), block.post_hash());
		let _importing = self.importing.lock().await;

		let client_error = |error: sp_blockchain::Error| ConsensusError::ClientImport(error.to_string());
		let status = self.client.block_status(hash).map_err(client_error)?;
		if matches!(status, BlockStatus::InChainWithState | BlockStatus::InChainPruned) {
			return Ok(ImportResult::AlreadyInChain);
		}

		if let Some(changes) = self.executed.take(height, hash) {
			block.state_action = StateAction::ApplyChanges(StorageChanges::Changes(changes));
		}
		block.justifications = Some((ENGINE_ID, certificate.encode()).into());
		block.finalized = true;
		block.fork_choice = Some(ForkChoiceStrategy::Custom(true));
		let result = self.inner.import_block(block).await?;

		if matches!(result, ImportResult::Imported(_)) {
			self.tip.send_replace(Tip { height, hash });
			if self.certificates.send(certificate).is_err() {
				log::trace!(target: crate::LOG_TARGET, "Nobody listens to certificates");
			}
		}
		Ok(result)
	}
}
